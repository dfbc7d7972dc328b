"""HTML's entities in foreign texts, read without stumbling over a number that has no end."""

import html
import re
from typing import Final

_NUMBER: Final = re.compile(r"&#0*([0-9]+)")
_DIGITS: Final = 8
"""So many digits, the first no zero, are more than any character's number already."""


def unescaped(text: str) -> str:
    """A text with its entities as the characters that they stand for.

    Python refuses to read a number of thousands of digits, and `html.unescape` with it.
    """
    return html.unescape(_NUMBER.sub(lambda number: f"&#{number[1][:_DIGITS]}", text)) if "&" in text else text
