"""From records to the state: folds them in their order, and refuses those that break the rules of the log."""

from collections.abc import Callable
from typing import Final, TypeVar

from catalogsync.model.errors import StateError
from catalogsync.model.events import Event
from catalogsync.model.state import Execution, Moved, Run, State
from catalogsync.state.bodies import event_of
from catalogsync.state.codec import Record, newer
from catalogsync.state.effects import Effects, Stamp
from catalogsync.state.lease import moved_away
from catalogsync.state.snapshot import Restoration

T = TypeVar("T")

_EXECUTIONS: Final = 100
"""Of so many saved plans it is remembered what became of them."""


class Replay:
    """Folds records into a State. Begins with the first record, or with the first part of a snapshot."""

    def __init__(self, lineage: str) -> None:
        self.state = State(lineage)
        self._effects = Effects(self.state)
        self._restoration: Restoration | None = None

    def check(self, event: Event) -> None:
        """Refuse an event that must not be written.

        Raises:
            StateError: it breaks a rule.
        """
        self._effects.check(event)

    def fold(self, record: Record) -> None:
        """Take the next record.

        Raises:
            StateError: it breaks a rule, or this version does not know its type or form.
        """
        match record.type:
            case "init":
                if record.number != 1:
                    raise StateError("a state cannot begin twice")
            case "begin" | "takeover":
                self._begin(record)
            case "snapshot":
                self._snapshot(record)
            case "close":
                self._close(record)
            case "open":
                self._open()
            case _:
                self._work(record)
        self.state.serial = record.number
        if self.state.run:
            self.state.renewed_at = record.at

    def _begin(self, record: Record) -> None:
        state = self.state
        if state.moved is not None:
            raise StateError(*moved_away(state.moved))
        run = _read(lambda raw: Run(**raw), record.body.get("run"))
        before = state.run.id if state.run else None
        if run.id != record.run or record.epoch != state.epoch + 1 or record.body.get("from") != before:
            raise StateError(f"run {record.run} does not begin where the run before it ended")
        self._executed(record, complete=False)
        state.run = run
        state.epoch = record.epoch

    def _close(self, record: Record) -> None:
        """The run at work ends, and no other begins before the state is opened again, in another place."""
        self._at_work(record)
        place, who = _read(lambda body: (str(body["place"]), str(body["who"])), record.body)
        self.state.moved = Moved(record.at, place, who)
        self.state.run, self.state.renewed_at = None, ""

    def _open(self) -> None:
        if self.state.moved is None:
            raise StateError("it is opened, but was not closed")
        self.state.moved = None

    def _snapshot(self, record: Record) -> None:
        """Begin with a snapshot. One that is met later says nothing new."""
        if self.state.serial == 0:
            self._restoration = Restoration(self.state)
        if self._restoration is not None:
            if not _read(self._restoration.take, record.body):
                return
            self._restoration = None
            self._effects = Effects(self.state)
        self._at_work(record)

    def _work(self, record: Record) -> None:
        self._at_work(record)
        if record.type == "renew":
            return
        if record.type == "end":
            if record.body.get("applied"):
                self.state.last = self.state.run
                self._executed(record, complete=bool(record.body.get("complete")))
            self.state.run, self.state.renewed_at = None, ""
            return
        event = _read(event_of, record.type, record.body)
        if event is None:
            raise newer(f"a record of type {record.type!r}")
        self._effects.check(event)
        self._effects.apply(event, Stamp(record.at, record.run))

    def _executed(self, record: Record, *, complete: bool) -> None:
        """Remember what the run that ends made of a saved plan, if it was given one."""
        run, executions = self.state.run, self.state.executions
        if run is None or run.plan is None:
            return
        before = executions.get(run.plan)
        if before is not None and before.complete and not complete:
            return  # A run that was given it once more had nothing to do.
        executions.pop(run.plan, None)
        executions[run.plan] = Execution(run, record.at, complete)
        if len(executions) > _EXECUTIONS:
            del executions[next(iter(executions))]

    def _at_work(self, record: Record) -> None:
        run = self.state.run
        if run is None or run.id != record.run or record.epoch != self.state.epoch:
            raise StateError(f"run {record.run} wrote without being at work")


def _read(reader: Callable[..., T], *raw: object) -> T:
    """What an authentic body says; a form that this version cannot read is a later version's."""
    try:
        return reader(*raw)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise newer("its content") from None
