"""Putting one entry more into `catalogsync.yaml`, every other character of which stays as it is.

A writer of YAML would lay the whole file out anew; people look at the diff, so it has one line.
"""

import re
from typing import Final

from catalogsync.model.problem import Place

_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def with_entry(text: str, offset: int, entry: str) -> str:
    """The text with an entry before the one that begins at an offset."""
    above = text[:offset]
    indent = above[above.rfind("\n") + 1 :]
    # In `{…}` entries are parted by commas; in a block each has a line of its own.
    comma = "," if above.rstrip().endswith("{") else ""
    gap = f"{comma} " if indent.strip() else f"{comma}{line_end(text)}{indent}"
    return f"{above}{entry}{gap}{text[offset:]}"


def line_end(text: str) -> str:
    """How the lines of a text end."""
    return "\r\n" if "\r\n" in text else "\n"


def offset_of(text: str, place: Place) -> int:
    """Where in its text a place is."""
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    # Columns are counted from behind a byte order mark.
    return starts[place.line - 1] + place.column - 1 + (place.line == 1 and text.startswith(_BOM))
