"""The pool alarm: what a listing shows must not be more than what is remembered of it.

Of each listing it holds that stock + sales <= accounts in the ledger + offset: sales move units from the one to the
other, and whatever goes out, to the listing or straight to an order of it, is in the ledger first. It holds whether a
sale counts units or orders, and where fewer accounts were taken than sent. If it does not hold, accounts lie there that
the ledger does not know: the state was lost or is an old copy, another catalog fills the listing, or somebody did by
hand. Then an account that looks new may be there already.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from catalogsync.core.limits import allowed_count
from catalogsync.model.counted import counted
from catalogsync.model.ledger import Ledger
from catalogsync.model.listing import Listing
from catalogsync.model.order import Order
from catalogsync.model.plan import Blocked, Change, Selection
from catalogsync.model.state import Binding

REFUNDED: Final = "refunded_order"
"""An order's status once its money was given back (AccPlanet, endpoint 10)."""

Waiting = Mapping[str, int]
"""By product_id: units that were sold and wait for accounts. They count as sold, and never lay there."""


def baseline(stock: int | None, sales: int | None, known: int) -> int | None:
    """The offset of a listing that shows so much while the ledger knows of so many accounts; None: unknown."""
    return None if stock is None or sales is None else max(0, stock + sales - known)


def excess(binding: Binding, shown: Listing | None, ledger: Ledger, waiting: Waiting) -> int:
    """How many units a listing shows that nothing accounts for; 0 where nobody can tell."""
    if shown is None or shown.stock is None or shown.sales is None or binding.offset is None:
        return 0
    known = ledger.count_for(binding.marketplace, binding.product_id)
    # Where something is in stock, nobody waits for it: what is not delivered then is not paid, or given up.
    units = 0 if shown.stock else waiting.get(binding.product_id, 0)
    return max(0, shown.stock + shown.sales - units - known - binding.offset)


def units_waiting(orders: Iterable[Order], paid: Collection[str]) -> dict[str, int]:
    """What orders say of units that were sold and wait for accounts.

    Args:
        orders: all orders.
        paid: the words of a payment that was made. What nobody paid, or what was refunded, was not sold.
    """
    waiting: dict[str, int] = {}
    for order in orders:
        if order.payment not in paid or order.status == REFUNDED:
            continue
        left = order.remaining
        if left is None and order.quantity is not None and order.delivered is not None:
            left = order.quantity - order.delivered
        if left is not None and left > 0:
            waiting[order.product_id] = waiting.get(order.product_id, 0) + left
    return waiting


def alarms(
    changes: Sequence[Change],
    bindings: Mapping[str, Binding],
    ledger: Ledger,
    listings: Mapping[str, Listing],
    waiting: Waiting,
    selection: Selection,
) -> list[Blocked]:
    """The listings that would get accounts and show more units than anything accounts for.

    They are let pass by the exact number of these units, over all listings: who names it has counted them.

    Args:
        changes: what would be done.
        bindings: all bindings of this marketplace.
        ledger: what went out.
        listings: what the marketplace shows, by product_id.
        waiting: units that wait for accounts, where orders were read.
        selection: what the user lets pass.
    """
    found = [
        (change, binding, units)
        for change in changes
        if change.accounts
        for binding in [bindings.get(change.renamed_from or change.key)]
        if binding and (units := excess(binding, listings.get(binding.product_id), ledger, waiting))
    ]
    total = sum(units for _, _, units in found)
    if total == allowed_count(selection, "pool-alarm"):
        return []
    return [
        Blocked(
            "pool-alarm",
            change.key,
            f"{told(binding, listings[binding.product_id], units)}. Is the state an old copy, or does another catalog "
            "fill this listing? Then put the newest state back. If accounts of your pool lie there, "
            f"`catalogsync pools mark {change.accounts.pool} --sent`. If somebody added units by hand that are not "
            f"in the pool, `--allow pool-alarm={total}`",
        )
        for change, binding, units in found
        if change.accounts
    ]


def told(binding: Binding, shown: Listing, units: int) -> str:
    """What is wrong with a listing that shows more than is remembered, in words."""
    return (
        f"listing {binding.product_id} shows {counted(shown.stock or 0, 'unit')} in stock and {shown.sales or 0:,} "
        f"sold, {units:,} more than are remembered to have gone there: an account that looks new may be there already"
    )
