"""What `set FIELD=VALUE…` says, and what it makes of products."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from catalogsync.core.categories import category_id
from catalogsync.core.nearest import suggestion
from catalogsync.core.repricing import Repricing, parse_repricing, repriced
from catalogsync.core.sheet_columns import EDITABLE
from catalogsync.core.sheet_compare import REQUIRED
from catalogsync.core.sheet_values import CellRefused, value_of
from catalogsync.model.catalog import Catalog
from catalogsync.model.errors import UsageError
from catalogsync.model.fields import Value
from catalogsync.model.product import Product
from catalogsync.model.sheet import Cell, CellKind, Fault
from catalogsync.model.writing import Edit

SETTABLE: Final = tuple(column for column in EDITABLE if column != "images")
_EMPTY: Final = "'"
"""Stands for an empty text, as in a sheet; nothing at all takes the field out."""


@dataclass(frozen=True, slots=True)
class Assignments:
    """What is to be set: values by field, None taking the field out, and what becomes of prices."""

    values: Mapping[str, Value | None]
    price: Repricing | None = None


def parse_assignments(words: Sequence[str], catalog: Catalog) -> Assignments:
    """Read `price=+5% round:.99`, `status=inactive`, `category=vouchers`.

    Raises:
        UsageError: a word is none of these, or a value does not fit its field.
    """
    values: dict[str, Value | None] = {}
    rule: str | None = None
    ending: str | None = None
    for word in words:
        name, equals, written = word.partition("=")
        if word.startswith("round:"):
            if ending is not None:
                raise UsageError("round: is there twice", "give one ending, such as round:.99")
            ending = word.removeprefix("round:")
        elif not equals or name not in SETTABLE:
            raise UsageError(f"`{word[:60]}` sets nothing", _what_can_be_set(name, equals))
        elif name in values or (name == "price" and rule is not None):
            raise UsageError(f"`{name}` is set twice", "keep one of them")
        elif name == "price":
            rule = written
        else:
            values[name] = _value(name, written)
    if "category" in values:
        values["category_id"] = _category(str(values.pop("category")), catalog)
    return Assignments(values, _repricing(rule, ending))


def assign(products: Iterable[Product], assignments: Assignments) -> tuple[list[Edit], list[Fault]]:
    """The edits that bring products to what is to be set, and the products of which that cannot be said."""
    edits: list[Edit] = []
    faults: list[Fault] = []
    for product in products:
        for field, value in assignments.values.items():
            if product.fields.get(field) != value:
                edits.append(Edit(product.key, field, value))
        if assignments.price is None:
            continue
        try:
            price = f"{repriced(Decimal(str(product.fields['price'])), assignments.price):f}"
        except ValueError as error:
            place = product.field_places.get("price", product.place)
            hint = f"leave it out with --exclude {product.key}, or give it a price of its own"
            faults.append(Fault(str(place), f"{product.key}: {error}", hint))
            continue
        if price != product.fields["price"]:
            edits.append(Edit(product.key, "price", price))
    return edits, faults


def _value(name: str, written: str) -> Value | None:
    if not written:
        if name in REQUIRED:
            raise UsageError(f"`{name}=` would take the field out, and a product cannot do without it")
        return None
    try:
        return value_of(name, Cell(CellKind.TEXT, "" if written == _EMPTY else written))
    except CellRefused as refused:
        raise UsageError(f"`{name}={written[:60]}`: {refused.message}", refused.hint) from None


def _category(written: str, catalog: Catalog) -> str:
    used = {str(product.fields["category_id"]) for product in catalog.products.values()}
    try:
        return category_id(written, catalog.config.categories, used)
    except CellRefused as refused:
        raise UsageError(refused.message, refused.hint) from None


def _repricing(rule: str | None, ending: str | None) -> Repricing | None:
    if rule is None and ending is None:
        return None
    if rule == "":
        raise UsageError("`price=` would take the field out, and a product cannot do without it")
    try:
        return parse_repricing(rule or "", ending)
    except ValueError as error:
        said = " ".join([*([f"price={rule}"] if rule else []), *([f"round:{ending}"] if ending is not None else [])])
        raise UsageError(f"`{said[:60]}`: {error}") from None


def _what_can_be_set(name: str, equals: str) -> str:
    if name in SETTABLE and not equals:
        return f"write `{name}=` and the value in one word, such as price=+5% or status=inactive"
    if name == "images":
        return "images are edited in a sheet, or in the product's file"
    known = ", ".join(SETTABLE)
    return suggestion(name, SETTABLE) or f"write FIELD=VALUE, such as price=+5% or status=inactive; fields are {known}"
