"""Items of List Tickets and List Payments, and the answer to Get Ticket, to Tickets and Payments; quoted is nothing."""

from collections.abc import Mapping
from typing import Final

from catalogsync.marketplaces.answers import shape
from catalogsync.marketplaces.envelope import Item
from catalogsync.marketplaces.items import amount_of, id_of, secret_of, word_of
from catalogsync.marketplaces.masking import Mask
from catalogsync.marketplaces.orders import FIELD_NAMES as NAMES_OF_LISTS
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.payment import Payment
from catalogsync.model.ticket import Ticket

FIELD_NAMES: Final = NAMES_OF_LISTS | {
    *("tickets", "ticket", "ticket_id", "ticket_no", "payments", "payment", "payment_no", "result", "results"),
}
"""What may be quoted of an answer about tickets or payments: names of fields that say nothing of anybody."""

_WRAPPERS: Final = ("ticket", "data", "result")
_DEEPEST: Final = 3


def ticket_of(item: Item, what: str) -> tuple[str, Ticket]:
    """The id of a ticket, and the ticket. What cannot be read is not shown.

    Args:
        item: an item of a list, or an answer.
        what: what is read, for errors.

    Raises:
        MarketplaceError: it has no id.
    """
    ticket_id = id_of(item["ticket_id"])
    if ticket_id is None:
        raise MarketplaceError(f"{what} has an item whose ticket_id is neither a text nor a number")
    invited = item.get("admin_invited")
    return ticket_id, Ticket(
        ticket_id,
        id_of(item.get("ticket_no")),
        id_of(item.get("order_id")),
        word_of(item.get("status")),
        secret_of(item.get("title")),
        secret_of(item.get("description")),
        secret_of(item.get("buyer_id")),
        invited if isinstance(invited, bool) else None,
        word_of(item.get("created_at")),
        word_of(item.get("updated_at")),
    )


def payment_of(item: Item, what: str) -> tuple[str, Payment]:
    """The number of a payment, and the payment. What cannot be read is not shown.

    Args:
        item: an item of a list.
        what: what is read, for errors.

    Raises:
        MarketplaceError: it has no number.
    """
    number = id_of(item["payment_no"])
    if number is None:
        raise MarketplaceError(f"{what} has an item whose payment_no is neither a text nor a number")
    return number, Payment(
        number,
        id_of(item.get("order_id")),
        amount_of(item.get("amount")),
        word_of(item.get("payment_method")),
        word_of(item.get("status")),
        word_of(item.get("paid_at")),
        word_of(item.get("created_at")),
    )


def ticket_in(document: object) -> Item | None:
    """The one ticket that an answer holds, at its top or in a wrapper; None if there is none."""
    for _ in range(_DEEPEST):
        if not isinstance(document, Mapping):
            return None
        if "ticket_id" in document:
            return document
        document = next((document[name] for name in _WRAPPERS if name in document), None)
    return None


def read_ticket(document: object, ticket_id: str, what: str, mask: Mask) -> Ticket:
    """The ticket that was asked for.

    Args:
        document: the JSON of the answer.
        ticket_id: which ticket is due.
        what: what was read, for errors.
        mask: what may be quoted.

    Raises:
        MarketplaceError: it is not there, or is another one.
    """
    item = ticket_in(document)
    if item is None:
        raise MarketplaceError(
            f"{what} cannot be understood: there is no ticket in it; what came is {shape(document, mask)}",
            "check the base_url; if it is right, the marketplace answers in a way that is not known yet",
        )
    found, ticket = ticket_of(item, what)
    if found != ticket_id:
        raise MarketplaceError(f"{what} cannot be trusted: another ticket came", "ask for it by its ticket_id")
    return ticket
