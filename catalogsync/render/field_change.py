"""How one field's change reads: `9.99 → 8.99 (−10 %)`, a word diff for long texts, what came and went for lists."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from catalogsync.model.fields import FIELDS, Kind, Value
from catalogsync.model.plan import Cause, FieldChange
from catalogsync.render.escape import inline, look_alike, spelled
from catalogsync.render.palette import Span, Style
from catalogsync.render.word_diff import word_diff

_SHORT: Final = 60
"""Texts up to this length are shown whole, longer ones by what changes in them."""
_PLACES: Final = (3, 25, 1000)
_CUT: Final = (60, 400, 4000)
"""By verbosity: how many places of a text, and how much of each, are shown."""

_BLANKS: Final = re.compile("[ \t\n]+")

CAUSES: Final[Mapping[Cause, str]] = {
    "catalog": "",
    "drift": " (changed at the marketplace)",
    "both": " (changed in the catalog and at the marketplace)",
}
"""Who changed a field, where it was not the catalog alone."""


def change_spans(change: FieldChange, verbose: int) -> list[Span]:
    """What a field was and becomes, and who changed it."""
    detail = min(verbose, len(_CUT) - 1)
    before, after = change.before, change.after
    if before is None or after is None:
        spans = [Span("set to "), Span(shown(after, detail, quoted=True), Style.NEW)]
        if after is None:
            spans = [Span("removed, was "), Span(shown(before, detail, quoted=True), Style.GONE)]
    elif isinstance(before, tuple) and isinstance(after, tuple):
        spans = list(_list_change(before, after, detail))
    elif isinstance(before, str) and isinstance(after, str) and is_long(before, after):
        spans = list(_text_change(before, after, detail))
    else:
        spans = list(_short_change(change.field, before, after, detail))
    if cause := CAUSES[change.cause]:
        spans.append(Span(cause, Style.CHANGED))
    return spans


def shown(value: Value | None, detail: int = 0, *, quoted: bool = False) -> str:
    """A value on one line, harmless.

    Args:
        value: the value.
        detail: how much of a long text is shown, from 0 to 2.
        quoted: put texts of several words in quotes.
    """
    most = _CUT[min(detail, len(_CUT) - 1)]
    match value:
        case None:
            return "nothing"
        case "":
            return '""'
        case ():
            return "none"
        case str():
            text = _cut(_flat(value), most)
            return f'"{text}"' if quoted and " " in text else text
        case int():
            return str(value)
        case _:
            kept = most // 6
            more = f", … and {len(value) - kept} more" if len(value) > kept else ""
            return ", ".join(_cut(item, most) for item in value[:kept]) + more


def percent(before: str, after: str) -> str | None:
    """By how many percent a price moves, such as `−10 %`; None where nothing can be said."""
    share = price_move(before, after)
    if share is None:
        return None
    places = 0 if abs(share) >= 100 else 1
    number = f"{abs(share):,.{places}f}".removesuffix(".0")
    if number == "0":
        return "under 0.1 %"
    return f"{'−' if share < 0 else '+'}{number} %"


def price_move(before: Value | None, after: Value | None) -> Decimal | None:
    """By how many percent a price moves, as a number; None where there was none, or it was nothing."""
    try:
        was, becomes = Decimal(str(before)), Decimal(str(after))
    except ArithmeticError:
        return None
    if not (was.is_finite() and becomes.is_finite()) or was == 0 or was == becomes:
        return None
    return (becomes - was) * 100 / abs(was)


def is_long(before: str, after: str) -> bool:
    """Whether one of two texts is too long to be shown whole."""
    return max(len(before), len(after)) > _SHORT or "\n" in before or "\n" in after


def _short_change(field: str, before: Value, after: Value, detail: int) -> Iterator[Span]:
    old, new = shown(before, detail, quoted=True), shown(after, detail, quoted=True)
    if isinstance(before, str) and isinstance(after, str) and (old == new or look_alike(before, after)):
        old, new = spelled(before), spelled(after)
    yield Span(old, Style.GONE)
    yield Span(" → ")
    yield Span(new, Style.NEW)
    if FIELDS.get(field) is Kind.DECIMAL and (move := percent(old, new)):
        yield Span(f" ({move})", Style.STRONG)


def _text_change(before: str, after: str, detail: int) -> Iterator[Span]:
    found = word_diff(before, after, _PLACES[detail], around=4 if detail < 2 else 40)
    if found is None:
        yield Span(f"rewritten, {len(before):,} → {len(after):,} characters: ")
        yield from _replaced(before, after, _CUT[detail])
        return
    pieces, more = found
    end = " "
    for piece in pieces:
        match piece:
            case None:
                spans = [Span("… " if end == " " else " … ", Style.FAINT)]
            case str():
                spans = [Span(inline(_flat(piece)))]
            case (old, new):
                spans = list(_replaced(old, new, _CUT[detail]))
        yield from spans
        end = spans[-1].text[-1:]
    if more:
        yield Span(f"and {more} more place{'s' if more > 1 else ''}", Style.FAINT)


def _replaced(old: str, new: str, cut: int) -> Iterator[Span]:
    """`[-old-]{+new+}`; the blank after them stands outside."""
    gone, come = _flat(old).strip(), _flat(new).strip()
    blank = " " if f"{old}{new}"[-1:].isspace() else ""
    if gone == come:
        gone, come, blank = old, new, ""  # only white space differs, so it must be seen
    if look_alike(gone, come):
        gone, come = spelled(gone), spelled(come)
    if gone:
        yield Span(f"[-{_cut(gone, cut)}-]", Style.GONE)
    if come:
        yield Span(f"{{+{_cut(come, cut)}+}}", Style.NEW)
    if blank:
        yield Span(blank)


def _list_change(before: tuple[str, ...], after: tuple[str, ...], detail: int) -> Iterator[Span]:
    gone = tuple((Counter(before) - Counter(after)).elements())
    come = tuple((Counter(after) - Counter(before)).elements())
    if not gone and not come:
        yield Span("in another order: ")
        yield Span(shown(after, detail), Style.NEW)
        return
    if len(before) == len(after) == 1:
        yield from _short_change("", before, after, detail)
        return
    if len(before) != len(after):
        yield Span(f"{len(before)} → {len(after)}: ")
    yield from _replaced(shown(gone, detail) if gone else "", shown(come, detail) if come else "", _CUT[2])


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text)


def _cut(text: str, most: int) -> str:
    """The text on one line, harmless, and cut with the number of characters that it has."""
    if len(text) <= most:
        return inline(text)
    return f"{inline(text[: most - 1].rstrip())}… ({len(text):,} characters)"
