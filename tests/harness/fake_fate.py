"""What happens to calls in the marketplaces in memory: they are lost, refused or late, or the process dies of them."""

from enum import Enum

from catalogsync.model.answer import Answer, AnswerClass


class Fault(Enum):
    """What happens to a changing call."""

    NEVER = "no byte is sent"
    REFUSED = "the marketplace says no, and does nothing"
    REFUSED_HALF_DONE = "the marketplace says no, but has done half of it"
    KEY_REFUSED = "the key is refused"
    LOST_BEFORE = "the request is lost"
    LOST_AFTER = "the request is done and its answer lost"
    LOST_HALF_DONE = "half of the request is done, and its answer lost"
    LATE = "the answer is lost, and the request done later"
    SHORT = "one account is not taken"
    KILL_BEFORE = "the process dies before the request arrives"
    KILL_AFTER = "the process dies after the request was done"


DONE = {Fault.LOST_AFTER, Fault.KILL_AFTER}
HALF_DONE = {Fault.LOST_HALF_DONE, Fault.REFUSED_HALF_DONE}
DEADLY = {Fault.KILL_BEFORE, Fault.KILL_AFTER}
_ANSWERS = {
    Fault.NEVER: Answer(AnswerClass.NEVER, "connection refused"),
    Fault.REFUSED: Answer(AnswerClass.REFUSED, "HTTP 400: no", status=400),
    Fault.REFUSED_HALF_DONE: Answer(AnswerClass.REFUSED, "HTTP 400: no", status=400),
    Fault.KEY_REFUSED: Answer(AnswerClass.REFUSED, "HTTP 401: key", status=401, stop=True),
}


class Killed(BaseException):
    """The process is dead. Whatever it still tries dies too."""


class Life:
    """Whether the process lives: its marketplace and its store are dead when it is."""

    def __init__(self) -> None:
        self.over = False

    def end(self) -> None:
        """Die."""
        self.over = True
        raise Killed

    def check(self) -> None:
        """Stay dead."""
        if self.over:
            raise Killed


def answer_to(fault: Fault) -> Answer:
    """What comes of a call that met a fault."""
    return _ANSWERS.get(fault, Answer(AnswerClass.UNKNOWN, "the answer never came"))


class Fated:
    """A marketplace whose changing calls meet what a test has planned for them.

    Attributes:
        attempts: how often a changing call was tried.
        faults: by number of the attempt at a changing call, from 0: what happens to it.
        life: whether the process lives.
    """

    def __init__(self) -> None:
        self.attempts = 0
        self.faults: dict[int, Fault] = {}
        self.life = Life()
        self._planned: tuple[Fault, str, int, int] | None = None

    def fail(self, fault: Fault, *, on: str, times: int = 1, after: int = 0) -> None:
        """Have the next calls of a name fail, but for the first few."""
        self._planned = (fault, on, times, after)

    def _fault(self, name: str) -> Fault | None:
        number, self.attempts = self.attempts, self.attempts + 1
        if self._planned and self._planned[1] == name:
            fault, on, times, after = self._planned
            self._planned = (fault, on, times, after - 1) if after else (fault, on, times - 1, 0)
            if after == 0 and times > 0:
                return fault
        return self.faults.get(number)
