"""A plan or a report as one comment: the verdict, what it is worth, what blocks, what is risky, and the rest folded.

It always fits: descriptions are shortened first, then new listings are left out, then other updates, and at the very
end prices, listings that go, and accounts. Whatever is left out is counted. Nothing is rendered that does not fit, so
that a hundred thousand changes take hardly longer than to look at each.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.plan import Allocation, Plan
from catalogsync.model.report import Outcome, Report
from catalogsync.render.markdown.changes import NAMES, TEXTS, Changes
from catalogsync.render.markdown.head import ground, plan_head, report_head
from catalogsync.render.markdown.inert import cell, code, identifier
from catalogsync.render.markdown.notes import items
from catalogsync.render.markdown.room import LIMIT, Room
from catalogsync.render.messages import Said, said
from catalogsync.render.pool_rows import cells_of, telling
from catalogsync.render.tally import DONE, applied

_FRAME: Final = 3_000
"""Bytes for headings, and for telling what is left out."""
_MOST: Final = {"blocked": 20_000, "failed": 20_000, "warnings": 8_000, "calls": 15_000, "pools": 8_000}
"""So many bytes of what has no more than a line each, so that the changes have room too."""
_OPEN: Final = 10
"""So few changes that none of which is risky need no unfolding."""
POOLS: Final = (
    "| Pool | New | To the listing | For orders | Left | Unsold there | A day | Days left |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
)
"""The first two lines of the table of pools."""
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?")

_SECTIONS: Final[tuple[tuple[Outcome, str], ...]] = (
    ("failed", "Failed"),
    ("in-doubt", "In doubt"),
    ("skipped", "Not done"),
)


def render_markdown(subject: Plan | Report, *, whole: tuple[str, ...] = (), address: str | None = None) -> str:
    """The plan, or the report, as Markdown for GitHub and GitLab, in less than 60,000 bytes.

    Its first line is the same for all plans of a marketplace, so that one comment can be found again and replaced.

    Args:
        subject: the plan, or what came of it.
        whole: the names of the files in which the whole report is.
        address: the page that keeps them.
    """
    return _Comment(subject, _whereabouts(whole, address)).text()


class _Comment:
    """One comment, as it comes together."""

    def __init__(self, subject: Plan | Report, whereabouts: str) -> None:
        self._subject = subject
        self._plan = subject if isinstance(subject, Plan) else subject.plan
        self._whereabouts = whereabouts
        self._room = Room(LIMIT - _FRAME)
        self._left_out: Counter[str] = Counter()

    def text(self) -> str:
        """All of it."""
        if isinstance(self._subject, Plan):
            return self._joined("plan", plan_head(self._plan), self._of_plan())
        if self._subject.dry_run:
            calls = self._calls(self._subject)
            return self._joined("dry-run", report_head(self._subject), [*self._of_plan(), *calls])
        return self._joined("apply", report_head(self._subject), self._of_report(self._subject))

    def _joined(self, what: str, head: Iterable[str], sections: Iterable[str]) -> str:
        start = f"<!-- catalogsync:{what} {identifier(self._plan.marketplace)} -->\n"
        paragraphs = [*head]
        for paragraph in paragraphs:
            self._room.take(paragraph)
        parts = [part for part in sections if part]
        if cut := _cut(self._left_out):
            how = self._whereabouts or "`--report plan.html` writes all of it"
            paragraphs.append(f"> **Not shown here, for room: {cut}.** {how}.\n")
        elif self._whereabouts:
            parts.append(f"{self._whereabouts}.\n")
        return start + "\n".join([*paragraphs, *parts])

    def _of_plan(self) -> Iterator[str]:
        plan, changes = self._plan, Changes(self._plan.changes)
        told = "".join(ground(plan, changes.risky))
        self._room.take(told)
        blocked = self._list("blocked", map(said, plan.blocked))
        warnings = self._list("warnings", map(said, plan.warnings))
        pools = self._pools()
        changes.fill(self._room, self._left_out)
        yield told
        yield f"#### Blocked, and what lets it pass\n\n{blocked}" if blocked else ""
        if risky := changes.risky_table():
            yield f"#### Check first\n\n{risky}"
        few = len(plan.warnings) <= _OPEN
        if warnings:
            title = counted(len(plan.warnings), "warning")
            yield f"#### {title.capitalize()}\n\n{warnings}" if few else _details(title, warnings)
        if rest := changes.rest_table():
            counts = changes.rest_counts()
            title = ", ".join(f"{count:,} to {action.value}" for action, count in counts.items())
            opened = not changes.risky and counts.total() <= _OPEN
            yield _details(f"The rest: {title}" if changes.risky else f"Changes: {title}", rest, opened=opened)
        yield pools

    def _of_report(self, report: Report) -> Iterator[str]:
        made = [
            replace(change, action=report.results[change.key].performed or change.action) for change in applied(report)
        ]
        changes = Changes(made)
        for outcome, title in _SECTIONS:
            notes = self._list(
                "failed",
                (
                    Said(
                        change.action.value, change.key, result.error or "no reason was given", change.file, change.line
                    )
                    for change in report.plan.changes
                    if (result := report.results.get(change.key)) and result.outcome == outcome
                ),
            )
            yield f"#### {title}\n\n{notes}" if notes else ""
        notes = self._list("warnings", _remarks(report))
        yield f"#### Worth a look\n\n{notes}" if notes else ""
        changes.fill(self._room, self._left_out)
        table = "\n".join(filter(None, (changes.risky_table(), changes.rest_table())))
        yield _details(f"What was applied: {counted(len(made), 'change')}", table) if table else ""

    def _pools(self) -> str:
        """What becomes of the pools that there is something to say of."""
        rows = telling(self._plan)
        lines, shown = self._room.fill(((_pool(row), 1) for row in rows), _MOST["pools"])
        self._left_out["pool"] += len(rows) - shown
        return _details(f"Pools: {len(rows):,}", POOLS + "".join(lines), opened=len(rows) <= _OPEN) if lines else ""

    def _calls(self, report: Report) -> Iterator[str]:
        calls, shown = self._room.fill(((f"1. {code(call)}\n", 1) for call in report.sketch), _MOST["calls"])
        self._left_out["call"] += len(report.sketch) - shown
        yield _details(f"The calls: {len(report.sketch):,}", "".join(calls)) if calls else ""

    def _list(self, kind: str, notes: Iterable[Said]) -> str:
        notes = list(notes)
        lines, shown = self._room.fill(items(notes), _MOST[kind])
        self._left_out[{"blocked": "blocked rule", "failed": "failure", "warnings": "warning"}[kind]] += (
            len(notes) - shown
        )
        return "".join(lines)


def _pool(row: Allocation) -> str:
    return f"| {' | '.join((cell(code(row.pool)), *cells_of(row)))} |\n"


def _remarks(report: Report) -> Iterator[Said]:
    for change in report.plan.changes:
        result = report.results.get(change.key)
        if result is not None and result.performed is not None:
            yield Said(change.action.value, change.key, f"could not be done; it was {DONE[result.performed]} instead")
    yield from map(said, report.notices)


def _cut(left_out: Counter[str]) -> str:
    """What is left out, by kind."""
    told = {
        TEXTS: "what changes within the texts of",
        NAMES: "the names of",
    }
    return ", ".join(
        f"{told[kind]} {counted(count, 'listing')}" if kind in told else counted(count, kind)
        for kind, count in left_out.items()
        if count
    )


def _details(title: str, content: str, *, opened: bool = False) -> str:
    return f"<details{' open' if opened else ''}>\n<summary>{title}</summary>\n\n{content}\n</details>\n"


def _whereabouts(whole: tuple[str, ...], address: str | None) -> str:
    names = ", ".join(code(name) for name in whole)
    if address is None or not _ADDRESS.fullmatch(address):
        return f"The whole report is in {names}" if names else ""
    return f"The whole report: {names} in [this run]({address})" if names else f"[The run]({address}) tells more"
