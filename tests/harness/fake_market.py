"""A marketplace in memory, behind the same door as the real one: lists lag, answers get lost."""

import html
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.balance import Balance
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import Value, decimal_text
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_fate import DEADLY, DONE, HALF_DONE, Fated, Fault, answer_to
from tests.harness.fake_shelf import Shelf
from tests.harness.fake_till import Till, name_of

HIDDEN = ("supplier_name", "source_product_id", "source_product_url", "warranty_period_days")
"""What a poor List does not show."""


class FakeMarket(Fated):
    """The marketplace, and what tests tell it behind its back.

    Attributes:
        rich: a List shows every field.
        lag: seconds after which a write shows in a List.
        deaf: fields that an update does not change, although it is confirmed.
        blind: of `stock` and `sales`, what a List does not show.
        late: by how many seconds a late request comes late.
        escapes_titles: titles are kept as HTML.
        calls: the changing calls that arrived or might have, as name and product_id.
        batches: the appends that were tried, as product_id and number of accounts.
        uploads: how often each content was stored.
        pictures: what is stored, by path.
        arrivals: how often each account arrived, anywhere.
        unreadable: numbers of Lists, from 0, that cannot be read.
        orders_unreadable: no list of orders can be read.
        balance_unreadable: no balance can be read.
        back_orders: who buys more than there is waits for the next append; otherwise nobody can.
        sales_counts_orders: a listing's sales count orders, not units.
        till: the orders; its settings are how late a list shows them, and how far ahead the marketplace's clock is.
        lists: how many Lists were asked for.
        order_lists: how many lists of orders were asked for.
        before: what happens just before the next call of a name; `orders` is the next list of orders.
    """

    def __init__(self, clock: FakeClock, *, rich: bool = False, lag: float = 0.0) -> None:
        super().__init__()
        self.rich = rich
        self.lag = lag
        self.deaf: set[str] = set()
        self.blind: set[str] = set()
        self.late = 30.0
        self.escapes_titles = False
        self.calls: list[tuple[str, str | None]] = []
        self.batches: list[tuple[str, int]] = []
        self.uploads: Counter[str] = Counter()
        self.pictures: dict[str, bytes] = {}
        self.unreadable: set[int] = set()
        self.before: dict[str, Callable[[], object]] = {}
        self.orders_unreadable = False
        self.balance_unreadable = False
        self.back_orders = True
        self.sales_counts_orders = False
        self.till = Till(clock, lag)
        self.lists = 0
        self.order_lists = 0
        self.shelves: dict[str, Shelf] = {}
        self.arrivals: Counter[str] = Counter()
        self._clock = clock
        self._shown: dict[str, Listing] = {}
        self._due: list[tuple[float, str, Listing | None]] = []
        self._late: list[tuple[float, Callable[[], object]]] = []
        self._lock = threading.RLock()
        self._ids = 0

    # The door

    @property
    def name(self) -> str:
        return "accplanet"

    def address(self, call: str, product_id: str | None = None) -> str:
        return f"POST /{call}/{product_id or ''}"

    def listings(self) -> Listings:
        with self._lock:
            self.life.check()
            number, self.lists = self.lists, self.lists + 1
            self._catch_up()
            if number in self.unreadable:
                raise MarketplaceError("accplanet: the list of listings could not be read: HTTP 502")
            return Listings(dict(self._shown), pages=1, scans=1)

    def orders(self) -> tuple[Order, ...]:
        with self._lock:
            self.life.check()
            self.order_lists += 1
            self._catch_up()
            if hook := self.before.pop("orders", None):
                hook()
            if self.orders_unreadable:
                raise MarketplaceError("accplanet: the list of orders could not be read: HTTP 502")
            return self.till.shown()

    def balance(self) -> Balance:
        with self._lock:
            self.life.check()
            if self.balance_unreadable:
                raise MarketplaceError("accplanet: the balance could not be read: HTTP 502")
            sold = (sale for sale in self.till.sales if not sale.short)
            prices = ((self.shelves[sale.product_id].fields.get("price", "0"), sale.quantity) for sale in sold)
            earned = decimal_text(sum((Decimal(str(price)) * units for price, units in prices), Decimal(0)))
            return Balance(supplier=earned, user="0.00", total=earned)

    def clock_ahead(self) -> float | None:
        return self.till.skew

    def picture(self, path: str) -> bytes:
        with self._lock:
            self.life.check()
            if path not in self.pictures:
                raise MarketplaceError(f"accplanet: the picture {path} could not be read: HTTP 404")
            return self.pictures[path]

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        """Nothing is ever tried again here."""

    def upload_image(self, file_name: str, content: bytes) -> Answer:
        digest = sha256(content).hexdigest()

        def store() -> Answer:
            self.uploads[digest] += 1
            path = f"/media/{digest[:16]}.webp"
            self.pictures[path] = content
            return Answer(AnswerClass.CONFIRMED, image_path=path)

        return self._call("upload", None, store)

    def create(self, fields: Mapping[str, Value]) -> Answer:
        return self._call("create", None, lambda: Answer(AnswerClass.CONFIRMED, product_id=self.put(**fields)))

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        heard = {name: value for name, value in fields.items() if name not in self.deaf}

        def change() -> Answer:
            if product_id not in self.shelves:
                return Answer(AnswerClass.REFUSED, "no such product", status=404)
            self.edit(product_id, **heard)
            return Answer(AnswerClass.CONFIRMED)

        return self._call("update", product_id, change)

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        names = [name_of(account) for account in accounts]
        self.batches.append((product_id, len(names)))
        self.till.know(accounts)

        def fill(most: int | None = None) -> Answer:
            if product_id not in self.shelves:
                return Answer(AnswerClass.REFUSED, "no such product", status=404)
            queued = self.fill(product_id, names[:most])
            return Answer(AnswerClass.CONFIRMED, imported=len(names[:most]), queued=queued)

        return self._call("append", product_id, fill, half=lambda: fill(len(names) // 2), short=lambda: fill(-1))

    def delete(self, product_id: str) -> Answer:
        def remove() -> Answer:
            shelf = self.shelves.get(product_id)
            if shelf is None or shelf.sales:
                return Answer(AnswerClass.REFUSED, "it cannot be deleted", status=400)
            self.remove(product_id)
            return Answer(AnswerClass.CONFIRMED)

        return self._call("delete", product_id, remove)

    # Behind its back

    def put(self, **fields: Value) -> str:
        """A listing; one that is put by hand is a stranger's."""
        with self._lock:
            self._ids += 1
            product_id = f"p{self._ids}"
            self.shelves[product_id] = Shelf(product_id, {"status": "active", "min_quantity": 1, **self._kept(fields)})
            self._publish(product_id)
            return product_id

    def edit(self, product_id: str, **fields: Value) -> None:
        """Set fields of a listing."""
        with self._lock:
            self.shelves[product_id].fields.update(self._kept(fields))
            self._publish(product_id)

    def fill(self, product_id: str, names: Sequence[str]) -> int:
        """Add accounts to a listing's pool; gives the number of waiting orders that got some of them."""
        with self._lock:
            shelf = self.shelves[product_id]
            shelf.pooled = True
            shelf.unsold += names
            self.arrivals.update(names)
            given, served = self.till.deliver(product_id, shelf.unsold)
            shelf.hand_out(given)
            self._publish(product_id)
            return served

    def sell(self, product_id: str, units: int = 1) -> None:
        """A customer buys."""
        with self._lock:
            shelf = self.shelves[product_id]
            if not self.back_orders:
                units = min(units, shelf.stock)
            if units == 0:
                return
            source = shelf.fields.get("source_product_id")
            self.till.sell(product_id, units, shelf.unsold[:units], source if isinstance(source, str) else None)
            if shelf.pooled:
                shelf.hand_out(units)
            else:
                shelf.fields["stock"] = max(0, shelf.stock - units)
            shelf.sales += 1 if self.sales_counts_orders else units
            self._publish(product_id)

    def remove(self, product_id: str) -> None:
        """Take a listing away."""
        with self._lock:
            del self.shelves[product_id]
            self._publish(product_id)

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        """Have something happen after so much time."""
        with self._lock:
            self._late.append((self._clock.monotonic() + seconds, do))

    # How it works

    def _call(
        self,
        name: str,
        product_id: str | None,
        do: Callable[[], Answer],
        half: Callable[[], Answer] | None = None,
        short: Callable[[], Answer] | None = None,
    ) -> Answer:
        with self._lock:
            self.life.check()
            self._catch_up()
            if hook := self.before.pop(name, None):
                hook()
            fault = self._fault(name)
            if fault is not Fault.NEVER:
                self.calls.append((name, product_id))
            if fault is None:
                return do()
            if fault is Fault.SHORT and short:
                return short()
            if fault in DONE:
                do()
            elif fault in HALF_DONE and half:
                half()
            elif fault is Fault.LATE:
                self.later(self.late, do)
            if fault in DEADLY:
                self.life.end()
            return answer_to(fault)

    def _kept(self, fields: Mapping[str, Value]) -> dict[str, Value]:
        """Values in the marketplace's own form: two places, cleaned HTML."""
        kept = dict(fields)
        if "price" in kept:
            kept["price"] = decimal_text(Decimal(str(kept["price"])).quantize(Decimal("0.01")))
        if "description" in kept:
            kept["description"] = str(kept["description"]).replace("<b>", "<strong>").replace("</b>", "</strong>")
        if "title" in kept and self.escapes_titles:
            kept["title"] = html.escape(str(kept["title"]))
        return kept

    def _catch_up(self) -> None:
        """Let what is due by now happen: late requests arrive, writes show."""
        now = self._clock.monotonic()
        late, self._late = self._late, []
        for due, do in late:
            if due <= now:
                do()
            else:
                self._late.append((due, do))
        waiting, self._due = self._due, []
        for moment, product_id, listing in waiting:
            if moment > now:
                self._due.append((moment, product_id, listing))
            elif listing is None:
                self._shown.pop(product_id, None)
            else:
                self._shown[product_id] = listing

    def _publish(self, product_id: str) -> None:
        shelf = self.shelves.get(product_id)
        self._due.append((self._clock.monotonic() + self.lag, product_id, self._face(shelf) if shelf else None))

    def _face(self, shelf: Shelf) -> Listing:
        fields = {name: value for name, value in shelf.fields.items() if self.rich or name not in HIDDEN}
        fields["stock"] = shelf.stock
        if "stock" in self.blind:
            del fields["stock"]
        sales = None if "sales" in self.blind else shelf.sales
        return replace(Listing(shelf.product_id, fields), sales=sales, approval="approved")
