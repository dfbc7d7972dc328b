"""Orders to look at: those of some statuses in a row each, or one with everything that is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalogsync.core.nearest import suggestion
from catalogsync.model.errors import MarketplaceError, UsageError
from catalogsync.model.order import Buyer, order_destination
from catalogsync.model.order_plan import OrderPlan
from catalogsync.model.order_row import OrderLook, OrderRow
from catalogsync.model.state import Run
from catalogsync.ports import OrderMarket
from catalogsync.workflow.orders.desk import OrderDesk
from catalogsync.workflow.orders.planning import plan_of
from catalogsync.workflow.orders.reading import Reading, find_order, read_orders
from catalogsync.workflow.orders.turn import Turn


@dataclass(frozen=True, slots=True)
class Survey:
    """Orders that were looked at.

    Attributes:
        rows: oldest first.
        failures: by marketplace, why its orders could not be read.
    """

    rows: tuple[OrderRow, ...]
    failures: Mapping[str, str] = field(default_factory=dict)


def survey_orders(desk: OrderDesk, run: Run, statuses: Sequence[str] = (), *, everything: bool = False) -> Survey:
    """The orders of some statuses, and of each what `orders fulfill` would do about it.

    Args:
        desk: what to work with.
        run: who reads; it takes the lease only where something is to be recorded.
        statuses: the marketplaces' words; empty: those of open orders.
        everything: orders of all statuses.

    Raises:
        StateLocked, StateError, MarketplaceError: as in `make_order_plan`.
    """
    with Turn(desk, run) as turn:
        reading = _merged([_read(desk, turn, name, statuses, everything=everything) for name in desk.markets])
    if reading.failures and not reading.listed:
        raise MarketplaceError(next(iter(reading.failures.values())))
    rows = _rows(reading, plan_of(desk, reading))
    wanted = [row for row in rows if everything or row.status in statuses or not (statuses or row.action is None)]
    return Survey(tuple(wanted), reading.failures)


def look_at(desk: OrderDesk, run: Run, name: str, order_id: str) -> OrderLook:
    """One order with everything that is known of it, and what `orders fulfill ORDER_ID` would do about it.

    Raises:
        StateLocked, StateError, MarketplaceError: as in `find_order`, unless the ledger knows of the order.
    """
    try:
        order = find_order(desk, run, name, order_id)
    except MarketplaceError:
        if desk.markets[name].reads_one or (remembered := _remembered(desk, name, order_id)) is None:
            raise
        return remembered
    kept = None if desk.markets[name].reads_one else desk.state.orders.get(order_destination(name, order_id))
    if order.buyer != Buyer():
        kept = None  # it was listed just now, and shows more than is kept
    alone = replace(desk, markets={name: desk.markets[name]}, named=(order.order_id,))
    reading = Reading({name: () if kept else (order,)}, (kept,) if kept else ())
    (row, *_) = _rows(reading, plan_of(alone, reading))
    destination = order_destination(name, order.order_id)
    calls = tuple(op.id for op in desk.state.ops.values() if op.destination == destination)
    return OrderLook(row, None if kept else order, desk.state.ledger.count_at(destination), calls)


def require_known(statuses: Sequence[str], markets: Mapping[str, OrderMarket]) -> None:
    """Make sure that words for statuses are not merely misspelt; a word of the marketplace's own may be any other.

    Raises:
        UsageError: one of them is nearly, but not quite, a word that is known.
    """
    known = [word for market in markets.values() for word in (*market.open_statuses, *market.statuses)]
    for status in statuses:
        if status not in known and (near := suggestion(status, known)):
            raise UsageError(f"no marketplace here has a status {status}", near)


def _read(desk: OrderDesk, turn: Turn, name: str, statuses: Sequence[str], *, everything: bool) -> Reading:
    """The orders of one marketplace that are asked for; open ones, too, since what they take out of pools counts."""
    market = desk.markets[name]
    words = {*market.open_statuses, *market.statuses}
    wanted = tuple(dict.fromkeys((*market.open_statuses, *statuses)))
    # What it has no word for, as far as is known, is looked for among all.
    asked = () if everything or not words.issuperset(wanted) else wanted
    try:
        return read_orders(replace(desk, markets={name: market}), turn, asked)
    except MarketplaceError as error:
        return Reading({}, (), {name: error.message})


def _remembered(desk: OrderDesk, name: str, order_id: str) -> OrderLook | None:
    """What the ledger and the open calls know of an order that is neither listed nor kept; None if that is nothing."""
    destination = order_destination(name, order_id)
    calls = [op for op in desk.state.ops.values() if op.destination == destination]
    sent = desk.state.ledger.count_at(destination)
    if not (sent or calls):
        return None
    keys = [batch.key for batch in desk.state.ledger.batches if batch.destination == destination]
    key = next(iter([*keys, *(op.key for op in calls)]), "") or None
    row = OrderRow(name, order_id, key=key, delivered=sent)
    return OrderLook(row, None, sent, tuple(op.id for op in calls))


def _merged(readings: Sequence[Reading]) -> Reading:
    return Reading(
        {name: orders for one in readings for name, orders in one.listed.items()},
        tuple(order for one in readings for order in one.kept),
        {name: why for one in readings for name, why in one.failures.items()},
    )


def _rows(reading: Reading, plan: OrderPlan) -> list[OrderRow]:
    """Each order of a plan, with what the plan leaves out of what was read."""
    listed = {(name, order.order_id): order for name, orders in reading.listed.items() for order in orders}
    kept = {(order.marketplace, order.order_id): order.seen_at for order in reading.kept}
    rows = []
    for change in plan.changes:
        place = change.marketplace, change.order_id
        order = listed.get(place)
        rows.append(
            OrderRow(
                change.marketplace,
                change.order_id,
                number=(order.number or "") if order else "",
                created_at=change.created_at,
                key=change.key,
                product_id=change.product_id,
                title=change.title,
                quantity=change.quantity or None,
                delivered=change.delivered,
                total=order.total if order else None,
                status=change.status,
                payment=change.payment,
                seen_at=kept.get(place, ""),
                action=None if change.code == "closed" else change.action,
                code="" if change.code == "closed" else change.code,
                why="" if change.code == "closed" else change.why,
            )
        )
    return rows
