"""Tickets as they may be shown: without what may be an account or an address, and without what else is secret."""

from collections.abc import Iterable, Sequence

from catalogsync.core.blanking import Blanking, Sightings
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import Ticket, TicketRow


def ticket_rows(tickets: Sequence[Ticket], accounts: Iterable[Account], *, reveal: bool = False) -> list[TicketRow]:
    """Tickets as rows.

    Args:
        tickets: what the marketplace shows.
        accounts: those of the catalog, which no title may show.
        reveal: show all of it; for a person at a terminal.
    """
    titles = [] if reveal else [ticket.title.reveal() for ticket in tickets if ticket.title is not None]
    blanking = Blanking(Sightings(titles, accounts if titles else ()))

    def shown(title: Secret | None) -> str | None:
        if title is None:
            return None
        return title.reveal() if reveal else blanking.shown(title.reveal())

    return [_row(ticket, shown(ticket.title), reveal=reveal) for ticket in tickets]


def _row(ticket: Ticket, title: str | None, *, reveal: bool) -> TicketRow:
    description = None if ticket.description is None else ticket.description.reveal()
    return TicketRow(
        ticket.ticket_id,
        ticket.number,
        ticket.order_id,
        ticket.status,
        title,
        None if description is None else len(description),
        ticket.admin_invited,
        ticket.created_at,
        ticket.updated_at,
        description if reveal else None,
        ticket.buyer.reveal() if reveal and ticket.buyer is not None else None,
    )
