"""Filling orders: read, take the lease, settle what is open, plan, send again what is in doubt, send what is new.

read ─ lease (others wrote: read again) ─ plan ─ is it what was agreed? ─ per order: bind ▶ begin ▶ hand over ▶ end
        ─ report
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from catalogsync.core.arrival import Ruling
from catalogsync.core.order_agreement import agreed_orders, as_agreed
from catalogsync.model.errors import StateError
from catalogsync.model.events import Verdict
from catalogsync.model.order import order_destination
from catalogsync.model.order_plan import OrderChange, OrderPlan, OrderReport
from catalogsync.model.plan import Notice
from catalogsync.model.recovery import UNFINISHED
from catalogsync.model.report import Result
from catalogsync.model.state import Run
from catalogsync.workflow.drawing_up import doubt_notice
from catalogsync.workflow.orders.closing import settle, unsettled
from catalogsync.workflow.orders.delivering import deliver
from catalogsync.workflow.orders.desk import OrderDesk, Stand
from catalogsync.workflow.orders.planning import doubts_at, not_read, plan_of
from catalogsync.workflow.orders.reading import Reading, read_orders
from catalogsync.workflow.orders.resending import arrived, resend
from catalogsync.workflow.orders.service import Service
from catalogsync.workflow.orders.telling import with_messages
from catalogsync.workflow.orders.turn import Turn


def fulfill(
    desk: OrderDesk, run: Run, *, show: Callable[[OrderPlan], None], agreed: OrderPlan | None = None
) -> OrderReport:
    """Fill open orders from the pools.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it; it takes the lease only where there is something to do or to record.
        show: is given the plan before anything is done.
        agreed: the plan that somebody said yes to: of its orders those are filled that can still be filled as it
            shows, and no others.

    Raises:
        StateLocked: another run is at work.
        StateError: there is no state, it is half recovered, or it could not be written; nothing more was sent.
        MarketplaceError: no marketplace could be read.
    """
    if desk.state.recovering:
        raise StateError(*UNFINISHED)
    with Turn(desk, run) as turn:
        reading = _read(desk, turn, agreed)
        services: dict[str, Service] = {}
        for name in reading.listed:
            if unsettled(desk.state.ops.values(), name):
                services[name] = service = _service(desk, turn, reading, name)
                service.uninterrupted(partial(settle, service, unsettled(desk.state.ops.values(), name)))
        plan, spoilt = _plan(desk, reading, agreed)
        show(plan)
        todo = [change for change in plan.work if (change.marketplace, change.order_id) not in spoilt]
        for name in reading.listed:
            if ours := [change for change in todo if change.marketplace == name]:
                service = services.setdefault(name, _service(desk, turn, reading, name))
                service.uninterrupted(partial(_serve, service, ours))
        skipped = {order: Result("skipped", why) for order, why in spoilt.items()}
        report = OrderReport(
            plan=plan,
            results=skipped | {_id(change): _result(services[change.marketplace], change) for change in todo},
            notices=tuple(_notices(desk, reading, services)),
            calls=sum(service.calls for service in services.values()),
            interrupted=desk.interrupted(),
        )
        return with_messages(desk, turn, report)


def _commit_arrived(desk: OrderDesk, turn: Turn, name: str) -> None:
    """End the doubts that an order answers by now. The lease is taken only if there is one."""
    if desk.journal is None or not desk.markets[name].reads_one:
        return
    service = Service(Stand(desk, name), desk.journal)
    for op in arrived(service):
        if op.id in turn.take().state.ops:
            service.end(op, Ruling(Verdict.COMMITTED, "the order shows all of the accounts by now"))
            desk.observer.say(f"the accounts that were in doubt ({op.id}) are at order {op.order} at {name}")


def _read(desk: OrderDesk, turn: Turn, agreed: OrderPlan | None) -> Reading:
    """The orders, with the lease if there is something to do; read again where another run was at work until then."""
    reading = read_orders(desk, turn)
    for name in reading.listed:
        _commit_arrived(desk, turn, name)
    if not turn.taken:
        is_open = any(unsettled(desk.state.ops.values(), name) for name in reading.listed)
        if is_open or plan_of(desk, reading, _only(agreed)).work:
            turn.take()
    return read_orders(desk, turn) if turn.others_wrote else reading


def _plan(desk: OrderDesk, reading: Reading, agreed: OrderPlan | None) -> tuple[OrderPlan, dict[tuple[str, str], str]]:
    """What is to be done; and why some of what was agreed to is not."""
    plan = plan_of(desk, reading, _only(agreed))
    return (plan, {}) if agreed is None else as_agreed(agreed, plan)


def _only(agreed: OrderPlan | None) -> frozenset[tuple[str, str]] | None:
    return None if agreed is None else agreed_orders(agreed)


def _service(desk: OrderDesk, turn: Turn, reading: Reading, name: str) -> Service:
    """A marketplace that is served on its own: what stops the calls to it does not stop those to others."""
    listed = {order.order_id: order for order in reading.listed[name]}
    return Service(Stand(desk, name), turn.take(), listed=listed)


def _serve(service: Service, changes: list[OrderChange]) -> None:
    """Send again what is in doubt, then what is new."""
    service.desk.desk.observer.stage(f"Filling orders of {service.desk.name}", sum(change.count for change in changes))
    resend(service, [service.journal.state.ops[change.op] for change in changes if change.op is not None])
    deliver(service, [change for change in changes if change.op is None])


def _result(service: Service, change: OrderChange) -> Result:
    """What became of an order; of one that was not begun, or not looked after to the end, too."""
    known = service.results.get(change.order_id)
    if known is not None:
        return known
    destination = order_destination(change.marketplace, change.order_id)
    if any(op.destination == destination for op in service.journal.state.ops.values()):
        return Result("in-doubt", service.stopped or "its answer never came")
    return Result("skipped", f"not started: {service.stopped}")


def _notices(desk: OrderDesk, reading: Reading, services: Mapping[str, Service]) -> Iterator[Notice]:
    for service in services.values():
        yield from service.notices
    yield from not_read(reading)
    for op in doubts_at(desk, reading.listed):
        yield doubt_notice(op)


def _id(change: OrderChange) -> tuple[str, str]:
    return change.marketplace, change.order_id
