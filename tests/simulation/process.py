"""One life of an engine: at every boundary it may be killed, paused, or overtaken by what others do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from catalogsync.model.errors import Interrupted
from tests.harness.fake_clock import START
from tests.simulation.scheduler import Killed

if TYPE_CHECKING:
    from tests.simulation.world import World

PAUSES = (1.0, 5.0, 100.0, 500.0, 1000.0, 3000.0)


class Process:
    """A process of ours. The doors that it holds are dead when it is.

    Attributes:
        pid: its number.
        name: whose process it is.
        over: it is dead, or has ended.
        interrupted: somebody asked it to stop.
        calls: how many changing calls it sent.
    """

    def __init__(self, world: "World", pid: int, name: str, skew: float) -> None:
        self.pid = pid
        self.name = name
        self.over = False
        self.interrupted = False
        self.calls = 0
        self._world = world
        self._skew = timedelta(seconds=skew)

    # Its clock

    def now(self) -> datetime:
        """The wall clock of its machine."""
        return START + timedelta(seconds=self._world.scheduler.now) + self._skew

    def monotonic(self) -> float:
        """Seconds since it was switched on."""
        return 1000.0 + self._world.scheduler.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.step("waits")
        if self.interrupted:
            raise Interrupted("interrupted")
        self._world.scheduler.sleep(seconds)
        self.step("wakes up")

    # Its boundaries

    def step(self, what: str, *, quiet: bool = False, weight: int = 1, longest: float = PAUSES[-1]) -> None:
        """Cross a boundary.

        Args:
            what: what happens there.
            quiet: others may go on, but nothing happens to this process.
            weight: how many times as likely as elsewhere it is that something does.
            longest: for how long it may be paused here.

        Raises:
            Killed: it is dead.
        """
        world = self._world
        world.scheduler.boundary()
        if self.over:
            raise Killed
        if world.calm or quiet:
            return
        fate = world.random.random() / weight
        if fate >= world.eventful:
            return
        traits = world.traits
        if fate < traits.kills:
            self.note(lambda: f"is killed where it {what}")
            self.over = True
            raise Killed
        fate -= traits.kills
        if fate < traits.pauses:
            seconds = min(longest, world.random.choice(PAUSES))
            self.note(lambda: f"is paused for {seconds:.0f} s where it {what}")
            world.scheduler.sleep(seconds)
            world.scheduler.boundary()
            return
        fate -= traits.pauses
        if fate < traits.interrupts:
            self.note(lambda: f"is interrupted where it {what}")
            self.interrupted = True
            return
        fate -= traits.interrupts
        if fate < traits.customers:
            world.street.buy()
        elif world.trade is None or fate - traits.customers < traits.strangers:
            world.street.meddle()
        else:
            world.counter.happen()

    def store_fails(self) -> Literal["before", "after"] | None:
        """Whether the store fails now."""
        world = self._world
        if world.calm or world.random.random() >= world.traits.store_faults:
            return None
        when: Literal["before", "after"] = world.random.choice(["before", "after"])
        self.note(lambda: f"finds that the store fails, {when} it has written")
        return when

    def note(self, text: Callable[[], str]) -> None:
        """Tell the trace what happens."""
        log = self._world.scheduler.log
        if log is not None:
            log(f"{self.name}: {text()}")
