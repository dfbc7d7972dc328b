"""Orders in words: what one is called, and a plan or a report for orders counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.order_plan import OrderAction, OrderChange, OrderPlan, OrderReport
from catalogsync.render.escape import inline

LEFT_ALONE: Final = frozenset({"closed", "filled", "unpaid", "not-manual"})
"""Codes of orders that are as they should be: nobody need do anything about them."""

_GONE: Final = frozenset({"closed", "not-open"})
"""Codes of orders that are not open."""


def name_of(change: OrderChange, marketplaces: Sequence[str]) -> str:
    """An order's id, and its marketplace where there are several: `hub 12345`."""
    return f"{change.marketplace} {change.order_id}" if len(marketplaces) > 1 else change.order_id


def sent_by(change: OrderChange) -> str:
    """`3 accounts`, `2 of 5 accounts`, `the same 3 accounts again`: what an order gets."""
    if change.action is OrderAction.PARTIAL:
        return f"{change.count:,} of {counted(max(change.count, change.quantity - change.delivered), 'account')}"
    if change.action is OrderAction.RESEND:
        return f"the same {counted(change.count, 'account')} once more"
    return counted(change.count, "account")


def product_of(change: OrderChange) -> str:
    """The key of what was bought; where none is known, what the marketplace calls it. Harmless."""
    return inline(change.key or change.title or change.product_id)


def source_of(change: OrderChange) -> str:
    """` from pool NAME` where the pool is not called as the product is."""
    return f" from pool {inline(change.pool)}" if change.pool and change.pool != change.key else ""


def planned_orders(plan: OrderPlan) -> list[str]:
    """`2 orders to fill`, `1 to fill in part`, `14 accounts to send`: what a plan would do."""
    counts = Counter(change.action for change in plan.changes)
    named = (
        (OrderAction.FILL, "to fill"),
        (OrderAction.PARTIAL, "to fill in part"),
        (OrderAction.RESEND, "to send once more"),
    )
    parts: list[str] = []
    for action, what in named:
        if counts[action]:
            parts.append(f"{counted(counts[action], 'order') if not parts else f'{counts[action]:,}'} {what}")
    return [*parts, f"{counted(plan.accounts, 'account')} to send"] if plan.accounts else parts


def waiting(changes: Iterable[OrderChange]) -> list[OrderChange]:
    """The orders that should be filled and are not: somebody has to do something about them."""
    return [one for one in changes if one.action is OrderAction.NONE and one.code not in LEFT_ALONE]


def left_alone(changes: Iterable[OrderChange]) -> list[OrderChange]:
    """The orders about which nothing is to be done, by anybody."""
    return [one for one in changes if one.action is OrderAction.NONE and one.code in LEFT_ALONE]


def at_marketplaces(plan: OrderPlan) -> str:
    """`At accplanet and hub: 8 open orders, 3 of them not filled.`, as far as there are any."""
    names = " and ".join(inline(name) for name in plan.marketplaces)
    there = sum(1 for one in plan.changes if one.code not in _GONE)
    if not there:
        return f"At {names}."
    rest = there - len(plan.work)
    not_filled = f", {rest:,} of them not filled" if rest and plan.work else ""
    return f"At {names}: {counted(there, 'open order')}{not_filled}."


def done_orders(report: OrderReport) -> list[str]:
    """`2 orders filled`, `1 in part`, `14 accounts sent`: of what really arrived."""
    done = [one for one in report.plan.work if _outcome(report, one) == "applied"]
    in_part = sum(1 for one in done if one.action is OrderAction.PARTIAL)
    parts = [f"{counted(len(done) - in_part, 'order')} filled"] if len(done) > in_part else []
    if in_part:
        parts.append(f"{in_part:,} in part" if parts else f"{counted(in_part, 'order')} filled in part")
    accounts = sum(one.count for one in done)
    return [*parts, f"{counted(accounts, 'account')} sent"] if accounts else parts


def outcomes_of(report: OrderReport) -> list[str]:
    """`1 of 3 orders served`, `1 failed`: of a run that did not do everything."""
    counts = Counter(result.outcome for result in report.results.values())
    doubts = max(report.in_doubt, sum(1 for notice in report.notices if notice.code == "in-doubt"))
    orders = len(report.plan.work)
    parts = [f"{counts['applied']:,} of {counted(orders, 'order')} served"] if orders else []
    named = (("failed", counts["failed"]), ("in doubt", doubts), ("not done", counts["skipped"]))
    return parts + [f"{count:,} {name}" for name, count in named if count]


def _outcome(report: OrderReport, change: OrderChange) -> str:
    result = report.results.get((change.marketplace, change.order_id))
    return result.outcome if result else ""
