"""The chain of records: where it ends, and everything that can be wrong with it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.model.errors import StateError
from catalogsync.model.events import Bound, Uploaded
from catalogsync.model.secret import Secret
from catalogsync.state import MemoryStore, RecordJournal, parse_key
from tests.state.ground import (
    KEY,
    OTHER_KEY_TEXT,
    CheckedStore,
    ManualClock,
    at_work,
    create,
    listed,
    quick,
    reopen,
    run,
    said,
)


class Counting(CheckedStore):
    """Counts what is read."""

    reads = 0

    def get(self, number: int) -> bytes | None:
        self.reads += 1
        return super().get(number)


def filled(records: int, store: CheckedStore | None = None, every: int = 10**9) -> CheckedStore:
    """A store of so many records; its snapshots come every so many."""
    store = store if store is not None else CheckedStore()
    if records == 1:
        create(store)
        return store
    journal = at_work(store, growth=quick(every))
    while len(store) < records:
        journal.write(Uploaded("shop", {f"{len(store)}": "/x.png"}))
    return store


@settings(max_examples=50)
@given(st.integers(1, 40), st.integers(0, 40))
def test_the_end_is_found_from_any_hint_that_is_not_ahead(records: int, hint: int) -> None:
    store = filled(records)
    store.set_hint(min(hint, records))
    assert reopen(store).state.serial == records


def test_a_good_hint_saves_looking() -> None:
    store = Counting()
    filled(300, store, every=50)
    store.reads = 0
    newest = reopen(store)._log.snap
    # The first, the hinted, the absent ones after it, and those since the snapshot.
    assert store.reads < 300 - newest + 10
    store.set_hint(0)
    store.reads = 0
    assert reopen(store).state.serial == len(store)
    assert store.reads < 300 - newest + 50


def test_a_hint_that_is_ahead_proves_that_records_were_lost() -> None:
    store = filled(10)
    store.set_hint(12)
    with pytest.raises(StateError, match=r"record 12 of the state in the test was written once and is gone"):
        reopen(store)


@pytest.mark.parametrize("hint", [0, 1, 5, 20])
def test_a_record_that_is_missing_in_the_middle_is_found(hint: int) -> None:
    for gone in range(2, 20):
        store = filled(20)
        store.put(gone, None)
        store.set_hint(hint)
        with pytest.raises(StateError, match=rf"record {gone} of the state in the test (is missing|was written once)"):
            reopen(store)


def test_a_missing_first_record_is_no_new_beginning() -> None:
    store = filled(5)
    store.put(1, None)
    with pytest.raises(StateError, match=r"record 1 .* is missing"):
        reopen(store)


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda data: data[: len(data) // 2],
    "emptied": lambda _data: b"",
    "zeroed": lambda data: bytes(len(data)),
    "half zeroed": lambda data: data[:200] + bytes(len(data) - 200),
    "bit-flipped": flip,
    "appended to": lambda data: data + b"x",
    "replaced by a conflict": lambda data: b"<<<<<<< HEAD\n" + data,
    "replaced by a pointer": lambda _data: b"version https://git-lfs.github.com/spec/v1\n",
    "edited": lambda data: data.replace(b'"epoch":', b'"epoch":1'),
}


@pytest.mark.parametrize("number", [1, 2, 4, 6])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_record_is_named_with_what_to_do(damage: str, number: int) -> None:
    store = filled(6)
    store.put(number, DAMAGE[damage](store.get(number) or b""))
    with pytest.raises(StateError, match=rf"record {number} of the state in the test ") as caught:
        reopen(store)
    assert "put the state back" in said(caught.value)
    assert caught.value.__cause__ is None


def test_a_damaged_snapshot_is_named() -> None:
    store = filled(30, every=10)
    number = reopen(store)._log.snap
    store.put(number, flip(store.get(number) or b""))
    with pytest.raises(StateError, match=f"record {number} of the state in the test"):
        reopen(store)


@pytest.mark.parametrize("hint", [0, 6])
def test_two_records_that_changed_places_are_found(hint: int) -> None:
    store = filled(6)
    third, fourth = store.get(3), store.get(4)
    store.put(3, fourth)
    store.put(4, third)
    store.set_hint(hint)
    with pytest.raises(StateError, match=r"record 3 .* is a copy of record 4"):
        reopen(store)


def test_two_histories_of_one_state_do_not_mix() -> None:
    one = filled(3)
    other = one.copy()
    for store, name in ((one, "a"), (other, "b")):
        journal = reopen(store, alive=lambda *_: False)
        journal.begin(run("run-2"))
        journal.write(Bound((listed(name),)))
        journal.write(Uploaded("shop", {}))
    for number in (4, 5, 6):
        mixed = one.copy()
        mixed.put(number, other.get(number))
        with pytest.raises(StateError, match="does not follow on record"):
            reopen(mixed)


def test_two_lineages_do_not_mix() -> None:
    one, other = filled(6), filled(6)
    one.put(4, other.get(4))
    with pytest.raises(StateError, match=r"record 4 .* belongs to another state"):
        reopen(one)
    one.put(6, other.get(6))
    with pytest.raises(StateError, match=r"record 6 .* belongs to another state"):
        reopen(one)


def test_a_state_of_another_lineage_is_refused() -> None:
    store = filled(3)
    lineage = json.loads(store.get(1) or b"")["lineage"]
    assert RecordJournal.open(store, KEY, ManualClock(), place="the test", expect_lineage=lineage) is not None
    with pytest.raises(StateError, match="but the catalog belongs to another"):
        RecordJournal.open(store, KEY, ManualClock(), place="the test", expect_lineage="another")


def test_a_wrong_key_is_refused_before_anything_else() -> None:
    store = filled(3)
    # Even of a state that is damaged and of another lineage the key is what is said first.
    store.put(3, b"damaged")
    wrong = parse_key(Secret(OTHER_KEY_TEXT))
    with pytest.raises(StateError, match="the state key is not the one") as caught:
        RecordJournal.open(store, wrong, ManualClock(), place="the test", expect_lineage="another")
    assert "every account would look as if never sent" in said(caught.value)


def test_a_newer_version_is_named_so() -> None:
    store = MemoryStore()
    create(store)
    store._records[1] = (store.get(1) or b"").replace(b'"v":1', b'"v":2')
    with pytest.raises(StateError, match=r"record 1 .* written by a newer catalogsync"):
        reopen(store)


class Growing(CheckedStore):
    """Is written to by its run while another reads its second record."""

    writer: RecordJournal | None = None

    def get(self, number: int) -> bytes | None:
        data = super().get(number)
        if number == 2 and self.writer is not None:
            writer, self.writer = self.writer, None
            writer.write(Bound((listed("a"),)))
        return data


def test_what_others_write_while_we_read_is_read_too() -> None:
    store = Growing()
    store.writer = at_work(store)
    assert reopen(store).state.bindings.keys() == {"a"}
