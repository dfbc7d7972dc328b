"""A plan for a person: the verdict and totals, what to check first, and the rest."""

from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.plan import Plan
from catalogsync.render.change_groups import risky_and_rest
from catalogsync.render.change_lines import put_changes
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.messages import BLOCKS, FEW, WARNS, put_messages, said, told
from catalogsync.render.palette import Span, Style
from catalogsync.render.pool_rows import cells_of, ordered, telling
from catalogsync.render.table import Column, put_table
from catalogsync.render.tally import left_alone, let_pass, limits, planned, takeover

_POOLS: Final = (
    Column("pool"),
    *(Column(name, number=True) for name in ("new", "listing", "orders", "left", "unsold", "a day", "days left")),
)


def render_plan_text(plan: Plan, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """The plan as text.

    Args:
        plan: what apply would do.
        verbose: 0: the same change on many listings is one line, and so is a create; 1: every listing, every field;
            2: long texts in full.
        width: of the screen, in cells.
        color: whether to add terminal colours; nothing is told by colour alone.
    """
    page = Page(width, color=color)
    verbose = max(verbose, 0)
    most = None if verbose else FEW
    _put_verdict(page, plan)
    _put_ground(page, plan, verbose)
    if plan.blocked:
        page.heading("Blocked")
        put_messages(page, BLOCKS, map(said, plan.blocked), most)
    risky, rest = risky_and_rest(plan.changes, apart=verbose > 0)
    if risky or plan.warnings:
        page.heading("Check first")
        put_changes(page, risky, verbose)
        put_messages(page, WARNS, map(said, plan.warnings), most)
    if rest:
        page.heading("The rest" if risky or plan.warnings else "Changes")
        put_changes(page, rest, verbose)
    _put_pools(page, plan, most)
    if hint := takeover(plan):
        page.gap()
        page.put(*told(hint))
    return page.text()


def _put_pools(page: Page, plan: Plan, most: int | None) -> None:
    """What becomes of the pools: all of them, or the first of those that there is something to say of."""
    rows = telling(plan) if most is not None else ordered(plan.allocation or ())
    if not rows:
        return
    page.heading("Pools")
    put_table(page, _POOLS, [(inline(row.pool), *cells_of(row)) for row in rows[:most]])
    if most is not None and len(rows) > most:
        page.put(f"… and {counted(len(rows) - most, 'more pool')} (-v shows all)")
    if any(row.orders for row in rows):
        page.put(*told("For orders: paid, and filled by `catalogsync orders fulfill`."))


def _put_verdict(page: Page, plan: Plan) -> None:
    if plan.blocked:
        rules = counted(len({rule.rule for rule in plan.blocked}), "safety rule")
        page.put(Span(f"BLOCKED by {rules}. Nothing will be applied.", Style.BAD))
    if not plan.changes:
        # A product of which a rule stops everything has no change to show, and would have one.
        if not plan.blocked:
            page.put(Span("No changes.", Style.GOOD))
        return
    page.put(Span(f"Plan: {', '.join(planned(plan))}.", Style.STRONG))


def _put_ground(page: Page, plan: Plan, verbose: int) -> None:
    """What the plan stands on: the marketplace, what is left alone, and what it was limited to."""
    alone = ", ".join(left_alone(plan))
    if plan.offline:
        offline = (
            f"From the state alone: what {inline(plan.marketplace)} shows was not looked at. It cannot be applied."
        )
        page.put(Span(offline, Style.CHANGED))
    if alone or not plan.offline:
        page.put(Span(f"At {inline(plan.marketplace)}{': ' if alone else ''}{alone}.", Style.FAINT))
    if parts := limits(plan):
        page.put(Span(f"Only part of the catalog: {listed(parts, len(parts))}.", Style.CHANGED))
    if passed := let_pass(plan):
        page.put(Span(f"Let pass: {listed(passed, len(passed))}.", Style.CHANGED))
    if verbose:
        state = f" on record {plan.ground.serial} of state {inline(plan.ground.lineage)}" if plan.ground else ""
        page.put(Span(f"Made {inline(plan.created_at)}{state}.", Style.FAINT))
