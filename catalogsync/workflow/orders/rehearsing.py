"""The calls that filling orders would send, without sending them."""

from catalogsync.model.counted import counted
from catalogsync.model.order_plan import OrderAction, OrderPlan
from catalogsync.workflow.orders.desk import OrderDesk


def sketch(desk: OrderDesk, plan: OrderPlan) -> tuple[str, ...]:
    """The calls of a plan, in their order; accounts are counted."""
    calls = []
    for change in plan.work:
        market = desk.markets[change.marketplace]
        if change.action is not OrderAction.RESEND and not desk.terms(change.marketplace).listings:
            calls.append(f"{market.order_address('start', change.order_id)} order {change.order_id}: work on it begins")
        accounts = f"{counted(change.count, 'account')} from pool {change.pool} (masked)"
        calls.append(f"{market.order_address('deliver', change.order_id)} order {change.order_id}: {accounts}")
    return tuple(calls)
