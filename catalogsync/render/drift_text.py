"""Drift for a person: the verdict, what differs, and what can be done about it."""

from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.drift import Drift, ListingDrift
from catalogsync.render.drift_words import Group, as_change, counts, groups, next_steps, verdict
from catalogsync.render.escape import inline
from catalogsync.render.field_change import change_spans
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.messages import FEW, WARNS, put_messages, said, told
from catalogsync.render.palette import Span, Style

_NAMES: Final = 6


def render_drift_text(drift: Drift, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """Drift as text.

    Args:
        drift: what was found.
        verbose: 0: the same change on many listings is one line; 1: every listing; 2: long texts in full.
        width: of the screen, in cells.
        color: whether to add terminal colours; nothing is told by colour alone.
    """
    page = Page(width, color=color)
    verbose = max(verbose, 0)
    page.put(Span(verdict(drift), Style.CHANGED if drift.listings else Style.GOOD))
    page.put(Span(f"At {inline(drift.marketplace)}: {', '.join(counts(drift))}.", Style.FAINT))
    if drift.selection.only or drift.selection.exclude:
        page.put(Span("Only a part of the listings was looked at.", Style.CHANGED))
    changed = [one for one in drift.listings if one.kind == "changed"]
    if changed:
        page.heading("Changed at the marketplace (applied → shown)")
    for group in groups(changed, apart=verbose > 0):
        _put(page, group, verbose)
    if gone := [one for one in drift.listings if one.kind == "gone"]:
        page.heading("Gone from the marketplace")
        for one in gone if verbose else gone[:FEW]:
            page.put(Span("- ", Style.BAD), Span(inline(one.key), Style.STRONG), *_place(one), indent=2, hang=2)
        if len(gone) > FEW and not verbose:
            page.put(f"and {len(gone) - FEW:,} more (-v shows them)", indent=4)
    if steps := list(next_steps(drift)):
        page.heading("What you can do")
        for step in steps:
            page.put(*told(step), indent=2, hang=2)
    if drift.warnings:
        page.heading("Worth a look")
        put_messages(page, WARNS, map(said, drift.warnings), None if verbose else FEW)
    return page.text()


def _put(page: Page, group: Group, verbose: int) -> None:
    head = group[0]
    rows = [(inline(field.field), change_spans(as_change(field), verbose)) for field in head.fields]
    if len(group) == 1:
        who = [Span(inline(head.key), Style.STRONG), *(_place(head) if verbose else [])]
    else:
        who = [Span(f"{counted(len(group), 'listing')}: {listed([one.key for one in group], _NAMES)}", Style.STRONG)]
    if len(rows) == 1 and not verbose:
        label, spans = rows[0]
        page.put(Span("~ ", Style.CHANGED), *who, f"  {label} ", *spans, indent=2, hang=2)
        return
    page.put(Span("~ ", Style.CHANGED), *who, indent=2, hang=2)
    page.rows(rows, indent=4)


def _place(one: ListingDrift) -> list[Span]:
    where = f"{inline(one.file)}{f':{one.line}' if one.line else ''} · " if one.file else ""
    return [Span(f"  {where}listing {inline(one.product_id)}", Style.FAINT)]
