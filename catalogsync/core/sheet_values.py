"""What a product's fields look like in a sheet's cells, and what a cell means for a field."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from catalogsync.model.fields import FIELDS, Kind, Value, text
from catalogsync.model.product import Product
from catalogsync.model.sheet import Cell, CellKind

LARGEST: Final = 1_000_000_000
"""The highest price, and the largest whole number."""
LONGEST_CELL: Final = 32_767
"""Characters, as spreadsheets count them."""
_FILLED: Final = frozenset(["title", "category", "status", "source_product_id"])
"""Texts that cannot be empty."""
_LEAST: Final = {"min_quantity": 1, "warranty_period_days": 0, "stock": 0}
_NOISE: Final = Decimal("1e-9")
"""Spreadsheets calculate with floats: 9.99 may come as 9.9900000000000002."""

_TOO_LONG: Final = re.compile(r"\(too long for a cell: edit .*\)")
_STORED: Final = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_PLAIN: Final = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
"""One thousand where the decimal sign is a comma, and one elsewhere."""
_WITH_COMMA: Final = re.compile(r"[0-9]{1,10},[0-9]{1,2}", re.ASCII)
_SIGNED: Final = re.compile(r"\s*+[+-]\s*+[0-9.,]++\s*+%?+\s*+", re.ASCII)
_CUT: Final = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.ASCII)
_ERRORS: Final = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|#+)", re.IGNORECASE)
_LARGEST_WHOLE: Final = Decimal(10**15)
"""From here on spreadsheets replace digits by zeros."""

_RAISE: Final = "write the price itself; `catalogsync set price=+5%` changes prices by a share"


class CellRefused(Exception):
    """What stands in a cell cannot be a field's value.

    Args:
        message: what is wrong.
        hint: what to do, or None.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def column_value(product: Product, column: str, categories: Mapping[str, str]) -> Value | None:
    """A field as its column has it; None where it is not managed.

    Args:
        product: whose field.
        column: its name, or `category`.
        categories: names by id.
    """
    if column == "category":
        category = str(product.fields["category_id"])
        return categories.get(category, category)
    return product.fields.get(column)


def cell_of(column: str, value: Value | None, file: str) -> Cell | None:
    """The cell for a value; None, which is an empty cell, where there is none.

    Args:
        column: a column that can be edited.
        value: in the column's form.
        file: where the product stands, for what is too long for a cell.
    """
    if value is None:
        return None
    if isinstance(value, int) or FIELDS.get(column) is Kind.DECIMAL:
        return Cell(CellKind.NUMBER, str(value))
    written = "\n".join(value) if isinstance(value, tuple) else value
    # An escaped `_x` takes six characters more.
    if len(written.encode("utf-16-le", "surrogatepass")) // 2 + 6 * written.count("_x") >= LONGEST_CELL:
        return Cell(CellKind.TEXT, f"(too long for a cell: edit {file})")
    return Cell(CellKind.TEXT, written)


def is_note(cell: Cell) -> bool:
    """Whether a cell only says that its value is too long for it."""
    return _TOO_LONG.fullmatch(cell.text) is not None


def value_of(column: str, cell: Cell, *, decimal_comma: bool = False) -> Value:
    """What a cell means for a column.

    Args:
        column: `key`, or a column that can be edited.
        cell: what stands there.
        decimal_comma: whether `9,99` can only be a number.

    Raises:
        CellRefused: it has not the column's type, or the spreadsheet has changed it on its own.
    """
    kind = FIELDS.get(column, Kind.TEXT)
    if kind is Kind.DECIMAL:
        return _price(_number(cell, decimal_comma=decimal_comma))
    if kind is Kind.INTEGER:
        return _whole(column, _number(cell, decimal_comma=decimal_comma))
    written = _text(cell)
    if kind is Kind.LIST:
        return tuple(line for line in map(str.strip, written.split("\n")) if line)
    if column == "title" and "\n" in written:
        raise CellRefused("a title is one line")
    if column in _FILLED and not written:
        raise CellRefused("this text cannot be empty")
    return written


def cut_by_spreadsheet(before: Value | None, after: Value | None) -> bool:
    """Whether a text came back as a number that the spreadsheet made of it: without its zeros, or with too many."""
    if not (isinstance(before, str) and isinstance(after, str)):
        return False
    if _STORED.fullmatch(before) and _PLAIN.fullmatch(after) and before != after and Decimal(before) == Decimal(after):
        return True
    if not (before.isdecimal() and after.isdecimal()):
        return False
    return len(before) == len(after) > 15 and before[:15] == after[:15] and not after[15:].strip("0")


def _text(cell: Cell) -> str:
    _refuse_calculated(cell)
    if cell.kind is CellKind.NUMBER:
        number = _stored(cell.text)
        if number != number.to_integral_value():
            raise CellRefused("a text is due, and this is a number", "put an apostrophe in front: '1.50")
        if abs(number) >= _LARGEST_WHOLE:
            raise CellRefused("the spreadsheet has cut this id to a number of 15 digits", _AS_TEXT)
        return f"{number:f}".partition(".")[0]
    if cell.kind is CellKind.PLAIN:
        if _CUT.fullmatch(cell.text.strip()):
            raise CellRefused("the spreadsheet has cut this id", _AS_TEXT)
        if _ERRORS.fullmatch(cell.text.strip()):
            raise CellRefused("an error of the spreadsheet stands here", "write the value itself")
    return text(cell.text)


_AS_TEXT: Final = "format the column as text, and write the id again with an apostrophe in front"


def _number(cell: Cell, *, decimal_comma: bool) -> Decimal:
    if cell.kind is CellKind.FORMULA and _SIGNED.fullmatch(cell.text):
        raise CellRefused("a number without a sign is due", _RAISE)
    _refuse_calculated(cell)
    if cell.kind is CellKind.NUMBER:
        return _stored(cell.text)
    written = cell.text.strip()
    if _THOUSANDS.fullmatch(written):
        hint = "write 9.99 with two places at most, and no sign for thousands"
        raise CellRefused("the point may stand for thousands, or for a fraction", hint)
    if _PLAIN.fullmatch(written):
        return Decimal(written)
    if decimal_comma and _WITH_COMMA.fullmatch(written):
        return Decimal(written.replace(",", "."))
    hint = "write the number alone, such as 9.99"
    if "," in written:
        hint = "write 9.99 with a point, and no sign for thousands"
    elif _CUT.fullmatch(written):
        hint = "write all its digits"
    raise CellRefused("a number is due", hint)


def _stored(digits: str) -> Decimal:
    """A number of a spreadsheet's own, which may be written as `1E-3`."""
    if not _STORED.fullmatch(digits):
        raise CellRefused("a number is due", "write it again")
    return Decimal(digits)


def _refuse_calculated(cell: Cell) -> None:
    match cell.kind:
        case CellKind.FORMULA if cell.text:
            hint = "if it is a text, put an apostrophe in front: '=…"
            raise CellRefused("this begins like a formula, with =, +, - or @", hint)
        case CellKind.FORMULA:
            raise CellRefused("a formula stands here", "copy the cell, and paste it as values only")
        case CellKind.ERROR:
            raise CellRefused("an error of the spreadsheet stands here", "write the value itself")
        case CellKind.DATE:
            hint = "format the cell as text, or as a number for a number, and write the value again"
            raise CellRefused("the spreadsheet has made a date of this", hint)
        case CellKind.BOOLEAN:
            raise CellRefused("TRUE or FALSE is no value here", "if it is a text, put an apostrophe in front")
        case _:
            return


def _price(amount: Decimal) -> str:
    # Far beyond what is allowed, rounding has no digits to work with.
    if not 0 < amount <= LARGEST:
        raise CellRefused(f"a price is more than 0 and at most {LARGEST}")
    cents = amount.quantize(Decimal("0.01"))
    if abs(amount - cents) > _NOISE:
        raise CellRefused("a price has at most two decimal places", "round it in the spreadsheet: =ROUND(…; 2)")
    if not cents:
        raise CellRefused(f"a price is more than 0 and at most {LARGEST}")
    return f"{cents:f}"


def _whole(column: str, number: Decimal) -> int:
    least = _LEAST[column]
    if not least <= number <= LARGEST:
        raise CellRefused(f"a whole number from {least} to {LARGEST} is due")
    if number != number.to_integral_value():
        raise CellRefused("a whole number is due")
    return int(number)
