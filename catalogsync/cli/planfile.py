"""A plan that was saved by `plan --out`: reading it, whether it is still what would be done, and whether it was."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalogsync.model.errors import PlanStale, StateError, UsageError
from catalogsync.model.plan import Notice, Plan
from catalogsync.model.state import Execution, State

if TYPE_CHECKING:
    from catalogsync.model.report import Report

_LARGEST: Final = 1 << 30
"""Bytes; a plan that creates 100,000 listings with long descriptions has half of them."""
_HINT: Final = "`catalogsync plan --out FILE` saves a plan"
_ANEW: Final = "make a new one: `catalogsync plan --out FILE`"


class AlreadyApplied(Exception):
    """All that a saved plan says was done by an earlier run.

    Attributes:
        report: what is to be said of it.
    """

    def __init__(self, report: "Report") -> None:
        super().__init__()
        self.report = report


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A saved plan.

    Attributes:
        path: where it was read.
        digest: its own; the state remembers by it what became of the plan.
        plan: what it says.
    """

    path: Path
    digest: str
    plan: Plan

    @classmethod
    def read(cls, path: Path) -> "SavedPlan":
        """Read a saved plan.

        Raises:
            UsageError: it cannot be read, is no untouched plan, or one that cannot be applied.
        """
        from catalogsync.render.plan_reading import plan_of, read_plan_document

        document = read_plan_document(_text(path))
        saved = cls(path, document["digest"], plan_of(document))
        if saved.plan.offline:
            raise UsageError(
                f"{path} was made with --offline, from the state alone: such a plan cannot be applied",
                "plan without --offline, where the marketplace can be asked: `catalogsync plan --out FILE`",
            )
        return saved

    def require_ground(self, marketplace: str, state: State | None) -> None:
        """Make sure that it was made for this marketplace and on this state.

        Raises:
            PlanStale: it was not.
            StateError: the state knew more when it was made. A machine that never saw the state notices by this alone.
        """
        from catalogsync.core.staleness import other_ground

        if differences := other_ground(self.plan, marketplace, state.lineage if state else None):
            raise PlanStale("", None, tuple(differences))
        ground = self.plan.ground
        if ground and state and ground.serial > state.serial:
            raise StateError(
                f"{self.path} was made on record {ground.serial} of the state, but the state ends with record "
                f"{state.serial}: an old copy was put back",
                "put the newest copy back, whole; if there is no such copy, `catalogsync state recover` finds out what "
                "can be known. Nothing was changed; accounts that were sent since would count as new",
            )

    def require_same(self, plan: Plan) -> None:
        """Make sure that a new plan would do exactly what this one says.

        Raises:
            PlanStale: it would not.
        """
        from catalogsync.core.staleness import deviations

        if differences := deviations(self.plan, plan):
            raise PlanStale("", None, tuple(differences))

    def require_undone(self, state: State | None) -> None:
        """Make sure that it was not carried out before.

        Raises:
            AlreadyApplied: it was.
        """
        before = state.execution(self.digest) if state else None
        if before is not None and before.complete:
            raise AlreadyApplied(self._report(before))

    def stale(self, state: State | None, error: PlanStale) -> PlanStale:
        """The same error, with what is known of this plan: which file, and whether it was begun before."""
        before = state.execution(self.digest) if state else None
        if before is None or before.complete:
            return PlanStale(f"{self.path} is stale; nothing was changed", _ANEW, error.differences)
        return PlanStale(
            f"{self.path} is stale: it was begun by {_by(before)}, and not finished; nothing more was changed",
            "`catalogsync plan` shows what is left of it; `catalogsync state doubts` tells of calls in doubt",
            error.differences,
        )

    def _report(self, before: Execution) -> "Report":
        from catalogsync.model.report import Report, Result

        told = f"this plan was already applied on {before.at[:19]}Z by {_by(before)}; nothing was done now"
        notice = Notice("already-applied", None, told)
        return Report(self.plan, {change.key: Result("applied") for change in self.plan.changes}, (notice,))


def _by(execution: Execution) -> str:
    run = execution.run
    commit = f", commit {run.commit[:12]}" if run.commit else ""
    link = f", {run.ci_url}" if run.ci_url else ""
    return f"`{run.command}` of {run.who or 'somebody'} (run {run.id}{commit}{link})"


def _text(path: Path) -> str:
    """The text of a file, which is one, and not too large."""
    try:
        # Without waiting, in case that it is a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            os.close(handle)
            what = "too large to be a plan" if stat.S_ISREG(found.st_mode) else "no file"
            raise UsageError(f"{path} is {what}", _HINT)
        with os.fdopen(handle, "rb") as file:
            return file.read().decode()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read", _HINT) from None
