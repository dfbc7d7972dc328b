"""A listing as a customer sees it, before and after: what a card shows of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change
from catalogsync.model.product import Image
from catalogsync.render.field_change import shown
from catalogsync.render.html.album import Picture
from catalogsync.render.html.description import rendered
from catalogsync.render.html.words import label, rank, value

_OF_THEIR_OWN: Final = {"title", "price", "category_id", "images", "description"}
"""Fields that have a place of their own in a listing."""
_THUMBNAILS: Final = 8
_NOT_SHOWN: Final = "not shown"


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a listing; `changed` where it differs from the other side."""

    label: str
    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A listing at one time.

    Attributes:
        word: when.
        mark: the element that marks what differs: `del` before, `ins` after, none where there is but one side.
        title: what it is called.
        price: what it costs.
        category: in words if they are known.
        facts: the other fields.
        pictures: in order.
        more_pictures: how many are not shown.
        description: rendered; None where there is none, or it is not this side's to show.
        changed: the fields that differ from the other side.
    """

    word: str
    mark: Literal["del", "ins"] | None
    title: str
    price: str
    category: str
    facts: tuple[Fact, ...]
    pictures: tuple[Picture, ...]
    more_pictures: int
    description: Markup | None
    changed: frozenset[str]

    def has_changed(self, field: str) -> bool:
        """Whether a field is to be marked."""
        return self.mark is not None and field in self.changed


def sides_of(change: Change, exhibit: Exhibit, picture: Callable[[Image], Picture]) -> tuple[Side, ...]:
    """What there is to see of a listing: new ones only after, those that go only before.

    Args:
        change: what is done about it.
        exhibit: what is known of it.
        picture: finds a picture of the catalog in the page.
    """
    changed = frozenset(field.field for field in change.fields)
    pictures = tuple(picture(image) for image in exhibit.images)
    category = exhibit.category

    def side(word: str, mark: Literal["del", "ins"] | None, fields: Mapping[str, Value]) -> Side:
        old = mark == "del" or word == "Before"
        own = () if old and "images" in changed else pictures
        named = tuple(own or _named(fields.get("images", ())))
        return Side(
            word,
            mark,
            _text(fields, "title"),
            _text(fields, "price"),
            _text(fields, "category_id") if category is None or (old and "category_id" in changed) else shown(category),
            tuple(_facts(fields, changed if mark else frozenset(), exhibit.after if mark == "del" else {})),
            named[:_THUMBNAILS],
            max(0, len(named) - _THUMBNAILS),
            rendered(text) if isinstance(text := fields.get("description"), str) and text else None,
            changed,
        )

    match change.action:
        case Action.CREATE:
            return (side("New listing", None, exhibit.after),)
        case Action.DELETE | Action.RETIRE:
            return (side("Before", None, exhibit.before),) if exhibit.before else ()
        case Action.UPDATE if exhibit.before:
            return side("Before", "del", exhibit.before), side("After", "ins", exhibit.after)
        case Action.UPDATE:
            return (side("After", None, exhibit.after),) if exhibit.after else ()
        case _:
            return (side("Listing", None, exhibit.after),) if exhibit.after else ()


def _text(fields: Mapping[str, Value], name: str) -> str:
    raw = fields.get(name)
    return "" if raw is None else value(name, raw)


def _facts(fields: Mapping[str, Value], changed: frozenset[str], afterwards: Mapping[str, Value]) -> Iterator[Fact]:
    """The other fields; that one is there but not shown by the marketplace is said, or it would look new."""
    for name in sorted({*fields, *(afterwards.keys() - changed)} - _OF_THEIR_OWN, key=lambda name: (rank(name), name)):
        told = value(name, fields[name]) if name in fields else _NOT_SHOWN
        yield Fact(shown(label(name)), told, name in changed)


def _named(refs: Value) -> Iterator[Picture]:
    if isinstance(refs, tuple):
        for ref in refs:
            yield Picture(shown(ref, 1), why_not="at the marketplace")
