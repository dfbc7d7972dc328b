"""Calls to orders that bring no account of a pool, a text, a refund, a status: sent once, and looked after if in doubt.

None of them is ever sent again by itself: a text would be there twice, and to whom money was given back is no small
thing. What an order that can be read does not show, after a write has had its time to show, was not done.
"""

from collections.abc import Callable, Iterable

from catalogsync.core.alarm import REFUNDED
from catalogsync.core.arrival import Ruling
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.events import OrdersSeen, Verdict
from catalogsync.model.order import Order
from catalogsync.model.state import OF_ORDERS, Call, Op
from catalogsync.workflow.orders.service import Service

Shows = Callable[[Op, Order], bool | None]
"""Whether an order shows that a call was done; None: it cannot show that."""


def unsettled(ops: Iterable[Op], name: str) -> list[Op]:
    """The calls of this kind at a marketplace whose end is open."""
    return [op for op in ops if op.marketplace == name and op.call in OF_ORDERS and not op.carries and not op.held]


def shows(op: Op, order: Order) -> bool | None:
    """What an order tells of a call. Which text was sent is known only to the run that sent it."""
    match op.call:
        case Call.REFUND:
            return order.status == REFUNDED
        case Call.SET_STATUS:
            return order.status == op.fields.get("status")
        case _:
            return None


def settle(service: Service, ops: Iterable[Op], shown: Shows = shows) -> None:
    """Find out what became of calls whose end is open, and record it.

    Args:
        service: at which marketplace.
        ops: the calls.
        shown: what an order tells of them.

    Raises:
        Interrupted: somebody asked the run to stop; what was not found out stays open.
    """
    waiting = [op for op in ops if not _is_settled(service, op, shown, last=False)]
    if waiting and service.desk.market.reads_one:
        service.desk.desk.clock.sleep(service.desk.desk.catalog.config.recovery.settle)
        service.journal.assure(service.desk.longest_call)
    for op in waiting:
        _is_settled(service, op, shown, last=True)


def _is_settled(service: Service, op: Op, shown: Shows, *, last: bool) -> bool:
    """Look once. Whether there is nothing more to be found out by looking again."""
    done: bool | None = None
    if service.desk.market.reads_one:
        try:
            done = shown(op, service.desk.market.order(op.order or ""))
        except MarketplaceError as error:
            service.finish(op.order or "", "in-doubt", f"the order could not be read: {error.message}")
            return last
    if done:
        service.end(op, Ruling(Verdict.COMMITTED, "the order shows it"))
        close_if_done(service, op)
    elif done is None and op.call is Call.DELIVER:
        service.end(op, Ruling(Verdict.HELD, "a text was sent, and whether it is there only a person can tell"))
    elif done is None:
        why = "whether it was done cannot be told; look at the order, and say it again if it was not"
        service.end(op, Ruling(Verdict.ABORTED, why))
        # It may have been cancelled, so it is not filled from memory; if it was not, it is listed again.
        close_if_done(service, op)
    elif last:
        service.end(op, Ruling(Verdict.ABORTED, "the order does not show it; say it again if it is still to be done"))
    else:
        return False
    return True


def close_if_done(service: Service, op: Op) -> None:
    """Let go of a kept order that gets nothing any more by the status that it was, or may have been, set to."""
    status = str(op.fields.get("status", ""))
    kept = op.destination in service.journal.state.orders
    if op.call is Call.SET_STATUS and kept and status not in service.desk.market.open_statuses:
        service.journal.write(OrdersSeen((), (op.destination,)))
