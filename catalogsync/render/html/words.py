"""The words of a page: what fields, actions and causes are called, and how a value reads."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from catalogsync.model.fields import FIELDS, Kind, Value
from catalogsync.model.plan import Action, Cause
from catalogsync.render.field_change import shown

LABELS: Final[Mapping[str, str]] = {
    "title": "Title",
    "price": "Price",
    "category_id": "Category",
    "status": "Status",
    "stock": "Stock",
    "min_quantity": "Least to buy",
    "warranty_period_days": "Warranty, days",
    "supplier_name": "Supplier",
    "source_product_id": "Your id",
    "source_product_url": "Your page",
    "images": "Images",
    "description": "Description",
}
"""Fields as a customer or supplier would call them, in the order in which a page shows them."""

CAUSES: Final[Mapping[Cause, str]] = {
    "catalog": "changed in the catalog",
    "drift": "changed at the marketplace",
    "both": "changed in the catalog and at the marketplace",
}

SIGNS: Final[Mapping[Action, str]] = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.APPEND: ">",
    Action.RETIRE: "−",
    Action.DELETE: "×",
    Action.ADOPT: "=",
    Action.FORGET: "·",
}

MEANINGS: Final[Mapping[Action, str]] = {
    Action.CREATE: "A new listing.",
    Action.UPDATE: "A listing that changes.",
    Action.APPEND: "Only accounts are added.",
    Action.RETIRE: "Taken off sale; the listing stays, since it was sold before.",
    Action.DELETE: "The listing goes for good.",
    Action.ADOPT: "A listing that is there already and equal is managed from now on. No call.",
    Action.FORGET: "The listing is gone already; it is no longer managed. No call.",
}

LONGEST: Final = 120
"""Values of that many characters are shown whole, where they are not the body of a listing."""


def label(field: str) -> str:
    """What a field is called."""
    return LABELS.get(field, field)


def rank(field: str) -> int:
    """Where a field stands among the others; those that nobody knows come last."""
    return list(LABELS).index(field) if field in LABELS else len(LABELS)


def value(field: str, raw: Value) -> str:
    """A value on one line, cut where it is very long."""
    if FIELDS.get(field) is Kind.DECIMAL and isinstance(raw, str):
        return money(raw)
    if isinstance(raw, int):
        return f"{raw:,}"
    return shown(raw, 1)


def money(amount: str | Decimal) -> str:
    """An amount with its thousands apart; anything else as it stands."""
    try:
        number = Decimal(amount)
    except InvalidOperation:
        return shown(str(amount), 1)
    return f"{number:,.2f}" if number.is_finite() and number.as_tuple().exponent == -2 else shown(str(amount), 1)
