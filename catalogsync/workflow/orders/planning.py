"""From the open orders of all marketplaces that are served, and what the state knows, to one plan for orders."""

from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from catalogsync.core.allocate import Stocktake, count_alone, take_stock
from catalogsync.core.fulfil import OrderFacts, fulfil, pools_wanted
from catalogsync.core.order_texts import can_be_paired
from catalogsync.core.resending import removed_from_catalog
from catalogsync.core.wanting import OpenOrder
from catalogsync.model.counted import counted
from catalogsync.model.errors import StateError
from catalogsync.model.order_plan import OrderPlan
from catalogsync.model.plan import Ground, Notice
from catalogsync.model.pool import opened
from catalogsync.model.recovery import UNFINISHED
from catalogsync.model.state import OF_ORDERS, Op, Run
from catalogsync.workflow.drawing_up import doubt_notice
from catalogsync.workflow.evidence import delivered
from catalogsync.workflow.orders.desk import OrderDesk
from catalogsync.workflow.orders.reading import Reading, read_orders
from catalogsync.workflow.orders.turn import Turn


def make_order_plan(desk: OrderDesk, run: Run) -> OrderPlan:
    """What `fulfill` would do. What may not be listed again for a while is recorded, so that `fulfill` finds it.

    Args:
        desk: what to work with.
        run: who plans; it takes the lease only where something is to be recorded.

    Raises:
        StateLocked: another run is at work, and what is read could not be kept.
        StateError: there is no state to keep it in, it is half recovered, or orders show that it is an old copy.
        MarketplaceError: no marketplace could be read.
    """
    if desk.state.recovering:
        raise StateError(*UNFINISHED)
    with Turn(desk, run) as turn:
        reading = read_orders(desk, turn)
        return plan_of(desk, reading)


def plan_of(desk: OrderDesk, reading: Reading, only: Collection[tuple[str, str]] | None = None) -> OrderPlan:
    """The plan that follows from what was read, and from the state as it is now.

    Args:
        desk: what to work with.
        reading: the orders.
        only: orders by marketplace and id: of no others something is decided; None: of all.

    Raises:
        StateError: orders show that the state is an old copy.
    """
    desk.observer.stage("Comparing")
    _require_remembered(desk, reading)
    facts = OrderFacts(
        orders=tuple(_open_orders(desk, reading)),
        products=desk.catalog.products,
        stocktakes={},
        state=desk.state,
        terms={name: desk.terms(name) for name in reading.listed},
        paid_statuses=desk.catalog.config.paid_statuses,
        now=desk.clock.now(),
        named=frozenset(desk.named),
        only=only,
    )
    stocktakes = {pool: stocktake(desk, pool) for pool in pools_wanted(facts)}
    changes, pools = fulfil(replace(facts, stocktakes=stocktakes))
    return OrderPlan(
        tool_version=desk.version,
        created_at=desk.timestamp(),
        marketplaces=tuple(reading.listed),
        ground=Ground(desk.state.lineage, desk.state.serial) if desk.journal else None,
        changes=changes,
        pools=pools,
        warnings=(*_warnings(desk, reading), *_unfit(desk, stocktakes)),
    )


def _require_remembered(desk: OrderDesk, reading: Reading) -> None:
    """Refuse a state that has forgotten accounts which orders have.

    Raises:
        StateError: it has.
    """
    orders = [order for orders in reading.listed.values() for order in orders]
    try:
        delivered(desk, orders)
    except StateError:
        if desk.journal is None:
            raise
        # Another run may have delivered them since the state was read.
        desk.journal.catch_up()
        delivered(desk, orders)


def doubts_at(desk: OrderDesk, names: Collection[str]) -> Iterator[Op]:
    """Calls to orders at some marketplaces whose end is open, or that a person must decide."""
    return (op for op in desk.state.ops.values() if op.call in OF_ORDERS and op.marketplace in names)


def _open_orders(desk: OrderDesk, reading: Reading) -> Iterator[OpenOrder]:
    """What was read, but for what the state let go of since."""
    for name, orders in reading.listed.items():
        yield from (OpenOrder.listed(name, order) for order in orders)
    yield from (OpenOrder.kept(order) for order in reading.kept if order.destination in desk.state.orders)


def stocktake(desk: OrderDesk, name: str) -> Stocktake:
    """A pool against the ledger; only accounts that can be given to an order count as new."""
    pool, ledger, prints = opened(desk.catalog.pools[name]), desk.state.ledger, desk.fingerprints
    if prints is None:
        return count_alone(name, len(pool), ledger)
    taken = take_stock(pool, ledger, prints.users, prints.contents)
    return replace(taken, new=array("Q", (position for position in taken.new if can_be_paired(pool[position]))))


def _unfit(desk: OrderDesk, pools: Iterable[str]) -> Iterator[Notice]:
    """Accounts that are passed over, since nobody could tell their halves once an order has them as one text."""
    sells = {product.pool: product.key for product in desk.catalog.products.values()}
    for name in sorted(pools):
        unfit = sum(1 for account in opened(desk.catalog.pools[name]) if not can_be_paired(account))
        if unfit:
            yield Notice(
                "odd-username",
                sells.get(name),
                f"{counted(unfit, 'account')} of pool {name} with `:` or `|` in the username; orders get each account "
                "as `username:password`, so no order is given these",
            )


def not_read(reading: Reading) -> Iterator[Notice]:
    """What is said of marketplaces that could not be read."""
    for name, message in reading.failures.items():
        yield Notice("not-read", None, f"the orders of {name} could not be read, so none is filled there: {message}")


def _warnings(desk: OrderDesk, reading: Reading) -> Iterator[Notice]:
    yield from not_read(reading)
    for op in doubts_at(desk, reading.listed):
        yield doubt_notice(op)
    if desk.fingerprints is not None:
        yield from removed_from_catalog(desk.state, desk.catalog.pools, desk.fingerprints.users)
