"""A marketplace's orders in memory, behind the same door as the real ones: reading may consume, answers get lost."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Buyer, Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.harness.canary import username
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_fate import DEADLY, DONE, HALF_DONE, Fated, Fault, answer_to
from tests.harness.fake_till import name_of

HALF_AN_HOUR = 1800.0
_BY_ACCPLANET = ("pending_order", "running_order", "completed_order", "refunded_order")
_BY_HSTOCKPLUS = ("pending", "processing", "completed", "partial", "cancelled", "error")


@dataclass(slots=True)
class Bought:
    """An order as it truly is.

    Attributes:
        accounts: what was delivered, each account once.
        texts: what was delivered as text.
        reference: what its latest delivery was called.
        listed_at: when it was last listed, by the clock's `monotonic`.
        odd: what a list shows instead of what is true.
    """

    order_id: str
    product_id: str
    quantity: int
    created_at: str
    status: str
    payment: str
    buyer: Buyer
    accounts: list[Account] = field(default_factory=list)
    texts: list[Secret] = field(default_factory=list)
    reference: str | None = None
    listed_at: float | None = None
    odd: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Its accounts by the names that tests know them by."""
        return [name_of(account) for account in self.accounts]


class FakeOrders(Fated):
    """The marketplace, and what tests tell it behind its back.

    With `relists` it is of HstockPlus' nature: a list consumes, shows no content, and one order cannot be asked for.
    Without, of AccPlanet's.

    Attributes:
        page_size: how many orders a page has.
        late: by how many seconds a late request comes late.
        hides_content: what was delivered is counted, not shown.
        bought: the orders as they truly are, oldest first.
        arrivals: how often each account arrived, at any order.
        calls: the changing calls that arrived or might have, as name and order_id.
        sent: the accounts of each delivery that was tried, by their names, as (order_id, names).
        pages: how many pages were asked for.
        unreadable: numbers of pages, from 0, that cannot be read.
        order_unreadable: one order cannot be asked for.
        before: what happens just before the next call of a name; `page` and `order` are the reading ones.
        may_go_on: what `guard` was told.
    """

    def __init__(self, clock: FakeClock, name: str = "accplanet", *, relists: float | None = None) -> None:
        super().__init__()
        self.page_size = 3
        self.late = 30.0
        self.hides_content = relists is not None
        self.bought: dict[str, Bought] = {}
        self.arrivals: Counter[str] = Counter()
        self.calls: list[tuple[str, str]] = []
        self.sent: list[tuple[str, list[str]]] = []
        self.pages = 0
        self.unreadable: set[int] = set()
        self.order_unreadable = False
        self.before: dict[str, Callable[[], object]] = {}
        self.may_go_on: Callable[[], bool] = lambda: True
        self._name = name
        self._relists = relists
        self._clock = clock
        self._late: list[tuple[float, Callable[[], object]]] = []
        self._lock = threading.RLock()

    # The door

    @property
    def name(self) -> str:
        return self._name

    @property
    def relists(self) -> float | None:
        return self._relists

    @property
    def statuses(self) -> tuple[str, ...]:
        return _BY_ACCPLANET if self._relists is None else _BY_HSTOCKPLUS

    @property
    def open_statuses(self) -> tuple[str, ...]:
        return self.statuses[:2]

    @property
    def reads_one(self) -> bool:
        return self._relists is None

    @property
    def refunds(self) -> bool:
        return self._relists is None

    def order_pages(self, statuses: Sequence[str] = ()) -> Iterator[tuple[Order, ...]]:
        start = 0
        while page := self._page(statuses, start):
            start += 0 if self._relists else len(page)
            yield page

    def order(self, order_id: str) -> Order:
        with self._lock:
            self._begin("order")
            if not self.reads_one:
                raise MarketplaceError(f"{self._name} has no call for one order")
            if self.order_unreadable:
                raise MarketplaceError(f"{self._name}: the order {order_id} could not be read: HTTP 502")
            if order_id not in self.bought:
                raise MarketplaceError(f"{self._name}: there is no order {order_id}")
            return self._shown(self.bought[order_id])

    def start(self, order_id: str) -> Answer | None:
        if self._relists is None:
            return None
        return self._call("start", order_id, lambda order: self._marked(order, "processing"))

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        self.sent.append((order_id, [name_of(account) for account in accounts]))

        def give(order: Bought, most: int | None = None) -> Answer:
            if order.status == "refunded_order":
                return Answer(AnswerClass.REFUSED, "HTTP 400: it was refunded", status=400)
            new = [account for account in dict.fromkeys(accounts[:most]) if account not in order.accounts]
            if not new and self._relists is not None:
                words = "HTTP 400: “INVALID_ACCOUNTS; No valid accounts provided after deduplication”"
                return Answer(AnswerClass.REFUSED, words, status=400, code="INVALID_ACCOUNTS")
            order.accounts += new
            order.reference = reference
            self.arrivals.update(name_of(account) for account in new)
            if self._relists is not None:
                order.status = "completed" if whole else "partial"
                return Answer(AnswerClass.CONFIRMED)
            units = len(order.accounts)
            order.status = "completed_order" if units >= order.quantity else "running_order"
            return Answer(AnswerClass.CONFIRMED, delivered=units, completed=units >= order.quantity)

        return self._call("deliver", order_id, give, half=lambda order: give(order, len(accounts) // 2))

    def deliver_text(self, order_id: str, text: Secret) -> Answer:
        if self._relists is not None:
            return Answer(AnswerClass.NEVER, "this marketplace takes accounts alone; nothing was sent")

        def give(order: Bought) -> Answer:
            if text not in order.texts:
                order.texts.append(text)
            return Answer(AnswerClass.CONFIRMED, delivered=len(order.accounts), completed=False)

        return self._call("deliver", order_id, give)

    def set_status(self, order_id: str, status: str) -> Answer:
        if status not in self.statuses:
            return Answer(AnswerClass.NEVER, "there is no such status; nothing was sent")
        return self._call("set-status", order_id, lambda order: self._marked(order, status))

    def refund(self, order_id: str) -> Answer:
        if self._relists is not None:
            return Answer(AnswerClass.NEVER, "this marketplace has no call for refunds; nothing was sent")

        def give_back(order: Bought) -> Answer:
            if order.status == "refunded_order":
                return Answer(AnswerClass.REFUSED, "HTTP 400: it was refunded already", status=400)
            order.status = "refunded_order"
            return Answer(AnswerClass.CONFIRMED, number=f"REF-{order.order_id}")

        return self._call("refund", order_id, give_back)

    def order_address(self, call: str, order_id: str | None = None) -> str:
        return f"POST /{call}/{order_id or ''}"

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        """Kept, so that a test can ask; nothing is ever tried again here."""
        self.may_go_on = may_go_on

    # Behind its back

    def buy(self, product_id: str, quantity: int = 1, **odd: Any) -> str:
        """A customer buys something that is delivered by hand, and pays; `odd` is what a list shows instead."""
        with self._lock:
            number = len(self.bought) + 1
            order_id = f"o{number}" if self._relists is None else str(1000 + number)
            self.bought[order_id] = Bought(
                order_id,
                product_id,
                quantity,
                self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                self.statuses[0],
                "completed_payment" if self._relists is None else "completed",
                Buyer(
                    Secret(username(9000 + number)), Secret(username(9100 + number)), Secret(username(9200 + number))
                ),
                odd=odd,
            )
            return order_id

    def give(self, order_id: str, accounts: Sequence[Account]) -> None:
        """Somebody else delivers accounts to an order."""
        with self._lock:
            self.bought[order_id].accounts += accounts
            self.arrivals.update(name_of(account) for account in accounts)

    # How it works

    def _page(self, statuses: Sequence[str], start: int) -> tuple[Order, ...]:
        with self._lock:
            self._begin("page")
            number, self.pages = self.pages, self.pages + 1
            if number in self.unreadable:
                raise MarketplaceError(f"{self._name}: the list of orders could not be read: HTTP 502")
            now = self._clock.monotonic()
            due = [order for order in self.bought.values() if self._is_due(order, statuses, now)]
            page = due[start : start + self.page_size]
            for order in page:
                order.listed_at = now
            return tuple(self._shown(order) for order in page)

    def _is_due(self, order: Bought, statuses: Sequence[str], now: float) -> bool:
        if statuses and order.status not in statuses:
            return False
        return self._relists is None or order.listed_at is None or now - order.listed_at >= self._relists

    def _shown(self, order: Bought) -> Order:
        shown = Order(
            order.order_id,
            order.product_id,
            order.quantity,
            created_at=order.created_at,
            payment=order.payment,
            status=order.status,
            number=f"TK{order.order_id}",
            title=f"What {order.product_id} is",
            total="9.90",
            buyer=order.buyer,
        )
        if self._relists is None:
            units = len(order.accounts)
            shown = replace(shown, delivered=units, remaining=max(0, order.quantity - units))
        if not self.hides_content:
            rows = (Secret(f"{a.username.reveal()}:{a.password.reveal()}") for a in order.accounts)
            shown = replace(shown, accounts=tuple(order.accounts), content=(*rows, *order.texts))
        return replace(shown, **order.odd)

    @staticmethod
    def _marked(order: Bought, status: str) -> Answer:
        order.status = status
        return Answer(AnswerClass.CONFIRMED)

    def _call(
        self,
        name: str,
        order_id: str,
        do: Callable[[Bought], Answer],
        half: Callable[[Bought], Answer] | None = None,
    ) -> Answer:
        with self._lock:
            self._begin(name)
            fault = self._fault(name)
            if fault is not Fault.NEVER:
                self.calls.append((name, order_id))
            order = self.bought.get(order_id)
            if order is None and fault is None:
                return Answer(AnswerClass.REFUSED, "HTTP 404: no such order", status=404, code="ORDER_NOT_FOUND")
            if order is not None:
                if fault is None:
                    return do(order)
                if fault in DONE:
                    do(order)
                elif fault in HALF_DONE and half:
                    half(order)
                elif fault is Fault.LATE:
                    self._late.append((self._clock.monotonic() + self.late, lambda: do(order)))
            if fault in DEADLY:
                self.life.end()
            assert fault is not None
            return answer_to(fault)

    def _begin(self, name: str) -> None:
        """A call begins: what is late by now comes first, and what a test has planned."""
        self.life.check()
        late, self._late = self._late, []
        for moment, do in late:
            if moment <= self._clock.monotonic():
                do()
            else:
                self._late.append((moment, do))
        if hook := self.before.pop(name, None):
            hook()
