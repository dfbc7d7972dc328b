"""Messages of a run that filled orders: noted with the lease, sent when it is given back, as those of an apply are."""

from dataclasses import replace

from catalogsync.core.telling import of_orders
from catalogsync.model.errors import Interrupted, StateError, StateFenced
from catalogsync.model.order_plan import OrderReport
from catalogsync.model.state import OF_ORDERS
from catalogsync.workflow.drawing_up import doubt_notice
from catalogsync.workflow.orders.desk import OrderDesk
from catalogsync.workflow.orders.turn import Turn
from catalogsync.workflow.telling import noted


def with_messages(desk: OrderDesk, turn: Turn, report: OrderReport) -> OrderReport:
    """The report with what is to be sent of it, where somebody is to be told.

    A round in which nothing happened takes the lease only if there is something that was not told before. A run that
    was stopped tells nothing.
    """
    if not desk.tells or report.interrupted:
        return report
    doubts = {op.id: doubt_notice(op) for op in desk.state.ops.values() if op.call in OF_ORDERS}
    tellings = of_orders(report, desk.state, doubts, desk.timestamp())
    if not tellings:
        return report
    try:
        journal = turn.take()
    except (StateError, StateFenced, Interrupted):
        return report  # another run is at work by now; the next round tells
    return replace(report, messages=noted(journal, tellings))
