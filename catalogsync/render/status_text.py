"""The shop at a glance: managed listings, pools, and calls in doubt, as text or JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Literal

from catalogsync.core.forecast import DRY
from catalogsync.model.counted import counted
from catalogsync.model.survey import Doubt, PoolRow, StatusRow
from catalogsync.render.escape import inline
from catalogsync.render.json_text import pretty
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.messages import FEW, WARNS, told
from catalogsync.render.moment import moment
from catalogsync.render.palette import Span, Style
from catalogsync.render.pool_rows import rate
from catalogsync.render.table import Column, put_table

Form = Literal["text", "json"]

_STATUS = (
    Column("key"),
    Column("title", yields=True),
    Column("price", number=True),
    Column("stock", number=True),
    Column("sales", number=True),
    Column("status"),
    Column("approval"),
    Column("left", number=True),
    Column("a day", number=True),
    Column("days left", number=True),
    Column("last apply", yields=True),
)
_POOLS = (
    Column("pool"),
    Column("product", yields=True),
    Column("in catalog", number=True),
    Column("sent", number=True),
    Column("held", number=True),
    Column("left", number=True),
)


def render_status(rows: Sequence[StatusRow], form: Form, *, width: int = 100, color: bool = False) -> str:
    """The managed listings, one in a row."""
    if form == "json":
        return pretty([asdict(row) for row in rows])
    page = Page(width, color=color)
    if not rows:
        page.put(*told("No listing is managed yet. `catalogsync plan` shows what apply would create."))
        return page.text()
    cells = [
        [
            inline(row.key),
            inline(row.title),
            inline(row.price or ""),
            _number(row.stock),
            _number(row.sales),
            inline(row.status or ""),
            inline(row.approval or ""),
            _number(row.pool_left),
            rate(row.per_day),
            _number(row.days_left),
            inline(row.last_applied[:10]),
        ]
        for row in rows
    ]
    put_table(page, _STATUS, cells)
    page.gap()
    for row in rows:
        if note := _note(row):
            page.put(WARNS, f" {inline(row.key)}: {note}", hang=2)
    if dry := sorted((row.days_left, row.key) for row in rows if row.days_left is not None and row.days_left < DRY):
        names = listed([f"{key} ({counted(days, 'day') if days else 'less than a day'})" for days, key in dry], FEW)
        what = "product is" if len(dry) == 1 else "products are"
        page.put(WARNS, f" {len(dry):,} {what} about to run dry at the present rate: {names}", hang=2)
    page.put(Span(_summed(rows), Style.FAINT))
    return page.text()


def render_pools(rows: Sequence[PoolRow], form: Form, *, width: int = 100, color: bool = False) -> str:
    """The pools, one in a row: counts only."""
    if form == "json":
        return pretty([asdict(row) for row in rows])
    page = Page(width, color=color)
    if not rows:
        page.put("The catalog has no pools.")
        return page.text()
    cells = [
        [
            inline(row.pool),
            inline(row.product or "no product sells it"),
            *map(_number, (row.catalog, row.sent, row.held, row.new)),
        ]
        for row in rows
    ]
    put_table(page, _POOLS, cells)
    return page.text()


def render_doubts(doubts: Sequence[Doubt], form: Form, *, width: int = 100, color: bool = False) -> str:
    """The calls of which nobody knows whether they arrived, each with what is known and the question."""
    if form == "json":
        return pretty([asdict(doubt) for doubt in doubts])
    page = Page(width, color=color)
    if not doubts:
        page.put(Span("No call is in doubt.", Style.GOOD))
        return page.text()
    recovered = sum(1 for doubt in doubts if doubt.call == "recovered")
    for count, noun, why in (
        (len(doubts) - recovered, "call", "sent, and the answer never came"),
        (recovered, "pool", "the state was recovered, and cannot tell what is at the marketplace already"),
    ):
        if count:
            page.put(Span(f"{counted(count, noun)} {'is' if count == 1 else 'are'} in doubt: {why}.", Style.BAD))
    for doubt in doubts:
        page.gap()
        accounts = f" {counted(doubt.accounts, 'account')}" if doubt.accounts else ""
        order = f"{' to' if accounts else ''} order {inline(doubt.order)} at {doubt.marketplace}" if doubt.order else ""
        head = f" {inline(doubt.call)}{accounts}{order}, {inline(doubt.key or 'no product')}"
        page.put(Span("?", Style.BAD), Span(head, Style.STRONG), indent=2, hang=2)
        facts = (
            ("id", doubt.id),
            ("since", moment(doubt.since)),
            ("known", doubt.evidence),
            ("question", doubt.question),
        )
        page.rows([(name, list(told(text))) for name, text in facts], indent=4)
    return page.text()


def _note(row: StatusRow) -> str:
    notes = [
        "retired" if row.retired else "",
        "" if row.listed else "not listed by the marketplace",
        f"{counted(row.short, 'account')} not taken" if row.short else "",
        f"{counted(row.pool_held, 'account')} held" if row.pool_held else "",
    ]
    return ", ".join(note for note in notes if note)


def _summed(rows: Sequence[StatusRow]) -> str:
    stock, sales = sum(row.stock or 0 for row in rows), sum(row.sales or 0 for row in rows)
    return f"{counted(len(rows), 'managed listing')}, {stock:,} in stock, {sales:,} sold."


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
