"""A plan from the state alone, for whoever may not ask the marketplace: what the state remembers stands for it."""

from collections.abc import Iterator, Set
from dataclasses import replace
from typing import Final

from catalogsync.core.compare import STOCK
from catalogsync.core.verdicts import Verdicts
from catalogsync.model.counted import counted
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.plan import Action, Allocation, Change, Notice, Plan
from catalogsync.model.state import Binding
from catalogsync.workflow.desk import Sides
from catalogsync.workflow.drawing_up import bindings_at, draw_up
from catalogsync.workflow.planning import judge, require_whole_state

_STOCK_DECIDES: Final = "how many accounts go out depends on the stock, for pool_level: it was not looked at"
_SALES_DECIDE: Final = {
    Action.RETIRE: "shown as retired: it is deleted if it was never sold, which was not looked at",
    Action.DELETE: "shown as deleted: it stays on sale if it was sold (on_remove: delete), which was not looked at",
}
_BLIND: Final = (
    "without the state key nobody can tell whether the state's records are authentic, nor which accounts are new: "
    "a pool counts as changed if it holds more than ever went out from it"
)
_BY_MANIFESTS: Final = (
    "without the state key nobody can tell whether the state's records and the pools' manifests are authentic; by "
    "them accounts are counted exactly"
)
_BY_NUMBERS: Final = "those count as changed if they hold more than ever went out from them"


def plan_offline(sides: Sides) -> Plan:
    """Compare the catalog with the state, decide. Nothing goes over the network.

    Raises:
        StateError: the state knows listings at a marketplace that the catalog does not name, or is half recovered.
    """
    require_whole_state(sides)
    listings = _remembered(sides)
    verdicts, stocktakes = judge(sides, listings)
    verdicts.warnings[:] = [
        replace(notice, message=_STOCK_DECIDES) if notice.code == "stock-not-shown" else notice
        for notice in verdicts.warnings
    ]
    verdicts.warnings += _sales(sides, verdicts)
    if sides.journal is not None and sides.fingerprints is None:
        uncounted = {name for name in stocktakes if not sides.counts(name)}
        verdicts.changes[:] = [_uncounted(change, uncounted) for change in verdicts.changes]
        verdicts.warnings.append(Notice("no-state-key", None, _keyless(len(uncounted), len(stocktakes))))
    else:
        uncounted = set()
    plan = draw_up(sides, verdicts, stocktakes, listings, {})
    rows = tuple(_not_looked_at(row, sides, uncounted) for row in plan.allocation or ())
    return replace(plan, money=None, offline=True, allocation=rows)


def _remembered(sides: Sides) -> Listings:
    """The listings as they were when they were last seen: as was applied, in the marketplace's own form."""
    seen = (binding for binding in bindings_at(sides) if binding.listed)
    return Listings({binding.product_id: _listing(binding) for binding in seen}, pages=0, scans=0)


def _listing(binding: Binding) -> Listing:
    fields = {name: value for name, value in {**binding.applied, **binding.observed}.items() if name != STOCK}
    # Of a removed product on_remove decides, unless sales do; then `auto` takes unknown ones for some.
    return Listing(binding.product_id, fields, sales=0 if binding.keepsake.on_remove == "delete" else None)


def _sales(sides: Sides, verdicts: Verdicts) -> Iterator[Notice]:
    bindings = {binding.key: binding for binding in bindings_at(sides)}
    for change in verdicts.changes:
        message = _SALES_DECIDE.get(change.action)
        binding = bindings.get(change.key)
        if message and binding and binding.keepsake.on_remove != "retire":
            yield Notice("sales-not-known", change.key, message)


def _keyless(uncounted: int, pools: int) -> str:
    """What a plan without the state key cannot tell."""
    if uncounted == pools:
        return _BLIND
    return (
        _BY_MANIFESTS if not uncounted else f"{_BY_MANIFESTS}; {counted(uncounted, 'pool')} without one: {_BY_NUMBERS}"
    )


def _uncounted(change: Change, pools: Set[str]) -> Change:
    if change.accounts is None or change.accounts.pool not in pools:
        return change
    return replace(change, accounts=replace(change.accounts, new=None))


def _not_looked_at(row: Allocation, sides: Sides, uncounted: Set[str]) -> Allocation:
    """What becomes of a pool, without what only the marketplace, the state key or a manifest tells."""
    if row.pool in uncounted:
        return replace(row, new=None, now=None, orders=None, left=None, days_left=None)
    if sides.catalog.products[row.key].pool_level is not None and row.unsold is None:
        return replace(row, now=None, left=None)
    return row
