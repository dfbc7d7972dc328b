"""A YAML document as it was read, and where everything in it stands.

Only the places of a document's own fields are kept from reading it: they are what a sound document needs. Any other
place is asked for when something is wrong, and is found by going through the document once more.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from catalogsync.catalog.yaml_events import place_of
from catalogsync.catalog.yaml_faults import Marked
from catalogsync.model.problem import Place

Path = Sequence[str | int]

LINE: Final = 32
"""A place in a file is kept as one number: the line, shifted by so many bits, and the column; both from 0."""


def spot_place(file: str, spot: int) -> Place:
    """A place that was kept as one number."""
    return Place(file, (spot >> LINE) + 1, (spot & ((1 << LINE) - 1)) + 1)


class Document:
    """One YAML document, whose root is a map.

    Args:
        file: where it stands.
        value: its values: dict, list, str, int, bool, Decimal, None.
        start: where its map begins: the line from 0, shifted by LINE, and the column from 0.
        spots: where the values of its fields stand, in the same form.
        outlines: where everything in the file's documents stands.
        number: which document of the file it is, from 0.
        damaged: something was left out of `value` because it could not be read, and was reported.
    """

    __slots__ = ("_number", "_outlines", "damaged", "file", "spots", "start", "value")

    def __init__(
        self,
        file: str,
        value: dict[str, Any],
        start: int,
        spots: dict[str, int],
        outlines: "Outlines",
        number: int,
        *,
        damaged: bool,
    ) -> None:
        self.file = file
        self.value = value
        self.spots = spots
        self.damaged = damaged
        self.start = start
        self._outlines = outlines
        self._number = number

    def place(self, path: Path = ()) -> Place:
        """Where a value stands; of a path that leads nowhere, the nearest value above it."""
        if not path:
            return spot_place(self.file, self.start)
        if len(path) == 1 and path[0] in self.spots:
            return spot_place(self.file, self.spots[str(path[0])])
        return place_of(self.file, self._find(path)[1])

    def key_place(self, path: Path) -> Place:
        """Where the key of a map's entry stands."""
        return place_of(self.file, self._find(path)[0])

    def has(self, path: Path) -> bool:
        """Whether there is a value."""
        value: Any = self.value
        for step in path:
            if not isinstance(value, dict) or step not in value:
                return False
            value = value[step]
        return True

    def _find(self, path: Path) -> tuple[Marked, Marked]:
        outline = self._outlines.of(self._number)
        found = (outline, outline)
        for step in path:
            branch = found[1]
            if not isinstance(branch, Branch) or step not in branch.items:
                break
            found = branch.items[step]
        return found


class Branch:
    """Where a map or a list stands, and where each key (or item) and value in it."""

    __slots__ = ("column", "items", "line")

    def __init__(self, mark: Marked, items: dict[str | int, tuple[Marked, Marked]]) -> None:
        self.line = mark.line
        self.column = mark.column
        self.items = items


class Outlines:
    """Where everything in a file's documents stands: found when first asked for, and once for all of them.

    Args:
        data: the file's bytes, checked by `check_bytes`.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._take: Callable[[], Any] | None = None
        self._found: list[Marked] = []

    def of(self, number: int) -> Marked:
        """Where everything in a document stands; the documents before it were read to their ends."""
        if self._take is None:
            self._take = iter(CParser(self._data).get_event, None).__next__
        while len(self._found) <= number:
            if type(self._take()) is DocumentStartEvent:
                self._found.append(_spot(self._take(), self._take))
        return self._found[number]


def _branch(start: Any, take: Callable[[], Any]) -> Branch:
    pairs = _pairs(take) if type(start) is MappingStartEvent else _items(take)
    items: dict[str | int, tuple[Marked, Marked]] = {}
    for step, key, value in pairs:
        items.setdefault(step, (key, value))
    return Branch(start.start_mark, items)


def _pairs(take: Callable[[], Any]) -> Iterator[tuple[str | int, Marked, Marked]]:
    while type(key := take()) is not MappingEndEvent:
        mark = _spot(key, take)
        value = _spot(take(), take)
        if type(key) is ScalarEvent:
            yield key.value, mark, value


def _items(take: Callable[[], Any]) -> Iterator[tuple[str | int, Marked, Marked]]:
    number = 0
    while type(event := take()) is not SequenceEndEvent:
        mark = _spot(event, take)
        # What the reader left out has no number.
        if type(event) is not AliasEvent and event.anchor is None and event.tag is None:
            yield number, mark, mark
            number += 1


def _spot(event: Any, take: Callable[[], Any]) -> Marked:
    return event.start_mark if type(event) in {ScalarEvent, AliasEvent} else _branch(event, take)
