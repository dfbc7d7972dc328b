"""Where the entries of a document's map stand in its text, to the character: what is needed to change one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from yaml._yaml import CParser
from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from catalogsync.catalog.yaml_text import Style

BLOCKS: Final = frozenset({Style.LITERAL, Style.FOLDED})

_BLANK: Final = " \t\r\n"
_ENDS: Final = frozenset({MappingEndEvent, SequenceEndEvent})
_KEEPING: Final = re.compile(r"[|>][0-9]?\+")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: where it is written, and its text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a map; all places are offsets in the document's text.

    Attributes:
        name: its name.
        key_start: where the name begins, quotes included.
        key_end: where it ends.
        start: where the value begins.
        end: where it ends; comments and blank lines below are no part of it.
        style: how a scalar is written, or the first item of a list; None of what has no scalar.
        listed: the value is a list.
        flow: the value is a list or map in brackets.
        items: what a list holds.
    """

    name: str
    key_start: int
    key_end: int
    start: int
    end: int
    style: Style | None
    listed: bool
    flow: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document is written.

    Attributes:
        start: where its map begins.
        indent: the column of the map.
        flow: the map is written in braces.
        entries: its entries, in their order.
    """

    start: int
    indent: int
    flow: bool
    entries: tuple[Entry, ...]

    def entry(self, *names: str) -> Entry | None:
        """The entry with one of these names."""
        return next((entry for entry in self.entries if entry.name in names), None)


def documents_of(text: str) -> list[str]:
    """The text of a file, cut where its documents begin; a sound file without a byte order mark."""
    events: Iterator[Any] = iter(CParser(text).get_event, None)
    starts = [_line_of(event) for event in events if type(event) is DocumentStartEvent]
    cuts = [0, *starts[1:], len(text)]
    return [text[cut:end] for cut, end in pairwise(cuts)]


def layout_of(text: str) -> Layout:
    """How a sound document is written, whose root is a map of scalars as names."""
    take: Callable[[], Any] = iter(CParser(text).get_event, None).__next__
    root = take()
    while type(root) is not MappingStartEvent:
        root = take()
    entries: list[Entry] = []
    while type(key := take()) is ScalarEvent:
        value = take()
        scalars: list[Item] = []
        end, style = _rest(text, value, take, scalars)
        listed = type(value) is SequenceStartEvent
        flow = type(value) is not ScalarEvent and bool(value.flow_style)
        items = tuple(scalars) if listed else ()
        entries.append(Entry(key.value, *_span(key), _span(value)[0], end, style, listed, flow, items))
    start = _span(root)[0]
    return Layout(start, start - _line_of(root), bool(root.flow_style), tuple(entries))


def _span(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _line_of(event: Any) -> int:
    """Where the line begins in which an event does."""
    offset: int = event.start_mark.index - event.start_mark.column
    return offset


def _rest(text: str, event: Any, take: Callable[[], Any], scalars: list[Item]) -> tuple[int, Style | None]:
    """Where a value ends, and the style of its first scalar; its scalars are added to `scalars`."""
    end, depth, style = _span(event)[1], 0, None
    while True:
        if type(event) is ScalarEvent:
            end = _end(text, event)
            style = style or Style(event.style or "")
            scalars.append(Item(_span(event)[0], end, event.value))
        elif type(event) in _ENDS:
            depth -= 1
            # A block has no end of its own: libyaml notices it only at what follows.
            start, stop = _span(event)
            end = stop if stop > start else end
        else:
            depth += 1
        if not depth:
            return end, style
        event = take()


def _end(text: str, scalar: Any) -> int:
    start, end = _span(scalar)
    if scalar.style not in {"|", ">"}:
        return end
    if _KEEPING.match(text, start):
        # Blank lines below are a part of this value; the last line's end is everybody's.
        return end - (2 if text.endswith("\r\n", 0, end) else 1 if text.endswith(("\n", "\r"), 0, end) else 0)
    return start + len(text[start:end].rstrip(_BLANK))
