"""What becomes of each pool: what goes to its listing now, what is set aside for orders, and what is left."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import nsmallest
from typing import Final

from catalogsync.core.allocate import Stocktake, set_aside
from catalogsync.core.forecast import Outlook
from catalogsync.model.counted import counted
from catalogsync.model.plan import Allocation, Change, Notice
from catalogsync.model.product import Product

NAMED: Final = 50
"""So many products that are about to run dry are named in a plan; the others are counted."""


def allocations(
    products: Iterable[Product],
    stocktakes: Mapping[str, Stocktake],
    changes: Iterable[Change],
    outlooks: Mapping[str, Outlook],
    *,
    size: Callable[[str], int],
    unsold: Callable[[str], int | None],
    wanted: Mapping[str, int],
) -> tuple[Allocation, ...]:
    """The pools of which there is something to say, by name.

    These are the ones that give accounts or hold some back, and those that are about to run dry.

    Args:
        products: those that the plan is about.
        stocktakes: their pools against the ledger, by pool.
        changes: what would be done.
        outlooks: how products sell, by key.
        size: how many accounts the catalog has in a pool.
        unsold: how many units of a product lie at the marketplace.
        wanted: by pool, for how many accounts paid orders of other marketplaces wait.
    """
    given = {change.accounts.pool: change.accounts for change in changes if change.accounts}
    rows = []
    for product in products:
        pool = product.pool
        if pool is None:
            continue
        stocktake, allotment, outlook = stocktakes[pool], given.get(pool), outlooks.get(product.key, Outlook())
        shares = product.pool_level is not None or product.delivery == "manual" or bool(product.marketplaces)
        if not (allotment or shares or outlook.dry):
            continue
        new, orders = len(stocktake.new), set_aside(stocktake, wanted.get(pool, 0))
        now = 0 if allotment is None else len(allotment.indexes)
        rows.append(
            Allocation(
                pool=pool,
                key=product.key,
                catalog=size(pool),
                new=new,
                now=now,
                orders=orders,
                left=new - now - orders,
                unsold=unsold(product.key),
                per_day=outlook.per_day,
                days_left=outlook.days_left,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.pool))


def running_dry(outlooks: Mapping[str, Outlook], products: Mapping[str, Product]) -> Iterator[Notice]:
    """The products that are about to run dry, those first that have least; beyond some they are counted.

    Args:
        outlooks: how products sell, by key.
        products: all products of the catalog.
    """
    dry = [(found.days_left, key) for key, found in outlooks.items() if found.days_left is not None and found.dry]
    for _, key in nsmallest(NAMED, dry):
        pool = products[key].pool
        more = f"add accounts to pool {pool}" if pool else "raise `stock` if you have more"
        yield Notice("running-dry", key, f"{_left(outlooks[key])}; {more}")
    if len(dry) > NAMED:
        told = f"{counted(len(dry) - NAMED, 'product')} more are about to run dry; `catalogsync status` shows all"
        yield Notice("running-dry", None, told)


def _left(found: Outlook) -> str:
    sold = f"{found.per_day:,.2f}".rstrip("0").rstrip(".") if found.per_day is not None else ""
    if not found.units:
        return f"none left, and {sold} sold a day until now"
    enough = f"enough for {counted(found.days_left, 'day')}" if found.days_left else "not enough for a day"
    return f"{found.units:,} left, {sold} sold a day: {enough}"
