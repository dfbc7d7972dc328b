"""Where the lines of a text begin and end, whichever way they end."""

import re
from typing import Final

LINE_END: Final = re.compile(r"\r\n|\r|\n|\Z")


def line_end_of(text: str) -> str:
    """How the first line of a text ends, and so all of them."""
    found = LINE_END.search(text)
    return (found and found[0]) or "\n"


def line_start(text: str, at: int) -> int:
    """Where the line begins that holds an offset."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def line_stop(text: str, at: int) -> int:
    """Where the line ends that holds an offset, its line end left out."""
    found = LINE_END.search(text, at)
    return found.start() if found is not None else len(text)
