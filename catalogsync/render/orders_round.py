"""Rounds of `orders fulfill --watch`: a line each, and below it what is new and somebody's business."""

from datetime import datetime

from catalogsync.model.counted import counted
from catalogsync.model.order_plan import OrderChange, OrderReport
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.messages import BLOCKS, WARNS, Said, put_messages, said, told
from catalogsync.render.order_words import name_of, waiting
from catalogsync.render.palette import Span, Style


class Rounds:
    """Tells rounds one by one; what waits and why is told when it is new, and not again.

    Args:
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """

    def __init__(self, width: int, *, color: bool) -> None:
        self._width = width
        self._color = color
        self._known: set[tuple[str, str, str]] = set()

    def told(self, at: datetime, report: OrderReport) -> str:
        """A round that came to its end."""
        page = Page(self._width, color=self._color)
        results = report.results
        done = [one for one in report.plan.work if _outcome(report, one) == "applied"]
        stuck = waiting(report.plan.changes)
        errors = len(results) - len(done) + sum(1 for notice in report.notices if notice.code == "not-read")
        page.put(
            f"{_stamp(at)}  {len(report.plan.changes):,} read, {len(done):,} filled, "
            f"{counted(sum(one.count for one in done), 'account')}, {len(stuck):,} waiting, ",
            Span(counted(errors, "error"), Style.BAD if errors else Style.PLAIN),
            hang=2,
        )
        names = report.plan.marketplaces
        failed = [
            Said(_outcome(report, one), name_of(one, names), results[one.marketplace, one.order_id].error or "")
            for one in report.plan.work
            if _outcome(report, one) in {"failed", "in-doubt"}
        ]
        put_messages(page, BLOCKS, failed, None)
        new = [one for one in stuck if (one.marketplace, one.order_id, one.code) not in self._known]
        notices = [one for one in report.notices if ("", one.code, one.message) not in self._known]
        put_messages(page, WARNS, [Said(one.code, name_of(one, names), one.why) for one in new], None)
        put_messages(page, WARNS, map(said, notices), None)
        self._known = {(one.marketplace, one.order_id, one.code) for one in stuck}
        self._known |= {("", one.code, one.message) for one in report.notices}
        return page.text()

    def broken(self, at: datetime, what: str, message: str, hint: str | None) -> str:
        """A round that did not come to its end: what that means, and why."""
        page = Page(self._width, color=self._color)
        page.put(f"{_stamp(at)}  ", Span(what, Style.CHANGED), f": {inline(message)}", hang=2)
        if hint:
            page.put(*told(hint), indent=2, hang=2)
        return page.text()

    def backing_off(self, seconds: float) -> str:
        """The next round comes later than usual."""
        page = Page(self._width, color=self._color)
        page.put(f"next round in {_duration(seconds)}, since this one failed", indent=2, hang=2)
        return page.text()

    def end(self, at: datetime) -> str:
        """Somebody stopped it."""
        page = Page(self._width, color=self._color)
        page.put(f"{_stamp(at)}  stopped; what was done is recorded", hang=2)
        return page.text()


def _outcome(report: OrderReport, change: OrderChange) -> str:
    result = report.results.get((change.marketplace, change.order_id))
    return result.outcome if result else ""


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
