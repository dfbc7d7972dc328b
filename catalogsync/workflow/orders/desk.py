"""What a run on orders works with: the catalog, the marketplaces that it serves, one state for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalogsync.core.wanting import Terms
from catalogsync.model.catalog import Catalog
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.state import State
from catalogsync.ports import Clock, Fingerprints, Journal, Observer, OrderMarket
from catalogsync.workflow.desk import LAST_TRY


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDesk:
    """Everything that is needed to read, plan, fill or alter orders.

    Attributes:
        catalog: what is desired.
        markets: the doors to the marketplaces that are served, by name.
        settings: their entries in the config, by name.
        journal: the door to the state; None while there is no state.
        fingerprints: made with the state's key; None while there is no state.
        clock: time.
        observer: whoever watches.
        version: of this tool.
        parallel: how many calls may be under way at once, at one marketplace.
        interrupted: whether somebody asked the run to stop.
        tells: whether somebody is to be told what a run comes to.
        named: ids of orders that a person named: only these are filled; empty: all.
    """

    catalog: Catalog
    markets: Mapping[str, OrderMarket]
    settings: Mapping[str, MarketplaceConfig]
    journal: Journal | None
    fingerprints: Fingerprints | None
    clock: Clock
    observer: Observer
    version: str = "0"
    parallel: int = 8
    interrupted: Callable[[], bool] = lambda: False
    tells: bool = False
    named: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The folded state; an empty one while there is none."""
        return self.journal.state if self.journal else State(lineage="")

    def timestamp(self) -> str:
        """Now, as it is written into plans and records: ISO 8601, UTC, seconds."""
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def terms(self, name: str) -> Terms:
        """What the orders of a marketplace go by."""
        market, listings = self.markets[name], self.settings[name].type == "accplanet"
        return Terms(listings, tuple(market.open_statuses), () if listings else tuple(market.statuses))

    def longest_call(self, name: str) -> float:
        """Seconds that a changing call may take there, with all its tries: so long the lease must hold."""
        return LAST_TRY + self.settings[name].call_timeout


@dataclass(frozen=True, slots=True)
class Stand:
    """The desk, as far as one marketplace is concerned.

    Attributes:
        desk: the whole of it.
        name: the marketplace's name in the config.
    """

    desk: OrderDesk
    name: str

    @property
    def market(self) -> OrderMarket:
        """The door to it."""
        return self.desk.markets[self.name]

    @property
    def parallel(self) -> int:
        """How many calls may be under way at once."""
        return self.desk.parallel

    @property
    def longest_call(self) -> float:
        """Seconds that a changing call may take, with all its tries: so long the lease must hold."""
        return self.desk.longest_call(self.name)

    @property
    def interrupted(self) -> Callable[[], bool]:
        """Whether somebody asked the run to stop."""
        return self.desk.interrupted
