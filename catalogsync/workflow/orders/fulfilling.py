"""Filling orders: take the lease, plan under it, send again what is in doubt, send what is new, report."""

from collections.abc import Callable

from catalogsync.model.order_plan import OrderPlan, OrderReport
from catalogsync.model.state import Run
from catalogsync.workflow.orders.desk import OrderDesk


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
    raise NotImplementedError
