"""What the doctor found, one paragraph a check, or as JSON."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final, Literal

from catalogsync.model.counted import counted
from catalogsync.model.finding import Finding, Grade
from catalogsync.render.escape import inline
from catalogsync.render.json_text import pretty
from catalogsync.render.layout import Page, pad
from catalogsync.render.messages import told
from catalogsync.render.palette import Span, Style

Form = Literal["text", "json"]

FORMAT: Final = "catalogsync.doctor/1"
_WORDS: Final = {
    Grade.OK: ("ok", Style.GOOD),
    Grade.WARNING: ("warning", Style.CHANGED),
    Grade.FAILED: ("failed", Style.BAD),
    Grade.NOT_CHECKED: ("not checked", Style.FAINT),
}
_COLUMN: Final = max(len(word) for word, _ in _WORDS.values()) + 2


def render_findings(findings: Sequence[Finding], form: Form, *, width: int = 100, color: bool = False) -> str:
    """All findings in their order, and how many there are of each kind."""
    counts = Counter(finding.grade for finding in findings)
    if form == "json":
        return pretty(
            {
                "format": FORMAT,
                "sound": not counts[Grade.FAILED],
                "summary": {grade.value: counts[grade] for grade in Grade},
                "checks": [asdict(finding) for finding in findings],
            }
        )
    page = Page(width, color=color)
    column = 0 if page.narrow else _COLUMN
    for finding in findings:
        word, style = _WORDS[finding.grade]
        page.put(
            Span(pad(word, column), style),
            "" if column else "  ",
            Span(f"{inline(finding.check)}: ", Style.STRONG),
            *told(finding.message),
            hang=column or 2,
        )
        if finding.hint:
            page.put("do: ", *told(finding.hint), indent=column or 2, hang=4)
    page.gap()
    summed = ", ".join(_counted(counts[grade], grade) for grade in Grade if counts[grade])
    style = Style.BAD if counts[Grade.FAILED] else Style.CHANGED if counts[Grade.WARNING] else Style.GOOD
    page.put(Span(f"{summed}.", style))
    return page.text()


def _counted(count: int, grade: Grade) -> str:
    word, _ = _WORDS[grade]
    return counted(count, word) if grade is Grade.WARNING else f"{count} {word}"
