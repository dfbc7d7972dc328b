"""AccPlanet: the supplier API's endpoints 12 to 16, which are about tickets and payments."""

import re
from functools import partial
from typing import Final

from catalogsync.marketplaces.answers import Body, Expected
from catalogsync.marketplaces.client import Client
from catalogsync.marketplaces.endpoint import Endpoint, is_id
from catalogsync.marketplaces.envelope import Item
from catalogsync.marketplaces.items import id_of, word_of
from catalogsync.marketplaces.office_items import FIELD_NAMES, payment_of, read_ticket, ticket_in, ticket_of
from catalogsync.marketplaces.transport import GONE
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.payment import Payment
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import Ticket, TicketChange

ENDPOINTS: Final = {
    "list-tickets": Endpoint("GET", "/orders/api/supplier/tickets/"),
    "get-ticket": Endpoint("GET", "/orders/api/supplier/tickets/<ticket_id>/"),
    "create-ticket": Endpoint("POST", "/orders/api/supplier/tickets/create/"),
    "update-ticket": Endpoint("POST", "/orders/api/supplier/tickets/<ticket_id>/update/"),
    "list-payments": Endpoint("GET", "/orders/api/supplier/payments/"),
}
_TELLING: Final = re.compile(r"[:|@]")


class OfficeCalls(Client):
    """The calls that are about tickets and payments."""

    def tickets(self, status: str | None = None) -> tuple[Ticket, ...]:
        """All tickets, or all of one status, proven complete (see paging.py).

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        what, mask = "the list of tickets", self._transport.mask.quoting_only(FIELD_NAMES)

        def read(item: Item) -> tuple[str, Ticket]:
            self._transport.people.meet(item, None)
            return ticket_of(item, what=f"{self._name}: {what}")

        chosen = {"status": status} if status else None
        whole = self._whole(ENDPOINTS["list-tickets"], what, "ticket_id", mask, read, chosen)
        return tuple(whole.by_id.values())

    def ticket(self, ticket_id: str) -> Ticket:
        """One ticket.

        Raises:
            MarketplaceError: it could not be read, or understood.
        """
        what, mask = "the ticket", self._transport.mask.quoting_only(FIELD_NAMES)
        # `create` has a place of its own among the tickets' addresses
        if not is_id(ticket_id) or ticket_id == "create":
            raise MarketplaceError(f"{self._name}: this is no id of a ticket", "`catalogsync tickets list` shows them")
        document = self._transport.read(ENDPOINTS["get-ticket"].path(ticket_id), {}, what, mask, may_be_gone=True)
        if document is GONE:
            raise MarketplaceError(
                f"{self._name}: the ticket {self._transport.mask.quote(ticket_id, 60)} is not there",
                "write the whole id, as `catalogsync tickets list` shows it; its number will not do",
            )
        return read_ticket(document, ticket_id, f"{self._name}: {what}", mask)

    def create_ticket(self, order_id: str, title: Secret, description: Secret) -> Answer:
        """Open a ticket about an order; a confirmed Answer has `id` and perhaps `number`."""

        def created(body: Body) -> Answer | str:
            ticket_id = id_of(body.get("ticket_id"))
            if ticket_id is None or not is_id(ticket_id):
                return "without a `ticket_id` that can be used"
            return Answer(AnswerClass.CONFIRMED, id=ticket_id, number=id_of(body.get("ticket_no")))

        payload = {"order_id": order_id, "title": title.reveal(), "description": description.reveal()}
        expected = Expected(created, evidence="ticket_id")
        return self._post(ENDPOINTS["create-ticket"], payload, expected, _telling(title, description))

    def update_ticket(self, ticket_id: str, change: TicketChange) -> Answer:
        """Change a ticket."""

        def updated(body: Body) -> Answer | str:
            shown = ticket_in(body)
            if shown is None and "success" not in body:
                return "nothing in it says that it was done"
            if shown is not None and id_of(shown["ticket_id"]) != ticket_id:
                return "it names another ticket"
            status = word_of(shown.get("status")) if shown is not None else None
            if change.status is not None and status is not None and status != change.status:
                return "it shows another status than was sent"
            return Answer(AnswerClass.CONFIRMED, id=ticket_id)

        texts = {name: text for name in ("title", "description") if (text := getattr(change, name)) is not None}
        payload = {name: text.reveal() for name, text in texts.items()}
        if change.status is not None:
            payload["status"] = change.status
        secrets = _telling(*texts.values())
        return self._post(ENDPOINTS["update-ticket"], payload, Expected(updated), secrets, about=ticket_id)

    def payments(self) -> tuple[Payment, ...]:
        """All payments for the supplier's orders, proven complete (see paging.py).

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        what, mask = "the list of payments", self._transport.mask.quoting_only(FIELD_NAMES)
        read = partial(payment_of, what=f"{self._name}: {what}")
        whole = self._whole(ENDPOINTS["list-payments"], what, "payment_no", mask, read)
        return tuple(whole.by_id.values())


def _telling(*texts: Secret) -> list[Secret]:
    """What must not be shown if the marketplace repeats it: texts, and the words in them that may be an account's."""
    words = {word for text in texts for word in text.reveal().split() if _TELLING.search(word) and len(word) > 1}
    return [*texts, *map(Secret, words)]
