"""Whether a saved plan is still what would be done, and what differs if it is not, field by field and in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import takewhile
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Allotment, Blocked, Cause, Change, FieldChange, Plan

_DONE: Final = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.APPEND: "filled up",
    Action.RETIRE: "retired",
    Action.DELETE: "deleted",
    Action.ADOPT: "adopted",
    Action.FORGET: "forgotten",
}
_CAUSES: Final[dict[Cause, str]] = {
    "catalog": "in the catalog",
    "drift": "at the marketplace",
    "both": "in the catalog and at the marketplace",
}
_LONGEST: Final = 60
"""So many characters of a text are told."""
_BEFORE: Final = 20
"""So many of them stand before the first that differs."""


def other_ground(saved: Plan, marketplace: str, lineage: str | None) -> list[str]:
    """Whether a saved plan stands on something else than what is here.

    Args:
        saved: the plan that was saved.
        marketplace: the name of the one that this run is for.
        lineage: of the state that is here; None where there is none.
    """
    if saved.marketplace != marketplace:
        return [f"it is for marketplace {saved.marketplace}, and this run is for {marketplace}"]
    stood = saved.ground.lineage if saved.ground else None
    if stood != lineage:
        return [f"it was made on {_state(stood)}, and here is {_state(lineage)}"]
    return []


def deviations(saved: Plan, now: Plan) -> list[str]:
    """What would be done otherwise, or is blocked otherwise.

    Serial numbers, sales, sums and warnings may differ, for they alter nothing that would be done.

    Returns:
        Each difference in words, which may hold texts of the catalog and of the marketplace; none if it still holds.
    """
    found = [*_changes(saved.changes, now.changes), *_blocked(saved.blocked, now.blocked)]
    if not found and tuple(saved.changes) != tuple(now.changes):
        found = ["its changes are not in the order of their keys"]
    return found


def _state(lineage: str | None) -> str:
    return "no state" if lineage is None else f"state {lineage}"


def _changes(saved: Sequence[Change], now: Sequence[Change]) -> Iterator[str]:
    before = {change.key: change for change in saved}
    after = {change.key: change for change in now}
    for key, count in Counter(change.key for change in saved).items():
        if count > 1:
            yield f"{key}: it is in the plan {count} times"
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            yield f"{key}: was to be {_deed(before[key])}, now nothing is to be done"
        elif key not in before:
            yield f"{key}: nothing was to be done, now it is to be {_deed(after[key])}"
        else:
            yield from (f"{key}: {text}" for text in _change(before[key], after[key]))


def _deed(change: Change) -> str:
    """What is done to a listing, with what becomes of it."""
    parts = [f"{field.field} {_told(field.after)}" for field in change.fields if change.action is not Action.CREATE]
    if change.accounts:
        parts.append(_accounts(change.accounts))
    more = f" ({', '.join(parts)})" if parts else ""
    return f"{_DONE[change.action]}{more}"


def _change(saved: Change, now: Change) -> Iterator[str]:
    for part in _differing(saved, now):
        match part:
            case "action":
                yield f"was to be {_DONE[saved.action]}, now it is to be {_DONE[now.action]}"
            case "product_id":
                yield f"was about {_listing(saved.product_id)}, now about {_listing(now.product_id)}"
            case "renamed_from":
                yield f"was called {saved.renamed_from or 'the same'} before, now {now.renamed_from or 'the same'}"
            case "fields":
                yield from _fields(saved.fields, now.fields)
            case "accounts":
                yield from _allotments(saved.accounts, now.accounts)
            case _:
                yield f"stood in {_place(saved)}, now in {_place(now)}"


def _differing(saved: Change, now: Change) -> list[str]:
    """The parts of a change that differ, those that decide most first."""
    if saved == now:
        return []
    from deepdiff import DeepDiff

    before, after = _parts(saved), _parts(now)
    differing = set(DeepDiff(before, after).affected_root_keys)
    return [part for part in before if part in differing]


def _parts(change: Change) -> dict[str, object]:
    accounts = change.accounts
    return {
        "action": change.action.value,
        "product_id": change.product_id,
        "renamed_from": change.renamed_from,
        "fields": [asdict(field) for field in change.fields],
        "accounts": (accounts.pool, accounts.new, accounts.sent) if accounts else None,
        "place": _place(change),
    }


def _place(change: Change) -> str:
    return "no file" if change.file is None else f"{change.file}:{change.line or 1}"


def _listing(product_id: str | None) -> str:
    return f"listing {product_id}" if product_id else "no listing"


def _fields(saved: Sequence[FieldChange], now: Sequence[FieldChange]) -> Iterator[str]:
    before = {field.field: field for field in saved}
    after = {field.field: field for field in now}
    differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    for name in differing:
        yield _field(name, before.get(name), after.get(name))
    if not differing and tuple(saved) != tuple(now):
        yield "its fields are in another order, or one of them is there twice"


def _field(name: str, saved: FieldChange | None, now: FieldChange | None) -> str:
    if now is None:
        return f"{name} was to become {_told(saved.after if saved else None)}, now it stays as it is"
    if saved is None:
        return f"{name} was to stay as it is, now it is to become {_told(now.after)}"
    parts = []
    if saved.after != now.after:
        parts.append("was to become {}, now {}".format(*_pair(saved.after, now.after)))
    if saved.before != now.before:
        parts.append("showed {}, now {}".format(*_pair(saved.before, now.before)))
    if not parts:
        parts.append(f"had been changed {_CAUSES[saved.cause]}, now {_CAUSES[now.cause]}")
    return f"{name} {'; '.join(parts)}"


def _allotments(saved: Allotment | None, now: Allotment | None) -> Iterator[str]:
    if saved is None or now is None:
        if saved is not now:
            yield f"{_to_send(saved)} to be sent, now {_accounts(now)}"
        return
    if saved.pool != now.pool:
        yield f"accounts were to come from pool {saved.pool}, now from {now.pool}"
    if saved.new != now.new:
        yield f"{_to_send(saved)} to be sent, now {_number(now)}"
    if saved.sent != now.sent:
        yield f"{counted(saved.sent, 'account')} of pool {saved.pool} had been sent, now {now.sent:,}"


def _to_send(allotment: Allotment | None) -> str:
    return f"{_accounts(allotment)} {'was' if allotment and allotment.new == 1 else 'were'}"


def _accounts(allotment: Allotment | None) -> str:
    if allotment is None:
        return "no accounts"
    return "accounts that nobody counted" if allotment.new is None else counted(allotment.new, "account")


def _number(allotment: Allotment) -> str:
    return "nobody counted them" if allotment.new is None else f"{allotment.new:,}"


def _blocked(saved: Sequence[Blocked], now: Sequence[Blocked]) -> Iterator[str]:
    before = {(rule.rule, rule.key): rule.message for rule in saved}
    after = {(rule.rule, rule.key): rule.message for rule in now}
    for (rule, key), message in {**before, **after}.items():
        told = f"{rule}{f' of {key}' if key else ''}"
        if (rule, key) not in after:
            yield f"{told}: blocked it, and does not any more"
        elif (rule, key) not in before:
            yield f"{told}: blocks now: {message}"
        elif before[rule, key] != message:
            yield f"{told}: blocks for another reason now: {message}"


def _told(value: Value | None, start: int = 0) -> str:
    """A value, or as much of a long one as tells, from a little before where something differs."""
    match value:
        case None:
            return "nothing"
        case int():
            return str(value)
        case tuple():
            return _told(", ".join(value), start) if value else "none"
        case _:
            begin = max(0, start - _BEFORE) if len(value) > _LONGEST else 0
            cut = value[begin : begin + _LONGEST]
            text = f"{'…' if begin else ''}{cut}{'…' if begin + _LONGEST < len(value) else ''}"
            return f'"{text}"' if " " in text or not text else text


def _pair(one: Value | None, other: Value | None) -> tuple[str, str]:
    """Two values, told so that they can be told apart."""
    texts = [", ".join(value) if isinstance(value, tuple) else str(value or "") for value in (one, other)]
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    return _told(one, same), _told(other, same)
