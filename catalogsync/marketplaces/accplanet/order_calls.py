"""AccPlanet: the supplier API's endpoints 7 to 11, which are about orders."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import orjson

from catalogsync.marketplaces.answers import Body, Expected, whole_number
from catalogsync.marketplaces.client import Client
from catalogsync.marketplaces.endpoint import Endpoint
from catalogsync.marketplaces.envelope import Item
from catalogsync.marketplaces.items import id_of
from catalogsync.marketplaces.orders import FIELD_NAMES, OrderReader
from catalogsync.marketplaces.pairs import halves_of, pairs_of
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret

ENDPOINTS: Final = {
    "list-orders": Endpoint("GET", "/orders/api/supplier/orders/"),
    "refund-order": Endpoint("POST", "/orders/api/supplier/orders/<order_id>/refund/"),
    "update-delivered-info": Endpoint("POST", "/orders/api/supplier/orders/<order_id>/delivered/"),
    "change-order-status": Endpoint("POST", "/orders/api/supplier/orders/<order_id>/status/"),
    "get-order": Endpoint("GET", "/orders/api/<order_id>/"),
}
_CHANGING: Final = {
    "deliver": ENDPOINTS["update-delivered-info"],
    "set-status": ENDPOINTS["change-order-status"],
    "refund": ENDPOINTS["refund-order"],
}
_WHAT: Final = "the list of orders"
_TELLING: Final = 4
"""Signs that a part of a delivered text has at least if it is not to be shown where the marketplace repeats it."""


class OrderCalls(Client):
    """The calls that are about orders."""

    relists: Final = None
    """Orders are listed every time."""
    statuses: Final = ("pending_order", "running_order", "completed_order", "refunded_order")
    """What `set_status` takes. `receipt_confirmed_order` is the buyer's to say."""
    open_statuses: Final = ("pending_order", "running_order")
    reads_one: Final = True
    refunds: Final = True

    def orders(self) -> tuple[Order, ...]:
        """All orders for the supplier's listings, proven complete (see paging.py).

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        return self._orders(OrderReader(f"{self._name}: {_WHAT}"))

    def order_pages(self, statuses: Sequence[str] = (), *, search: str = "") -> Iterator[tuple[Order, ...]]:
        """Orders of some statuses, or all: those of one status after those of another, each list proven complete.

        Args:
            statuses: which; none: all. What does not show its status may be any.
            search: what the marketplace is to look for in them; empty: everything.

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        reader = OrderReader(f"{self._name}: {_WHAT}", any_product=True)
        seen: set[str] = set()
        for status in statuses or ("",):
            chosen = {name: text for name, text in (("status", status), ("search", search)) if text}
            listed = self._orders(reader, chosen)
            # A server may ignore what it was asked to choose by; and an order may move on between two lists.
            page = tuple(
                order
                for order in listed
                if order.order_id not in seen and (not statuses or order.status is None or order.status in statuses)
            )
            seen.update(order.order_id for order in page)
            if page:
                yield page

    def order(self, order_id: str) -> Order:
        """One order.

        Raises:
            MarketplaceError: it could not be read, or understood.
        """
        mask = self._transport.mask.quoting_only(FIELD_NAMES)
        item = self._one(ENDPOINTS["get-order"], order_id, "order", mask)
        return self._read(OrderReader(f"{self._name}: an order", any_product=True), item)[1]

    def start(self, order_id: str) -> Answer | None:
        """There is no such step here."""
        del order_id
        return None

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        """Give accounts to an order, beside what it has; the marketplace itself finds out whether that is all."""
        del whole, reference
        pairs = pairs_of(accounts)
        return pairs if isinstance(pairs, Answer) else self._deliver(order_id, pairs, halves_of(accounts))

    def deliver_text(self, order_id: str, text: Secret) -> Answer:
        """Give a text to an order, as one row beside what it has."""
        parts = {part for line in text.reveal().splitlines() for part in (line, *line.split()) if len(part) >= _TELLING}
        return self._deliver(order_id, [text.reveal()], [text, *map(Secret, parts)])

    def set_status(self, order_id: str, status: str) -> Answer:
        """Set an order's status to one of `statuses`."""
        if status not in self.statuses:
            return Answer(AnswerClass.NEVER, f"the status is none of {', '.join(self.statuses)}; nothing was sent")

        def changed(body: Body) -> Answer | str:
            if (why := _another(body, order_id)) is not None:
                return why
            if body.get("status") not in (None, status):
                return "it names another status"
            return _done(body, "success", "status")

        return self._post(_CHANGING["set-status"], {"order_status": status}, Expected(changed), about=order_id)

    def refund(self, order_id: str) -> Answer:
        """Give a buyer the whole of the money back."""

        def refunded(body: Body) -> Answer | str:
            if (why := _another(body, order_id)) is not None:
                return why
            done = _done(body, "success", "refund_no")
            return done if isinstance(done, str) else Answer(AnswerClass.CONFIRMED, number=id_of(body.get("refund_no")))

        return self._post(_CHANGING["refund"], {}, Expected(refunded, evidence="refund_no"), about=order_id)

    def order_address(self, call: str, order_id: str | None = None) -> str:
        """Method and path of a changing call, to be shown: `deliver`, `set-status` or `refund`."""
        return _CHANGING[call].shown(order_id)

    def _orders(self, reader: OrderReader, chosen: Mapping[str, str] | None = None) -> tuple[Order, ...]:
        mask = self._transport.mask.quoting_only(FIELD_NAMES)
        read = partial(self._read, reader)
        return tuple(self._whole(ENDPOINTS["list-orders"], _WHAT, "order_id", mask, read, chosen).by_id.values())

    def _read(self, reader: OrderReader, item: Item) -> tuple[str, Order]:
        order_id, order = reader.read(item)
        self._transport.people.meet(item, order)
        return order_id, order

    def _deliver(self, order_id: str, rows: Sequence[str], secrets: Sequence[Secret]) -> Answer:
        def delivered(body: Body) -> Answer | str:
            if (why := _another(body, order_id)) is not None:
                return why
            if body.get("append_delivered_info", True) not in (True, "true"):
                return "what the order had before may be gone: nothing was added to it, all was replaced"
            units, completed = whole_number(body.get("delivered_units")), body.get("order_completed")
            if units is None and body.get("delivered_units") is not None:
                return "without a number in `delivered_units`"
            done = _done(body, "success", "delivered_units")
            if isinstance(done, str):
                return done
            completed = completed if isinstance(completed, bool) else None
            return Answer(AnswerClass.CONFIRMED, delivered=units, completed=completed)

        try:
            # Always as rows to be added: without that what a person delivered before would be replaced.
            payload = {"delivered_info": orjson.dumps(rows).decode(), "append_delivered_info": True}
        except orjson.JSONEncodeError:
            return Answer(AnswerClass.NEVER, "a text cannot be written as UTF-8; nothing was sent")
        expected = Expected(delivered, evidence="delivered_units")
        return self._post(_CHANGING["deliver"], payload, expected, secrets, about=order_id)


def _another(body: Body, order_id: str) -> str | None:
    """What is wrong if an answer is about another order, as far as it says which one it is about."""
    named = body.get("order_id")
    return None if named is None or id_of(named) == order_id else "it names another order"


def _done(body: Body, *signs: str) -> Answer | str:
    """Whether something in an answer says that it was done."""
    return Answer(AnswerClass.CONFIRMED) if any(name in body for name in signs) else "nothing in it says so"
