"""What a plain YAML scalar means: the core schema of YAML 1.2, with numbers that never go through a float."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from catalogsync.catalog.problems import Refused

Scalar = str | int | bool | Decimal | None

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
DOUBTFUL: Final = frozenset(["", *"0123456789+-.~nNtTfF<"])
"""What a plain scalar begins with that is not surely text (`<`: a merge key)."""

_NUMERIC: Final = frozenset("0123456789+-.")
_DECIMAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)", re.ASCII)
_ODD: Final = re.compile(
    r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)[eE][-+]?[0-9]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_INT_DIGITS: Final = 18
_NUMBER_LENGTH: Final = 1000


@lru_cache(maxsize=4096)
def resolve(text: str) -> Scalar:
    """The value of a plain scalar.

    Raises:
        Refused: it is a number in a form that no field of a catalog needs (`0x10`, `1e3`, `.nan`).
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    digits = text[1:] if text[0] in "+-" else text
    if digits.isdecimal() and digits.isascii() and len(digits) <= _INT_DIGITS:
        return int(text)
    if _DECIMAL.fullmatch(text):
        if len(text) <= _NUMBER_LENGTH:
            return Decimal(text)
    elif not _ODD.fullmatch(text):
        return text
    raise Refused(
        "number-form",
        "YAML reads this as a number, but in a form that is not used here",
        "write plain digits such as 16 or 9.99; put quotes around it if it is a text",
    )
