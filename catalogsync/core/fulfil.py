"""Accounts to orders: which open orders are filled from which pool, oldest first, and why the others are not.

Of each open order the first row that holds decides:

| what is so | action, code |
|---|---|
| accounts are bound to it, and nobody knows whether they arrived | resend: the same again |
| a person must decide about an earlier call to it, or that call's end is open | `in-doubt` |
| several things were bought at once, or what was bought, or its status, cannot be read | `odd-order` |
| its status says that it gets nothing any more | `closed` |
| it has all that was bought | `filled` |
| the marketplace takes what it got for all that it gets | `partial-before` |
| no product of the catalog is what was bought | `not-mapped` |
| the product that was is no longer in the catalog | `no-product` |
| it is not paid | `unpaid` |
| the listing delivers by itself | `not-manual` |
| the product has no pool | `no-pool` |
| which accounts of the pool are at the marketplace already is not known | `pool-unknown` |
| accounts were sent to its listing, and nobody knows whether the marketplace gave it some of them | `append-open` |
| it was not listed for a while, and nobody named it | `not-listed` |
| the pool has no new account left | `pool-empty` |
| the pool has fewer than it needs | partial, `partial` |
| else | fill |
| a person named it, and it is not among the open orders | `not-open` |
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from catalogsync.core.allocate import Stocktake
from catalogsync.core.wanting import OpenOrder, Rules, Terms, moment, obstacle, obstacles
from catalogsync.model.counted import counted
from catalogsync.model.order import order_destination
from catalogsync.model.order_plan import OrderAction, OrderChange, PoolUse
from catalogsync.model.product import Product
from catalogsync.model.state import Call, Op, State

BY_HAND: Final = frozenset({"unpaid", "not-manual", "partial-before", "not-listed"})
"""What keeps an order from being filled by itself, and not from being given accounts by a person."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is decided about, and by what.

    Attributes:
        orders: the open orders, each once, in any order.
        products: desired, by key.
        stocktakes: the pools against the ledger, by pool.
        state: recorded.
        terms: of each marketplace that is served, by name.
        paid_statuses: the words of a payment that was made.
        now: the time.
        named: ids of orders that a person named: only these are decided about; empty: all.
        only: orders by marketplace and id: only these are decided about; None: all.
    """

    orders: Sequence[OpenOrder]
    products: Mapping[str, Product]
    stocktakes: Mapping[str, Stocktake]
    state: State
    terms: Mapping[str, Terms]
    paid_statuses: Collection[str]
    now: datetime
    named: Collection[str] = ()
    only: Collection[tuple[str, str]] | None = None


def fulfil(facts: OrderFacts) -> tuple[tuple[OrderChange, ...], tuple[PoolUse, ...]]:
    """What is done about each order, oldest first, and what that takes out of each pool."""
    rules = Rules(facts.products, facts.state, facts.terms, facts.paid_statuses, facts.now, facts.named)
    resent = [op for op in facts.state.ops.values() if _is_resent(op) and op.marketplace in facts.terms]
    listed = {order.destination: order for order in facts.orders}
    # What was delivered to the end may be listed no more, while nobody knows yet that it was.
    unlisted = [_unlisted(op) for op in resent if op.destination not in listed]
    orders = [order for order in (*listed.values(), *unlisted) if _is_chosen(order, facts)]
    orders.sort(key=lambda order: (moment(order), order.marketplace, len(order.order_id), order.order_id))
    bound = {op.destination: op for op in resent}
    pools = _Pools(facts.stocktakes)
    changes = [_change(order, bound.get(order.destination), rules, pools) for order in orders]
    return (*changes, *_unknown(orders, facts)), pools.uses()


def pools_wanted(facts: OrderFacts) -> set[str]:
    """The pools that some order is to be filled from; only these need to be compared with the ledger."""
    rules = Rules(facts.products, facts.state, facts.terms, facts.paid_statuses, facts.now, facts.named)
    wanting = (order for order in facts.orders if _is_chosen(order, facts) and obstacle(order, rules) is None)
    return {facts.products[rules.key_of(order) or ""].pool or "" for order in wanting}


def reserved(
    products: Mapping[str, Product], state: State, paid_statuses: Collection[str], now: datetime
) -> dict[str, int]:
    """By pool, how many accounts the open orders that the state keeps wait for: these are not for listings.

    Args:
        products: desired, by key.
        state: recorded.
        paid_statuses: the words of a payment that was made.
        now: the time. Orders that were not listed for a while are not waited for.
    """
    if not state.orders:
        return {}
    terms = {order.marketplace: Terms(listings=False) for order in state.orders.values()}
    rules = Rules(products, state, terms, paid_statuses, now)
    units: dict[str, int] = {}
    for order in map(OpenOrder.kept, state.orders.values()):
        if obstacle(order, rules) is None:
            pool = products[rules.key_of(order) or ""].pool or ""
            units[pool] = units.get(pool, 0) + rules.wants(order)
    return units


def refusal(order: OpenOrder, count: int, rules: Rules) -> str:
    """Why an order gets no accounts though a person says so, or not so many; empty if it does."""
    for code, why in obstacles(order, rules):
        if code not in BY_HAND:
            return why
    if count > rules.wants(order):
        has = f"it has {rules.has(order):,} of {order.quantity:,} already"
        return f"{has}, and can get {counted(rules.wants(order), 'account')} at most"
    return ""


def by_hand(order: OpenOrder, count: int, rules: Rules, stocktake: Stocktake) -> OrderChange | None:
    """So many accounts for an order that may get them, or None where the pool has fewer new ones."""
    got = stocktake.new[:count]
    if len(got) < count:
        return None
    action = OrderAction.FILL if count == rules.wants(order) else OrderAction.PARTIAL
    change = _undecided(order, rules, rules.key_of(order), stocktake.pool)
    return replace(change, action=action, count=count, indexes=got)


@dataclass(slots=True)
class _Use:
    key: str
    stocktake: Stocktake
    taken: int = 0
    short: int = 0


@dataclass(slots=True)
class _Pools:
    """The new accounts of pools, handed out in file order."""

    stocktakes: Mapping[str, Stocktake]
    used: dict[str, _Use] = field(default_factory=dict)

    def take(self, pool: str, key: str, wanted: int) -> "array[int]":
        """As many as are wanted, or as there are."""
        use = self.used.setdefault(pool, _Use(key, self.stocktakes[pool]))
        got = use.stocktake.new[use.taken : use.taken + wanted]
        use.taken += len(got)
        use.short += wanted - len(got)
        return got

    def uses(self) -> tuple[PoolUse, ...]:
        """What was taken out of each."""
        return tuple(
            PoolUse(pool, use.key, len(use.stocktake.new), use.taken, len(use.stocktake.new) - use.taken, use.short)
            for pool, use in sorted(self.used.items())
        )


def _is_resent(op: Op) -> bool:
    return op.call is Call.DELIVER and op.carries and not op.held


def _unlisted(op: Op) -> OpenOrder:
    """What an operation tells of an order that is listed no more."""
    bought = op.fields.get("quantity")
    quantity = bought if isinstance(bought, int) else op.count
    return OpenOrder(op.marketplace, op.order or "", op.product_id or "", quantity, created_at=op.since)


def _is_chosen(order: OpenOrder, facts: OrderFacts) -> bool:
    if facts.only is not None and (order.marketplace, order.order_id) not in facts.only:
        return False
    return not facts.named or order.order_id in facts.named


def _change(order: OpenOrder, bound: Op | None, rules: Rules, pools: _Pools) -> OrderChange:
    key = bound.key if bound else rules.key_of(order)
    product = rules.products.get(key or "")
    pool = bound.pool if bound else (product.pool if product else None)

    change = _undecided(order, rules, key, pool, bound.count if bound else 0)
    if bound is not None:
        return replace(change, action=OrderAction.RESEND, count=bound.count, op=bound.id)
    if found := obstacle(order, rules):
        return replace(change, code=found[0], why=found[1])
    wanted = rules.wants(order)
    got = pools.take(pool or "", key or "", wanted)
    if not got:
        why = f"pool {pool} has no new account left of {wanted:,} that it needs; add accounts to the pool"
        return replace(change, code="pool-empty", why=why)
    if len(got) < wanted:
        why = f"pool {pool} has {counted(len(got), 'new account')} left of {wanted:,} that it needs"
        final = "" if rules.terms[order.marketplace].listings else "; what is given in part is final there"
        why += final
        return replace(change, action=OrderAction.PARTIAL, count=len(got), indexes=got, code="partial", why=why)
    return replace(change, action=OrderAction.FILL, count=len(got), indexes=got)


def _undecided(order: OpenOrder, rules: Rules, key: str | None, pool: str | None, bound: int = 0) -> OrderChange:
    return OrderChange(
        order.marketplace,
        order.order_id,
        OrderAction.NONE,
        product_id=order.product_id,
        key=key,
        title=order.title,
        quantity=order.quantity,
        delivered=rules.has(order) - bound,
        status=order.status,
        payment=order.payment,
        created_at=order.created_at,
        pool=pool,
    )


def _unknown(orders: Iterable[OpenOrder], facts: OrderFacts) -> list[OrderChange]:
    """Orders that a person named, and that are not open as far as anybody knows."""
    known = {order.order_id for order in orders}
    again = "" if all(terms.listings for terms in facts.terms.values()) else ", or be listed again in 30 minutes"
    why = f"no open order of this id is listed; it may be {'done, or refunded' if again else 'done or refunded'}{again}"
    name = min(facts.terms, default="")
    changes: list[OrderChange] = []
    for order_id in sorted(set(facts.named) - known) if name else ():
        change = OrderChange(name, order_id, OrderAction.NONE, code="not-open", why=why)
        if there := facts.state.ledger.count_at(order_destination(name, order_id)):
            told = f"{counted(there, 'account')} went there, and it is not listed as open any more"
            change = replace(change, delivered=there, code="filled", why=told)
        changes.append(change)
    return changes
