"""One marketplace's orders being served: what became of each so far, and what was noticed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogsync.core.arrival import Ruling
from catalogsync.core.pasting import pasted
from catalogsync.model.answer import Answer
from catalogsync.model.counted import counted
from catalogsync.model.events import Ended, Ending, Verdict
from catalogsync.model.order import Order
from catalogsync.model.plan import Notice
from catalogsync.model.pool import Account
from catalogsync.model.report import Outcome, Result
from catalogsync.model.state import Op
from catalogsync.ports import Fingerprints
from catalogsync.workflow.calls import Calls
from catalogsync.workflow.orders.desk import Stand


@dataclass(slots=True)
class Service(Calls):
    """The calls of one run to the orders of one marketplace.

    Attributes:
        desk: what it works with.
        listed: the orders as they were listed in this run, by id.
        results: what became of each order, by id.
        notices: what was noticed on the way.
    """

    desk: Stand
    listed: Mapping[str, Order] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    @property
    def prints(self) -> Fingerprints:
        """What accounts are recorded by."""
        if self.desk.desk.fingerprints is None:
            raise AssertionError("accounts are never sent without the state's key")
        return self.desk.desk.fingerprints

    def finish(self, order_id: str, outcome: Outcome, error: str | None = None) -> None:
        """Note what became of an order, as far as that is known by now."""
        self.results[order_id] = Result(outcome, error)

    def end(self, op: Op, ruling: Ruling, order: Order | None = None) -> None:
        """Record what a delivery turned out to have come to.

        Args:
            op: the delivery.
            ruling: what it came to, and why.
            order: the order that shows it, if one does.
        """
        self.journal.write(Ended((Ending(op.id, ruling.verdict, evidence=ruling.evidence),)))
        if ruling.verdict is Verdict.COMMITTED:
            if order is not None:
                self.check_units(op, None, completed=order.status not in self.desk.market.open_statuses)
            self.finish(op.order or "", "applied")
        else:
            self.finish(op.order or "", "in-doubt" if ruling.verdict is Verdict.HELD else "failed", ruling.evidence)

    def confirmed(self, op: Op, answer: Answer) -> Ending:
        """The end of a delivery that the marketplace confirmed; and what its answer says of the order is told."""
        self.finish(op.order or "", "applied")
        self.desk.desk.observer.step(f"order {op.order}", op.count)
        short = self.check_units(op, answer.delivered, completed=answer.completed)
        return Ending(op.id, Verdict.COMMITTED, short=short, confirmed=True)

    def notice(self, code: str, op: Op, message: str) -> None:
        """Note what a person should know of an order."""
        self.notices.append(Notice(code, op.key or None, f"order {op.order} at {op.marketplace}: {message}"))

    def check_units(self, op: Op, delivered: int | None, *, completed: bool | None) -> int:
        """Compare what a confirmed delivery made of an order with what it should have. Returns how many are missing."""
        whole = op.fields.get("whole") == "yes"
        due = self.journal.state.ledger.count_at(op.destination)
        short = 0 if delivered is None else max(0, min(op.count, due - delivered))
        if short:
            self.notice(
                "short",
                op,
                f"it shows {counted(delivered or 0, 'unit')} delivered, and {counted(due, 'account')} went there; the "
                "others may be there all the same, so they are not sent again; look at the order there",
            )
        elif whole and completed is False:
            self.notice(
                "not-completed",
                op,
                "it has all that was bought, but is not completed; look at it there, or complete it by "
                f"`catalogsync -m {op.marketplace} orders set-status {pasted(op.order or '')} completed_order`",
            )
        return short


@dataclass(frozen=True, slots=True)
class Parcel:
    """The accounts of one delivery.

    Attributes:
        op: the delivery.
        accounts: what it brings; empty where they are not in the catalog any more.
    """

    op: Op
    accounts: tuple[Account, ...] = ()
