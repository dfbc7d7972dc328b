"""From three sides to one plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogsync.core.alarm import Waiting, units_waiting
from catalogsync.core.allocate import Stocktake
from catalogsync.core.decide import Facts, decide
from catalogsync.core.fulfil import reserved
from catalogsync.core.select import selected
from catalogsync.core.verdicts import Verdicts
from catalogsync.model.counted import counted
from catalogsync.model.errors import MarketplaceError, StateError
from catalogsync.model.listing import Listings
from catalogsync.model.plan import Plan
from catalogsync.model.recovery import UNFINISHED
from catalogsync.model.state import Call
from catalogsync.workflow.desk import Desk, Sides
from catalogsync.workflow.drawing_up import bindings_at, draw_up

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


def require_whole_state(desk: Sides) -> None:
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
    listings = read_listings(desk)
    verdicts, stocktakes = judge(desk, listings)
    return Planned(draw_up(desk, verdicts, stocktakes, listings, waiting), listings, waiting)


def judge(sides: Sides, listings: Listings) -> tuple[Verdicts, Mapping[str, Stocktake]]:
    """What is to be done about each key, and the pools that count for it against the ledger."""
    sides.observer.stage("Comparing")
    stocktakes = {
        product.pool: sides.stocktake(product.pool)
        for product in sides.catalog.products.values()
        if product.pool is not None and selected(product.key, sides.selection)
    }
    facts = Facts(
        products=sides.catalog.products,
        stocktakes=stocktakes,
        state=sides.state,
        listings=listings,
        marketplace=sides.settings.name,
        retired_status=sides.settings.retired_status,
        drift=sides.catalog.config.drift,
        selection=sides.selection,
        wanted=reserved(sides.catalog.products, sides.state, sides.catalog.config.paid_statuses, sides.clock.now()),
    )
    return decide(facts), stocktakes


def read_listings(desk: Desk) -> Listings:
    """All listings, refused when they contradict the state.

    Raises:
        MarketplaceError: they could not be read, or are none where the state knows some.
    """
    desk.observer.stage("Reading the listings")
    listings = (desk.ahead or desk.marketplace).listings()
    deleting = {op.key for op in desk.state.ops.values() if op.call is Call.DELETE}
    known = sum(1 for binding in bindings_at(desk) if binding.listed and binding.key not in deleting)
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
