"""What a test may break in a world, to see that the auditor notices: each is a door with a false bottom."""

from collections.abc import Callable
from dataclasses import dataclass

from catalogsync.ports import Fingerprints, Journal, Marketplace, RecordStore
from tests.simulation.traits import Traits


@dataclass(frozen=True, slots=True)
class Tampering:
    """What each door is exchanged for, and what kind of world shows it soonest."""

    traits: Callable[[Traits], Traits] = lambda traits: traits
    records: Callable[[RecordStore], RecordStore] = lambda records: records
    journal: Callable[[Journal], Journal] = lambda journal: journal
    market: Callable[[Marketplace], Marketplace] = lambda market: market
    fingerprints: Callable[[Fingerprints], Fingerprints] = lambda fingerprints: fingerprints


HONEST = Tampering()
