"""What each event does to the state, seen through a journal."""

from dataclasses import replace

import pytest

from catalogsync.model.errors import StateError
from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Forgotten,
    Marked,
    Observed,
    Remembered,
    Renamed,
    Resolved,
    Seen,
    Uploaded,
    Verdict,
)
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import Binding, Call, Keepsake, TrackRecord
from catalogsync.state import RecordJournal
from tests.state.ground import (
    CheckedStore,
    ManualClock,
    appends,
    at_work,
    changes,
    creates,
    ended,
    fate,
    intended,
    listed,
    prints,
    quick,
    reopen,
    run,
    types,
)

NOON = "2026-11-21T12:00:00.000Z"
LATER = "2026-11-21T12:00:10.000Z"


def test_a_run_begins_and_ends(journal: RecordJournal, clock: ManualClock) -> None:
    state = journal.state
    assert (state.run, state.epoch, state.last, state.serial) == (run("run-1"), 1, None, 2)
    assert state.renewed_at == NOON
    clock.pass_by(10)
    journal.write(Uploaded("shop", {}))
    assert state.renewed_at == LATER
    journal.end(applied=False)
    assert (state.run, state.epoch, state.last, state.renewed_at) == (None, 1, None, "")
    journal.begin(run("run-2"))
    journal.end(applied=True)
    assert (state.run, state.epoch, state.last) == (None, 2, run("run-2"))


def test_an_intent_opens_an_operation(journal: RecordJournal) -> None:
    journal.write(intended(creates("a")))
    op = journal.state.ops["create-a"]
    assert (op.since, op.run, op.held) == (NOON, "run-1", False)
    assert journal.state.bindings == {}


def test_a_committed_create_binds_what_was_sent(journal: RecordJournal, clock: ManualClock) -> None:
    journal.write(intended(creates("a", price="9.99")))
    clock.pass_by(10)
    journal.write(ended("create-a", product_id="p-a"))
    assert journal.state.ops == {}
    assert journal.state.bindings == {
        "a": Binding("a", "shop", "p-a", {"title": "a", "price": "9.99"}, {}, applied_at=LATER, run="run-1")
    }


def test_an_aborted_create_leaves_nothing_and_may_be_tried_again(journal: RecordJournal) -> None:
    journal.write(intended(creates("a")))
    journal.write(ended("create-a", Verdict.ABORTED))
    assert (journal.state.ops, journal.state.bindings) == ({}, {})
    journal.write(intended(creates("a", "again")))


def test_a_held_operation_waits_for_a_person(journal: RecordJournal) -> None:
    journal.write(intended(creates("a")))
    journal.write(ended("create-a", Verdict.HELD, evidence="two look alike"))
    op = journal.state.ops["create-a"]
    assert (op.held, op.evidence) == (True, "two look alike")


def test_a_committed_update_is_awaited(journal: RecordJournal, clock: ManualClock) -> None:
    bound = Binding(
        "a",
        "shop",
        "p-a",
        {"title": "t", "price": "1.00", "status": "active"},
        {"title": "t", "price": "1.00", "status": "active"},
        before={"price": "0.50", "stock": 3, "warranty_period_days": 7},
        retired="active",
    )
    journal.write(Bound((bound,)))
    clock.pass_by(10)
    journal.write(intended(changes("a", "op", price="2.00", stock="4")))
    journal.write(ended("op"))
    after = journal.state.bindings["a"]
    assert after.applied == {"title": "t", "price": "2.00", "status": "active", "stock": "4"}
    assert after.observed == {"title": "t", "status": "active"}
    assert after.before == {"price": "old price", "stock": "old stock", "warranty_period_days": 7}
    assert (after.retired, after.applied_at, after.run) == (None, LATER, "run-1")
    assert after.keepsake == Keepsake(pool="pool")


def test_an_update_of_a_field_that_was_not_shown_awaits_nothing_of_before(journal: RecordJournal) -> None:
    journal.write(Bound((Binding("a", "shop", "p-a", {}, {}, before={"price": "0.50"}),)))
    intent = changes("a", "op", price="2.00")
    intent.op.before.clear()  # type: ignore[attr-defined]
    journal.write(intended(intent))
    journal.write(ended("op"))
    assert journal.state.bindings["a"].before == {}


@pytest.mark.parametrize(("before", "remembered"), [({"status": "paused"}, "paused"), ({}, "active")])
def test_a_committed_retire_remembers_the_status_before(
    journal: RecordJournal, before: dict[str, str], remembered: str
) -> None:
    journal.write(Bound((Binding("a", "shop", "p-a", {"status": "x"}, {"status": "x"}),)))
    intent = changes("a", "op", Call.RETIRE, status="inactive")
    intent.op.before.clear()  # type: ignore[attr-defined]
    intent.op.before.update(before)  # type: ignore[attr-defined]
    journal.write(intended(intent))
    journal.write(ended("op"))
    after = journal.state.bindings["a"]
    assert (after.retired, after.applied, after.observed) == (remembered, {"status": "inactive"}, {})
    assert after.before == before


def test_a_committed_delete_leaves_the_ledger(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "fill", 1, 2)))
    journal.write(ended("fill"))
    journal.write(intended(changes("a", "drop", Call.DELETE)))
    journal.write(ended("drop"))
    assert journal.state.bindings == {}
    assert fate(journal, "fill") is Fate.SENT
    journal.write(Bound((listed("b", "p-a"),)))


def test_an_append_binds_its_accounts_before_it_is_sent(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "op", 1, 2, 3)))
    batch = Batch("op", "shop/p-a", "a", "pool", 3, Fate.BOUND)
    assert journal.state.ledger.find(prints(2)) == (batch, prints(2))


def test_a_committed_append_is_sent_however_many_came_short(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    for op, short in (("op-1", 2), ("op-2", 1)):
        journal.write(intended(appends("a", op, *((1, 2, 3) if op == "op-1" else (4,)))))
        journal.write(ended(op, short=short))
    assert journal.state.bindings["a"].short == 3
    assert len(journal.state.ledger) == 4
    assert fate(journal, "op-1") is Fate.SENT


def test_an_aborted_append_frees_its_accounts(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"), listed("b"))))
    journal.write(intended(appends("a", "op", 1)))
    journal.write(ended("op", Verdict.ABORTED))
    assert journal.state.ledger.find(prints(1)) is None
    journal.write(intended(appends("b", "again", 1)))
    assert fate(journal, "op") is Fate.FREE
    assert fate(journal, "again") is Fate.BOUND


@pytest.mark.parametrize(("sent", "then"), [(True, Fate.SENT), (False, Fate.FREE)])
def test_a_held_append_is_resolved_by_a_person(journal: RecordJournal, sent: bool, then: Fate) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "op", 1)))
    journal.write(ended("op", Verdict.HELD))
    assert fate(journal, "op") is Fate.HELD
    journal.write(Resolved("op", sent=sent, who="ann"))
    assert fate(journal, "op") is then
    assert journal.state.ops == {}


def test_better_evidence_may_end_what_was_held(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "op", 1)))
    journal.write(ended("op", Verdict.HELD))
    journal.write(ended("op"))
    assert fate(journal, "op") is Fate.SENT


def test_a_resolved_update_counts_as_it_was_resolved(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    for sent, title in ((False, "one"), (True, "two")):
        journal.write(intended(changes("a", f"op-{title}", title=title)))
        journal.write(Resolved(f"op-{title}", sent=sent))
    assert journal.state.bindings["a"].applied == {"title": "two"}
    assert journal.state.ops == {}


def test_a_resolved_delete_and_create(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(changes("a", "drop", Call.DELETE), creates("b"), creates("c")))
    journal.write(Resolved("drop", sent=True))
    journal.write(Resolved("create-b", sent=False))
    journal.write(Bound((listed("c"),)))
    assert "create-c" in journal.state.ops
    journal.write(Resolved("create-c", sent=True))
    assert list(journal.state.bindings) == ["c"]
    assert journal.state.ops == {}


def test_what_is_seen_is_awaited_no_more(journal: RecordJournal) -> None:
    journal.write(Bound((Binding("a", "shop", "p", {"title": "t"}, {}, before={"title": "x", "price": "1.00"}),)))
    journal.write(Observed((Seen("a", {"title": "T"}),)))
    after = journal.state.bindings["a"]
    assert (after.listed, after.observed, after.before) == (True, {"title": "T"}, {"price": "1.00"})


def test_a_binding_replaces_the_one_before(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a", "one"), listed("b", "two"))))
    journal.write(Bound((listed("a", "two"), listed("b", "one"))))
    assert {key: binding.product_id for key, binding in journal.state.bindings.items()} == {"a": "two", "b": "one"}
    journal.write(Bound((listed("a", "three"),)))
    journal.write(Bound((listed("c", "two"),)))


def test_a_binding_says_when_it_was_made_unless_it_knows(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"), Binding("b", "shop", "p-b", {}, {}, applied_at="earlier", run="other"))))
    assert (journal.state.bindings["a"].applied_at, journal.state.bindings["a"].run) == (NOON, "run-1")
    assert (journal.state.bindings["b"].applied_at, journal.state.bindings["b"].run) == ("earlier", "other")


def test_a_rename_takes_open_operations_along(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"), listed("b"))))
    journal.write(intended(changes("a", "op", title="new"), creates("x")))
    journal.write(Renamed({"a": "b", "b": "c", "x": "y"}))
    assert {key: binding.product_id for key, binding in journal.state.bindings.items()} == {"b": "p-a", "c": "p-b"}
    assert journal.state.bindings["b"].key == "b"
    assert (journal.state.ops["op"].key, journal.state.ops["create-x"].key) == ("b", "y")
    journal.write(Ended((Ending("op", Verdict.COMMITTED), Ending("create-x", Verdict.COMMITTED, "p-x"))))
    assert journal.state.bindings["b"].applied == {"title": "new"}
    assert journal.state.bindings["y"].product_id == "p-x"


def test_what_is_forgotten_may_be_bound_again(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(changes("a", "op", title="new")))
    journal.write(Forgotten(("a",)))
    journal.write(ended("op"))
    assert journal.state.bindings == {}
    journal.write(Bound((listed("b", "p-a"),)))


def test_a_late_end_does_not_touch_another_listing_of_the_key(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(changes("a", "op", Call.DELETE)))
    journal.write(Bound((listed("a", "another"),)))
    journal.write(ended("op"))
    assert journal.state.bindings["a"].product_id == "another"


def test_keepsakes_images_and_marks_are_remembered(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(Remembered({"a": Keepsake(prevent_delete=True)}))
    journal.write(Uploaded("shop", {"1": "/1.png"}))
    journal.write(Uploaded("shop", {"2": "/2.png"}))
    journal.write(Uploaded("mall", {"1": "/m.png"}))
    journal.write(Marked("none-sent"))
    journal.write(Marked("some-sent", Batch("mark", "shop/p-a", "a", "some-sent", 1, Fate.SENT), prints(5), prints(6)))
    state = journal.state
    assert state.bindings["a"].keepsake == Keepsake(prevent_delete=True)
    assert state.images == {"shop": {"1": "/1.png", "2": "/2.png"}, "mall": {"1": "/m.png"}}
    assert state.marked_pools == {"none-sent", "some-sent"}
    assert fate(journal, "mark") is Fate.SENT


def test_another_reader_sees_the_same(clock: ManualClock) -> None:
    store = CheckedStore()
    journal = at_work(store, clock)
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "op", 1), creates("b")))
    read = reopen(store).state
    assert read.ops == journal.state.ops
    assert read.bindings == journal.state.bindings
    assert read.serial == journal.state.serial == 4


def test_a_refusal_frees_nothing_and_is_remembered_until_it_is_verified(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "op", 1)))
    journal.write(ended("op", Verdict.REFUSED, evidence="HTTP 400: no"))
    assert journal.state.ops["op"].refused == "HTTP 400: no"
    assert fate(journal, "op") is Fate.BOUND
    journal.write(ended("op", Verdict.ABORTED))
    assert fate(journal, "op") is Fate.FREE


def test_a_refused_change_frees_nothing_either(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(changes("a", "op", title="t")))
    journal.write(ended("op", Verdict.REFUSED, evidence="HTTP 400: no"))
    assert journal.state.ops["op"].refused == "HTTP 400: no"


def test_an_intent_is_open_and_new_whatever_it_says(journal: RecordJournal) -> None:
    intent = creates("x", "op")
    op = replace(intent.op, held=True, refused="no", evidence="much", since="never", run="run-9")
    journal.write(intended(replace(intent, op=op)))
    found = journal.state.ops["op"]
    assert (found.held, found.refused, found.evidence, found.run) == (False, "", "", "run-1")
    assert found.since != "never"


def test_whose_a_listing_is_outlives_a_snapshot() -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick(2))
    for key in "abcd":
        journal.write(Bound((listed(key),)))
    assert "snapshot" in types(store)
    journal.end(applied=False)
    journal = reopen(store)
    journal.begin(run("run-2"))
    with pytest.raises(StateError, match="it belongs to 'a'"):
        journal.write(Bound((listed("y", "p-a"),)))


def test_a_created_listing_keeps_what_outlives_its_file(journal: RecordJournal) -> None:
    intent = creates("x", "op")
    journal.write(intended(replace(intent, op=replace(intent.op, keepsake=Keepsake(pool="pool")))))
    journal.write(ended("op", product_id="p-x"))
    assert journal.state.bindings["x"].keepsake == Keepsake(pool="pool")


def test_what_a_marketplace_proved_adds_up(journal: RecordJournal) -> None:
    for exact, odd in ((2, 1), (3, 0), (0, 4)):
        journal.write(Observed((), "shop", exact, odd))
    assert journal.state.track["shop"] == TrackRecord(5, 5)


def test_a_renamed_key_owns_its_listing_and_the_old_one_does_not(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(Renamed({"a": "z"}))
    with pytest.raises(StateError, match="it belongs to 'z'"):
        journal.write(Bound((listed("y", "p-a"),)))
    journal.write(Forgotten(("z",)))
    journal.write(Bound((listed("y", "p-a"),)))


def test_what_was_seen_before_stays_seen(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(Observed((Seen("a", {"title": "t"}),)))
    journal.write(Observed((Seen("a", {"price": "1"}),)))
    assert journal.state.bindings["a"].observed.items() >= {("title", "t"), ("price", "1")}
