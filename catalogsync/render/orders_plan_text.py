"""A plan for orders, for a person: the verdict, what cannot be filled and why, who gets what, and what is left."""

from collections.abc import Sequence
from typing import Final

from catalogsync.model.order_plan import OrderAction, OrderChange, OrderPlan, PoolUse
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page, cells, pad
from catalogsync.render.messages import BLOCKS, FEW, WARNS, Said, put_messages, said
from catalogsync.render.moment import moment
from catalogsync.render.order_words import (
    at_marketplaces,
    left_alone,
    name_of,
    planned_orders,
    product_of,
    sent_by,
    source_of,
    waiting,
)
from catalogsync.render.palette import Span, Style
from catalogsync.render.table import Column, put_table

SIGNS: Final = {
    OrderAction.FILL: Span(">", Style.SENT),
    OrderAction.PARTIAL: Span("~", Style.CHANGED),
    OrderAction.RESEND: Span("?", Style.BAD),
}
_VERB: Final = max(len(action) for action in SIGNS)
WIDEST: Final = 40
"""The column of orders' names is no wider."""

_POOLS: Final = (
    Column("pool"),
    Column("product", yields=True),
    Column("new", number=True),
    Column("to orders", number=True),
    Column("left", number=True),
    Column("short", number=True),
)


def render_orders_plan(plan: OrderPlan, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """The plan as text.

    Args:
        plan: what `orders fulfill` would do.
        verbose: from 1 on every order by itself, with what it is called there and when it was made.
        width: of the screen, in cells.
        color: whether to add terminal colours; nothing is told by colour alone.
    """
    page = Page(width, color=color)
    most = None if verbose > 0 else FEW
    _put_verdict(page, plan, verbose)
    if stuck := waiting(plan.changes):
        page.heading("Cannot be filled")
        put_messages(page, BLOCKS, _said(stuck, plan.marketplaces), most)
    partly = [one for one in plan.changes if one.action is OrderAction.PARTIAL]
    if partly or plan.warnings:
        page.heading("Check first")
        put_messages(page, WARNS, [*_said(partly, plan.marketplaces), *map(said, plan.warnings)], most)
    if plan.work:
        page.heading("Orders")
        _put_orders(page, plan.work, plan.marketplaces, verbose)
    if alone := left_alone(plan.changes):
        page.heading("Left alone")
        put_messages(page, Span("·"), _said(alone, plan.marketplaces), most)
    if plan.pools:
        page.heading("Pools")
        _put_pools(page, plan.pools)
    return page.text()


def _put_orders(page: Page, changes: Sequence[OrderChange], marketplaces: Sequence[str], verbose: int) -> None:
    """Add orders, one line each: what is done, which order, and what it gets."""
    names = [inline(name_of(change, marketplaces)) for change in changes]
    column = 0 if page.narrow else min(max(map(cells, names), default=0), WIDEST)
    for change, name in zip(changes, names, strict=True):
        sign = SIGNS[change.action]
        verb = change.action.value if page.narrow else pad(change.action.value, _VERB)
        told = f"  {product_of(change)}  {sent_by(change)}{source_of(change)}"
        more = [part for part in (inline(change.title), moment(change.created_at)) if part and verbose > 0]
        spans = [sign, Span(f" {verb} ", sign.style), Span(pad(name, column) if column else name, Style.STRONG)]
        page.put(*spans, told, Span(f"  {' · '.join(more)}", Style.FAINT) if more else "", indent=2, hang=2)


def _put_verdict(page: Page, plan: OrderPlan, verbose: int) -> None:
    if plan.work:
        page.put(Span(f"Plan: {', '.join(planned_orders(plan))}.", Style.STRONG))
    elif waiting(plan.changes):
        page.put(Span("Nothing can be filled now.", Style.CHANGED))
    else:
        page.put(Span("No order to fill.", Style.GOOD))
    page.put(Span(at_marketplaces(plan), Style.FAINT))
    if verbose > 0:
        state = f" on record {plan.ground.serial} of state {inline(plan.ground.lineage)}" if plan.ground else ""
        page.put(Span(f"Made {inline(plan.created_at)}{state}.", Style.FAINT))


def _said(changes: Sequence[OrderChange], marketplaces: Sequence[str]) -> list[Said]:
    return [Said(one.code, name_of(one, marketplaces), one.why) for one in changes]


def _put_pools(page: Page, pools: Sequence[PoolUse]) -> None:
    rows = [
        [
            inline(use.pool),
            inline(use.key),
            f"{use.new:,}",
            f"{use.taken:,}",
            f"{use.left:,}",
            f"{use.short:,}" if use.short else "",
        ]
        for use in pools
    ]
    put_table(page, _POOLS, rows)
