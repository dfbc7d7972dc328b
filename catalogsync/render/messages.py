"""Messages as lines: what blocks, what is warned of, what failed and why; the same message of many keys is one."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.palette import Span, Style

BLOCKS: Final = Span("✗", Style.BAD)
WARNS: Final = Span("!", Style.CHANGED)

FEW: Final = 8
"""Of one kind so many messages are shown, and so many keys of one message; the others are counted."""

_COMMAND: Final = re.compile(r"(`[^`]*`)")


def put_messages(page: Page, sign: Span, entries: Iterable[tuple[str, str | None, str]], most: int | None) -> None:
    """Add messages, in their order but those of one kind together.

    Args:
        page: where to.
        sign: stands before each.
        entries: kind, key or None, and message of each.
        most: how many of one kind are shown; None: all.
    """
    kinds: dict[str, dict[str, list[str]]] = {}
    for kind, key, message in entries:
        kinds.setdefault(kind, {}).setdefault(message, []).extend([] if key is None else [key])
    for kind, by_message in kinds.items():
        start = (sign, " ", Span(inline(kind), sign.style))
        for message, keys in list(by_message.items())[:most]:
            who = f" {listed(keys, len(keys) if most is None else FEW)}" if keys else ""
            page.put(*start, f"{who}: ", *told(message), indent=2, hang=2)
        if most is not None and len(by_message) > most:
            page.put(*start, f": {len(by_message) - most:,} more like these (-v shows them)", indent=2, hang=2)


def told(message: str) -> Iterator[Span]:
    """A message, harmless, with what it says to type in bold."""
    for part in _COMMAND.split(inline(message)):
        if part:
            yield Span(part, Style.STRONG, whole=True) if part.startswith("`") else Span(part)
