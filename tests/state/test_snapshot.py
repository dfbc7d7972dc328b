"""Snapshots: reading from the newest one gives what reading from the first record gives."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.model.errors import StateError
from catalogsync.model.events import Bound, Observed, Seen, Uploaded
from catalogsync.model.fields import Value
from catalogsync.model.ledger import Ledger
from catalogsync.model.state import Binding, State
from catalogsync.state import MemoryStore, RecordJournal
from catalogsync.state.bodies import binding_of, binding_out, plain
from catalogsync.state.codec import LIMIT, canonical
from catalogsync.state.growth import Growth
from catalogsync.state.log import RecordLog
from catalogsync.state.replay import Replay
from catalogsync.state.snapshot import Restoration, parts
from tests.state.events import Histories
from tests.state.ground import (
    KEY,
    CheckedStore,
    appends,
    at_work,
    changes,
    ended,
    intended,
    listed,
    marks,
    prints,
    quick,
    reopen,
    run,
)

NEVER = Growth(10**9)


def seen(state: State) -> dict[str, Any]:
    """All that a state says, in a form that can be compared."""
    said = {name: getattr(state, name) for name in State.__slots__ if name != "ledger"}
    return said | {"batches": state.ledger.batches, "rows": list(state.ledger.chunks(1 << 30))}


def folded_from_the_start(store: CheckedStore) -> State:
    """The state without the use of any snapshot."""
    log = RecordLog(store, KEY, "the test")
    assert log.open(None)
    log.last = 0
    replay = Replay(log.lineage)
    for record, _ in log.read():
        replay.fold(record)
    return replay.state


def restored(state: State) -> State:
    fresh = State(state.lineage)
    restoration = Restoration(fresh)
    bodies = list(parts(state))
    assert [restoration.take(body) for body in bodies] == [False] * (len(bodies) - 1) + [True]
    return fresh


@settings(max_examples=15)
@given(st.integers(), st.integers(1, 60), st.integers(2, 12))
def test_any_history_reads_the_same_from_a_snapshot(seed: int, length: int, every: int) -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick(every))
    for number, event in enumerate(Histories(seed).events(journal.state, length)):
        journal.write(event)
        if number % 17 == 16:
            journal.end(applied=number % 2 == 0)
            journal.begin(run(f"run-{number}"))
    assert seen(reopen(store).state) == seen(journal.state)
    assert seen(folded_from_the_start(store)) == seen(journal.state)


@settings(max_examples=5)
@given(st.integers(), st.integers(10, 30))
def test_wherever_a_run_is_killed_the_next_reads_what_was_written(seed: int, length: int) -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick(4))
    for event in Histories(seed).events(journal.state, length):
        journal.write(event)
    for last in range(len(store), 1, -1):
        cut = store.copy()
        assert seen(reopen(cut).state) == seen(folded_from_the_start(cut))
        store.put(last, None)
        store.set_hint(0)


def test_readers_start_at_the_newest_snapshot() -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick(10))
    for number in range(50):
        journal.write(Uploaded("shop", {f"{number}": f"/{number}.png"}))
    newest = journal._log.snap
    assert newest > 30
    for number in range(2, newest):
        store.put(number, None)
    assert seen(reopen(store).state) == seen(journal.state)
    store.put(newest, None)
    with pytest.raises(StateError, match=f"record {newest} .* is missing"):
        reopen(store)


def test_a_snapshot_is_due_after_so_many_records_or_bytes() -> None:
    store = CheckedStore()
    journal = at_work(store)
    while journal._log.snap == 0:
        journal.write(Uploaded("shop", {"sha": "/x.png"}))
    assert 150 < journal._log.snap <= 200
    other = at_work(MemoryStore())
    for event in marks(40_000, 10_000):
        other.write(event)
    assert other._log.snap > 0


def test_snapshots_of_a_large_state_stay_rare() -> None:
    store = CheckedStore()
    journal = at_work(store)
    for event in marks(100_000, 1000):
        journal.write(event)
    records = [store.get(number) or b"" for number in range(1, len(store) + 1)]
    spent = sum(len(record) for record in records if b'"type":"snapshot"' in record)
    told = sum(len(record) for record in records) - spent
    assert spent < 2.5 * told


def test_a_reader_and_a_writer_agree_when_the_next_snapshot_is_due() -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick(7))
    for event in Histories(5).events(journal.state, 60):
        journal.write(event)
        assert reopen(store, growth=quick(7))._growth._tail == pytest.approx(journal._growth._tail)


def test_every_part_of_a_large_snapshot_fits_into_a_record() -> None:
    journal = at_work(MemoryStore(), growth=NEVER)
    for event in marks(100_000):
        journal.write(event)
    journal.write(Bound(tuple(listed(f"key-{number}") for number in range(3000))))
    bodies = list(parts(journal.state))
    assert len(bodies) > 5
    assert all(len(canonical(body)) < LIMIT - 2000 for body in bodies)
    state = restored(journal.state)
    assert len(state.ledger) == 100_000
    assert state.bindings == journal.state.bindings


def test_a_small_ledger_makes_a_small_snapshot() -> None:
    journal = at_work()
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "op", 1, 2, 3)))
    (body,) = parts(journal.state)
    assert len(canonical(body)) < 1500
    assert seen(restored(journal.state)) == seen(journal.state) | {"serial": 0, "renewed_at": ""}


def test_a_listing_with_huge_texts_travels_in_pieces() -> None:
    journal = at_work(growth=NEVER)
    text = "x" * 400_000
    journal.write(Bound((listed("a"), listed("b"))))
    journal.write(Observed((Seen("a", {"description": text, "images": ("i", "j")}),)))
    intent = changes("a", "op", title="new")
    journal.write(intended(replace(intent, op=replace(intent.op, fields={"description": text, "status": "s"}))))
    journal.write(ended("op"))
    journal.write(Observed((Seen("a", {"description": text}),)))
    bodies = list(parts(journal.state))
    assert all(len(canonical(body)) < LIMIT - 2000 for body in bodies)
    assert restored(journal.state).bindings == journal.state.bindings


def test_parts_out_of_order_are_refused() -> None:
    journal = at_work(MemoryStore(), growth=NEVER)
    for event in marks(50_000):
        journal.write(event)
    bodies = list(parts(journal.state))
    with pytest.raises(ValueError, match="next part"):
        Restoration(State("x")).take(bodies[1])


def test_fingerprints_survive_in_order() -> None:
    journal: RecordJournal = at_work(growth=NEVER)
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "op", *range(500))))
    ledger: Ledger = restored(journal.state).ledger
    for account in range(500):
        assert ledger.find(prints(account)) == journal.state.ledger.find(prints(account))


_VALUES = st.dictionaries(st.sampled_from(["title", "price", "images", "stock"]), st.sampled_from(["1", 2, ("a", "b")]))


@given(_VALUES, _VALUES, _VALUES)
def test_a_binding_is_read_as_it_was_whether_texts_stand_once_or_twice(
    applied: dict[str, Value], observed: dict[str, Value], before: dict[str, Value]
) -> None:
    binding = Binding("seat", "accplanet", "p1", applied, observed, before)
    out = json.loads(canonical(binding_out(binding)))
    assert binding_of(out) == binding == binding_of(json.loads(canonical(plain(binding))))
    assert {*out.get("same", ())} == {name for name, value in observed.items() if applied.get(name) == value}
    assert not {*out.get("same", ())} & out["observed"].keys()
