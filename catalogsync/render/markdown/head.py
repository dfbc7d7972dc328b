"""What a comment says first: the verdict, the totals, what it is worth, and what it was limited to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.plan import Action, Money, Plan
from catalogsync.model.report import Report
from catalogsync.render.change_groups import Group
from catalogsync.render.field_change import percent
from catalogsync.render.markdown.inert import code, told
from catalogsync.render.markdown.rows import keys, move
from catalogsync.render.tally import done, left_alone, let_pass, limits, next_steps, outcomes, planned, takeover

_MOVES: Final = 3
"""So many of the biggest price moves are told above all else."""
_FEW: Final = 5
_NAME: Final = 100


def plan_head(plan: Plan) -> Iterator[str]:
    """The verdict on a plan, as paragraphs."""
    at = code(plan.marketplace, _NAME)
    parts = ", ".join(planned(plan))
    if plan.blocked:
        rules = counted(len({rule.rule for rule in plan.blocked}), "safety rule")
        yield f"### ⛔ BLOCKED by {rules}: nothing will be applied at {at}\n"
        if parts:
            yield f"Let pass, it would be: **{parts}**.\n"
    elif parts:
        yield f"### Plan for {at}: {parts}\n"
    else:
        yield f"### ✅ No changes at {at}\n"


def report_head(report: Report) -> Iterator[str]:
    """The verdict on what came of a plan, and what to do next, as paragraphs."""
    at = code(report.plan.marketplace, _NAME)
    if report.dry_run:
        calls = counted(len(report.sketch), "call") if report.sketch else "no call"
        if report.plan.blocked:
            yield f"### ⛔ Dry run at {at}: BLOCKED, so nothing would be sent (let pass: {calls})\n"
        else:
            yield f"### Dry run at {at}: {calls} would be sent, and nothing was changed\n"
        if parts := ", ".join(planned(report.plan)):
            yield f"The plan: **{parts}**.\n"
    elif report.earlier:
        yield f"### ✅ Already applied at {at}: nothing was done\n"
    elif report.complete and not report.interrupted:
        parts = ", ".join(done(report))
        yield f"### ✅ Applied at {at}: {parts}\n" if parts else f"### ✅ Nothing to do at {at}\n"
    else:
        what = "Interrupted" if report.interrupted else "Not everything is done"
        yield f"### ❌ {what} at {at}: {', '.join(outcomes(report))}\n"
        yield from (f"{told(step)}\n" for step in next_steps(report))


def ground(plan: Plan, risky: Sequence[Group]) -> Iterator[str]:
    """What a plan stands on, and what it is worth, as items of a list."""
    if plan.offline:
        yield "- **Made off line**, from the state alone: it cannot be applied, and what was sold since is not known\n"
    if plan.money is not None:
        yield from _money(plan.money)
    moves = islice((group for group in risky if group[0].action is Action.UPDATE), _MOVES)
    if biggest := ", ".join(f"{_first(group)} {move(group[0])}" for group in moves):
        yield f"- Biggest price moves: {biggest}\n"
    if plan.money is not None and plan.money.under_min_price:
        under = plan.money.under_min_price
        yield f"- **{counted(len(under), 'product')} under `min_price`**: {keys(under, _FEW)}\n"
    if alone := left_alone(plan):
        yield f"- {', '.join(alone)}\n"
    if hint := takeover(plan):
        yield f"- {told(hint)}\n"
    if options := limits(plan):
        yield f"- Only part of the catalog: {keys(options, _FEW)}\n"
    if passed := let_pass(plan):
        yield f"- Let pass: {keys(passed, _FEW)}\n"


def _money(money: Money) -> Iterator[str]:
    if not money.before and not money.after:
        return
    moved = percent(str(money.before), str(money.after))
    change = "unchanged" if money.before == money.after else f"→ {_amount(money.after)}"
    uncounted = f"; {counted(money.uncounted, 'listing')} without a shown price or stock not counted"
    yield (
        f"- Worth of the stock on sale: **{_amount(money.before)} {change}**{f' ({moved})' if moved else ''}"
        f"{uncounted if money.uncounted else ''}\n"
    )


def _amount(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _first(group: Group) -> str:
    others = f" and {counted(len(group) - 1, 'other')}" if len(group) > 1 else ""
    return f"{code(group[0].key, _NAME)}{others}"
