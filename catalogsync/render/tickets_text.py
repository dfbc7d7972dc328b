"""Tickets as text and facts: what a buyer wrote is shown only where somebody asked for it, and in no file."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.ticket import TicketRow
from catalogsync.render.escape import block, inline
from catalogsync.render.facts import Facts
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.messages import FEW, told
from catalogsync.render.moment import moment
from catalogsync.render.palette import Span, Style
from catalogsync.render.table import Column, put_table

COLUMNS: Final = (
    *("ticket_id", "ticket_no", "order_id", "status", "title", "description_length", "admin_invited"),
    *("created_at", "updated_at"),
)
"""The facts of a ticket, in order."""

_TABLE: Final = (
    Column("id"),
    Column("number", yields=True, whole=True),
    Column("order", yields=True, whole=True),
    Column("status"),
    Column("title", yields=True),
    Column("changed"),
)
_SHOWS: Final = "`--reveal` shows it on a terminal"


def ticket_facts(row: TicketRow) -> Facts:
    """What scripts and sheets may have of a ticket: neither its description nor its buyer."""
    return {
        "ticket_id": row.ticket_id,
        "ticket_no": row.number,
        "order_id": row.order_id,
        "status": row.status,
        "title": row.title,
        "description_length": row.length,
        "admin_invited": row.admin_invited,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def render_tickets(rows: Sequence[TicketRow], *, width: int = 100, color: bool = False) -> str:
    """Tickets, one in a row."""
    page = Page(width, color=color)
    if not rows:
        page.put("No tickets.")
        return page.text()
    cells = [
        [
            inline(row.ticket_id),
            inline(row.number or ""),
            inline(row.order_id or ""),
            inline(row.status or ""),
            inline(row.title or ""),
            inline((row.updated_at or row.created_at or "")[:10]),
        ]
        for row in rows
    ]
    put_table(page, _TABLE, cells)
    page.gap()
    words = Counter(row.status or "without a status" for row in rows)
    tally = listed([f"{count:,} {word}" for word, count in words.most_common()], FEW)
    page.put(Span(f"{counted(len(rows), 'ticket')}: {tally}. `catalogsync tickets show ID` shows one.", Style.FAINT))
    return page.text()


def render_ticket(row: TicketRow, *, width: int = 100, color: bool = False) -> str:
    """One ticket, and what was written in it where that is to be shown."""
    page = Page(width, color=color)
    page.put(Span(f"Ticket {inline(row.number or row.ticket_id)}", Style.STRONG))
    length = "" if row.length is None else f"{counted(row.length, 'character')}"
    facts = [
        ("id", row.ticket_id),
        ("order", row.order_id),
        ("status", row.status),
        ("title", row.title),
        ("staff", "invited" if row.admin_invited else None),
        ("opened", moment(row.created_at) if row.created_at else None),
        ("changed", moment(row.updated_at) if row.updated_at else None),
        ("buyer", row.buyer),
        ("text", length if row.description is not None or not length else f"{length}; {_SHOWS}"),
    ]
    page.rows([(name, list(told(fact))) for name, fact in facts if fact], indent=2)
    if row.description is not None:
        page.gap()
        for line in block(row.description).split("\n"):
            page.put(line, indent=2, hang=0)
    return page.text()
