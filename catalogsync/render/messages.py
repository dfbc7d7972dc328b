"""Messages as lines: what blocks, what is warned of, what failed and why; the same message of many keys is one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from catalogsync.model.plan import Blocked, Notice
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.palette import Span, Style

BLOCKS: Final = Span("✗", Style.BAD)
WARNS: Final = Span("!", Style.CHANGED)

FEW: Final = 8
"""Of one kind so many messages are shown, and so many keys of one message; the others are counted."""

_COMMAND: Final = re.compile(r"(`[^`]*`)")


class Said(NamedTuple):
    """A message of a kind: about which key, and where in the catalog that stands, as far as it is known."""

    kind: str
    key: str | None
    message: str
    file: str | None = None
    line: int | None = None


def said(entry: Blocked | Notice) -> Said:
    """A rule that blocks, or a warning."""
    kind = entry.rule if isinstance(entry, Blocked) else entry.code
    return Said(kind, entry.key, entry.message, entry.file, entry.line)


def by_kind(entries: Iterable[Said]) -> dict[str, dict[str, list[Said]]]:
    """Messages in their order, but those of one kind together, and of these those that are the same."""
    kinds: dict[str, dict[str, list[Said]]] = {}
    for entry in entries:
        kinds.setdefault(entry.kind, {}).setdefault(entry.message, []).append(entry)
    return kinds


def place_of(same: Sequence[Said]) -> tuple[str, str] | None:
    """Where one message of several stands first, and how many more places there are; None if it says so itself."""
    places = dict.fromkeys(f"{one.file}:{one.line or 1}" for one in same if one.file and one.file not in one.message)
    if not places:
        return None
    first, *others = places
    return first, f" and {len(others):,} more" if others else ""


def put_messages(page: Page, sign: Span, entries: Iterable[Said], most: int | None) -> None:
    """Add messages, in their order but those of one kind together.

    Args:
        page: where to.
        sign: stands before each.
        entries: the messages.
        most: how many of one kind are shown; None: all.
    """
    for kind, by_message in by_kind(entries).items():
        start = (sign, " ", Span(inline(kind), sign.style))
        for message, same in list(by_message.items())[:most]:
            keys = [one.key for one in same if one.key is not None]
            who = f" {listed(keys, len(keys) if most is None else FEW)}" if keys else ""
            place = place_of(same)
            where = [] if place is None else [Span(f" ({inline(place[0])}{place[1]})", Style.FAINT)]
            page.put(*start, f"{who}: ", *told(message), *where, indent=2, hang=2)
        if most is not None and len(by_message) > most:
            page.put(*start, f": {len(by_message) - most:,} more like these (-v shows them)", indent=2, hang=2)


def told(message: str) -> Iterator[Span]:
    """A message, harmless, with what it says to type in bold."""
    for part in _COMMAND.split(inline(message)):
        if part:
            yield Span(part, Style.STRONG, whole=True) if part.startswith("`") else Span(part)
