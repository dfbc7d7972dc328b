"""The values of a product's fields: from what YAML gave to the one form in which they are compared."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from catalogsync.catalog.problems import Refused
from catalogsync.model.fields import Value, decimal_text, text

_CONTROL: Final = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_PRICE: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?", re.ASCII)
_HIGHEST_PRICE: Final = 1_000_000_000


def price(raw: str | int | Decimal) -> str:
    """A price.

    Raises:
        Refused: it is none; the hint says what to write instead.
    """
    return _price(str(raw))


@lru_cache(maxsize=4096)
def _price(written: str) -> str:
    # Remembered by what was written: as numbers 9.00 and 9.000 are equal, and one of them is no price.
    if not _PRICE.fullmatch(written):
        raise Refused("bad-price", "a price is a plain decimal number such as 9.99", _price_hint(written))
    amount = Decimal(written)
    if not 0 < amount <= _HIGHEST_PRICE:
        raise Refused("bad-price", f"a price is more than 0 and at most {_HIGHEST_PRICE}")
    return decimal_text(written)


def _price_hint(text: str) -> str | None:
    hints = (
        (r"\s*-.*", "it must be more than 0"),
        (r"\s*[0-9]+(\.[0-9]+)?\s+|\s+[0-9]+(\.[0-9]+)?\s*", "remove the blanks"),
        (r"[0-9]+\.[0-9]{3,}", "at most two decimal places"),
        (r"[0-9]{11,}(\.[0-9]*)?", f"at most {_HIGHEST_PRICE}"),
        (r"[0-9.]*,[0-9,.]*", "the decimal sign is a point, and there is none for thousands"),
        (r"[0-9][0-9_]*_[0-9_.]*", "write the digits without `_`"),
        (r"0x.*|0o.*|[0-9.]+[eE].*", "write plain decimal digits"),
        (r"[0-9.]*[^0-9.+-]+|[^0-9.+-]+[0-9.]*", "write the number alone; the currency is the marketplace's"),
    )
    if any(char.isdecimal() and not char.isascii() for char in text):
        return "use the digits 0 to 9"
    return next((hint for pattern, hint in hints if re.fullmatch(pattern, text, re.ASCII | re.DOTALL)), None)


def _title(raw: str) -> Value:
    title = raw.strip()
    if not title:
        raise Refused("empty-text", "`title` is blank")
    if not title.isprintable() and _CONTROL.search(title):
        raise Refused("control-character", "a title is one line without control characters")
    return title


def _filled(raw: str) -> Value:
    filled = text(raw)
    if not filled:
        raise Refused("empty-text", "this text is blank", "leave the line out")
    return filled


def whole(raw: int | Decimal) -> int:
    """A whole number.

    Raises:
        Refused: it has decimal places, or more digits than any count.
    """
    if not isinstance(raw, int):
        raise Refused("wrong-type", "a whole number is due", "write plain digits such as 5")
    return raw


VALUES: Final[Mapping[str, Callable[[Any], Value]]] = {
    "title": _title,
    "category_id": _filled,
    "description": text,
    "price": price,
    "min_quantity": whole,
    "warranty_period_days": whole,
    "status": _filled,
    "supplier_name": text,
    "source_product_id": _filled,
    "source_product_url": text,
    "stock": whole,
}
"""The fields whose value needs nothing else to be known. `category`, `description_file` and `images` do."""
