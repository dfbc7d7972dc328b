"""What must hold of orders once a world has come to rest: each got its own, and none that can be filled still waits."""

from typing import TYPE_CHECKING

from catalogsync.model.order import order_destination
from catalogsync.model.order_plan import OrderPlan
from catalogsync.model.state import State
from tests.simulation.scheduler import Violation
from tests.simulation.trade import HSTOCK

if TYPE_CHECKING:
    from tests.simulation.world import World

EXPLAINED = frozenset(
    {
        "pool-empty",
        "pool-unknown",
        "append-open",
        "in-doubt",
        "not-mapped",
        "no-product",
        "no-pool",
        "not-manual",
        "unpaid",
        "partial-before",
        "filled",
    }
)
"""Why an order may still wait when all is at rest."""


def audit_orders(world: "World", plan: OrderPlan, state: State) -> None:
    """Check every promise about orders.

    Args:
        world: as it is.
        plan: what filling orders would do.
        state: what is recorded.

    Raises:
        Violation: one was broken.
    """
    if plan.work:
        left = ", ".join(f"{change.action} {change.marketplace} {change.order_id}" for change in plan.work)
        raise Violation(f"orders do not come to rest: {left}")
    codes = {(change.marketplace, change.order_id): change.code for change in plan.changes}
    for name, order_id, got in _waiting(world):
        code = codes.get((name, order_id))
        if code not in EXPLAINED:
            raise Violation(f"order {order_id} at {name} waits: {code or 'nobody knows of it'}")
        if code == "filled" and state.ledger.count_at(order_destination(name, order_id)) == 0 and not got:
            raise Violation(f"order {order_id} at {name} is said to be filled, and has nothing")
    for purchase in world.bazaar.purchases:
        ours = state.ledger.count_at(order_destination("accplanet", purchase.order_id))
        if ours and not purchase.paid and purchase.order_id not in world.given:
            raise Violation(f"order {purchase.order_id} got {ours} accounts, and was never paid")
    world.counts["orders"] += len(world.bazaar.purchases) + len(world.hall.tickets)
    world.counts["accounts to orders"] += sum(1 for place in world.bazaar.home.values() if "/order/" in place)


def _waiting(world: "World") -> list[tuple[str, str, int]]:
    """Orders that may still get something, by marketplace and id, and how much they have."""
    hall = [
        (HSTOCK, ticket.order_id, len(ticket.accounts))
        for ticket in world.hall.tickets.values()
        # A word that came late may have opened again what has all that was bought.
        if ticket.status in {"pending", "processing"} and len(ticket.accounts) < ticket.quantity
    ]
    return hall + [
        ("accplanet", purchase.order_id, len(purchase.accounts))
        for purchase in world.bazaar.purchases
        if purchase.left and not purchase.refunded
    ]
