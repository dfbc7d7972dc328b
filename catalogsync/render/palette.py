"""The few styles of our output and their terminal codes. Every style repeats what a sign or word says already.

Blue, yellow and bold red stay apart for colour-blind eyes, where green and red would not.
"""

from enum import Enum
from typing import NamedTuple


class Style(Enum):
    """What a piece of text means; the value is its SGR code."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    NEW = "94"
    CHANGED = "33"
    SENT = "36"
    GONE = "31"
    GOOD = "1;36"
    BAD = "1;31"


class Span(NamedTuple):
    """A piece of text in one style, harmless already; `whole`: not to be broken where it fits on a line."""

    text: str
    style: Style = Style.PLAIN
    whole: bool = False

    def painted(self, *, color: bool) -> str:
        """The text with its terminal codes, or bare."""
        if not color or self.style is Style.PLAIN:
            return self.text
        return f"\x1b[{self.style.value}m{self.text}\x1b[0m"
