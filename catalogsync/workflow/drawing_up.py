"""From verdicts to a plan: safety rules, warnings, sums and places."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from catalogsync.core.alarm import Waiting, alarms
from catalogsync.core.allocate import Stocktake
from catalogsync.core.allocation import allocations, running_dry
from catalogsync.core.locating import located
from catalogsync.core.release import returning
from catalogsync.core.resending import removed_from_catalog
from catalogsync.core.safety import check
from catalogsync.core.select import selected
from catalogsync.core.verdicts import Verdicts
from catalogsync.core.worth import worth
from catalogsync.model.counted import counted
from catalogsync.model.listing import Listings
from catalogsync.model.plan import Action, Ground, Notice, Plan, Summary
from catalogsync.model.problem import Place, Problem
from catalogsync.model.state import Binding, Op
from catalogsync.workflow.desk import Sides
from catalogsync.workflow.forecasting import Forecast

_NAMED: Final = 3
"""Of how many files with one warning the names are told; `validate` tells all."""


def draw_up(
    sides: Sides, verdicts: Verdicts, stocktakes: Mapping[str, Stocktake], listings: Listings, waiting: Waiting
) -> Plan:
    """The plan that follows from what was decided about each key.

    Args:
        sides: what it is made from.
        verdicts: what was decided.
        stocktakes: each pool that counts, against the ledger.
        listings: what the marketplace shows.
        waiting: the units that wait for accounts, if orders had to be read.
    """
    state = sides.state
    changes = tuple(sorted(verdicts.changes, key=lambda change: change.key))
    bindings = {binding.key: binding for binding in bindings_at(sides)}
    blocked = [
        *verdicts.blocked,
        *check(changes, sides.catalog.products, bindings, sides.catalog.config.safety, sides.selection),
        *alarms(changes, bindings, state.ledger, listings.by_id, waiting, sides.selection),
    ]
    blocked = [located(entry, entry.rule, sides.catalog, bindings) for entry in blocked]
    blocked.sort(key=lambda entry: (entry.key or "", entry.rule))
    warnings = [*verdicts.warnings, *_warnings(sides, stocktakes)]
    warnings += returning(state, sides.catalog.products, changes)
    chosen = [product for product in sides.catalog.products.values() if selected(product.key, sides.selection)]
    forecast = Forecast(sides, listings, stocktakes, changes)
    outlooks = {product.key: forecast.of(product) for product in chosen}
    counts = {action: sum(1 for change in changes if change.action is action) for action in Action}
    summary = Summary(
        create=counts[Action.CREATE],
        update=counts[Action.UPDATE],
        append=counts[Action.APPEND],
        accounts=sum(change.accounts.new or 0 for change in changes if change.accounts),
        retire=counts[Action.RETIRE],
        delete=counts[Action.DELETE],
        adopt=counts[Action.ADOPT],
        forget=counts[Action.FORGET],
        unchanged=verdicts.unchanged,
        unmanaged=verdicts.unmanaged,
        drifted=verdicts.drifted,
        blocked=len(blocked),
    )
    return Plan(
        tool_version=sides.version,
        created_at=sides.timestamp(),
        marketplace=sides.settings.name,
        ground=Ground(state.lineage, state.serial) if sides.journal else None,
        selection=sides.selection,
        summary=summary,
        changes=changes,
        blocked=tuple(blocked),
        warnings=tuple(
            located(notice, notice.code, sides.catalog, bindings)
            for notice in (
                *sorted(warnings, key=lambda notice: (notice.key or "", notice.code, notice.message)),
                *running_dry(outlooks, sides.catalog.products),
            )
        ),
        money=worth(changes, sides.catalog.products, bindings, listings.by_id, sides.catalog.config.safety.min_price),
        allocation=allocations(
            chosen,
            stocktakes,
            changes,
            outlooks,
            size=lambda pool: len(sides.catalog.pools[pool]),
            unsold=forecast.lying,
            wanted=verdicts.wanted,
        ),
    )


def _of_files(problems: Sequence[Problem]) -> Iterator[Notice]:
    """What is worth telling of files, once for all that have it: a line for each would hide what else there is."""
    places: dict[tuple[str, str, str | None], list[Place]] = {}
    for problem in problems:
        places.setdefault((problem.code, problem.message, problem.hint), []).append(problem.place)
    for (code, message, hint), found in places.items():
        more = f" and {counted(len(found) - _NAMED, 'other file')}" if len(found) > _NAMED else ""
        names = ", ".join(place.file for place in found[:_NAMED])
        told = f"{names}{more}: {message}{f'; {hint}' if hint else ''}"
        yield Notice(code, None, told, found[0].file, max(found[0].line, 1))


def _warnings(sides: Sides, stocktakes: Mapping[str, Stocktake]) -> Iterator[Notice]:
    state = sides.state
    yield from sides.remarks
    yield from _of_files(sides.catalog.warnings)
    for op in state.ops.values():
        if op.marketplace == sides.settings.name:
            yield doubt_notice(op)
    if sides.fingerprints is not None:
        yield from removed_from_catalog(state, sides.catalog.pools, sides.fingerprints.users)
    for product in sides.catalog.products.values():
        stocktake = stocktakes.get(product.pool or "")
        if stocktake is None or not selected(product.key, sides.selection):
            continue
        if stocktake.changed:
            yield Notice(
                "password-changed",
                product.key,
                f"{counted(stocktake.changed, 'account')} of pool {stocktake.pool} now with another password than when "
                "sent; no call can change it at the marketplace, and they are not sent again. With the old password "
                "back in the pool this is not said again",
            )
        if stocktake.gone:
            yield Notice(
                "account-removed",
                product.key,
                f"{counted(stocktake.gone, 'account')} sent from pool {stocktake.pool}, but no longer in the catalog; "
                "no call can withdraw them, and they stay remembered. Back in the pool they are not sent again",
            )
    keys = sides.catalog.products.keys() | state.bindings.keys()
    if sides.selection.only and not any(selected(key, sides.selection) for key in keys):
        told = f"no key matches --only {' '.join(sides.selection.only)}"
        yield Notice("nothing-selected", None, f"{told}; `catalogsync status` lists those with a listing")


def doubt_notice(op: Op) -> Notice:
    """The warning for an operation in doubt."""
    if op.recovered:
        return Notice(
            "in-doubt",
            op.key or None,
            f"{counted(op.count, 'account')} of pool {op.pool} may be at the marketplace already, since the state was "
            f"recovered; `catalogsync state resolve {op.id} --sent` or "
            f"`catalogsync state resolve {op.id} --not-sent` decides, or `catalogsync pools mark {op.pool}`",
        )
    if op.held:
        what = (
            f"{op.evidence}; `catalogsync state resolve {op.id} --sent` or "
            f"`catalogsync state resolve {op.id} --not-sent` decides"
        )
    elif op.refused and op.order is not None:
        what = f"it was refused ({op.refused}); the next `catalogsync orders fulfill` makes sure that nothing was done"
    elif op.order is not None and not op.carries:
        what = "it was sent and no answer was recorded; the next `catalogsync orders fulfill` looks what became of it"
    elif op.order is not None:
        what = (
            "it was sent and no answer was recorded; the next `catalogsync orders fulfill` sends the same accounts to "
            "the same order again, which does not get them twice"
        )
    elif op.refused:
        what = f"it was refused ({op.refused}); the next `catalogsync apply` makes sure that nothing was done"
    else:
        what = "it was sent and no answer was recorded; the next `catalogsync apply` looks what became of it"
    accounts = f" of {counted(op.count, 'account')}" if op.count else ""
    where = f" to order {op.order} at {op.marketplace}" if op.order is not None else ""
    return Notice("in-doubt", op.key or None, f"{op.call}{accounts}{where} ({op.id}): {what}")


def bindings_at(sides: Sides) -> Iterator[Binding]:
    """The managed listings of the marketplace that a plan is for."""
    return (binding for binding in sides.state.bindings.values() if binding.marketplace == sides.settings.name)
