"""The journal: beginning, writing from several threads, and events too large for one record."""

import random
import threading
from dataclasses import replace

import pytest

from catalogsync.model.errors import StateError
from catalogsync.model.events import Bound, Ended, Ending, Event, Forgotten, Intended, Marked, Observed, Seen, Verdict
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.state import Execution
from catalogsync.ports import Journal
from catalogsync.state import MemoryStore, RecordJournal
from catalogsync.state.codec import LIMIT
from tests.state.ground import (
    KEY,
    CheckedStore,
    ManualClock,
    appends,
    at_work,
    attempts,
    changes,
    create,
    creates,
    ended,
    intended,
    listed,
    nobody,
    quick,
    reopen,
    run,
    types,
)


def test_it_is_a_journal() -> None:
    journal: Journal = create(CheckedStore())
    assert journal.state.serial == 1


def test_writing_needs_a_run_that_has_begun() -> None:
    journal = create(CheckedStore())
    for attempt in attempts(journal):
        with pytest.raises(StateError, match="has begun"):
            attempt()


def test_a_state_is_made_once() -> None:
    store = CheckedStore()
    create(store)
    with pytest.raises(StateError, match="there is a state in the test already"):
        create(store)


def test_each_state_has_a_lineage_of_its_own() -> None:
    assert create(CheckedStore()).state.lineage != create(CheckedStore()).state.lineage


def test_no_state_is_no_journal() -> None:
    assert RecordJournal.open(MemoryStore(), KEY, ManualClock(), place="the test") is None


def test_a_beginning_reads_what_others_wrote_meanwhile() -> None:
    store = CheckedStore()
    early = create(store)
    other = reopen(store)
    other.begin(run("other"))
    other.write(Bound((listed("a"),)))
    other.end(applied=True)
    early.begin(run("early"))
    assert early.state.bindings.keys() == {"a"}
    assert early.state.epoch == 2


def test_threads_of_one_run_write_one_after_the_other() -> None:
    store = CheckedStore()
    journal = at_work(store)
    journal.write(Bound(tuple(listed(f"k{number}") for number in range(8))))

    def work(number: int) -> None:
        for turn in range(10):
            op = f"op-{number}-{turn}"
            journal.write(intended(appends(f"k{number}", op, number * 100 + turn)))
            journal.assure(60)
            journal.write(ended(op))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(journal.state.ledger) == 80
    assert reopen(store).state.serial == journal.state.serial == 3 + 160


class TestLargeEvents:
    def test_many_intents_become_several_records(self) -> None:
        store = CheckedStore()
        journal = at_work(store)
        keys = [f"key-{number}" for number in range(50)]
        journal.write(Bound(tuple(listed(key) for key in keys)))
        intents = [appends(key, f"op-{key}", *range(n * 600, n * 600 + 600)) for n, key in enumerate(keys)]
        journal.write(Intended(tuple(intents)))
        journal.write(Ended(tuple(Ending(f"op-{key}", Verdict.COMMITTED) for key in keys)))
        assert types(store).count("intent") == 2
        assert types(store)[-1] == "outcome"
        read = reopen(store)
        assert len(read.state.ledger) == 30_000
        assert read.state.ops == {}

    def test_two_hundred_thousand_marked_accounts_fit(self) -> None:
        store = CheckedStore()
        journal = at_work(store)
        users = random.Random(3).randbytes(200_000 * FINGERPRINT)
        journal.write(Marked("pool", Batch("mark", "shop/p", "a", "pool", 200_000, Fate.SENT), users, users[::-1]))
        records = [store.get(number) or b"" for number in range(1, len(store) + 1)]
        assert len(records) > 16
        assert all(0 < len(record) <= LIMIT for record in records)
        ledger = reopen(store).state.ledger
        assert len(ledger) == 200_000
        found = ledger.find(users[-FINGERPRINT:])
        assert found is not None
        assert found[1] == users[::-1][-FINGERPRINT:]

    def test_ten_thousand_seen_listings_fit(self) -> None:
        store = CheckedStore()
        journal = at_work(store)
        keys = [f"key-{number}" for number in range(3000)]
        journal.write(Bound(tuple(listed(key) for key in keys)))
        journal.write(Observed(tuple(Seen(key, {"description": "long " * 200}) for key in keys)))
        journal.write(Forgotten(tuple(keys[1:])))
        assert all(len(store.get(number) or b"") <= LIMIT for number in range(1, len(store) + 1))
        assert reopen(store).state.bindings == journal.state.bindings

    @pytest.mark.parametrize(
        "event",
        [
            intended(appends("a", "op", *range(25_000))),
            intended(changes("a", "op", description="x" * LIMIT)),
            intended(creates("b", description="\ud800")),
        ],
        ids=["accounts", "description", "text"],
    )
    def test_what_cannot_be_recorded_is_refused_and_the_run_goes_on(self, event: Event) -> None:
        store = CheckedStore()
        journal = at_work(store)
        journal.write(Bound((listed("a"),)))
        length = len(store)
        with pytest.raises(StateError, match=r"too large|cannot be recorded"):
            journal.write(event)
        assert len(store) == length
        journal.write(intended(appends("a", "op", 1)))
        journal.end(applied=False)

    def test_a_swap_too_large_for_one_record_is_refused_before_it_is_written(self) -> None:
        journal = at_work()
        keys = [f"key-{number}-{'x' * 90}" for number in range(6000)]
        journal.write(Bound(tuple(listed(key) for key in keys)))
        swapped = [listed(key, f"p-{other}") for key, other in zip(keys, reversed(keys), strict=True)]
        before = dict(journal.state.bindings)
        with pytest.raises(StateError, match="cannot belong to"):
            journal.write(Bound(tuple(swapped)))
        assert journal.state.bindings == before
        journal.write(intended(appends(keys[0], "op", 1)))


class TestSavedPlans:
    """What became of saved plans is remembered, of the newest ones."""

    def test_one_that_was_done_is_told_from_one_that_was_begun(self) -> None:
        store = CheckedStore()
        journal = create(store)
        for name, applied, complete in (("done", True, True), ("failed", True, False), ("refused", False, False)):
            journal.begin(replace(run(name), plan=f"sha256:{name}"))
            assert journal.state.execution(f"sha256:{name}") == Execution(replace(run(name), plan=f"sha256:{name}"))
            journal.end(applied=applied, complete=complete)
        journal.begin(run("no-plan"))
        journal.end(applied=True, complete=True)
        journal.begin(replace(run("killed"), plan="sha256:killed"))
        state = reopen(store, alive=nobody).state
        assert [(name, one.complete) for name, one in state.executions.items()] == [
            ("sha256:done", True),
            ("sha256:failed", False),
        ]
        assert state.execution("sha256:killed") == Execution(replace(run("killed"), plan="sha256:killed"))
        assert state.execution("sha256:refused") is None
        heir = reopen(store, alive=nobody)
        heir.begin(run("heir"))
        heir.end(applied=False)
        remembered = reopen(store).state.execution("sha256:killed")
        assert remembered is not None
        assert (remembered.run.id, remembered.complete, bool(remembered.at)) == ("killed", False, True)

    def test_one_that_was_done_stays_done_whoever_is_given_it_again(self) -> None:
        store = CheckedStore()
        journal = create(store)
        again = replace(run("again"), plan="sha256:done")
        journal.begin(replace(run("done"), plan="sha256:done"))
        journal.end(applied=True, complete=True)
        done = journal.state.execution("sha256:done")
        assert done is not None
        assert (done.run.id, done.complete) == ("done", True)
        journal.begin(again)
        assert journal.state.execution("sha256:done") == done, "who waited for the other one sees it"
        heir = reopen(store, alive=nobody)
        heir.begin(run("heir"))
        heir.end(applied=False)
        assert reopen(store).state.execution("sha256:done") == done, "also where the second was killed"

    def test_they_outlive_a_snapshot_and_are_bounded(self) -> None:
        store = CheckedStore()
        journal = create(store, growth=quick(7))
        for number in range(130):
            journal.begin(replace(run(f"run-{number}"), plan=f"sha256:{number % 120}"))
            if number % 10 == 0:
                journal.write(Bound((listed(f"k{number}"),)))
            journal.end(applied=True, complete=number % 2 == 0)
        assert "snapshot" in types(store)
        state = reopen(store).state
        assert state.executions == journal.state.executions
        assert list(state.executions) == [f"sha256:{number % 120}" for number in range(30, 130)]
        assert state.executions["sha256:9"].complete is False
