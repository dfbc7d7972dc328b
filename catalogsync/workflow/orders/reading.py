"""Reading orders: what a marketplace may not list again for a while is kept before anything else is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from catalogsync.core.wanting import PARTIAL, OpenOrder, is_stale
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.events import OrdersSeen
from catalogsync.model.order import KeptOrder, Order, order_destination
from catalogsync.model.state import Run
from catalogsync.workflow.orders.desk import OrderDesk
from catalogsync.workflow.orders.turn import Turn

_WORDS: Final = ("title", "status", "payment", "created_at", "trouble")
_LONGEST_WORD: Final = 300

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""A kept order that is not listed again for so long needs nothing any more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The orders that were read at one time.

    Attributes:
        listed: by marketplace, what it listed just now, each order once.
        kept: orders of these marketplaces that the state keeps and that were not listed just now, oldest first.
        failures: by marketplace, why it could not be read. It is not in `listed` then, and nothing of it is in `kept`.
    """

    listed: Mapping[str, tuple[Order, ...]]
    kept: tuple[KeptOrder, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)


def find_order(desk: OrderDesk, run: Run, name: str, order_id: str) -> Order:
    """One order, as it is now; where a marketplace has no such call, as it was last listed.

    Args:
        desk: what to work with.
        run: who reads; it takes the lease only where something is to be recorded.
        name: the marketplace.
        order_id: which order.

    Raises:
        StateLocked: another run is at work, and what is read could not be kept.
        StateError: there is no state to keep it in.
        MarketplaceError: it could not be read, or is not listed.
    """
    with Turn(desk, run) as turn:
        return find_in(desk, turn, name, order_id)


def find_in(desk: OrderDesk, turn: Turn, name: str, order_id: str) -> Order:
    """One order, as in `find_order`, in a turn that goes on."""
    market, destination = desk.markets[name], order_destination(name, order_id)
    if market.reads_one:
        return market.order(order_id)
    if destination not in desk.state.orders:
        for order in _read(desk, turn, name, ()):
            if order.order_id == order_id:
                return order
    kept = desk.state.orders.get(destination)
    if kept is None:
        again = f"; one that was listed is not listed again for {(market.relists or 0) / 60:.0f} minutes"
        raise MarketplaceError(
            f"{name} lists no order {order_id}, and none is kept{again}",
            "check the id; `catalogsync orders list` shows those that are known",
        )
    return _as_listed(kept)


def read_orders(desk: OrderDesk, turn: Turn, statuses: Sequence[str] | None = None) -> Reading:
    """Read each marketplace, keeping what is to be kept page by page; one that fails does not stop the others.

    Args:
        desk: what to work with.
        turn: takes the lease where something is to be recorded.
        statuses: which orders; None: those that may still get something.

    Raises:
        StateLocked, StateError: as in `find_order`.
        MarketplaceError: none of them could be read.
    """
    listed: dict[str, tuple[Order, ...]] = {}
    failures: dict[str, MarketplaceError] = {}
    for name, market in desk.markets.items():
        desk.observer.stage(f"Reading the orders of {name}")
        try:
            listed[name] = _read(desk, turn, name, market.open_statuses if statuses is None else statuses)
        except MarketplaceError as error:
            failures[name] = error
    if failures and not listed:
        raise next(iter(failures.values()))
    _forget(desk, turn)
    fresh = {order_destination(name, order.order_id) for name, orders in listed.items() for order in orders}
    kept = [
        order
        for destination, order in desk.state.orders.items()
        if order.marketplace in listed and destination not in fresh
    ]
    kept.sort(key=lambda order: (order.created_at, order.marketplace, len(order.order_id), order.order_id))
    return Reading(listed, tuple(kept), {name: error.message for name, error in failures.items()})


def _read(desk: OrderDesk, turn: Turn, name: str, statuses: Sequence[str]) -> tuple[Order, ...]:
    market = desk.markets[name]
    if market.relists is not None:
        turn.make_sure()
    orders: dict[str, Order] = {}
    for page in market.order_pages(statuses):
        if market.relists is not None and page:
            _keep(desk, turn, name, page)
        orders.update((order.order_id, order) for order in page)
    return tuple(orders.values())


def _keep(desk: OrderDesk, turn: Turn, name: str, page: Sequence[Order]) -> None:
    """Record a page at once: the next listing may not show it. What has an unknown status is kept, too."""
    market = desk.markets[name]
    done = {*market.statuses} - {*market.open_statuses, PARTIAL}
    newest = {order.order_id: order for order in page}
    journal = turn.take()
    orders = tuple(_kept(name, order) for order in newest.values() if order.status not in done)
    ended = [order_destination(name, order.order_id) for order in newest.values() if order.status in done]
    closed = tuple(destination for destination in ended if destination in journal.state.orders)
    if orders or closed:
        journal.write(OrdersSeen(orders, closed))


def _forget(desk: OrderDesk, turn: Turn) -> None:
    """Let go of kept orders that need nothing any more; the lease is not taken for that alone."""
    if not turn.taken:
        return
    state, now = desk.state, desk.clock.now()
    open_calls = {op.destination for op in state.ops.values()}
    closed = tuple(
        destination
        for destination, order in state.orders.items()
        if destination not in open_calls
        and (
            now - datetime.fromisoformat(order.seen_at) > FORGOTTEN_AFTER
            or (is_stale(OpenOrder.kept(order), now) and 0 < order.quantity <= state.ledger.count_at(destination))
        )
    )
    if closed:
        turn.take().write(OrdersSeen((), closed))


def _kept(name: str, order: Order) -> KeptOrder:
    """What the state keeps of an order: of words that others write, as much as a table shows."""
    whole = KeptOrder.of(name, order)
    return replace(whole, **{name: getattr(whole, name)[:_LONGEST_WORD] for name in _WORDS})


def _as_listed(kept: KeptOrder) -> Order:
    """A kept order as a marketplace listed it."""
    return Order(
        kept.order_id,
        kept.product_id,
        kept.quantity or None,
        created_at=kept.created_at or None,
        payment=kept.payment or None,
        status=kept.status or None,
        title=kept.title or None,
        trouble=kept.trouble,
    )
