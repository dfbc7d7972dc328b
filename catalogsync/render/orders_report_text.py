"""What `orders fulfill` came to, for a person: the verdict, everything that is not done, and each order."""

from collections.abc import Sequence
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.order_plan import OrderAction, OrderChange, OrderReport
from catalogsync.model.report import Outcome
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page, cells, pad
from catalogsync.render.messages import BLOCKS, FEW, WARNS, Said, put_messages, said, told
from catalogsync.render.order_words import done_orders, name_of, outcomes_of, product_of
from catalogsync.render.orders_plan_text import WIDEST
from catalogsync.render.palette import Span, Style

SECTIONS: Final[tuple[tuple[Outcome, str, Span], ...]] = (
    ("failed", "Failed", BLOCKS),
    ("in-doubt", "In doubt", Span("?", Style.BAD)),
    ("skipped", "Not done", Span("·", Style.CHANGED)),
)


def render_orders_report(report: OrderReport, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """The report as text.

    Args:
        report: of `orders fulfill`.
        verbose: from 1 on every notice is shown.
        width: of the screen, in cells.
        color: whether to add terminal colours; nothing is told by colour alone.
    """
    page = Page(width, color=color)
    _put_verdict(page, report)
    for outcome, title, sign in SECTIONS:
        if entries := _not_done(report, outcome):
            page.heading(title)
            put_messages(page, sign, entries, None)
    if report.notices:
        page.heading("Worth a look")
        put_messages(page, WARNS, map(said, report.notices), None if verbose > 0 else FEW)
    if done := _with(report, "applied"):
        page.heading("Filled")
        names = [inline(name_of(change, report.plan.marketplaces)) for change in done]
        column = 0 if page.narrow else min(max(map(cells, names)), WIDEST)
        for change, name in zip(done, names, strict=True):
            told_of = f" {pad(name, column) if column else name}  {product_of(change)}  {_arrived(change)}"
            page.put(Span("✓", Style.GOOD), told_of, indent=2, hang=2)
    return page.text()


def render_sketch(calls: Sequence[str], *, width: int = 100, color: bool = False) -> str:
    """The calls that `orders fulfill` would send, in their order."""
    page = Page(width, color=color)
    if not calls:
        page.put(Span("Dry run: no call would be sent. Nothing was changed.", Style.GOOD))
        return page.text()
    page.put(Span(f"Dry run: {counted(len(calls), 'call')} would be sent. Nothing was changed.", Style.GOOD))
    page.heading("Calls")
    for call in calls:
        page.put(inline(call), indent=2, hang=2)
    return page.text()


def _put_verdict(page: Page, report: OrderReport) -> None:
    doubts = any(notice.code == "in-doubt" for notice in report.notices)
    if not (report.failed or report.in_doubt or report.interrupted or doubts):
        parts = ", ".join(done_orders(report))
        page.put(Span(f"Done: {parts}." if parts else "Nothing to do.", Style.GOOD))
        return
    what = "Interrupted" if report.interrupted else "Not everything is done"
    parts = ", ".join(outcomes_of(report))
    page.put(Span(f"{what}{f': {parts}' if parts else ''}.", Style.BAD))
    page.put(
        *told("`catalogsync orders fulfill` can be run again at any time: it does what is left, and nothing twice.")
    )
    if report.in_doubt or doubts:
        page.put(*told("`catalogsync state doubts` shows what is known of the calls in doubt, and asks what is not."))


def _with(report: OrderReport, outcome: Outcome) -> list[OrderChange]:
    results = report.results
    return [
        one
        for one in report.plan.work
        if (result := results.get((one.marketplace, one.order_id))) and result.outcome == outcome
    ]


def _not_done(report: OrderReport, outcome: Outcome) -> list[Said]:
    return [
        Said(
            one.action.value,
            name_of(one, report.plan.marketplaces),
            report.results[one.marketplace, one.order_id].error or "no reason was given",
        )
        for one in _with(report, outcome)
    ]


def _arrived(change: OrderChange) -> str:
    """`3 accounts sent`, `2 of 5 accounts sent`."""
    if change.action is OrderAction.PARTIAL:
        return f"{change.count:,} of {counted(max(change.count, change.quantity - change.delivered), 'account')} sent"
    if change.action is OrderAction.RESEND:
        return f"{counted(change.count, 'account')} there"
    return f"{counted(change.count, 'account')} sent"
