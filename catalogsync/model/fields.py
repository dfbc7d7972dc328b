"""The fields of a listing, their types, and the one form in which values are compared.

Every value in a Product, a Listing or the state is already in this form, so that comparing is `==`.
Source of names and types: the AccPlanet supplier API, endpoints Create Product and List Products.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Final

Value = str | int | tuple[str, ...]


class Kind(Enum):
    """How a field's values are read and compared."""

    DECIMAL = "decimal"
    INTEGER = "integer"
    TEXT = "text"
    LIST = "list"


FIELDS: Final[Mapping[str, Kind]] = {
    "title": Kind.TEXT,
    "category_id": Kind.TEXT,
    "description": Kind.TEXT,
    "price": Kind.DECIMAL,
    "min_quantity": Kind.INTEGER,
    "warranty_period_days": Kind.INTEGER,
    "status": Kind.TEXT,
    "images": Kind.LIST,
    "supplier_name": Kind.TEXT,
    "source_product_id": Kind.TEXT,
    "source_product_url": Kind.TEXT,
    "stock": Kind.INTEGER,
}

_COMPARABLE = re.compile(r"(0|[1-9][0-9]{0,39})\.[0-9]{2}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_INTEGRAL = re.compile(r"([+-]?[0-9]{1,18})\.0{1,20}", re.ASCII)


def normalize(field: str, raw: object) -> Value:
    """The comparable form of a raw value of a field.

    Args:
        field: a name in FIELDS.
        raw: what YAML or JSON gave.

    Returns:
        A decimal as text with at least two places, an int, a text with LF and no outer white space, or a tuple.

    Raises:
        ValueError: the value has not the field's type; the text says which type is due, never the value.
    """
    kind = FIELDS[field]
    if kind is Kind.TEXT:
        return text(raw)
    if kind is Kind.DECIMAL:
        return decimal_text(raw)
    if kind is Kind.INTEGER:
        return integer(raw)
    if isinstance(raw, (list, tuple)):
        return tuple(text(item) for item in raw)
    raise ValueError("a list of texts is due")


def text(raw: object) -> str:
    """A text with LF line ends and no outer white space; a number is its digits, as JSON may send ids as numbers."""
    if isinstance(raw, str):
        return raw.replace("\r\n", "\n").replace("\r", "\n").strip() if "\r" in raw else raw.strip()
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise ValueError("a text is due")


def integer(raw: object) -> int:
    """An integer; `"2"` and `2.0` count as one, since a marketplace may send either."""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**18:
        return raw
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return int(raw)
    if isinstance(raw, str):
        stripped = raw.strip()
        if _INTEGER.fullmatch(stripped):
            return int(stripped)
        if match := _INTEGRAL.fullmatch(stripped):
            return int(match.group(1))
    raise ValueError("a whole number is due")


def decimal_text(raw: object) -> str:
    """A decimal in plain notation with at least two places and no needless zeros: `9.9` and `"9.900"` give `9.90`.

    A float can only come from a marketplace's JSON; its shortest text is what the marketplace wrote.
    """
    if isinstance(raw, str) and _COMPARABLE.fullmatch(raw):
        return raw
    if isinstance(raw, float):
        raw = repr(raw)
    elif isinstance(raw, (int, Decimal)) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str) or not _DECIMAL.fullmatch(raw.strip()):
        raise ValueError("a decimal number such as 9.99 is due")
    whole, _, places = raw.strip().lstrip("+").partition(".")
    negative = whole.startswith("-")
    whole = whole.lstrip("-").lstrip("0") or "0"
    places = places.rstrip("0").ljust(2, "0")
    return f"{'-' if negative and (whole != '0' or places.strip('0')) else ''}{whole}.{places}"
