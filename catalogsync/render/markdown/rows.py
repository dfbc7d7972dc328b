"""Changes as rows of a table: what is done, about which listing, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, takewhile
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Allotment, Change, FieldChange
from catalogsync.render.change_groups import Group
from catalogsync.render.field_change import CAUSES, change_spans, is_long, percent, shown
from catalogsync.render.markdown.inert import cell, code, prose
from catalogsync.render.palette import Style

_NAMES: Final = 6
"""How many listings of a group are named; the others are counted."""
_LOST: Final = 12_000
"""Of those that are taken away as many are named as fit into so many characters."""
_NAME: Final = 100
_MONEY: Final = 24
"""Longer than that nobody reads a price."""
_AWAY: Final = {Action.DELETE, Action.RETIRE, Action.FORGET}

HEAD: Final = "| Change | Listing | What becomes of it |\n| --- | --- | --- |\n"
"""The first two lines of a table of changes."""


def row(group: Group, *, texts: bool = False) -> str:
    """A row for changes that are the same.

    Args:
        group: the changes.
        texts: what changes within long texts is shown too.
    """
    change = group[0]
    verb = f"**{change.action.value}**" if change.action in _AWAY else change.action.value
    parts = (
        _created(change) if change.action is Action.CREATE else [becomes(field, texts=texts) for field in change.fields]
    )
    if change.accounts is not None:
        parts.append(_accounts(change.key, change.accounts))
    parts += _notes(change, alone=len(group) == 1)
    return f"| {verb} | {cell(who(group))} | {cell('<br>'.join(parts))} |\n"


def has_texts(group: Group) -> bool:
    """Whether a row says more of its changes with its texts."""
    change = group[0]
    return change.action is not Action.CREATE and any(_is_text(field) for field in change.fields)


def who(group: Group) -> str:
    """Which listings changes are about."""
    names = keys([change.key for change in group], named(group))
    return names if len(group) == 1 else f"**{counted(len(group), 'listing')}**: {names}"


def named(group: Group) -> int:
    """How many listings of a group are named."""
    if group[0].action not in _AWAY:
        return _NAMES
    sizes = accumulate(min(len(change.key), _NAME) + 4 for change in group)
    return max(1, sum(1 for _ in takewhile(lambda size: size <= _LOST, sizes)))


def keys(names: Sequence[str], most: int) -> str:
    """Keys in a row; those beyond `most` are counted."""
    row = ", ".join(code(name, _NAME) for name in names[:most])
    return row if len(names) <= most else f"{row}, … and {len(names) - most:,} more"


def move(change: Change) -> str:
    """By how much a change moves the price, such as `9.99 → 8.99 (−10 %)`; empty if it does not."""
    price = next((field for field in change.fields if field.field == "price"), None)
    return "" if price is None or price.before is None or price.after is None else _moved(price)


def _created(change: Change) -> list[str]:
    """A new listing in a line: title and price."""
    values = {field.field: field.after for field in change.fields}
    title, price = values.get("title"), values.get("price")
    parts = [] if title is None else [code(shown(title))]
    parts += [] if price is None else [_price(price)]
    return [" · ".join(parts)] if parts else []


def becomes(change: FieldChange, *, texts: bool = False) -> str:
    """What becomes of a field, with its name; of a long text only its length, unless `texts`."""
    if change.field == "price" and change.before is not None and change.after is not None:
        said = f"**{_moved(change)}**"
    elif _is_text(change) and not texts:
        said = f"{len(str(change.before)):,} → {len(str(change.after)):,} characters"
    else:
        said = _spans(change)
    return f"{prose(change.field[:_NAME])} {said}{CAUSES[change.cause]}"


def _is_text(change: FieldChange) -> bool:
    """Whether it is a text too long to be shown whole."""
    before, after = change.before, change.after
    return isinstance(before, str) and isinstance(after, str) and is_long(before, after)


def _moved(change: FieldChange) -> str:
    moved = percent(str(change.before), str(change.after))
    return f"{_price(change.before)} → {_price(change.after)}" + (f" ({moved})" if moved else "")


def _price(value: Value | None) -> str:
    return prose(value) if isinstance(value, str) and len(value) <= _MONEY else code(shown(value))


def _spans(change: FieldChange) -> str:
    """What goes and what comes; within a text or a list it is marked."""
    marked = isinstance(change.before, tuple) or _is_text(change)
    parts = []
    for text, style, _ in change_spans(replace(change, cause="catalog"), 0):
        gone, come = marked and style is Style.GONE, marked and style is Style.NEW
        if gone and text.startswith("[-"):
            parts.append(f"<del>{code(text[2:-2])}</del>")
        elif come and text.startswith("{+"):
            parts.append(f"<ins>{code(text[2:-2])}</ins>")
        elif text.strip() or style is Style.NEW:
            parts.append(code(text) if style in {Style.GONE, Style.NEW} else prose(text))
    return " ".join(parts)


def _accounts(key: str, accounts: Allotment) -> str:
    pool = "" if accounts.pool == key else f" from pool {code(accounts.pool, _NAME)}"
    before = f" ({accounts.sent:,} sent before)" if accounts.sent else ""
    if accounts.new is None:
        return f"accounts{pool} (not counted: no state key)"
    return f"{counted(accounts.new, 'account')}{pool}{before}"


def _notes(change: Change, *, alone: bool) -> list[str]:
    """What there is to say besides fields and accounts."""
    parts = [] if change.renamed_from is None else [f"was called {code(change.renamed_from, _NAME)}"]
    if change.action is Action.DELETE:
        parts.append(f"gone for good: listing {code(change.product_id or '', _NAME)}" if alone else "gone for good")
    if change.action is Action.RETIRE and not change.fields:
        parts.append("taken off sale")
    if change.action is Action.FORGET:
        parts.append("no longer managed")
    if change.action is Action.ADOPT and not parts:
        parts.append("equal already")
    if change.action in {Action.ADOPT, Action.FORGET} and change.accounts is None:
        parts.append("no call")
    return ["; ".join(parts)] if parts else []
