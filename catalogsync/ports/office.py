"""The door to what a marketplace has besides listings and deliveries: tickets, payments, the balance."""

from typing import TYPE_CHECKING, Protocol

from catalogsync.ports.trade import Trade

if TYPE_CHECKING:
    from catalogsync.model.answer import Answer
    from catalogsync.model.payment import Payment
    from catalogsync.model.secret import Secret
    from catalogsync.model.ticket import Ticket, TicketChange


class Office(Trade, Protocol):
    """What can be asked of a marketplace about tickets and money.

    Changing calls never raise: their Answer says what came. Each is sent at most once unless its answer proves that it
    was not done.
    """

    def tickets(self, status: str | None = None) -> tuple["Ticket", ...]:
        """All tickets, or all of one status, proven complete.

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        ...

    def ticket(self, ticket_id: str) -> "Ticket":
        """One ticket.

        Raises:
            MarketplaceError: it could not be read, or understood.
        """
        ...

    def create_ticket(self, order_id: str, title: "Secret", description: "Secret") -> "Answer":
        """Open a ticket about an order; a confirmed Answer has `id` and perhaps `number`."""
        ...

    def update_ticket(self, ticket_id: str, change: "TicketChange") -> "Answer":
        """Change a ticket."""
        ...

    def payments(self) -> tuple["Payment", ...]:
        """All payments for the supplier's orders, proven complete.

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        ...
