"""Edits of the catalog for a person: the totals, what to check first, and what becomes of each product."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.plan import Change, FieldChange, Notice
from catalogsync.model.sheet import Conflict, Fault
from catalogsync.render.change_groups import Group, risky_and_rest
from catalogsync.render.escape import guard, inline
from catalogsync.render.field_change import change_spans, shown
from catalogsync.render.layout import Page, cells, pad
from catalogsync.render.listed import listed
from catalogsync.render.messages import FEW, WARNS, put_messages, said
from catalogsync.render.palette import Span, Style

_NAMES: Final = {
    "category": ("category", "categories"),
    "min_quantity": ("minimum quantity", "minimum quantities"),
    "warranty_period_days": ("warranty", "warranties"),
    "status": ("status", "statuses"),
    "stock": ("stock", "stocks"),
    "images": ("list of images", "lists of images"),
    "supplier_name": ("supplier", "suppliers"),
    "source_product_id": ("source id", "source ids"),
    "source_product_url": ("source address", "source addresses"),
}
"""What one and several changes of a field are called, where it is not the field's own name."""
_UNMANAGED: Final = Span("(not managed)", Style.FAINT)
_MOST_FAULTS: Final = 1000
_CHANGES: Final = Span("~", Style.CHANGED)


def render_edits(
    changes: Sequence[Change], notices: Sequence[Notice], *, verbose: int = 0, width: int = 100, color: bool = False
) -> str:
    """What would be written.

    Args:
        changes: of products of the catalog, by key.
        notices: what to check first.
        verbose: 0: the same change of many products is one line; 1: every product; 2: long texts in full.
        width: of the screen, in cells.
        color: whether to add terminal colours; nothing is told by colour alone.
    """
    page = Page(width, color=color)
    verbose = max(verbose, 0)
    counts = Counter(field.field for change in changes for field in change.fields)
    totals = ", ".join(_counted(field, count) for field, count in counts.most_common())
    page.put(Span(f"Edit: {totals} of {counted(len(changes), 'product')}.", Style.STRONG))
    if notices:
        page.heading("Check first")
        put_messages(page, WARNS, map(said, notices), None if verbose else FEW)
    risky, rest = risky_and_rest(changes, apart=verbose > 0)
    groups = [*risky, *rest]
    page.heading("Changes")
    single = [cells(inline(group[0].key)) for group in groups if len(group) == 1 and len(group[0].fields) == 1]
    column = 0 if page.narrow else min(max(single, default=0), 32, page.width // 3)
    for group in groups:
        _put(page, group, column, verbose)
    return page.text()


def render_conflicts(conflicts: Sequence[Conflict], *, width: int = 100, color: bool = False) -> str:
    """What both the sheet and the catalog changed, each with what it was, is here and is there."""
    page = Page(width, color=color)
    for conflict in conflicts[:_MOST_FAULTS]:
        page.put(
            Span("✗", Style.BAD),
            Span(f" {inline(conflict.key)}", Style.STRONG),
            Span(f"  {inline(conflict.field)}"),
            Span(f"  {inline(conflict.where)}", Style.FAINT),
        )
        was = "(another text)" if conflict.exported == "" else _value(conflict.exported)
        rows = [("exported", was), ("sheet", _value(conflict.sheet)), ("catalog", _value(conflict.catalog))]
        page.rows([(label, [text]) for label, text in rows], indent=4)
    if len(conflicts) > _MOST_FAULTS:
        page.put(f"… and {len(conflicts) - _MOST_FAULTS:,} more")
    return page.text()


def render_faults(faults: Sequence[Fault]) -> str:
    """What cannot be taken: where, what is wrong, and what to do, as `validate` writes it."""
    lines = []
    for fault in faults[:_MOST_FAULTS]:
        lines.append(f"{inline(fault.where)}: {inline(fault.message)}")
        if fault.hint:
            lines.append(f"    hint: {inline(fault.hint)}")
    if len(faults) > _MOST_FAULTS:
        lines.append(f"… and {len(faults) - _MOST_FAULTS:,} more")
    return guard("".join(f"{line}\n" for line in lines))


def _counted(field: str, count: int) -> str:
    one, many = _NAMES.get(field, (inline(field), f"{inline(field)}s"))
    return f"{count:,} {one if count == 1 else many}"


def _put(page: Page, group: Group, column: int, verbose: int) -> None:
    head = group[0]
    rows = [(inline(field.field), _spans(field, verbose)) for field in head.fields]
    in_one = len(rows) == 1 and not verbose
    what = [Span(f"{rows[0][0]} "), *rows[0][1]]
    if len(group) > 1:
        names = f"{counted(len(group), 'product')}: {listed([change.key for change in group], 6)}"
        said = [*what, Span(f" of {names}")] if in_one else [Span(names)]
    else:
        key = inline(head.key)
        said = [Span(pad(key, column) if in_one else key, Style.STRONG)]
        said += [Span("  "), *what] if in_one else []
        if verbose:
            said.append(Span(f"  {inline(str(head.file))}:{head.line}", Style.FAINT))
    page.put(_CHANGES, " ", *said, indent=2, hang=2)
    if not in_one:
        page.rows(rows, indent=6)


def _spans(change: FieldChange, verbose: int) -> list[Span]:
    if change.before is None:
        return [_UNMANAGED, Span(" → "), Span(shown(change.after, verbose, quoted=True), Style.NEW)]
    if change.after is None:
        return [Span(shown(change.before, verbose, quoted=True), Style.GONE), Span(" → "), _UNMANAGED]
    return change_spans(change, verbose)


def _value(value: str | int | tuple[str, ...] | None) -> str:
    return _UNMANAGED.text if value is None else shown(value, quoted=True)
