"""What an apply came to, for a person: the verdict, what to do next, and everything that is not done."""

from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.report import Outcome, Report
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.messages import BLOCKS, FEW, WARNS, Said, put_messages, said, told
from catalogsync.render.palette import Span, Style
from catalogsync.render.tally import DONE, applied, done, next_steps, outcomes

_SECTIONS: Final[tuple[tuple[Outcome, str, Span], ...]] = (
    ("failed", "Failed", BLOCKS),
    ("in-doubt", "In doubt", Span("?", Style.BAD)),
    ("skipped", "Not done", Span("·", Style.CHANGED)),
)


def render_report_text(report: Report, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """The report as text.

    Args:
        report: of an apply, or of a dry run.
        verbose: from 1 on it names what was done too.
        width: of the screen, in cells.
        color: whether to add terminal colours; nothing is told by colour alone.
    """
    page = Page(width, color=color)
    if report.dry_run:
        _put_sketch(page, report)
        return page.text()
    _put_verdict(page, report)
    changes = [(change, result) for change in report.plan.changes if (result := report.results.get(change.key))]
    for outcome, title, sign in _SECTIONS:
        entries = [
            Said(change.action.value, change.key, result.error or "no reason was given")
            for change, result in changes
            if result.outcome == outcome
        ]
        if entries:
            page.heading(title)
            put_messages(page, sign, entries, None)
    otherwise = [
        Said(change.action.value, change.key, f"could not be done; it was {DONE[result.performed]} instead")
        for change, result in changes
        if result.performed is not None
    ]
    notices = [said(notice) for notice in report.notices]
    if otherwise or notices:
        page.heading("Worth a look")
        put_messages(page, WARNS, [*otherwise, *notices], None if verbose > 0 else FEW)
    if verbose > 0:
        _put_done(page, report)
    return page.text()


def _put_verdict(page: Page, report: Report) -> None:
    if report.earlier:
        page.put(Span("Already applied. Nothing was done.", Style.GOOD))
        return
    if report.complete and not report.interrupted:
        parts = ", ".join(done(report))
        page.put(Span(f"Applied: {parts}." if parts else "Nothing to do.", Style.GOOD))
        return
    what = "Interrupted" if report.interrupted else "Not everything is done"
    page.put(Span(f"{what}: {', '.join(outcomes(report))}.", Style.BAD))
    for step in next_steps(report):
        page.put(*told(step))


def _put_done(page: Page, report: Report) -> None:
    changes = applied(report)
    if not changes:
        return
    page.heading("Done")
    for change in changes:
        word = DONE[report.results[change.key].performed or change.action]
        accounts = f", {counted(change.accounts.new or 0, 'account')} sent" if change.accounts else ""
        page.put(Span("✓", Style.GOOD), f" {inline(change.key)} {word}{accounts}", indent=2, hang=2)


def _put_sketch(page: Page, report: Report) -> None:
    calls = counted(len(report.sketch), "call")
    if report.plan.blocked:
        page.put(Span(f"Dry run: BLOCKED, so nothing would be sent. Let pass, it would be {calls}:", Style.BAD))
    elif report.sketch:
        page.put(Span(f"Dry run: {calls} would be sent. Nothing was changed.", Style.GOOD))
    else:
        page.put(Span("Dry run: no call would be sent. Nothing was changed.", Style.GOOD))
    if report.sketch:
        page.heading("Calls")
    for call in report.sketch:
        page.put(inline(call), indent=2, hang=2)
