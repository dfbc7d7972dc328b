"""What a test may break in a world, to see that the auditor notices: each is a door with a false bottom."""

from collections.abc import Callable
from dataclasses import dataclass

from catalogsync.ports import Fingerprints, Journal, Marketplace, OrderMarket, RecordStore
from tests.simulation.trade import Trade
from tests.simulation.traits import Traits


@dataclass(frozen=True, slots=True)
class Tampering:
    """What each door is exchanged for, and what kind of world shows it soonest."""

    traits: Callable[[Traits], Traits] = lambda traits: traits
    trade: Callable[[Trade | None], Trade | None] = lambda trade: trade
    records: Callable[[RecordStore], RecordStore] = lambda records: records
    journal: Callable[[Journal], Journal] = lambda journal: journal
    orders: Callable[[OrderMarket], OrderMarket] = lambda orders: orders
    market: Callable[[Marketplace], Marketplace] = lambda market: market
    fingerprints: Callable[[Fingerprints], Fingerprints] = lambda fingerprints: fingerprints


HONEST = Tampering()
