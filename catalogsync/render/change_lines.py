"""Changes as lines: a sign, a word, who it is about, and what becomes of each field."""

from collections.abc import Mapping, Sequence
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.plan import Action, Allotment, Change
from catalogsync.render.change_groups import Group
from catalogsync.render.escape import inline
from catalogsync.render.field_change import change_spans, shown
from catalogsync.render.layout import Page, cells, pad
from catalogsync.render.listed import listed
from catalogsync.render.palette import Span, Style

SIGNS: Final[Mapping[Action, Span]] = {
    Action.CREATE: Span("+", Style.NEW),
    Action.UPDATE: Span("~", Style.CHANGED),
    Action.APPEND: Span(">", Style.SENT),
    Action.RETIRE: Span("-", Style.BAD),
    Action.DELETE: Span("-", Style.BAD),
    Action.ADOPT: Span("=", Style.STRONG),
    Action.FORGET: Span(".", Style.STRONG),
}
_VERB: Final = max(len(action) for action in Action)
_START: Final = 2 + 2 + _VERB + 2
"""The column in which it says who a change is about."""

_NAMES: Final = 6
"""How many listings of a group are named; the others are counted. Those that are taken away are all named."""

_Row = tuple[str, list[Span]]


def put_changes(page: Page, groups: Sequence[Group], verbose: int) -> None:
    """Add changes, one line each where it can be said in one."""
    single = [cells(inline(group[0].key)) for group in groups if len(group) == 1]
    column = 0 if page.narrow else min(max(single, default=0), 32, page.width // 3)
    for group in groups:
        _put(page, group, column, verbose)


def _put(page: Page, group: Group, column: int, verbose: int) -> None:
    head = group[0]
    rows = _rows(head, verbose)
    in_one = not verbose and len(rows) <= 1
    if len(group) > 1:
        names = f"{counted(len(group), 'listing')}: {_names(group, verbose)}"
        said = [*_joined(rows[0]), Span(f" on {names}")] if in_one and rows else [Span(names)]
    else:
        key = inline(head.key)
        said = [Span(pad(key, column) if in_one and (rows or _note(head)) else key, Style.STRONG)]
        if in_one and rows:
            said += [Span("  "), *_joined(rows[0])]
        if verbose:
            said.append(Span(f"  {_place(head)}", Style.FAINT))
    if note := _note(head):
        said.append(Span(f"  {note}", Style.FAINT))
    sign = SIGNS[head.action]
    verb = head.action.value if page.narrow else pad(head.action.value, _VERB) + " "
    page.put(sign, Span(f" {verb} ", sign.style), *said, indent=2, hang=2 if page.narrow else _START - 2)
    if not in_one:
        page.rows(rows, indent=_START)


def _joined(row: _Row) -> list[Span]:
    label, spans = row
    return [Span(f"{label} "), *spans] if label else spans


def _rows(change: Change, verbose: int) -> list[_Row]:
    """What becomes of the listing: a label and a text each."""
    if change.action is Action.CREATE and not verbose:
        return [("", [Span(_in_short(change))])]
    rows: list[_Row] = [
        (
            inline(field.field),
            [Span(shown(field.after, verbose))] if change.action is Action.CREATE else change_spans(field, verbose),
        )
        for field in change.fields
    ]
    if change.accounts is not None:
        labelled = bool(rows or verbose)
        rows.append(("accounts" if labelled else "", [Span(_accounts(change.key, change.accounts, labelled=labelled))]))
    return rows


def _note(change: Change) -> str:
    """What there is to say besides fields and accounts."""
    parts = [] if change.renamed_from is None else [f"was called {inline(change.renamed_from)}"]
    if change.action is Action.FORGET:
        parts.append("no longer managed")
    if change.action is Action.ADOPT and not parts:
        parts.append("equal already")
    if change.action in {Action.ADOPT, Action.FORGET} and change.accounts is None:
        parts.append("no call")
    return f"({'; '.join(parts)})" if parts else ""


def _in_short(change: Change) -> str:
    """A new listing in a line: title, price and accounts."""
    values = {field.field: field.after for field in change.fields}
    parts = [shown(values[name]) for name in ("title", "price") if values.get(name) is not None]
    if change.accounts is not None:
        parts.append(_accounts(change.key, change.accounts, labelled=False))
    return " · ".join(parts)


def _accounts(key: str, accounts: Allotment, *, labelled: bool) -> str:
    pool = "" if accounts.pool == key else f" from pool {inline(accounts.pool)}"
    before = f" ({accounts.sent:,} sent before)" if accounts.sent else ""
    if accounts.new is None:
        return f"{'some' if labelled else 'accounts'}{pool} (not counted: no state key)"
    return (f"{accounts.new:,}" if labelled else counted(accounts.new, "account")) + pool + before


def _names(group: Group, verbose: int) -> str:
    taken_away = group[0].action in {Action.DELETE, Action.RETIRE, Action.FORGET}
    return listed([change.key for change in group], len(group) if taken_away or verbose else _NAMES)


def _place(change: Change) -> str:
    parts = [] if change.file is None else [f"{inline(change.file)}:{change.line or 1}"]
    if change.product_id is not None:
        parts.append(f"listing {inline(change.product_id)}")
    return " · ".join(parts)
