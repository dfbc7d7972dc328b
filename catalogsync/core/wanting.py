"""What an open order still wants from a pool, and what stands in the way: everything but the pool's accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Final

from catalogsync.core.pasting import pasted
from catalogsync.model.counted import counted
from catalogsync.model.order import KeptOrder, Order
from catalogsync.model.product import Product
from catalogsync.model.state import Call, Op, State

LISTED_FOR: Final = timedelta(minutes=60)
"""So long an order that is not listed again counts as open: it may have been cancelled, or filled elsewhere, since."""

_KEPT: Final = attrgetter(*(field.name for field in fields(KeptOrder)))

PARTIAL: Final = "partial"
_PAID: Final = "completed"
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the orders of a marketplace go by.

    Attributes:
        listings: what is bought there are listings of ours, which the state binds to products; else the products of
            the catalog name what it is called there, only paid orders are listed, and what is given in part is final.
        open_statuses: the words for orders that may still get something; empty: all of them are open.
        known_statuses: all words that there are, as far as is known; empty: any other word is one for what is done.
    """

    listings: bool
    open_statuses: tuple[str, ...] = ()
    known_statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenOrder(KeptOrder):
    """An order as it was listed just now, or as the state keeps it; nothing of its buyer.

    Attributes:
        seen_at: when it was last listed (ISO 8601, UTC); empty: just now.
        delivered: how many units the marketplace says that it has.
        remaining: how many units the marketplace says that it may still get; None where it does not say.
    """

    delivered: int = 0
    remaining: int | None = None

    @classmethod
    def listed(cls, marketplace: str, order: Order) -> "OpenOrder":
        """An order that a marketplace listed just now."""
        return replace(cls.of(marketplace, order), delivered=order.delivered or 0, remaining=order.remaining)

    @classmethod
    def kept(cls, order: KeptOrder) -> "OpenOrder":
        """An order that the state keeps."""
        return cls(*_KEPT(order))


class Rules:
    """What is known beside the orders: looked up once what is asked for each of them."""

    def __init__(
        self,
        products: Mapping[str, Product],
        state: State,
        terms: Mapping[str, Terms],
        paid_statuses: Collection[str],
        now: datetime,
        named: Collection[str] = (),
    ) -> None:
        """Take the facts.

        Args:
            products: desired, by key.
            state: recorded.
            terms: of each marketplace, by name.
            paid_statuses: the words of a payment that was made.
            now: the time.
            named: ids of orders that a person named.
        """
        self.products = products
        self.state = state
        self.terms = terms
        self.paid_statuses = paid_statuses
        self.now = now
        self.named = named
        renamed = {product.previous_key: key for key, product in products.items() if product.previous_key}
        called = {key: key if key in products else renamed.get(key, key) for key in state.bindings}
        self.sold = {
            (name, id_): key for key, product in products.items() for name, id_ in product.marketplaces.items()
        }
        self.sold |= {(one.marketplace, one.product_id): called[key] for key, one in state.bindings.items()}
        self.stocked = {called[key] for key, binding in state.bindings.items() if binding.stocked}
        self.filling = {op.destination for op in state.ops.values() if op.call is Call.APPEND}
        self.calls: dict[str, list[Op]] = defaultdict(list)
        for op in state.ops.values():
            if op.order is not None:
                self.calls[op.destination].append(op)

    def key_of(self, order: OpenOrder) -> str | None:
        """The key of the product that was bought; it may be gone from the catalog."""
        return self.sold.get((order.marketplace, order.product_id)) if order.product_id else None

    def has(self, order: OpenOrder) -> int:
        """How many units an order has, or may have: what the marketplace shows, or the ledger knows, is there."""
        return max(order.delivered, self.state.ledger.units_at(order.destination))

    def wants(self, order: OpenOrder) -> int:
        """How many units it may still get."""
        left = order.quantity - self.has(order)
        return max(0, left if order.remaining is None else min(left, order.remaining))


def moment(order: OpenOrder) -> datetime:
    """When an order was made; orders that do not say come last."""
    try:
        made = datetime.fromisoformat(order.created_at)
    except ValueError:
        return _LATEST
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def obstacles(order: OpenOrder, rules: Rules) -> Iterator[tuple[str, str]]:
    """All that stands in the way of filling an order whatever its pool holds: codes, and what is wrong and to be done.

    The first of them is told; the others are there once that is out of the way.
    """
    yield from _of_order(order, rules)
    key = rules.key_of(order)
    product = rules.products.get(key or "")
    if product is None:
        yield _without_product(order, key, rules.terms[order.marketplace])
        return
    yield from _of_product(order, product, rules)
    yield from _of_listing(order, product, rules)


def obstacle(order: OpenOrder, rules: Rules) -> tuple[str, str] | None:
    """Why an order is not filled whatever its pool holds: the code, and what is wrong and to be done; None if it is."""
    return next(obstacles(order, rules), None)


def _of_order(order: OpenOrder, rules: Rules) -> Iterator[tuple[str, str]]:
    """What stands in the way whatever was bought."""
    terms, has = rules.terms[order.marketplace], rules.has(order)
    for op in rules.calls.get(order.destination, []):
        if op.held:
            yield "in-doubt", f"a {op.call} to it is in doubt: {op.evidence}; `catalogsync state doubts` asks"
        elif op.call is not Call.SET_STATUS:
            told = "was sent and no answer recorded; the next `catalogsync orders fulfill` looks what became of it"
            yield "in-doubt", f"a {op.call} to it {told}"
    if order.trouble:
        yield "odd-order", f"{order.trouble}; fill it at the marketplace by hand"
    elif order.quantity < 1:
        yield "odd-order", "how many units were bought cannot be read; fill it at the marketplace by hand"
    elif terms.listings and not order.status:
        yield "odd-order", "its status cannot be read, and it may have been refunded; look at it there"
    elif order.status and terms.known_statuses and order.status not in terms.known_statuses:
        yield "odd-order", f"what its status, {order.status}, means is not known; look at it there"
    partial = order.status == PARTIAL and not terms.listings
    if not partial and order.status and terms.open_statuses and order.status not in terms.open_statuses:
        yield "closed", f"it is {order.status}, and gets nothing any more"
    if not rules.wants(order):
        yield "filled", _filled(order, has, terms)
    if partial or (has and not terms.listings):
        rest = f"`{_orders(order)} deliver {order.order_id} --accounts {max(1, order.quantity - has)}`"
        why = (
            f"it got {has:,} of {order.quantity:,} before, and the rest may have been refunded; look there, and if it "
            f"is still due, {rest}"
        )
        yield "partial-before", why


def _orders(order: OpenOrder) -> str:
    """How a command begins that names an order: with its marketplace, for there may be several."""
    return f"catalogsync -m {order.marketplace} orders"


def _filled(order: OpenOrder, has: int, terms: Terms) -> str:
    if order.delivered >= order.quantity or order.remaining == 0:
        done = "completed_order" if terms.listings else "completed"
        return (
            "nothing remains to be delivered; if it stays open, complete it there, or by "
            f"`{_orders(order)} set-status {pasted(order.order_id)} {done}`"
        )
    return (
        f"{counted(has, 'unit')} went there, and the marketplace shows {order.delivered:,}; if that stays so for "
        "some minutes, look at the order there"
    )


def _without_product(order: OpenOrder, key: str | None, terms: Terms) -> tuple[str, str]:
    if key is not None:
        return "no-product", f"its product {key} is no longer in the catalog; put its file back, or fill it by hand"
    if terms.listings:
        bind = f"`catalogsync state bind KEY {pasted(order.product_id)}`"
        return "not-mapped", f"listing {order.product_id} belongs to no product; {bind} says to which it does"
    name = f'`marketplaces: {{{order.marketplace}: {{product_id: "{order.product_id}"}}}}`'
    return "not-mapped", f"no product is sold there as {order.product_id}; write {name} into the one that is"


def _of_product(order: OpenOrder, product: Product, rules: Rules) -> Iterator[tuple[str, str]]:
    """What stands in the way in the catalog."""
    listings = rules.terms[order.marketplace].listings
    if order.payment not in rules.paid_statuses and (listings or order.payment not in {"", _PAID}):
        why = (
            f"its payment is {order.payment or 'not shown'}; it is filled once it is paid (the words for that are "
            "`orders.paid_statuses` in catalogsync.yaml)"
        )
        yield "unpaid", why
    if listings and product.delivery != "manual":
        why = (
            "its listing delivers by itself, from the accounts that `catalogsync apply` sends there; "
            f"`delivery: manual` in product {product.key} has orders filled from the pool"
        )
        yield "not-manual", why
    if product.pool is None:
        yield "no-pool", f"product {product.key} has no pool; name one (`pool:`), or deliver by hand"


def _of_listing(order: OpenOrder, product: Product, rules: Rules) -> Iterator[tuple[str, str]]:
    """What is not known for certain, so that an account might go out twice, or in vain."""
    pool = product.pool or ""
    if product.key in rules.stocked and pool not in rules.state.marked_pools:
        why = (
            f"which accounts of pool {pool} are at its listing already is not known; "
            f"`catalogsync pools mark {pool} --sent` (or `--new`) says so"
        )
        yield "pool-unknown", why
    if f"{order.marketplace}/{order.product_id}" in rules.filling:
        why = (
            "accounts were sent to its listing and whether they arrived is not known, so it may have got some of them; "
            "`catalogsync apply` looks, and `catalogsync state doubts` asks"
        )
        yield "append-open", why
    if is_stale(order, rules.now) and order.order_id not in rules.named:
        why = (
            f"it was last listed at {order.seen_at}, and may have been cancelled or filled since; it is filled when it "
            f"is listed again, or by `{_orders(order)} fulfill {pasted(order.order_id)}`"
        )
        yield "not-listed", why


def is_stale(order: OpenOrder, now: datetime) -> bool:
    """Whether an order that is kept was last listed too long ago to be still believed."""
    return bool(order.seen_at) and now - datetime.fromisoformat(order.seen_at) > LISTED_FOR
