"""Finds a page of items in whatever envelope it comes, by its shape and not by its names.

The items are the one array of objects that carry the item's id, at the top or one or two levels down. Names serve
for one thing only, to find numbers that may be a total; what rests on them is checked by paging.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from catalogsync.marketplaces.answers import shape
from catalogsync.marketplaces.masking import Mask
from catalogsync.model.errors import MarketplaceError

Item = Mapping[str, object]
_Way = tuple[str, ...]

_MOST: Final = 10_000_000
"""A larger number is no total of anything that could be listed."""
_DIGITS = re.compile(r"[0-9]{1,8}", re.ASCII)
_MISSING: Final = object()
_NO_ITEMS: Final = frozenset({"errors", "warnings", "messages"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        items: the items, each with its id.
        totals: numbers that may say how many items the whole list has.
    """

    items: list[Item]
    totals: frozenset[int]


class Envelope:
    """The envelope of one list. The first page with items shows where they are; on later pages only that place counts.

    Args:
        id_name: the field that holds an item's id.
        what: what the list is, for the error.
        mask: hides secrets in what is quoted.
    """

    def __init__(self, id_name: str, what: str, mask: Mask) -> None:
        self._id_name = id_name
        self._noun = id_name.removesuffix("_id").removesuffix("_no")
        self._what = what
        self._mask = mask
        self._way: _Way | None = None

    def open(self, document: object) -> Page:
        """The page that a JSON document holds.

        Raises:
            MarketplaceError: it holds none, or more than one thing that may be it.
        """
        totals = totals_in(document, self._noun)
        arrays = dict(arrays_in(document))
        filled = {way: array for way, array in arrays.items() if array}
        ways = {way for way, array in filled.items() if any(self._is_item(entry) for entry in array)}
        if self._way is not None:
            items = self._items_at(self._way, document)
            ways.add(self._way)
        if len(ways) > 1:
            raise self._not_understood(document, "more than one array may be the list")
        if self._way is not None:
            return Page(items, totals)
        if ways:
            items = self._items_at(min(ways), document)
            self._way = min(ways)
            return Page(items, totals)
        if self._has_item(document, 3):
            raise self._not_understood(document, f"what has `{self._id_name}` in it stands in no array")
        # An empty list. What is no list at all must not pass for one: that would be "no listings".
        has_empty, says_empty = len(filled) < len(arrays), totals == {0}
        has_objects = any(isinstance(entry, dict) for array in filled.values() for entry in array)
        if has_objects and not (has_empty and says_empty):
            raise self._not_understood(document, f"its items have no {self._id_name}")
        if has_empty or says_empty:
            return Page([], totals)
        raise self._not_understood(document, "there is no list in it")

    def _is_item(self, entry: object) -> bool:
        return isinstance(entry, dict) and self._id_name in entry

    def _has_item(self, document: object, depth: int) -> bool:
        return isinstance(document, dict) and (
            document.get(self._id_name) is not None
            or (depth > 1 and any(self._has_item(value, depth - 1) for value in document.values()))
        )

    def _items_at(self, way: _Way, document: object) -> list[Item]:
        found = document
        for name in way:
            found = found.get(name, _MISSING) if isinstance(found, dict) else _MISSING
        if found is None and way:
            return []  # some servers write an empty list as null
        if not isinstance(found, list):
            raise self._not_understood(document, "the list is not where it was on the page before")
        name = self._id_name
        if not all(isinstance(entry, dict) and name in entry for entry in found):  # of each page: no call an entry
            raise self._not_understood(document, f"some of its items have no {self._id_name}")
        return found

    def _not_understood(self, document: object, why: str) -> MarketplaceError:
        return MarketplaceError(
            f"{self._what} cannot be understood: {why}; what came is {shape(document, self._mask, 3)}",
            "check the base_url; if it is right, the marketplace answers in a way that is not known yet",
        )


def one_in(document: object, id_name: str, depth: int = 3) -> Item | None:
    """The one object that carries an id, at the top or one or two levels down; None if there is none, or several.

    What lies inside of such an object belongs to it.
    """
    if not isinstance(document, Mapping):
        return None
    if document.get(id_name) is not None and not isinstance(document[id_name], dict | list):
        return document
    found = [one_in(value, id_name, depth - 1) for value in document.values()] if depth > 1 else []
    items = [item for item in found if item is not None]
    return items[0] if len(items) == 1 else None


def arrays_in(document: object, way: _Way = (), depth: int = 2) -> Iterator[tuple[_Way, list[object]]]:
    """The arrays of a document that may be a list, and the names that lead to each."""
    if isinstance(document, list):
        if not way or way[-1].lower() not in _NO_ITEMS:
            yield way, document
    elif isinstance(document, dict) and depth > 0:
        for name, value in document.items():
            yield from arrays_in(value, (*way, name), depth - 1)


def totals_in(document: object, noun: str) -> frozenset[int]:
    """Numbers that may say how many items a whole list has; `noun` is what one item is called."""
    return frozenset(_totals(document, _total_names(noun), 3))


@cache
def _total_names(noun: str) -> re.Pattern[str]:
    """What a number may be called that counts the items of a list."""
    return re.compile(
        r"(?:num|number|total|overall)*"
        rf"(?:count|total|item|result|record|{noun}|listing|element|entrie|hit|row|object|found)s?(?:count|total)?"
    )


def _totals(document: object, names: re.Pattern[str], depth: int) -> Iterator[int]:
    if not isinstance(document, dict):
        return
    for name, value in document.items():
        if depth > 1 and isinstance(value, dict):
            yield from _totals(value, names, depth - 1)
        elif names.fullmatch(name.lower().replace("_", "").replace("-", "")):
            number = _number(value)
            if number is not None and number <= _MOST:
                yield number


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else None
