"""The changes of a plan in the order in which a person should read them, the same change on many listings as one."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from catalogsync.model.plan import Action, Change
from catalogsync.render.field_change import price_move

Group = tuple[Change, ...]
"""Changes that are the same in everything but the listing; at least one."""

_RISKY: Final = (Action.DELETE, Action.RETIRE)
_ORDER: Final = (
    Action.DELETE,
    Action.RETIRE,
    Action.UPDATE,
    Action.CREATE,
    Action.APPEND,
    Action.ADOPT,
    Action.FORGET,
)


def risky_and_rest(changes: Iterable[Change], *, apart: bool) -> tuple[list[Group], list[Group]]:
    """What a person should look at first (deletes, retires, price changes), and the rest.

    Args:
        changes: of a plan.
        apart: every change by itself, even where many are the same.
    """
    groups = [(change,) for change in changes] if apart else _grouped(changes)
    risky = [group for group in groups if group[0].action in _RISKY or _move(group[0]) is not None]
    rest = [group for group in groups if not (group[0].action in _RISKY or _move(group[0]) is not None)]
    risky.sort(key=lambda group: (_ORDER.index(group[0].action), -(_move(group[0]) or Decimal(0)), group[0].key))
    rest.sort(key=lambda group: (_ORDER.index(group[0].action), group[0].key))
    return risky, rest


def _grouped(changes: Iterable[Change]) -> Sequence[Group]:
    groups: dict[object, list[Change]] = {}
    for change in changes:
        alone = change.accounts is not None or change.renamed_from is not None
        groups.setdefault(change.key if alone else (change.action, change.fields), []).append(change)
    return [tuple(group) for group in groups.values()]


def _move(change: Change) -> Decimal | None:
    """How far an update moves the price, in percent either way; None where it does not."""
    if change.action is not Action.UPDATE:
        return None
    price = next((field for field in change.fields if field.field == "price"), None)
    if price is None:
        return None
    return abs(price_move(price.before, price.after) or Decimal(0))
