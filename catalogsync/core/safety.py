"""The safety rules: what a plan must never do unless a person said the exact number."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Context, Decimal
from typing import Final

from catalogsync.core.limits import allowed_count, allowed_limit
from catalogsync.model.config import Limit, Safety
from catalogsync.model.counted import counted
from catalogsync.model.plan import Action, Blocked, Change, Selection
from catalogsync.model.product import Product
from catalogsync.model.state import Binding

PERCENT_FROM = 10
"""A percentage counts once so many listings are managed; of fewer, a third may be one."""
_CENT: Final = Decimal("0.01")
_EXACT: Final = Context(prec=100)
"""Enough digits for any price that can be written."""


def check(
    changes: Sequence[Change],
    products: Mapping[str, Product],
    bindings: Mapping[str, Binding],
    safety: Safety,
    selection: Selection,
) -> list[Blocked]:
    """The rules that the changes break.

    Args:
        changes: what would be done.
        products: all products of the catalog.
        bindings: all bindings of this marketplace.
        safety: the settings.
        selection: what the user lets pass.
    """
    on_sale = sum(1 for binding in bindings.values() if binding.retired is None)
    blocked: list[Blocked] = []
    if not products and on_sale and allowed_count(selection, "empty-catalog") != on_sale:
        blocked.append(
            Blocked(
                "empty-catalog",
                None,
                f"the catalog has no products, but the state has {counted(on_sale, 'managed listing')}; "
                f"if all of them are to go, `--allow empty-catalog={on_sale}`",
            )
        )
    removals = sum(1 for change in changes if change.action in {Action.DELETE, Action.RETIRE})
    updates = sum(1 for change in changes if change.action is Action.UPDATE)
    blocked += _counted(
        "max_deletes",
        "listings would be deleted or retired",
        removals,
        safety.max_deletes,
        on_sale,
        selection,
    )
    blocked += _counted("max_updates", "listings would be updated", updates, safety.max_updates, on_sale, selection)
    for change in changes:
        blocked += _price(change, bindings.get(change.renamed_from or change.key), safety, selection)
    return blocked


def _counted(
    rule: str, what: str, count: int, limit: Limit | None, managed: int, selection: Selection
) -> Iterator[Blocked]:
    if limit is None or (limit.percent and managed < PERCENT_FROM):
        return
    most = int(limit.amount * managed / 100) if limit.percent else int(limit.amount)
    if count > max(most, allowed_count(selection, rule)):
        share = f" ({limit} of {managed} managed)" if limit.percent else ""
        message = f"{count} {what}, more than {most}{share}; if that is meant, `--allow {rule}={count}`"
        yield Blocked(rule, None, message)


def _price(change: Change, binding: Binding | None, safety: Safety, selection: Selection) -> Iterator[Blocked]:
    move = next((field for field in change.fields if field.field == "price"), None)
    if move is None or move.after is None:
        return
    after = Decimal(str(move.after))
    yield from _too_low(change.key, after, safety.min_price, allowed_limit(selection, "min_price"))
    # Measured against the last applied price, so that restoring it after drift is free.
    applied = binding.applied.get("price") if binding else None
    base = applied if applied is not None else move.before
    if base is not None and move.before is not None:
        allowed = allowed_limit(selection, "max_price_change")
        yield from _too_far(change.key, Decimal(str(base)), after, safety.max_price_change, allowed)


def _too_low(key: str, after: Decimal, least: Decimal | None, allowed: Limit | None) -> Iterator[Blocked]:
    if least is None or after >= least or (allowed is not None and after >= allowed.amount):
        return
    message = f"price {after} is below the minimum of {least}; if that is meant, `--allow min_price={after}`"
    yield Blocked("min_price", key, message)


def _too_far(
    key: str, before: Decimal, after: Decimal, limit: Limit | None, allowed: Limit | None
) -> Iterator[Blocked]:
    moved = abs(after - before)
    percent = moved * 100 / before if before else Decimal(100)

    def within(most: Limit | None) -> bool:
        return most is not None and (percent if most.percent else moved) <= most.amount

    if limit is None or within(limit) or within(allowed):
        return
    number = f"{_rounded_up(percent)}%" if limit.percent else _rounded_up(moved)
    yield Blocked(
        "max_price_change",
        key,
        f"price {before} → {after} moves by {number}, more than {limit}; "
        f"if that is meant, `--allow max_price_change={number}`",
    )


def _rounded_up(number: Decimal) -> str:
    """The least number of at most two decimal places that is no smaller: 99.2, 66.67, 90."""
    text = f"{number.quantize(_CENT, ROUND_CEILING, _EXACT):f}"
    return text.rstrip("0").rstrip(".")
