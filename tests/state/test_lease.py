"""The lease: who is locked out, who may take over, who is fenced, and when it is renewed."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from catalogsync.model.errors import StateError, StateFenced, StateLocked
from catalogsync.model.events import Bound, Forgotten, Verdict
from catalogsync.model.state import Run
from catalogsync.state import FileStore, RecordJournal
from catalogsync.state.lease import must_renew
from tests.state.ground import (
    CheckedStore,
    ManualClock,
    appends,
    at_work,
    attempts,
    create,
    creates,
    ended,
    everybody,
    intended,
    listed,
    nobody,
    quick,
    reopen,
    run,
    said,
    types,
)


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
    # The store knows no time, so that only our own clock speaks for it: it has to speak twice as long.
    clock.pass_by(1800)
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


DAY = 86_400.0


@pytest.mark.parametrize(
    ("ours", "stores", "taken"),
    [
        (901, 901, True),
        (901, 899, False),
        (DAY, 0, False),
        (DAY, -DAY, False),
        (-DAY, DAY, False),
        (899, DAY, False),
        (DAY, DAY, True),
        (DAY, 900, False),
    ],
)
def test_time_takes_over_only_where_our_clock_and_the_stores_agree(ours: float, stores: float, taken: bool) -> None:
    passed = [1000.0]
    store, clock = CheckedStore(lambda: passed[0]), ManualClock()
    at_work(store, clock)
    clock.wall += timedelta(seconds=ours)
    passed[0] += stores
    other = reopen(store, clock, alive=everybody)
    if taken:
        other.begin(run("run-2"))
        assert other.state.run == run("run-2")
    else:
        with pytest.raises(StateLocked) as caught:
            other.begin(run("run-2"))
        assert types(store) == ["init", "begin"]
        if (ours, stores) == (901, 899):
            assert "after 2026-11-21T12:15:02" in said(caught.value)


def test_who_is_locked_out_by_the_stores_clock_is_told_how_long(tmp_path: Path) -> None:
    store, clock = FileStore(tmp_path), ManualClock()
    at_work(store, clock)
    clock.wall += timedelta(days=1)
    with pytest.raises(StateLocked) as caught:
        reopen(store, clock, alive=everybody).begin(run("run-2"))
    assert "after 2026-11-22T12:14:5" in said(caught.value) or "after 2026-11-22T12:15:00" in said(caught.value)


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


@pytest.mark.parametrize(
    ("elapsed", "seconds", "due"),
    [(0, 810, False), (0, 10, False), (600, 10, False), (600.1, 10, True), (500, 310, False), (500, 310.1, True)],
)
def test_a_lease_is_renewed_only_if_too_little_is_left(elapsed: float, seconds: float, due: bool) -> None:
    assert must_renew(900, elapsed, seconds) is due


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

    def test_a_fresh_lease_that_somebody_else_ended_holds_for_no_further_call(self) -> None:
        store, clock = CheckedStore(), ManualClock()
        first = at_work(store, clock)
        second = reopen(store, clock, alive=nobody)
        second.begin(run("run-2"))
        with pytest.raises(StateFenced, match="run-2"):
            first.assure(60)
        second.end(applied=True)
        assert types(store) == ["init", "begin", "takeover", "end"]


class Distant(CheckedStore):
    """To look there is a trip over the network."""

    look_interval = 10.0
    looks = 0

    def get(self, number: int) -> bytes | None:
        self.looks += 1
        return super().get(number)


class TestLooking:
    """Whether another run took over is looked up before each call, but not more often than the store bears."""

    def test_one_look_or_record_is_enough_for_the_interval(self) -> None:
        store, clock = Distant(), ManualClock()
        journal = at_work(store, clock)
        before = store.looks
        found = []
        for _ in range(8):
            clock.pass_by(4)
            journal.assure(60)
            found.append(store.looks - before)
        assert found == [0, 0, 1, 1, 1, 2, 2, 2]
        journal.write(Bound((listed("a"),)))
        clock.pass_by(9)
        journal.assure(60)
        assert store.looks - before == 2

    def test_a_take_over_is_noticed_when_the_interval_has_passed(self) -> None:
        store, clock = Distant(), ManualClock()
        first = at_work(store, clock)
        reopen(store, clock, alive=nobody).begin(run("run-2"))
        clock.pass_by(9)
        first.assure(60)
        clock.pass_by(1)
        with pytest.raises(StateFenced, match="run-2"):
            first.assure(60)

    def test_a_record_is_refused_within_the_interval(self) -> None:
        store, clock = Distant(), ManualClock()
        first = at_work(store, clock)
        reopen(store, clock, alive=nobody).begin(run("run-2"))
        first.assure(60)
        with pytest.raises(StateFenced, match="run-2"):
            first.write(Bound((listed("a"),)))

    def test_a_machine_that_slept_looks_again(self) -> None:
        store, clock = Distant(), ManualClock()
        first = at_work(store, clock)
        reopen(store, clock, alive=nobody).begin(run("run-2"))
        clock.wall += timedelta(seconds=20)
        with pytest.raises(StateFenced, match="run-2"):
            first.assure(60)


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
