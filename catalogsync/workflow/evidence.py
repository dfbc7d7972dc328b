"""The orders as evidence of what became of accounts. Read where something is in doubt, not in every plan."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

from catalogsync.core.arrival import OrderBook
from catalogsync.model.catalog import Catalog
from catalogsync.model.counted import counted
from catalogsync.model.errors import StateError
from catalogsync.model.order import Order
from catalogsync.model.pool import AnyPool, SealedPool
from catalogsync.model.state import State
from catalogsync.ports import Fingerprints
from catalogsync.workflow.desk import Desk


class Remembering(Protocol):
    """What tells whether accounts that an order delivered are remembered."""

    @property
    def catalog(self) -> Catalog:
        """What is desired."""
        ...

    @property
    def state(self) -> State:
        """What is recorded."""
        ...

    @property
    def fingerprints(self) -> Fingerprints | None:
        """Made with the state's key; None while there is none."""
        ...


def read_orders(desk: Desk) -> OrderBook:
    """All orders, and which operations they prove.

    Raises:
        MarketplaceError: they could not be read.
        StateError: an order delivered accounts that the state takes for new, so that it must be an old copy.
    """
    desk.observer.stage("Reading the orders")
    orders = desk.marketplace.orders()
    by_listing: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        by_listing[order.product_id].append(order)
    return OrderBook(by_listing, delivered(desk, orders))


def delivered(desk: Remembering, orders: Iterable[Order]) -> Counter[str]:
    """By batch, how many of its accounts orders have delivered.

    Raises:
        StateError: an order delivered accounts that the state takes for new, so that it must be an old copy.
    """
    if desk.fingerprints is None:
        return Counter()
    seen: dict[bytes, str] = {}
    forgotten: dict[bytes, str] = {}
    for order in orders:
        for account in order.accounts:
            user = desk.fingerprints.user(account)
            found = desk.state.ledger.find(user)
            if found:
                seen[user] = found[0].id
            else:
                forgotten[user] = account.identity.reveal()
    if forgotten:
        _require_remembered(desk, forgotten)
    return Counter(seen.values())


def _require_remembered(desk: Remembering, forgotten: Mapping[bytes, str]) -> None:
    """Refuse a state that has forgotten accounts which went out.

    What was delivered from a listing that somebody else had filled is no proof: that is asked by `pool-unknown`.
    """
    for product in desk.catalog.products.values():
        binding = desk.state.bindings.get(product.key)
        if product.pool is None or binding is None:
            continue
        if binding.stocked and product.pool not in desk.state.marked_pools:
            continue
        known = _count(desk.catalog.pools[product.pool], forgotten)
        if known:
            raise StateError(
                f"orders have delivered {counted(known, 'account')} of pool {product.pool} that the state takes for "
                "new: it is an old copy, or somebody delivered them by hand; nothing was sent",
                "put the newest copy of the state back, or `catalogsync state recover` if there is none; if they were "
                f"delivered by hand, `catalogsync pools mark {product.pool} --sent --file FILE` with those",
            )


def _count(pool: AnyPool, forgotten: Mapping[bytes, str]) -> int:
    """How many accounts of a pool are among some, that are given by fingerprint and identity."""
    if isinstance(pool, SealedPool):
        return sum(1 for mark in pool.users() if mark in forgotten)
    names = {*forgotten.values()}
    return sum(1 for account in pool if account.identity.reveal() in names)
