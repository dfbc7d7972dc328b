"""What a run works with: the catalog, the doors, and what the user asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalogsync.core.allocate import Stocktake, count_alone, take_sealed_stock, take_stock
from catalogsync.model.catalog import Catalog
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.plan import Notice, Selection
from catalogsync.model.pool import Pool, SealedPool
from catalogsync.model.state import State
from catalogsync.ports import Clock, Fingerprints, ImageReader, Journal, Marketplace, Observer, Recorded
from catalogsync.workflow.reading_ahead import ReadAhead
from catalogsync.workflow.remembering import Remembered

LAST_TRY: Final = 240.0
"""Seconds after its start in which a marketplace may still try a changing call again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What a plan is made from, but for the marketplace.

    Attributes:
        catalog: what is desired.
        settings: the marketplace's entry in the config.
        journal: the door to the state; None while there is no state.
        fingerprints: made with the state's key; None while there is no state, or no key.
        clock: time.
        observer: whoever watches.
        selection: which keys, and which rules are let pass.
        version: of this tool.
        remarks: warnings of the plan that come from the surroundings of the run.
        key: which key the state was made with, as manifests say it, where it is read without; else empty.
        remembered: takes stock of large pools by what was found before; only for whoever changes nothing.
    """

    catalog: Catalog
    settings: MarketplaceConfig
    journal: Recorded | None
    fingerprints: Fingerprints | None
    clock: Clock
    observer: Observer
    selection: Selection = Selection()
    version: str = "0"
    remarks: tuple[Notice, ...] = ()
    key: str = ""
    remembered: Remembered | None = None

    @property
    def state(self) -> State:
        """The folded state; an empty one while there is none."""
        return self.journal.state if self.journal else State(lineage="")

    def counts(self, name: str) -> bool:
        """Whether one can tell which accounts of a pool went out: with the state's key, or by the pool's manifest."""
        if self.fingerprints is not None:
            return True
        pool = self.catalog.pools[name]
        return isinstance(pool, SealedPool) and bool(self.key) and pool.key == self.key

    def stocktake(self, name: str) -> Stocktake:
        """A pool against the ledger, by numbers alone where nothing else is known."""
        pool, ledger, prints = self.catalog.pools[name], self.state.ledger, self.fingerprints
        if prints is not None and self.remembered is not None and isinstance(pool, Pool):
            return self.remembered.take(pool, self.state, prints)
        if prints is not None:
            return take_stock(pool, ledger, prints.users, prints.contents)
        if isinstance(pool, SealedPool) and self.counts(name):
            return take_sealed_stock(pool, ledger)
        return count_alone(name, len(pool), ledger)

    def timestamp(self) -> str:
        """Now, as it is written into plans and records: ISO 8601, UTC, seconds."""
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Sides):
    """Everything that a plan or an apply needs.

    Attributes:
        marketplace: the door to it.
        journal: the door to the state; None while there is no state.
        images: the door to the catalog's image files.
        parallel: how many calls may be under way at once.
        interrupted: whether somebody asked the run to stop.
        tells: whether somebody is to be told what an apply comes to.
        ahead: reads the listings, if that has begun already.
    """

    marketplace: Marketplace
    journal: Journal | None
    images: ImageReader
    parallel: int = 8
    interrupted: Callable[[], bool] = lambda: False
    tells: bool = False
    ahead: ReadAhead | None = None

    @property
    def settle(self) -> float:
        """Seconds that a write may take to show."""
        return self.catalog.config.recovery.settle

    @property
    def longest_call(self) -> float:
        """Seconds that a changing call may take, with all its tries: so long the lease must hold."""
        return LAST_TRY + self.settings.call_timeout
