"""The journal: the lease, take-over and fencing, renewal, large events, and stores that break their promises."""

import json
import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from catalogsync.model.errors import StateError, StateFenced, StateLocked
from catalogsync.model.events import Bound, Ended, Ending, Event, Forgotten, Intended, Marked, Observed, Seen, Verdict
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.state import Run
from catalogsync.ports import Journal
from catalogsync.state import MemoryStore, RecordJournal
from catalogsync.state.codec import LIMIT
from tests.state.ground import (
    KEY,
    CheckedStore,
    ManualClock,
    appends,
    at_work,
    changes,
    create,
    creates,
    ended,
    intended,
    listed,
    quick,
    reopen,
    run,
    said,
)


def nobody(_host: str, _pid: int, _started: str) -> bool:
    return False


def everybody(_host: str, _pid: int, _started: str) -> bool:
    return True


def attempts(journal: RecordJournal) -> list[Callable[[], None]]:
    """All that needs the lease."""
    return [
        lambda: journal.write(Bound((listed("a"),))),
        lambda: journal.assure(60),
        lambda: journal.end(applied=True),
    ]


def types(store: MemoryStore) -> list[str]:
    found: list[str] = []
    while (data := store.get(len(found) + 1)) is not None:
        found.append(json.loads(data)["type"])
    return found


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


def test_a_live_run_locks_the_state() -> None:
    store, clock = CheckedStore(), ManualClock()
    create(store).begin(Run("r1", "apply", "2026-11-21T12:00:00Z", "box", 77, "b", "ann", ci_url="https://ci.test/1"))
    clock.pass_by(899)
    with pytest.raises(StateLocked) as caught:
        reopen(store, clock, alive=everybody).begin(run("r2"))
    text = said(caught.value)
    for part in ("apply", "ann", "r1", "77", "box", "2026-11-21T12:00:00Z", "https://ci.test/1", "12:15:00.000Z"):
        assert part in text
    assert types(store) == ["init", "begin"]


def test_a_dead_run_is_taken_over_at_once() -> None:
    store = CheckedStore()
    first = at_work(store)
    first.write(intended(creates("a")))
    second = reopen(store, alive=nobody)
    second.begin(run("run-2"))
    assert types(store) == ["init", "begin", "intent", "takeover"]
    assert (second.state.run, second.state.epoch) == (run("run-2"), 2)
    assert second.state.ops["create-a"].run == "run-1"
    second.write(ended("create-a", Verdict.ABORTED))


def test_a_silent_run_is_taken_over_when_its_time_is_up() -> None:
    store, clock = CheckedStore(), ManualClock()
    first = at_work(store, clock)
    clock.pass_by(600)
    first.write(intended(creates("a")))
    second = reopen(store, clock, alive=everybody)
    clock.pass_by(900)
    with pytest.raises(StateLocked):
        second.begin(run("run-2"))
    clock.pass_by(0.001)
    second.begin(run("run-2"))
    assert second.state.epoch == 2


@pytest.mark.parametrize("hours", [-24, -1, 0])
def test_a_clock_that_was_set_back_takes_nothing_over(hours: int) -> None:
    store = CheckedStore()
    at_work(store)
    clock = ManualClock()
    clock.wall += timedelta(hours=hours)
    with pytest.raises(StateLocked):
        reopen(store, clock, alive=everybody).begin(run("run-2"))


def test_who_was_taken_over_is_fenced_for_good() -> None:
    store = CheckedStore()
    first = at_work(store)
    second = reopen(store, alive=nobody)
    second.begin(run("run-2", host="there", pid=9))
    length = len(store)
    for attempt in attempts(first):
        with pytest.raises(StateFenced, match=r"run run-2, process 9 on there.*this run stops"):
            attempt()
    assert len(store) == length
    second.write(Bound((listed("a"),)))


def test_who_was_taken_over_by_a_run_that_has_ended_is_fenced_too() -> None:
    store = CheckedStore()
    first = at_work(store)
    second = reopen(store, alive=nobody)
    second.begin(run("run-2"))
    second.end(applied=True)
    with pytest.raises(StateFenced, match="another run took the state over, and has ended"):
        first.write(Forgotten(()))


def test_who_was_fenced_may_begin_anew() -> None:
    store = CheckedStore()
    first = at_work(store)
    second = reopen(store, alive=nobody)
    second.begin(run("run-2"))
    with pytest.raises(StateFenced):
        first.write(Forgotten(()))
    second.end(applied=False)
    first.begin(run("run-3"))
    first.write(Bound((listed("a"),)))
    assert first.state.epoch == 3


def test_of_many_who_begin_at_once_exactly_one_does() -> None:
    store = CheckedStore()
    create(store)
    journals = [reopen(store, alive=everybody) for _ in range(8)]
    began: list[int] = []
    locked: list[StateLocked] = []
    gate = threading.Barrier(8)

    def begin(number: int) -> None:
        gate.wait()
        try:
            journals[number].begin(run(f"run-{number}"))
            began.append(number)
        except StateLocked as error:
            locked.append(error)

    racers = [threading.Thread(target=begin, args=(number,)) for number in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert (len(began), len(locked)) == (1, 7)
    assert types(store) == ["init", "begin"]


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


class TestLease:
    def test_a_fresh_lease_is_not_renewed(self) -> None:
        store, clock = CheckedStore(), ManualClock()
        journal = at_work(store, clock)
        clock.pass_by(500)
        journal.assure(60)
        assert types(store) == ["init", "begin"]

    @pytest.mark.parametrize(("passed", "call"), [(601, 60), (300, 520), (0, 809), (100_000, 1)])
    def test_a_lease_that_is_too_short_for_the_call_is_renewed(self, passed: float, call: float) -> None:
        store, clock = CheckedStore(), ManualClock()
        journal = at_work(store, clock)
        clock.pass_by(passed or 2)
        journal.assure(call)
        assert types(store) == ["init", "begin", "renew"]
        journal.assure(60)
        assert types(store) == ["init", "begin", "renew"]
        assert journal.state.renewed_at == clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def test_every_record_renews_it(self) -> None:
        store, clock = CheckedStore(), ManualClock()
        journal = at_work(store, clock)
        for _ in range(4):
            clock.pass_by(500)
            journal.write(Bound((listed("a"),)))
            journal.assure(60)
        assert "renew" not in types(store)

    def test_a_machine_that_slept_renews_by_the_wall_clock(self) -> None:
        store, clock = CheckedStore(), ManualClock()
        journal = at_work(store, clock)
        clock.wall += timedelta(hours=1)
        journal.assure(60)
        assert types(store) == ["init", "begin", "renew"]

    def test_a_wall_clock_that_was_set_back_does_not_stretch_it(self) -> None:
        store, clock = CheckedStore(), ManualClock()
        journal = at_work(store, clock)
        clock.ticks += 800
        clock.wall -= timedelta(hours=1)
        journal.assure(60)
        assert types(store) == ["init", "begin", "renew"]

    def test_a_call_that_no_lease_can_cover_is_refused(self) -> None:
        journal = at_work()
        with pytest.raises(StateError, match="does not fit into a lease"):
            journal.assure(900)
        journal.assure(60)

    def test_a_lease_that_was_lost_is_not_renewed(self) -> None:
        store, clock = CheckedStore(), ManualClock()
        first = at_work(store, clock)
        clock.pass_by(2000)
        reopen(store, clock, alive=everybody).begin(run("run-2"))
        with pytest.raises(StateFenced):
            first.assure(60)


class Overwriting(MemoryStore):
    """Ignores the condition that there be no record yet."""

    def create(self, number: int, data: bytes) -> bool:
        self._records[number] = data
        return True


class Refusing(MemoryStore):
    """Says no, and has nothing."""

    def create(self, number: int, data: bytes) -> bool:
        return super().create(number, data) if number < 3 else False


class Losing(MemoryStore):
    """Says yes, and keeps nothing."""

    def create(self, number: int, data: bytes) -> bool:
        return super().create(number, data) if number < 2 else number not in self._records


class Cutting(MemoryStore):
    """Keeps a part of what it is given."""

    def create(self, number: int, data: bytes) -> bool:
        return super().create(number, data[:100] if number > 1 else data)


class Stale(MemoryStore):
    """Shows a record only when a later one is there."""

    def get(self, number: int) -> bytes | None:
        return super().get(number) if number + 1 in self._records or number == 1 else None


class Failing(MemoryStore):
    """Fails from a record on."""

    full_at = 3

    def create(self, number: int, data: bytes) -> bool:
        if number >= self.full_at:
            raise StateError("the state cannot be written: the disk is full", "make room")
        return super().create(number, data)


@pytest.mark.parametrize("store", [Overwriting(), Losing(), Cutting(), Stale()], ids=lambda s: type(s).__name__)
def test_a_store_that_breaks_its_promises_is_refused_before_anything_is_sent(store: MemoryStore) -> None:
    with pytest.raises(StateError, match="not fit for a state"):  # noqa: PT012
        journal = create(store)
        journal.begin(run())
    assert len(store._records) <= 2


def test_a_run_on_an_unfit_store_writes_no_more() -> None:
    journal = create(Cutting())
    with pytest.raises(StateError, match="not fit"):
        journal.begin(run())
    with pytest.raises(StateError, match="not fit"):
        journal.write(Forgotten(()))


def test_a_store_that_refuses_what_it_does_not_have_is_refused() -> None:
    journal = create(Refusing())
    journal.begin(run())
    with pytest.raises(StateError, match="not fit"):
        journal.write(Bound((listed("a"),)))
    other = create(Refusing())
    other.begin(run())
    with pytest.raises(StateError, match="not fit"):
        other.end(applied=False)


def test_after_a_write_that_failed_nothing_more_is_written() -> None:
    store = Failing()
    journal = create(store)
    journal.begin(run())
    for attempt in attempts(journal):
        with pytest.raises(StateError, match="the disk is full"):
            attempt()
    store.full_at = 100
    with pytest.raises(StateError, match="the disk is full"):
        journal.write(Bound((listed("a"),)))
    again = reopen(store, alive=nobody)
    again.begin(run("run-2"))
    assert again.state.bindings == {}


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


class Overtaken(CheckedStore):
    """Lets another run take over just before the first part of a snapshot is written."""

    other: RecordJournal | None = None

    def create(self, number: int, data: bytes) -> bool:
        if b'"type":"snapshot"' in data and self.other is None:
            self.other = reopen(self, alive=nobody)
            self.other.begin(run("run-2"))
        return super().create(number, data)


def test_a_fenced_snapshot_harms_nobody() -> None:
    store = Overtaken()
    first = at_work(store, growth=quick(4))
    first.write(Bound((listed("a"),)))
    with pytest.raises(StateFenced):
        first.write(intended(appends("a", "op", 1)))
    assert store.other is not None
    assert store.other.state.ops.keys() == {"op"}
    store.other.write(ended("op"))
    assert reopen(store).state.ops == {}
