"""Who goes on: of several threads exactly one runs, and at each boundary a seeded number decides which.

Time is fake and shared. It stands still while anybody can go on, and jumps to the next event when nobody can.
"""

import heapq
import threading
from collections.abc import Callable
from random import Random

MOST_STEPS = 60_000
"""A world that takes more steps does not end."""


class Killed(BaseException):
    """The process is dead. Whatever it still tries dies too."""


class Violation(AssertionError):
    """A promise was broken."""


class Actor:
    """Something with a thread of its own."""

    def __init__(self, name: str, body: Callable[[], None]) -> None:
        self.name = name
        self.body = body
        self.baton = threading.Lock()
        self.baton.acquire()


class Scheduler:
    """Runs actors one at a time, and events when their time has come.

    Attributes:
        random: decides everything.
        now: seconds since the world began.
        restless: how likely a boundary is to let somebody else go on.
        failure: what broke the world; from then on every actor dies at its next boundary.
        steps: how many boundaries were crossed.
        log: is told what happens, with the time; None if nobody listens.
    """

    def __init__(self, random: Random, restless: float, log: Callable[[str], None] | None) -> None:
        self.random = random
        self.now = 0.0
        self.restless = restless
        self.failure: BaseException | None = None
        self.steps = 0
        self.log = log
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = 0
        self._main = Actor("main", lambda: None)
        self._running = self._main
        self._ready: list[Actor] = []
        self._unfinished = 0

    @property
    def who(self) -> str:
        """The name of the actor that runs."""
        return self._running.name

    @property
    def pending(self) -> bool:
        """Whether any event is still to come."""
        return bool(self._events)

    def at(self, delay: float, action: Callable[[], object]) -> None:
        """Let something happen after so many seconds."""
        self._numbers += 1
        heapq.heappush(self._events, (self.now + delay, self._numbers, action))

    def run(self, actors: list[Actor]) -> None:
        """Run actors to their ends.

        Raises:
            Violation: a promise was broken.
        """
        self._unfinished = len(actors)
        threads = [threading.Thread(target=self._live, args=(actor,), daemon=True) for actor in actors]
        for thread in threads:
            thread.start()
        self._ready += actors
        self._give_up(self._main)
        for thread in threads:
            thread.join()
        if self.failure is not None:
            raise self.failure

    def boundary(self) -> None:
        """A place where somebody else may go on.

        Raises:
            Killed: the world is broken already.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            self.fail(Violation(f"the world does not end: {MOST_STEPS} steps"))
        if self.failure is not None:
            raise Killed
        if self._ready and self.random.random() < self.restless:
            self._ready.append(self._running)
            self._give_up(self._running)

    def sleep(self, seconds: float) -> None:
        """Wait, and let others go on meanwhile."""
        me = self._running
        self.at(max(0.0, seconds), lambda: self._ready.append(me))
        self._give_up(me)

    def drain(self) -> None:
        """Let everything happen that is still to come. For when nobody else is at work."""
        while self._events:
            self._happen()

    def fail(self, failure: BaseException) -> None:
        """Break the world; what broke it first stays."""
        self.failure = self.failure or failure

    def _give_up(self, me: Actor) -> None:
        """Hand the baton to somebody, and wait for it if that is somebody else."""
        while not self._ready:
            self._happen()
        chosen = self._ready.pop(self.random.randrange(len(self._ready)) if len(self._ready) > 1 else 0)
        if chosen is me:
            return
        self._running = chosen
        chosen.baton.release()
        me.baton.acquire()

    def _happen(self) -> None:
        moment, _, action = heapq.heappop(self._events)
        self.now = max(self.now, moment)
        try:
            action()
        except Violation as violation:
            self.fail(violation)

    def _live(self, actor: Actor) -> None:
        actor.baton.acquire()
        try:
            actor.body()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self.fail(error)
        self._unfinished -= 1
        if not self._unfinished:
            self._ready.append(self._main)
        while not self._ready:
            self._happen()
        chosen = self._ready.pop(self.random.randrange(len(self._ready)) if len(self._ready) > 1 else 0)
        self._running = chosen
        chosen.baton.release()
