"""What engines take from one another's reading is what each of them would have read and folded for itself."""

from collections.abc import Callable
from dataclasses import fields

from catalogsync.model.errors import StateError
from catalogsync.model.state import State
from catalogsync.ports import Journal, RecordStore
from catalogsync.state.growth import Growth
from catalogsync.state.journal import RecordJournal
from catalogsync.state.stores.memory import MemoryStore
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_shop import KEY
from tests.simulation.tampering import Tampering
from tests.simulation.test_order_teeth import busy
from tests.simulation.world import run

WORLDS = 20


def told(state: State) -> str:
    ledger = {**vars(state.ledger), "_there": None}  # an index that is made when it is asked for
    ledger["_freed"] = sorted(ledger["_freed"])
    return repr({**{one.name: getattr(state, one.name) for one in fields(state)}, "ledger": ledger})


def alone(records: RecordStore) -> RecordJournal | None:
    return RecordJournal.open(records, KEY, FakeClock(), place="memory")


def test_each_engine_begins_with_what_the_records_say() -> None:
    stores: list[RecordStore] = []
    lengths: list[int] = []

    def seen(records: RecordStore) -> RecordStore:
        stores.append(records)
        return records

    def compared(journal: Journal) -> Journal:
        read = alone(stores[-1])
        assert read is not None
        assert told(journal.state) == told(read.state)
        lengths.append(journal.state.serial)
        return journal

    for seed in range(WORLDS):
        run(seed, tampering=Tampering(records=seen, journal=compared, trade=busy))
    assert len(lengths) > 10 * WORLDS
    assert max(lengths) > 50


def test_a_record_that_is_not_the_same_to_the_byte_is_not_taken_from_others() -> None:
    world = run(0)
    originals = [world.records.get(number + 1) or b"" for number in range(world.records.hint())]

    def outcome(opened: Callable[[RecordStore], RecordJournal | None], number: int, data: bytes) -> str:
        store = MemoryStore()
        for place, original in enumerate(originals):
            store.create(place + 1, data if place == number else original)
        try:
            journal = opened(store)
        except StateError as error:
            return error.message
        return told(journal.state) if journal else ""

    def shared(store: RecordStore) -> RecordJournal | None:
        return world.reading.open(store, FakeClock(), world.alive, Growth())

    for number, original in enumerate(originals):
        for data in (original, original.replace(b'"mac":"', b'"mac":"0', 1), originals[number - 1]):
            assert outcome(shared, number, data) == outcome(alone, number, data)
