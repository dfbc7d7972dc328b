"""Changing calls, some at once, each answer as it comes; and when to start no more of them."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import Interrupted
from catalogsync.ports import Journal

T = TypeVar("T")

FAILURES_IN_A_ROW: Final = 5
"""After so many failures of one kind in a row nothing new is started."""


class Caller(Protocol):
    """Who makes calls at one marketplace."""

    @property
    def parallel(self) -> int:
        """How many calls may be under way at once."""
        ...

    @property
    def longest_call(self) -> float:
        """Seconds that a changing call may take, with all its tries: so long the lease must hold."""
        ...

    @property
    def interrupted(self) -> Callable[[], bool]:
        """Whether somebody asked the run to stop."""
        ...


@dataclass(slots=True)
class Calls:
    """The calls of one run at one marketplace.

    Attributes:
        desk: who makes them.
        journal: the open journal, with the lease.
        calls: how many changing calls were sent.
        stopped: why nothing new is started any more; empty while work goes on.
    """

    desk: Caller
    journal: Journal
    calls: int = field(default=0, kw_only=True)
    stopped: str = field(default="", kw_only=True)
    _kind: str = field(default="", init=False)
    _in_a_row: int = field(default=0, init=False)

    def goes_on(self) -> bool:
        """Whether something new may be started."""
        if not self.stopped and self.desk.interrupted():
            self.stopped = "interrupted"
        return not self.stopped

    def uninterrupted(self, work: Callable[[], None]) -> None:
        """Do something, as far as nobody asks the run to stop."""
        try:
            work()
        except Interrupted:
            self.stopped = "interrupted"

    def heed(self, answer: Answer) -> None:
        """Count a call, and stop the run after too many failures alike."""
        if answer.kind is not AnswerClass.NEVER:
            self.calls += 1
        local = answer.kind is AnswerClass.REFUSED and answer.status not in {401, 403, 429}
        if answer.kind is AnswerClass.CONFIRMED or local:
            self._kind, self._in_a_row = "", 0
            return
        kind = f"{answer.kind}/{answer.status}"
        self._in_a_row = self._in_a_row + 1 if kind == self._kind else 1
        self._kind = kind
        if self._in_a_row >= FAILURES_IN_A_ROW and not self.stopped:
            self.stopped = f"{self._in_a_row} calls in a row failed alike: {answer.reason}"

    def answers(self, items: Iterable[T], call: Callable[[T], Answer]) -> Iterator[list[tuple[T, Answer]]]:
        """Make a call for each item, some at once, and give the answers as they come: all that are there by now.

        Whoever records them at a store that is far away takes as long as several calls; what came meanwhile then shares
        a record. No call begins while a record is written, so these are never more than are under way at once.

        What cannot be started any more gets an answer of class N, so that its intent is ended like any other.

        Raises:
            StateError, StateFenced: the lease is lost; what was not started is not.
        """

        def one(item: T) -> Answer:
            if not self.goes_on():
                return Answer(AnswerClass.NEVER, f"not started: {self.stopped}")
            self.journal.assure(self.desk.longest_call)
            try:
                answer = call(item)
            except Interrupted:
                # Calls only ever wait after an answer that proves that nothing was done.
                return Answer(AnswerClass.NEVER, "interrupted while waiting to send it again")
            if answer.stop and not self.stopped:
                self.stopped = answer.reason
            return answer

        if self.desk.parallel == 1:
            for item in items:
                answer = one(item)
                self.heed(answer)
                yield [(item, answer)]
            return
        pool = ThreadPoolExecutor(self.desk.parallel)
        try:
            futures: dict[Future[Answer], T] = {pool.submit(one, item): item for item in items}
            while futures:
                done, _ = wait(futures, return_when=FIRST_COMPLETED)
                ended = [(futures.pop(future), future) for future in list(futures) if future in done]
                # What was answered is told before what was raised, so that it is recorded if that can still be done.
                answers = [(item, future.result()) for item, future in ended if future.exception() is None]
                for _, answer in answers:
                    self.heed(answer)
                if answers:
                    yield answers
                for _, future in ended:
                    future.result()
        finally:
            # Where something was raised, what waits for its turn must not be sent any more.
            pool.shutdown(cancel_futures=True)
