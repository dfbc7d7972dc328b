"""Tickets: opened by a buyer or a supplier over an order, and changed until they are closed."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from catalogsync.sandbox.market import Market
from catalogsync.sandbox.numbers import fresh_id, fresh_number

STATUSES = ("open", "in_progress", "resolved", "closed")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What somebody has to say about an order.

    Attributes:
        title: in a line.
        description: may be HTML.
        status: one of `STATUSES`.
        admin_invited: whether the marketplace's staff was called in.
    """

    title: str
    description: str
    status: str = STATUSES[0]
    admin_invited: bool = False


def open_ticket(market: Market, order: sqlite3.Row, ticket: Ticket) -> sqlite3.Row:
    """Opens a ticket over an order, inside the caller's transaction."""
    row = {
        "ticket_id": fresh_id(market, "tickets"),
        "ticket_no": fresh_number(market, "TKT", "tickets", "ticket_no"),
        "order_id": order["order_id"],
        "buyer_id": order["buyer_id"],
        "ours": order["ours"],
        "title": ticket.title,
        "description": ticket.description,
        "status": ticket.status,
        "admin_invited": ticket.admin_invited,
        "created_at": market.stamp(),
        "updated_at": market.stamp(),
    }
    marks = ", ".join("?" * len(row))
    market.db.execute(f"INSERT INTO tickets ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
    return find_ticket(market, str(row["ticket_id"]))


def change_ticket(market: Market, ticket_id: str, changes: Mapping[str, str]) -> None:
    """Sets columns of a ticket, inside the caller's transaction."""
    changed = {**changes, "updated_at": market.stamp()}
    assignments = ", ".join(f"{column} = ?" for column in changed)
    market.db.execute(f"UPDATE tickets SET {assignments} WHERE ticket_id = ?", (*changed.values(), ticket_id))  # noqa: S608


def find_ticket(market: Market, ticket_id: str) -> sqlite3.Row:
    """One ticket.

    Raises:
        LookupError: there is none.
    """
    row: sqlite3.Row | None = market.db.execute("SELECT * FROM tickets WHERE ticket_id = ?", (ticket_id,)).fetchone()
    if row is None:
        raise LookupError(f"there is no ticket {ticket_id}")
    return row
