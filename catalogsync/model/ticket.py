"""A support ticket: what a buyer and a supplier write to each other about an order."""

from dataclasses import dataclass

from catalogsync.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. What the marketplace does not show, or not in a form that can be read, is None.

    Attributes:
        ticket_id: the marketplace's id of it.
        number: the number that buyers and suppliers call it by.
        order_id: the order that it is about.
        status: the word for how far it is.
        title: what it is about; secret, for buyers write anything there.
        description: what was written; secret as well.
        buyer: the marketplace's id of the buyer.
        admin_invited: whether somebody of the marketplace was asked to join.
        created_at: when it was made, as the marketplace says it.
        updated_at: when it last changed, as the marketplace says it.
    """

    ticket_id: str
    number: str | None = None
    order_id: str | None = None
    status: str | None = None
    title: Secret | None = None
    description: Secret | None = None
    buyer: Secret | None = None
    admin_invited: bool | None = None
    created_at: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class TicketChange:
    """What is to be changed of a ticket; None: left as it is."""

    title: Secret | None = None
    description: Secret | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as it may be shown.

    Attributes:
        ticket_id, number, order_id, status, admin_invited, created_at, updated_at: as of the ticket.
        title: without what may be an account or an address, unless somebody asked for all of it; None: not shown.
        length: how many characters its description has; None: not shown.
        description: where somebody asked for it.
        buyer: where somebody asked for it.
    """

    ticket_id: str
    number: str | None
    order_id: str | None
    status: str | None
    title: str | None
    length: int | None
    admin_invited: bool | None
    created_at: str | None
    updated_at: str | None
    description: str | None = None
    buyer: str | None = None
