"""HstockPlus: manual orders, which are listed once and answered with accounts.

An order that was listed is not listed again for half an hour, so what a page brought is gone from the list, and the
next page begins where the first one did. An offset would skip as many orders as were read. It is used only once the
first page brings nothing new: where it brings the same orders again, reading does not consume, or not before the end
of the list was read; where it is empty although the list says that it has more, what was consumed leaves holes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from catalogsync.marketplaces.answers import Body, Expected, shape
from catalogsync.marketplaces.client import Client
from catalogsync.marketplaces.endpoint import Endpoint
from catalogsync.marketplaces.envelope import Page
from catalogsync.marketplaces.items import id_of
from catalogsync.marketplaces.manual_orders import FIELD_NAMES, number_of, page_in, read_order
from catalogsync.marketplaces.pairs import halves_of, pairs_of
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.ports.clock import Clock

ENDPOINTS: Final = {
    "list-orders": Endpoint("GET", "/orders"),
    "update-order": Endpoint("POST", "/orders-update"),
}
_WHAT: Final = "the list of orders"
_PAGE: Final = 500
_MOST_PAGES: Final = 5_000
_NO_WORDS: Final = ("fail", "failed", "failure")
_ABOUT_ONE: Final = frozenset({"ACCESS_DENIED"})
"""What says no to one order with a status that else says no to the key."""


class HstockPlus(Client):
    """The marketplace HstockPlus, as one supplier sees it. May be used from several threads.

    Args:
        config: where it is, which may have a path, and how long a call may take.
        key: the supplier's API key.
        clock: time.
        seed: makes the jitter of retries repeatable.
        page_size: how many orders to ask for at a time.

    Raises:
        MarketplaceError: the address or the key cannot be used.
    """

    relists: Final = 1800.0
    """Seconds for which an order that was listed is not listed again."""
    statuses: Final = ("pending", "processing", "completed", "partial", "cancelled", "error")
    open_statuses: Final = ("pending", "processing")
    reads_one: Final = False
    refunds: Final = False

    def __init__(
        self, config: MarketplaceConfig, key: Secret, clock: Clock, *, seed: int | None = None, page_size: int = _PAGE
    ) -> None:
        super().__init__(config, key, clock, seed=seed, page_size=page_size)

    def order_pages(self, statuses: Sequence[str] = ()) -> Iterator[tuple[Order, ...]]:
        """Orders that were not listed lately, page by page, each order once. Reading consumes them.

        What comes although its status was not asked for is given as well: it is consumed, too.

        Args:
            statuses: which; none: all.

        Raises:
            MarketplaceError: they could not be read, or understood. What was given before stands.
        """
        seen: set[str] = set()
        offset = step = total = without_news = 0
        for _ in range(_MOST_PAGES):
            page = self._page(statuses, offset)
            read = [read_order(item) for item in page.items]
            for item, order in zip(page.items, read, strict=True):
                self._transport.people.meet(item, order)
            orders = {order.order_id: order for order in read if order is not None}
            fresh = tuple(order for order_id, order in orders.items() if order_id not in seen)
            seen.update(orders)
            if fresh:
                yield fresh
            if None in read:
                raise MarketplaceError(f"{self._name}: {_WHAT} has an order without an id that can be used")
            without_news = 0 if fresh else without_news + 1
            if offset == 0:
                if fresh:
                    continue
                step, total, without_news = len(read) or self._page_size, max(page.totals, default=0), 0
                if not read and total <= step:
                    return
            elif without_news == 2 or (without_news and offset + step >= total):
                return
            offset += step
        raise MarketplaceError(f"{self._name}: {_WHAT} does not end: {_MOST_PAGES:,} pages", "check the base_url")

    def order(self, order_id: str) -> Order:
        """There is no such call here.

        Raises:
            MarketplaceError: always.
        """
        raise MarketplaceError(
            f"{self._name} has no call for one order; {self._transport.mask.quote(order_id, 60)} cannot be read",
            "`catalogsync orders list` shows the orders that were read",
        )

    def start(self, order_id: str) -> Answer:
        """Say that work on an order begins."""
        return self.set_status(order_id, "processing")

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        """Give accounts to an order, beside what it has; `INVALID_ACCOUNTS` says that it has all of them."""
        pairs = pairs_of(accounts)
        if isinstance(pairs, Answer):
            return pairs
        fields = {"accounts": pairs, "supplierOrderId": reference}
        return self._update(order_id, "completed" if whole else "partial", fields, halves_of(accounts))

    def deliver_text(self, order_id: str, text: Secret) -> Answer:
        """Orders get accounts here, and no other text."""
        del order_id, text
        return Answer(AnswerClass.NEVER, f"{self._name} takes accounts and no other text; nothing was sent")

    def set_status(self, order_id: str, status: str) -> Answer:
        """Set an order's status to one of `statuses`."""
        return self._update(order_id, status, {})

    def refund(self, order_id: str) -> Answer:
        """There is no such call here."""
        del order_id
        return Answer(AnswerClass.NEVER, f"{self._name} has no call for refunds; nothing was sent")

    def order_address(self, call: str, order_id: str | None = None) -> str:
        """Method and path of a changing call, to be shown: all are one here, and name the order inside."""
        del call, order_id
        return ENDPOINTS["update-order"].shown()

    def _page(self, statuses: Sequence[str], offset: int) -> Page:
        mask = self._transport.mask.quoting_only(FIELD_NAMES)
        query: dict[str, str | int] = {"productType": "manual", "limit": self._page_size, "offset": offset}
        if statuses:
            query["status"] = ",".join(statuses)
        document = self._transport.read(ENDPOINTS["list-orders"].path(), query, _WHAT, mask)
        page = page_in(document)
        if page is None:
            raise MarketplaceError(
                f"{self._name}: {_WHAT} cannot be understood: there is no list in it; what came is"
                f" {shape(document, mask, 3)}",
                "check the base_url; if it is right, the marketplace answers in a way that is not known yet",
            )
        return page

    def _update(
        self, order_id: str, status: str, fields: Mapping[str, object], secrets: Sequence[Secret] = ()
    ) -> Answer:
        number = number_of(order_id)
        if number is None:
            return Answer(AnswerClass.NEVER, "an order's id is a number here; nothing was sent")
        if status not in self.statuses:
            return Answer(AnswerClass.NEVER, f"the status is none of {', '.join(self.statuses)}; nothing was sent")

        def updated(body: Body) -> Answer | str:
            inner = body.get("order")
            told = inner if isinstance(inner, Mapping) else body
            names = ("order", "orderId", "id") if told is inner else ("order", "orderId")
            named = {found for name in names if (found := id_of(told.get(name))) and number_of(found) is not None}
            if named - {order_id}:
                return "it names another order"
            said = told.get("status")
            if isinstance(said, str) and said != status and said in (*self.statuses, *_NO_WORDS):
                return "it names another status"
            return Answer(AnswerClass.CONFIRMED)

        payload = {"order": number, "status": status, **fields}
        expected = Expected(updated, about_one=_ABOUT_ONE)
        return self._post(ENDPOINTS["update-order"], payload, expected, secrets)
