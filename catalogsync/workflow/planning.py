"""From three sides to one plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from catalogsync.core.alarm import Waiting, alarms, units_waiting
from catalogsync.core.allocate import Stocktake, take_stock
from catalogsync.core.decide import Facts, decide
from catalogsync.core.locating import located
from catalogsync.core.release import returning
from catalogsync.core.safety import check
from catalogsync.core.select import selected
from catalogsync.core.verdicts import Verdicts
from catalogsync.core.worth import worth
from catalogsync.model.counted import counted
from catalogsync.model.errors import MarketplaceError, StateError
from catalogsync.model.ledger import Ledger
from catalogsync.model.listing import Listings
from catalogsync.model.plan import Action, Ground, Notice, Plan, Summary
from catalogsync.model.problem import Place, Problem
from catalogsync.model.recovery import UNFINISHED
from catalogsync.model.state import Binding, Call, Op, State
from catalogsync.workflow.desk import Desk

_NAMED: Final = 3
"""Of how many files with one warning the names are told; `validate` tells all."""
SECOND_LOOK: Final = 5.0
"""Seconds after which a listing that seems to hold too much is looked at again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the List that it was made from, and the units that wait for accounts, if orders had to be read."""

    plan: Plan
    listings: Listings
    waiting: Waiting = field(default_factory=dict)


def make_plan(desk: Desk) -> Planned:
    """Read the marketplace, compare, decide.

    Raises:
        StateError: the state knows listings at a marketplace that the catalog does not name, or is half recovered.
        MarketplaceError: the listings could not be read, or were not proven complete.
    """
    require_whole_state(desk)
    planned = _planned(desk, {})
    if any(entry.rule == "pool-alarm" for entry in planned.plan.blocked):
        # A unit that is just being sold may show twice for a moment, and one may be sold that is not there yet.
        desk.clock.sleep(min(SECOND_LOOK, desk.settle))
        planned = _planned(desk, read_waiting(desk))
    return planned


def require_whole_state(desk: Desk) -> None:
    """Refuse a state that is half recovered, or of another marketplace: its listings would look unmanaged.

    Raises:
        StateError: the state knows listings at a marketplace that the catalog does not name, or is half recovered.
    """
    if desk.state.recovering:
        raise StateError(*UNFINISHED)
    named = desk.catalog.config.marketplaces
    for binding in desk.state.bindings.values():
        if binding.marketplace not in named:
            raise StateError(
                f"the state binds {binding.key} and others at marketplace {binding.marketplace}, "
                "which catalogsync.yaml does not name",
                f"call the marketplace {binding.marketplace} again under `marketplaces:`",
            )


def _planned(desk: Desk, waiting: Waiting) -> Planned:
    state = desk.state
    listings = read_listings(desk)
    desk.observer.stage("Comparing")
    stocktakes = {
        product.pool: _stocktake(desk, product.pool, state.ledger)
        for product in desk.catalog.products.values()
        if product.pool is not None and selected(product.key, desk.selection)
    }
    verdicts = decide(
        Facts(
            products=desk.catalog.products,
            stocktakes=stocktakes,
            state=state,
            listings=listings,
            marketplace=desk.settings.name,
            retired_status=desk.settings.retired_status,
            drift=desk.catalog.config.drift,
            selection=desk.selection,
        )
    )
    return Planned(_plan(desk, verdicts, stocktakes, listings, waiting), listings, waiting)


def read_listings(desk: Desk) -> Listings:
    """All listings, refused when they contradict the state.

    Raises:
        MarketplaceError: they could not be read, or are none where the state knows some.
    """
    desk.observer.stage("Reading the listings")
    listings = desk.marketplace.listings()
    deleting = {op.key for op in desk.state.ops.values() if op.call is Call.DELETE}
    known = sum(1 for binding in _bindings(desk) if binding.listed and binding.key not in deleting)
    if known and not listings.by_id:
        raise MarketplaceError(
            f"the marketplace lists nothing, but the state knows {counted(known, 'listing')} of it",
            "check the API key's account; if they are really gone, `catalogsync state rm KEY` lets go of them",
        )
    return listings


def read_waiting(desk: Desk) -> Waiting:
    """By listing, the units that were sold and wait for accounts; none where the orders cannot be read."""
    desk.observer.stage("Reading the orders")
    try:
        return units_waiting(desk.marketplace.orders(), desk.catalog.config.paid_statuses)
    except MarketplaceError:
        return {}


def doubt_notice(op: Op) -> Notice:
    """The warning for an operation in doubt."""
    if op.recovered:
        return Notice(
            "in-doubt",
            op.key or None,
            f"{counted(op.count, 'account')} of pool {op.pool} may be at the marketplace already, since the state was "
            f"recovered; `catalogsync state resolve {op.id} --sent` or `--not-sent` decides, "
            f"or `catalogsync pools mark {op.pool}`",
        )
    if op.held:
        what = f"{op.evidence}; `catalogsync state resolve {op.id} --sent` or `--not-sent` decides"
    elif op.refused:
        what = f"it was refused ({op.refused}); the next apply makes sure that nothing was done"
    else:
        what = "it was sent and no answer was recorded; the next apply looks what became of it"
    accounts = f" of {counted(op.count, 'account')}" if op.count else ""
    return Notice("in-doubt", op.key, f"{op.call}{accounts} ({op.id}): {what}")


def _bindings(desk: Desk) -> Iterator[Binding]:
    return (binding for binding in desk.state.bindings.values() if binding.marketplace == desk.settings.name)


def _stocktake(desk: Desk, pool: str, ledger: Ledger) -> Stocktake:
    if desk.fingerprints is None:
        return take_stock(desk.catalog.pools[pool], ledger, lambda _: bytes(16), lambda _: bytes(16))
    return take_stock(desk.catalog.pools[pool], ledger, desk.fingerprints.user, desk.fingerprints.content)


def _plan(
    desk: Desk, verdicts: Verdicts, stocktakes: dict[str, Stocktake], listings: Listings, waiting: Waiting
) -> Plan:
    state = desk.state
    changes = tuple(sorted(verdicts.changes, key=lambda change: change.key))
    bindings = {binding.key: binding for binding in _bindings(desk)}
    blocked = [
        *verdicts.blocked,
        *check(changes, desk.catalog.products, bindings, desk.catalog.config.safety, desk.selection),
        *alarms(changes, bindings, state.ledger, listings.by_id, waiting, desk.selection),
    ]
    blocked = [located(entry, entry.rule, desk.catalog, bindings) for entry in blocked]
    blocked.sort(key=lambda entry: (entry.key or "", entry.rule))
    warnings = [*verdicts.warnings, *_warnings(desk, state, stocktakes)]
    warnings += returning(state, desk.catalog.products, changes)
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
        tool_version=desk.version,
        created_at=desk.timestamp(),
        marketplace=desk.settings.name,
        ground=Ground(state.lineage, state.serial) if desk.journal else None,
        selection=desk.selection,
        summary=summary,
        changes=changes,
        blocked=tuple(blocked),
        warnings=tuple(
            located(notice, notice.code, desk.catalog, bindings)
            for notice in sorted(warnings, key=lambda notice: (notice.key or "", notice.code, notice.message))
        ),
        money=worth(changes, desk.catalog.products, bindings, listings.by_id, desk.catalog.config.safety.min_price),
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


def _warnings(desk: Desk, state: State, stocktakes: dict[str, Stocktake]) -> Iterator[Notice]:
    yield from desk.remarks
    yield from _of_files(desk.catalog.warnings)
    for op in state.ops.values():
        if op.marketplace == desk.settings.name:
            yield doubt_notice(op)
    for product in desk.catalog.products.values():
        stocktake = stocktakes.get(product.pool or "")
        if stocktake is None or not selected(product.key, desk.selection):
            continue
        if stocktake.changed:
            yield Notice(
                "password-changed",
                product.key,
                f"{counted(stocktake.changed, 'account')} of pool {stocktake.pool} now with another password than when "
                "sent; no call can change it at the marketplace, and they are not sent again",
            )
        if stocktake.gone:
            yield Notice(
                "account-removed",
                product.key,
                f"{counted(stocktake.gone, 'account')} sent from pool {stocktake.pool}, but no longer in the catalog; "
                "no call can withdraw them, and they stay remembered",
            )
    keys = desk.catalog.products.keys() | state.bindings.keys()
    if desk.selection.only and not any(selected(key, desk.selection) for key in keys):
        yield Notice("nothing-selected", None, f"no key matches --only {' '.join(desk.selection.only)}")
