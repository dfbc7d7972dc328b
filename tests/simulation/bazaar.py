"""The marketplace as it truly is, and as its List shows it: a little later, each listing at its own time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.fields import Value, decimal_text
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.harness.fake_clock import START
from tests.harness.fake_market import HIDDEN
from tests.harness.planted import USER_MARK
from tests.simulation.scheduler import Scheduler, Violation
from tests.simulation.trade import Trade
from tests.simulation.traits import Traits

T = TypeVar("T")

SOURCE = "source_product_id"
CONFIRMED = Answer(AnswerClass.CONFIRMED)


@dataclass(slots=True)
class Purchase:
    """What a customer bought: some of it may be waiting for accounts.

    Attributes:
        accounts: what it got, from the listing or straight from the pool.
        by_others: how many units somebody else gave it.
        paid: it is paid.
        refunded: the money was given back.
    """

    order_id: str
    product_id: str
    quantity: int
    at: float
    accounts: list[Account] = field(default_factory=list)
    by_others: int = 0
    paid: bool = True
    refunded: bool = False

    @property
    def left(self) -> int:
        """How many units are still to be delivered."""
        return max(0, self.quantity - len(self.accounts) - self.by_others)

    @property
    def status(self) -> str:
        """The marketplace's word for how far it is."""
        if self.refunded:
            return "refunded_order"
        if not self.left:
            return "completed_order"
        return "running_order" if self.accounts or self.by_others else "pending_order"


@dataclass(slots=True)
class Shelf:
    """A listing.

    Attributes:
        product_id: its id.
        fields: what was set.
        ours: it was made by a call, or may be adopted; else it is a stranger's, and nobody of ours may touch it.
        known: a call that names its id has arrived, so whoever made it has heard of it.
        unsold: the accounts for sale.
        extra: by how many a hand edited its stock.
        sales: as it counts them.
        pooled: accounts were sent to it, so its stock is theirs.
        arrived: how many accounts ever arrived.
    """

    product_id: str
    fields: dict[str, Value]
    ours: bool
    known: bool = False
    unsold: list[Account] = field(default_factory=list)
    extra: int = 0
    sales: int = 0
    pooled: bool = False
    arrived: int = 0

    @property
    def known_as(self) -> object:
        """The key that it was created with."""
        return self.fields.get(SOURCE)

    @property
    def stock(self) -> int:
        """Units for sale, as it counts them."""
        if self.pooled:
            return max(0, len(self.unsold) + self.extra)
        stock = self.fields.get("stock", 0)
        return stock if isinstance(stock, int) else 0


class Bazaar:
    """Listings, accounts and orders. Whatever breaks a promise is noticed when it arrives.

    Attributes:
        shelves: the listings that there are.
        home: where each account that arrived lies, or lay, by its number: in the ledger's words.
        spoiled: product_ids whose stock was edited by hand.
        purchases: all orders.
    """

    def __init__(self, scheduler: Scheduler, traits: Traits, trade: Trade | None = None) -> None:
        self.shelves: dict[str, Shelf] = {}
        self.home: dict[int, str] = {}
        self.spoiled: set[str] = set()
        self.purchases: list[Purchase] = []
        self._scheduler = scheduler
        self._traits = traits
        self._trade = trade
        self._ids = 0
        self._faces: dict[str, list[tuple[float, Listing | None]]] = {}
        self._orders: dict[str, list[tuple[float, Order]]] = {}

    # What its doors do when a request arrives

    def create(self, fields: Mapping[str, Value]) -> Answer:
        """Make a listing, for a key that has none."""
        source = fields.get(SOURCE)
        if self._traits.punctual and any(shelf.ours and shelf.fields.get(SOURCE) == source for shelf in self._shelves):
            raise Violation(f"a second listing was made for {source}")
        return Answer(AnswerClass.CONFIRMED, product_id=self.put(fields, ours=True))

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        """Set fields."""
        shelf = self._own(product_id)
        if shelf is None:
            return Answer(AnswerClass.REFUSED, "HTTP 404: no such product", status=404)
        self.edit(product_id, fields)
        return CONFIRMED

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        """Take accounts; those who wait for some get them first."""
        shelf = self._own(product_id)
        if shelf is None:
            return Answer(AnswerClass.REFUSED, "HTTP 404: no such product", status=404)
        for account in accounts:
            self.arrive(account, f"accplanet/{product_id}")
        shelf.pooled = True
        shelf.unsold += accounts
        shelf.arrived += len(accounts)
        queued = sum(self._deliver(shelf, purchase) for purchase in self.purchases if purchase.product_id == product_id)
        self._publish(product_id)
        return Answer(AnswerClass.CONFIRMED, imported=len(accounts), queued=queued)

    def delete(self, product_id: str) -> Answer:
        """Remove a listing that was never sold."""
        shelf = self._own(product_id)
        if shelf is None:
            return Answer(AnswerClass.REFUSED, "HTTP 404: no such product", status=404)
        if any(purchase.product_id == product_id for purchase in self.purchases):
            return Answer(AnswerClass.REFUSED, "HTTP 400: it was sold", status=400)
        self.remove(product_id)
        return CONFIRMED

    def listings(self) -> Listings:
        """Every listing, as it shows."""
        shown = {product_id: self._seen(faces) for product_id, faces in self._faces.items()}
        return Listings({product_id: face for product_id, face in shown.items() if face}, pages=1, scans=1)

    def orders(self) -> tuple[Order, ...]:
        """Every order, as it shows."""
        return tuple(order for versions in self._orders.values() if (order := self._seen(versions)))

    def order(self, order_id: str) -> Order | None:
        """One order."""
        versions = self._orders.get(order_id)
        if not versions:
            return None
        return self._seen(versions) if self._trade and self._trade.stale else versions[-1][1]

    def deliver(self, order_id: str, accounts: Sequence[Account]) -> Answer:
        """Take accounts for an order, those that are not there yet."""
        purchase = next((one for one in self.purchases if one.order_id == order_id), None)
        if purchase is None:
            return Answer(AnswerClass.REFUSED, "HTTP 404: no such order", status=404)
        new = [account for account in accounts if account not in purchase.accounts]
        if purchase.refunded or (self._trade and self._trade.strict and len(new) > purchase.left):
            return Answer(AnswerClass.REFUSED, "HTTP 400: it gets nothing more", status=400)
        for account in new:
            self.arrive(account, f"accplanet/order/{order_id}")
        purchase.accounts += new
        self._publish_order(purchase)
        if len(purchase.accounts) > purchase.quantity:
            raise Violation(f"order {order_id} of {purchase.quantity} got {len(purchase.accounts)}")
        units = len(purchase.accounts) + purchase.by_others
        return Answer(AnswerClass.CONFIRMED, delivered=units, completed=not purchase.left)

    def give_back(self, order_id: str) -> Answer:
        """Give a buyer the money back, once."""
        purchase = next((one for one in self.purchases if one.order_id == order_id), None)
        if purchase is None or purchase.refunded:
            return Answer(AnswerClass.REFUSED, "HTTP 400: it was refunded, or is none", status=400)
        self.refund(purchase)
        return CONFIRMED

    def arrive(self, account: Account, place: str) -> None:
        """An account arrives.

        Raises:
            Violation: it arrived before.
        """
        number = number_of(account)
        if number in self.home:
            raise Violation(f"account {number} arrived twice: at {self.home[number]} and at {place}")
        self.home[number] = place

    # What happens behind our back

    def put(self, fields: Mapping[str, Value], *, ours: bool) -> str:
        """A new listing."""
        self._ids += 1
        product_id = f"p{self._ids}"
        kept = {"status": "active", "min_quantity": 1, **_kept(fields)}
        self.shelves[product_id] = Shelf(product_id, kept, ours)
        self._publish(product_id)
        return product_id

    def edit(self, product_id: str, fields: Mapping[str, Value]) -> None:
        """Set fields of a listing."""
        self.shelves[product_id].fields.update(_kept(fields))
        self._publish(product_id)

    def miscount(self, product_id: str, units: int) -> None:
        """Somebody edits the stock of a listing that has accounts."""
        self.shelves[product_id].extra += units
        self.spoiled.add(product_id)
        self._publish(product_id)

    def buy(self, product_id: str, quantity: int) -> None:
        """A customer orders, more than there is perhaps."""
        shelf = self.shelves[product_id]
        purchase = Purchase(f"o{len(self.purchases) + 1}", product_id, quantity, self._scheduler.now)
        self.purchases.append(purchase)
        shelf.sales += 1 if self._traits.counts_orders else quantity
        if shelf.pooled:
            self._deliver(shelf, purchase)
        else:
            shelf.fields["stock"] = max(0, shelf.stock - quantity)
            self._publish_order(purchase)
        self._publish(product_id)

    def order_by_hand(self, product_id: str, quantity: int, *, paid: bool) -> str:
        """A customer orders what no pool at the marketplace delivers; it counts as sold, paid or not."""
        purchase = Purchase(f"o{len(self.purchases) + 1}", product_id, quantity, self._scheduler.now, paid=False)
        self.purchases.append(purchase)
        self.shelves[product_id].sales += 1 if self._traits.counts_orders else quantity
        if paid:
            self.pay(purchase)
        else:
            self.spoiled.add(product_id)
            self._publish_order(purchase)
            self._publish(product_id)
        return purchase.order_id

    def pay(self, purchase: Purchase) -> None:
        """An order is paid."""
        purchase.paid = True
        shelf = self.shelves.get(purchase.product_id)
        if shelf is not None:
            self._deliver(shelf, purchase)
            self._publish(shelf.product_id)
        self._publish_order(purchase)

    def refund(self, purchase: Purchase) -> None:
        """The money is given back; what was not delivered still counts as sold."""
        purchase.refunded = True
        self.spoiled |= {purchase.product_id} if purchase.left else set()
        self._publish_order(purchase)

    def serve(self, purchase: Purchase, units: int) -> None:
        """Somebody gives an order something that is none of ours."""
        purchase.by_others += units
        self.spoiled.add(purchase.product_id)
        self._publish_order(purchase)

    def remove(self, product_id: str) -> None:
        """A listing goes away."""
        del self.shelves[product_id]
        self._publish(product_id)

    # How it works

    @property
    def _shelves(self) -> list[Shelf]:
        return list(self.shelves.values())

    def _own(self, product_id: str) -> Shelf | None:
        shelf = self.shelves.get(product_id)
        if shelf is not None and not shelf.ours:
            raise Violation(f"a stranger's listing, {product_id}, was touched")
        if shelf is not None:
            shelf.known = True
        return shelf

    def _deliver(self, shelf: Shelf, purchase: Purchase) -> int:
        open_ = purchase.paid and not purchase.refunded
        units = min(purchase.left, len(shelf.unsold)) if open_ else 0
        purchase.accounts += shelf.unsold[:units]
        del shelf.unsold[:units]
        self._publish_order(purchase)
        return units

    def _seen(self, versions: Sequence[tuple[float, T | None]]) -> T | None:
        lag = self._traits.lag
        horizon = self._scheduler.now - (self._scheduler.random.random() * lag if self._traits.replicas else lag)
        return next((face for moment, face in reversed(versions) if moment <= horizon), None)

    def _publish(self, product_id: str) -> None:
        shelf = self.shelves.get(product_id)
        face = self._face(shelf) if shelf else None
        self._faces.setdefault(product_id, []).append((self._scheduler.now, face))

    def _publish_order(self, purchase: Purchase) -> None:
        versions = self._orders.setdefault(purchase.order_id, [])
        delivered = len(purchase.accounts) + purchase.by_others
        hides = self._trade is not None and self._trade.hides
        order = Order(
            purchase.order_id,
            purchase.product_id,
            purchase.quantity,
            delivered,
            purchase.left,
            created_at=(START + timedelta(seconds=purchase.at)).isoformat(),
            accounts=() if hides else tuple(purchase.accounts),
            payment="completed_payment" if purchase.paid else "pending_payment",
            status=purchase.status,
            content=() if hides else _content(purchase),
        )
        versions.append((self._scheduler.now, order))

    def _face(self, shelf: Shelf) -> Listing:
        fields = {name: value for name, value in shelf.fields.items() if self._traits.rich or name not in HIDDEN}
        fields["stock"] = shelf.stock
        if self._traits.blind == "stock":
            del fields["stock"]
        sales = None if self._traits.blind == "sales" else shelf.sales
        return Listing(shelf.product_id, fields, sales=sales, approval="approved")


def number_of(account: Account) -> int:
    """What an account is known by here: its number, which is no secret."""
    return int(account.username.reveal()[len(USER_MARK) :].partition("@")[0])


def _content(purchase: Purchase) -> tuple[Secret, ...]:
    return (*(account.username for account in purchase.accounts), *[Secret("by others")] * purchase.by_others)


def _kept(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Values in the marketplace's own form: two places, cleaned HTML."""
    kept = dict(fields)
    if "price" in kept:
        kept["price"] = decimal_text(Decimal(str(kept["price"])))
    if "description" in kept:
        kept["description"] = str(kept["description"]).replace("<b>", "<strong>").replace("</b>", "</strong>")
    return kept
