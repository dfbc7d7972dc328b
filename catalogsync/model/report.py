"""What an apply came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from catalogsync.model.listing import Listing
from catalogsync.model.message import Message
from catalogsync.model.plan import Action, Notice, Plan

UNFINISHED: Final = frozenset({"short", "in-doubt"})
"""Notices of these codes mean that not everything is done, whatever became of the changes."""

ALREADY: Final = "already-applied"
"""A notice of this code means that nothing was done, because it had been done before."""

Outcome = Literal["applied", "failed", "skipped", "in-doubt"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one change. `performed` is set where another action was done than planned."""

    outcome: Outcome
    error: str | None = None
    performed: Action | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A plan that was carried out.

    Attributes:
        plan: what was to be done.
        results: by key; every change of the plan has one.
        notices: what was noticed on the way (applied but not shown, fewer accounts taken than sent, open doubts).
        calls: how many changing calls were sent.
        dry_run: nothing was sent; `sketch` holds the calls that would have been.
        interrupted: somebody asked the run to stop.
        listed: what the marketplace showed before anything was done, by product_id.
        messages: what somebody is to be told of it, now that the state is given back.
    """

    plan: Plan
    results: Mapping[str, Result] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    calls: int = 0
    dry_run: bool = False
    interrupted: bool = False
    sketch: tuple[str, ...] = ()
    listed: Mapping[str, Listing] = field(default_factory=dict, repr=False)
    messages: tuple[Message, ...] = ()

    @property
    def failed(self) -> int:
        """How many changes failed or were skipped."""
        return sum(1 for result in self.results.values() if result.outcome in {"failed", "skipped"})

    @property
    def in_doubt(self) -> int:
        """How many changes are in doubt."""
        return sum(1 for result in self.results.values() if result.outcome == "in-doubt")

    @property
    def earlier(self) -> bool:
        """Whether it was an earlier run that applied all of it, and this one did nothing."""
        return any(notice.code == ALREADY for notice in self.notices)

    @property
    def all_applied(self) -> bool:
        """Whether every change of the plan was applied, whatever else may be open."""
        return not (self.failed or self.in_doubt)

    @property
    def complete(self) -> bool:
        """Whether everything is done: nothing failed, came short, or is in doubt."""
        return self.all_applied and not any(notice.code in UNFINISHED for notice in self.notices)
