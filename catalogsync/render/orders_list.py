"""Orders in a row each: as a table, as JSON, and as the cells of a sheet."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Final, Literal

from catalogsync.model.counted import counted
from catalogsync.model.order_plan import OrderAction
from catalogsync.model.order_row import OrderRow
from catalogsync.render.escape import inline
from catalogsync.render.facts import Facts
from catalogsync.render.json_text import pretty
from catalogsync.render.layout import Page, clip
from catalogsync.render.messages import told
from catalogsync.render.moment import moment
from catalogsync.render.palette import Span, Style
from catalogsync.render.table import Column, put_table

HEADER: Final = (
    *("marketplace", "order_id", "number", "created_at", "key", "product_id", "title", "quantity", "delivered"),
    *("total", "status", "payment", "seen_at", "action", "code", "why"),
)
"""The columns of a sheet, and the fields of a JSON object."""

_COLUMNS: Final = (
    Column("marketplace"),
    Column("order"),
    Column("number", yields=True, whole=True),
    Column("when (UTC)"),
    Column("status", yields=True),
    Column("payment", yields=True),
    Column("product", yields=True),
    Column("delivered"),
    Column("fulfill"),
)
_DIGITS: Final = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
"""A spreadsheet keeps so many digits."""
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?", re.ASCII)
_WORDS: Final = {OrderAction.FILL: "fills it", OrderAction.PARTIAL: "in part", OrderAction.RESEND: "once more"}


def render_orders(
    rows: Sequence[OrderRow], form: Literal["text", "json"], *, everything: bool = False, width: int = 100, color: bool
) -> str:
    """Orders, one in a row.

    Args:
        rows: in the order in which they are shown.
        form: text or JSON.
        everything: whether orders were asked for that are not open, too.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    if form == "json":
        return pretty([{name: plain for name, plain in asdict(row).items() if name in HEADER} for row in rows])
    page = Page(width, color=color)
    if not rows:
        page.put(Span("No orders." if everything else "No open orders.", Style.GOOD))
        return page.text()
    several = len({row.marketplace for row in rows}) > 1
    put_table(page, _COLUMNS, [_cells(row, several=several) for row in rows])
    page.gap()
    page.put(Span(f"{counted(len(rows), 'order')}{_served(rows)}.", Style.FAINT))
    if any(row.code for row in rows):
        page.put(*told("`catalogsync orders plan` says of each why it is not filled, and what to do about it."))
    if kept := sum(1 for row in rows if row.seen_at):
        page.put(f"* {counted(kept, 'order')} not listed just now, and shown as last seen.")
    return page.text()


def order_facts(row: OrderRow) -> Facts:
    """An order as a row of a sheet: an id of digits is a number there, and so is what was paid."""
    known = asdict(row)
    ids = {name: int(known[name]) for name in ("order_id", "number") if _DIGITS.fullmatch(known[name])}
    paid = {"total": Decimal(row.total)} if row.total and _AMOUNT.fullmatch(row.total) else {}
    return {**known, **ids, **paid, "action": row.action.value if row.action else None}


def _cells(row: OrderRow, *, several: bool) -> list[str]:
    return [
        inline(row.marketplace) if several else "",
        f"{inline(row.order_id)}{'*' if row.seen_at else ''}",
        inline(row.number) if row.number != row.order_id else "",
        _when(row.created_at),
        inline(row.status),
        inline(row.payment),
        inline(row.key or row.title or row.product_id),
        f"{row.delivered:,} of {'?' if row.quantity is None else f'{row.quantity:,}'}",
        "" if row.action is None else _WORDS.get(row.action, f"no: {inline(row.code)}"),
    ]


def _when(created_at: str) -> str:
    """`11-21 10:00`: the year of an open order goes without saying."""
    shown = moment(created_at)
    return shown[5:-4] if shown.endswith(" UTC") else clip(shown, 16)


def _served(rows: Sequence[OrderRow]) -> str:
    """`, 3 of them would be filled now, 1 in part`."""
    counts = Counter(row.action for row in rows)
    if not any(counts[action] for action in OrderAction):
        return ""
    parts = [f"{counts[OrderAction.FILL] + counts[OrderAction.RESEND]:,} of them would be filled now"]
    return ", ".join(
        ["", *parts, *([f"{counts[OrderAction.PARTIAL]:,} in part"] if counts[OrderAction.PARTIAL] else [])]
    )
