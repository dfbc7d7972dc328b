"""What the page shows of changes: a card for a change or a group of equal ones, or a row where there are too many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from catalogsync.model.counted import counted
from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Allotment, Change, FieldChange
from catalogsync.model.report import Outcome, Result
from catalogsync.render.change_groups import Group
from catalogsync.render.escape import look_alike, spelled
from catalogsync.render.field_change import is_long, percent, shown
from catalogsync.render.html.description import compared
from catalogsync.render.html.listing import Side
from catalogsync.render.html.words import CAUSES, LONGEST, MEANINGS, SIGNS, label, rank, value
from catalogsync.render.tally import DONE

_OUTCOMES: Final[dict[Outcome, tuple[str, str]]] = {
    "applied": ("✓", "done"),
    "failed": ("✗", "failed"),
    "in-doubt": ("?", "in doubt"),
    "skipped": ("·", "not done"),
}
_SHORT: Final = 600
"""Descriptions of so many characters are open from the start."""
_IN_ROW: Final = 3
"""So many fields are named in a row."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changes: as two values, or as a text in which places are marked."""

    label: str
    before: str | None
    after: str | None
    percent: str | None
    cause: str
    diff: Markup | None
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One listing that a change is about.

    Attributes:
        key: the product.
        about: what else there is to say of it: title, price, sales.
        place: where it stands in the catalog.
        outcome: what came of it; empty in a plan.
        sign: a sign for the outcome.
        said: the outcome in words.
        error: why it is not done.
    """

    key: str
    about: tuple[str, ...]
    place: str
    outcome: str
    sign: str
    said: str
    error: str

    @property
    def in_short(self) -> str:
        """Everything besides the key, on one line."""
        return " · ".join((*self.about, self.place) if self.place else self.about)


@dataclass(frozen=True, slots=True)
class Row:
    """A change on one line, for where there are too many for cards."""

    action: str
    sign: str
    tags: str
    what: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Card:
    """A change, or the same change on many listings.

    Attributes:
        action: what is done.
        sign: a sign for it.
        meaning: what that means for the listing.
        tags: what the filters look for.
        rules: the safety rules that it breaks.
        badges: what else a reader should notice.
        count: on how many listings.
        entry: the first of them.
        differences: the fields that change.
        accounts: how many accounts are sent, or empty.
        sides: the listing, where there is but one.
        texts_open: whether descriptions are unfolded from the start.
        texts_differ: whether the two descriptions do.
    """

    action: str
    sign: str
    meaning: str
    tags: str
    rules: tuple[str, ...]
    badges: tuple[str, ...]
    count: int
    entry: Entry
    differences: tuple[Difference, ...]
    accounts: str
    sides: tuple[Side, ...]
    texts_open: bool
    texts_differ: bool


def card_of(group: Group, entry: Entry, sides: tuple[Side, ...], rules: tuple[str, ...], tags: str) -> Card:
    """The card of a group.

    Args:
        group: the same change on one or more listings.
        entry: what is said of the first of them.
        sides: the listing before and after, where there is but one.
        rules: the safety rules that it breaks.
        tags: what the filters look for.
    """
    head = group[0]
    drifted = any(field.cause != "catalog" for field in head.fields)
    differ = any(field.field == "description" for field in head.fields) and len(sides) > 1
    texts = [side.description for side in sides if side.description]
    return Card(
        head.action.value,
        SIGNS[head.action],
        MEANINGS[head.action],
        tags,
        tuple(shown(rule) for rule in rules),
        ("changed at the marketplace",) if drifted else (),
        len(group),
        entry,
        () if head.action is Action.CREATE else tuple(_differences(head.fields)),
        _accounts(head.key, head.accounts),
        sides,
        differ or (head.action is Action.CREATE and max(map(len, texts), default=0) <= _SHORT),
        differ,
    )


def entry_of(change: Change, exhibit: Exhibit, result: Result | None) -> Entry:
    """What is said of one listing besides what changes."""
    fields = exhibit.before or exhibit.after
    about = [value(name, fields[name]) for name in ("title", "price") if fields.get(name) is not None]
    if exhibit.sales is not None:
        about.append(f"{exhibit.sales:,} sold")
    if change.renamed_from is not None:
        about.append(f"was called {shown(change.renamed_from, 1)}")
    if change.product_id is not None:
        about.append(f"listing {shown(change.product_id, 1)}")
    place = "" if change.file is None else f"{shown(change.file, 1)}:{change.line or 1}"
    outcome: tuple[str, str, str] = ("", "", "")
    if result is not None:
        sign, said = _OUTCOMES[result.outcome]
        if result.outcome == "applied":
            said = DONE[result.performed or change.action]
        outcome = (result.outcome, sign, f"{said} instead" if result.performed else said)
    return Entry(
        shown(change.key, 1), tuple(about), place, *outcome, shown(result.error, 2) if result and result.error else ""
    )


def row_of(change: Change, entry: Entry, tags: str) -> Row:
    """A change on one line."""
    fields = () if change.action is Action.CREATE else change.fields
    parts = [_in_short(field) for field in fields[:_IN_ROW]]
    if len(fields) > _IN_ROW:
        parts.append(f"{len(fields) - _IN_ROW} more fields")
    if accounts := _accounts(change.key, change.accounts):
        parts.append(accounts)
    return Row(change.action.value, SIGNS[change.action], tags, "; ".join(parts), entry)


def tags_of(change: Change, *, risky: bool, result: Result | None) -> str:
    """What the filters look for."""
    tags = [change.action.value]
    if risky:
        tags.append("risky")
    if any(field.cause != "catalog" for field in change.fields):
        tags.append("drifted")
    if result is not None and result.outcome != "applied":
        tags.append("undone")
    return " ".join(tags)


def _differences(fields: Sequence[FieldChange]) -> Iterator[Difference]:
    for field in sorted(fields, key=lambda field: rank(field.field)):
        yield _difference(field)


def _difference(field: FieldChange) -> Difference:
    name, before, after = shown(label(field.field)), field.before, field.after
    cause = CAUSES[field.cause] if field.cause != "catalog" else ""
    if isinstance(before, str) and isinstance(after, str) and is_long(before, after):
        diff = compared(before, after)
        note = f"rewritten, {len(before):,} → {len(after):,} characters" if diff is None else ""
        if diff is not None or field.field == "description":
            return Difference(name, None, None, None, cause, diff, note)
    old, new = _plain(field.field, before), _plain(field.field, after)
    if isinstance(before, str) and isinstance(after, str) and (old == new or look_alike(before, after)):
        old, new = spelled(before), spelled(after)
    moved = percent(str(before), str(after)) if field.field == "price" else None
    return Difference(name, old, new, moved, cause, None, "")


def _plain(field: str, raw: Value | None) -> str | None:
    return None if raw is None else value(field, raw)


def _in_short(field: FieldChange) -> str:
    name = shown(label(field.field)).lower()
    before, after = field.before, field.after
    if field.field in {"description", "images"} or max(len(str(before)), len(str(after))) > LONGEST:
        return f"{name} changed"
    if before is None or after is None:
        return f"{name} removed" if after is None else f"{name} set to {value(field.field, after)}"
    moved = percent(str(before), str(after)) if field.field == "price" else None
    return f"{name} {value(field.field, before)} → {value(field.field, after)}" + (f" ({moved})" if moved else "")


def _accounts(key: str, accounts: Allotment | None) -> str:
    if accounts is None:
        return ""
    pool = "" if accounts.pool == key else f" from pool {shown(accounts.pool, 1)}"
    before = f" ({accounts.sent:,} sent before)" if accounts.sent else ""
    if accounts.new is None:
        return f"accounts{pool}, not counted: no state key"
    return f"{counted(accounts.new, 'account')}{pool}{before}"
