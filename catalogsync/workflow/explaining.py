"""Gathering everything about one key: the catalog, the records, the marketplace, and what a plan says."""

from collections.abc import Callable
from dataclasses import replace

from catalogsync.core.decide import renames
from catalogsync.core.explain import Case, field_stories, standing, verdict
from catalogsync.core.nearest import several
from catalogsync.model.errors import UsageError
from catalogsync.model.explanation import Explanation
from catalogsync.model.history import History
from catalogsync.model.plan import Selection
from catalogsync.model.state import Binding, Call
from catalogsync.model.survey import PoolRow
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.planning import Planned, make_plan
from catalogsync.workflow.surveying import stocktakes


def explain(desk: Desk, key: str, past: Callable[[str], History]) -> Explanation:
    """Why a listing is as it is, and what the next plan does about it.

    Args:
        desk: whatever it selects.
        key: a key of the catalog or of the state.
        past: the history of a bound key.

    Raises:
        UsageError: nobody knows the key, or its product is called otherwise now.
        StateError: the records cannot be read.
        MarketplaceError: the listings could not be read.
    """
    state, name = desk.state, desk.settings.name
    former = renames(desk.catalog.products, state, name)
    old = former.get(key, key)
    _require_known(desk, key, {before: now for now, before in former.items()})
    planned = make_plan(replace(desk, selection=Selection(only=(key,))))
    binding = _binding(desk, old)
    history = past(old) if binding else History({})
    case = _case(desk, planned, key, old, history)
    shown, product = case.shown, case.product
    listing = binding.product_id if binding else shown.product_id if shown else None
    return Explanation(
        key=key,
        names=(*([old] if old != key else []), *history.names),
        marketplace=name,
        product_id=listing,
        place=product.place if product else None,
        standing=standing(case),
        stock=shown.stock if shown else None,
        sales=shown.sales if shown else None,
        approval=shown.approval if shown else None,
        fields=tuple(field_stories(case)),
        pool=_pool(desk, product.pool if product else binding.keepsake.pool if binding else None, key),
        change=case.change,
        verdict=verdict(case),
        blocked=tuple(entry for entry in planned.plan.blocked if entry.key == key),
        warnings=tuple(entry for entry in planned.plan.warnings if entry.key in {key, old}),
    )


def _require_known(desk: Desk, key: str, renamed: dict[str, str]) -> None:
    products, state, name = desk.catalog.products, desk.state, desk.settings.name
    if key in renamed:
        raise UsageError(
            f"{key} is called {renamed[key]} now: `previous_key` in {products[renamed[key]].place.file} says so",
            f"`catalogsync why {renamed[key]}` tells of it",
        )
    binding = state.bindings.get(key)
    if binding is not None and binding.marketplace != name and key not in products:
        raise UsageError(f"the listing of {key} is at {binding.marketplace}", f"say so: -m {binding.marketplace}")
    created = {op.key for op in state.ops.values() if op.call is Call.CREATE}
    if key not in products and binding is None and key not in created:
        close = several(key, products.keys() | state.bindings.keys())
        meant = f"did you mean {' or '.join(f'`{one}`' for one in close)}?" if close else None
        raise UsageError(
            f"nobody knows {key}: neither the catalog nor the state has it",
            meant or "`catalogsync status` shows the managed listings",
        )


def _binding(desk: Desk, key: str) -> Binding | None:
    binding = desk.state.bindings.get(key)
    return binding if binding is not None and binding.marketplace == desk.settings.name else None


def _case(desk: Desk, planned: Planned, key: str, old: str, history: History) -> Case:
    state = desk.state
    listed = planned.listings.by_id
    binding = _binding(desk, old)
    change = next((entry for entry in planned.plan.changes if entry.key == key), None)
    product_id = binding.product_id if binding else change.product_id if change else None
    shown = listed.get(product_id or "")
    open_calls = {op.call for op in state.ops.values() if op.key == old}
    return Case(
        product=desk.catalog.products.get(key),
        binding=binding,
        shown=shown,
        change=change,
        blocked=any(entry.key == key for entry in planned.plan.blocked),
        doubtful=Call.CREATE in open_calls or (Call.DELETE in open_calls and shown is None),
        settings=history.settings,
        uploaded=state.images.get(desk.settings.name, {}),
        drift=desk.catalog.config.drift,
    )


def _pool(desk: Desk, name: str | None, key: str) -> PoolRow | None:
    pool = desk.catalog.pools.get(name or "")
    if name is None or pool is None:
        return None
    stock = stocktakes(replace(desk.catalog, pools={name: pool}), desk.state.ledger, desk.fingerprints)[name]
    return PoolRow(name, key, len(pool), len(stock.new), stock.sent, stock.held)
