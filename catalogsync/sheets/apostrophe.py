"""The apostrophe in front of a text: what follows is that text, and never a formula, a number or nothing.

It is what people type in a spreadsheet themselves. Every text that begins with one gets one more, so that taking
one off always gives the text back.
"""

import re
import unicodedata
from typing import Final

_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""What some spreadsheet takes for a formula; full width signs, too, and behind blanks."""

_NUMBER_LIKE: Final = 40
"""No text that is longer is taken for a number or a date."""
_DIGIT: Final = re.compile(r"\d")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DATE_WORD: Final = re.compile(
    "e|am|pm|jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?"
    "|dec(ember)?"
)


def in_xlsx(text: str) -> str:
    """A text as it stands in a cell that is known to hold text."""
    return f"'{text}" if text[:1] == "'" or not text.strip() else text


def in_csv(text: str) -> str:
    """A text as it stands where the spreadsheet itself guesses what it is."""
    return f"'{text}" if in_xlsx(text) != text or is_formula(text) or _is_changed(text) else text


def taken_off(text: str) -> str:
    """The text that is meant."""
    return text[1:] if text[:1] == "'" else text


def is_formula(text: str) -> bool:
    """Whether some spreadsheet would take this for a formula."""
    return _FORMULA.match(text) is not None


def _is_changed(text: str) -> bool:
    """Whether a spreadsheet would store something else: a number, a date or a truth value (`007`, `1-2`, `MAR1`)."""
    if len(text) > _NUMBER_LIKE:
        return False
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in {"true", "false"} or plain[:1] == "#":
        return True
    return _DIGIT.search(plain) is not None and all(map(_DATE_WORD.fullmatch, _LETTERS.findall(plain)))
