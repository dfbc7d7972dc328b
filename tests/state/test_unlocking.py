"""Unlocking by hand, and waiting for another run to end."""

import json
from collections.abc import Callable

import pytest

from catalogsync.model.errors import Interrupted, StateFenced, StateLocked
from catalogsync.model.events import Bound
from catalogsync.state import Patience, RecordJournal
from tests.harness.fake_clock import FakeClock
from tests.state.ground import (
    KEY,
    CheckedStore,
    ManualClock,
    at_work,
    attempts,
    creates,
    everybody,
    intended,
    listed,
    reopen,
    run,
    types,
)


class TestUnlocking:
    def test_it_takes_over_from_the_run_that_was_shown_and_says_why(self) -> None:
        store = CheckedStore()
        first = at_work(store)
        first.write(intended(creates("a")))
        second = reopen(store, alive=everybody)
        holder = second.state.run
        assert holder is not None
        second.unlock(run("run-2", pid=2), holder)
        body = json.loads(store.get(4) or b"")["body"]
        assert (body["from"], body["why"]) == ("run-1", "unlocked by hand by ann, with `apply`")
        second.end(applied=False)
        assert second.state.ops.keys() == {"create-a"}
        for attempt in attempts(first):
            with pytest.raises(StateFenced):
                attempt()
        third = reopen(store, alive=everybody)
        third.begin(run("run-3"))
        assert third.state.epoch == 3

    def test_a_run_that_began_meanwhile_is_left_alone(self) -> None:
        store = CheckedStore()
        first = at_work(store)
        second = reopen(store, alive=everybody)
        holder = second.state.run
        assert holder is not None
        first.end(applied=True)
        first.begin(run("run-other"))
        with pytest.raises(StateLocked, match="run-other"):
            second.unlock(run("run-2"), holder)
        first.write(Bound((listed("a"),)))

    def test_a_run_that_ended_meanwhile_leaves_nothing_to_do(self) -> None:
        store = CheckedStore()
        first = at_work(store)
        second = reopen(store, alive=everybody)
        holder = second.state.run
        assert holder is not None
        first.end(applied=True)
        second.unlock(run("run-2"), holder)
        second.end(applied=False)
        assert types(store) == ["init", "begin", "end", "begin", "end"]


class Waits(ManualClock):
    """Lets something happen at each wait."""

    def __init__(self, happens: Callable[[int], None]) -> None:
        super().__init__()
        self.waits = 0
        self._happens = happens

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.waits += 1
        self._happens(self.waits)


class TestPatience:
    def test_who_waits_gets_the_lease_and_the_state_as_it_is_by_then(self) -> None:
        store = CheckedStore()
        first = at_work(store)

        def happens(waits: int) -> None:
            if waits == 3:
                first.write(Bound((listed("a"),)))
                first.end(applied=True)

        told: list[str] = []
        clock = Waits(happens)
        second = reopen(store, clock, alive=everybody)
        second.patience = Patience(600, told.append)
        second.begin(run("run-2"))
        assert clock.waits == 3
        assert second.state.bindings.keys() == {"a"}
        assert second.state.last == run("run-1")
        [text] = told
        assert "run run-1" in text
        assert "up to 600 s" in text

    def test_patience_has_an_end(self) -> None:
        store = CheckedStore()
        at_work(store)
        clock = Waits(lambda _: None)
        second = reopen(store, clock, alive=everybody)
        second.patience = Patience(9.5)
        with pytest.raises(StateLocked, match="run-1"):
            second.begin(run("run-2"))
        assert clock.ticks == 1009.5

    def test_who_is_impatient_does_not_wait_at_all(self) -> None:
        store = CheckedStore()
        at_work(store)
        clock = Waits(lambda _: None)
        with pytest.raises(StateLocked):
            reopen(store, clock, alive=everybody).begin(run("run-2"))
        assert clock.waits == 0

    def test_a_holder_that_dies_meanwhile_is_taken_over(self) -> None:
        store = CheckedStore()
        at_work(store)
        clock = Waits(lambda _: None)
        second = reopen(store, clock, alive=lambda *_: clock.waits < 2)
        second.patience = Patience(600)
        second.begin(run("run-2"))
        assert types(store) == ["init", "begin", "takeover"]

    def test_each_holder_is_named(self) -> None:
        store = CheckedStore()
        first = at_work(store)

        def happens(waits: int) -> None:
            first.end(applied=True)
            if waits == 1:
                first.begin(run("run-other"))

        told: list[str] = []
        second = reopen(store, Waits(happens), alive=everybody)
        second.patience = Patience(600, told.append)
        second.begin(run("run-2"))
        assert ["run-other" in text for text in told] == [False, True]

    def test_waiting_can_be_interrupted(self) -> None:
        store = CheckedStore()
        at_work(store)
        clock = FakeClock()
        second = RecordJournal.open(store, KEY, clock, place="the test", alive=everybody)
        assert second is not None
        second.patience = Patience(600)
        clock.interrupted.set()
        with pytest.raises(Interrupted):
            second.begin(run("run-2"))
        assert types(store) == ["init", "begin"]
