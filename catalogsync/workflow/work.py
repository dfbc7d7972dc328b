"""One apply under way: what became of each change so far, and whether to go on."""

from dataclasses import dataclass, field

from catalogsync.core.alarm import Waiting
from catalogsync.model.listing import Listings
from catalogsync.model.plan import Action, Change, Notice, Plan
from catalogsync.model.report import Outcome, Result
from catalogsync.workflow.calls import Calls
from catalogsync.workflow.desk import Desk


@dataclass(slots=True)
class Work(Calls):
    """The state of one apply.

    Attributes:
        desk: what it works with.
        plan: what is to be done.
        listings: the newest List.
        waiting: by listing, units that were sold and wait for accounts, if the orders were read.
        results: what became of each key.
        notices: what was noticed on the way.
        exact: how many batches moved stock and sales as they should.
        unsent: how many accounts of each key are still to be sent.
    """

    desk: Desk
    plan: Plan
    listings: Listings
    waiting: Waiting = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    exact: int = 0
    unsent: dict[str, int] = field(default_factory=dict)

    def finish(self, key: str, outcome: Outcome, error: str | None = None, performed: Action | None = None) -> None:
        """Note what became of a change. What went wrong first stays."""
        known = self.results.get(key)
        if known is None or known.outcome == "applied":
            self.results[key] = Result(outcome, error, performed or (known.performed if known else None))

    def in_good_order(self, change: Change) -> bool:
        """Whether nothing has gone wrong with a change so far."""
        result = self.results.get(change.key)
        return result is None or result.outcome == "applied"
