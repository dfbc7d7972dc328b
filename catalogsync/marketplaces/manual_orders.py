"""One item of HstockPlus' manual orders to an Order; what makes it none that a pool can fill is said in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce
from typing import Final

from catalogsync.marketplaces.envelope import Item, Page, arrays_in, totals_in
from catalogsync.marketplaces.items import amount_of, count_of, id_of, secret_of, word_of
from catalogsync.model.order import Buyer, Order

_ID_NAMES: Final = ("order", "id")
FIELD_NAMES: Final = frozenset(
    {
        *("success", "status", "data", "items", "results", "orders", "list", "order", "rows", "records", "id"),
        *("count", "total", "limit", "offset", "meta", "pagination", "error", "errors", "message", "detail", "code"),
        *("paymentStatus", "quantity", "user", "product", "createdAt"),
    }
)
"""What may be quoted of an answer about orders: names of fields that say nothing of anybody."""

_PRODUCT: Final = "product"
_MOST: Final = 2**53
_EXACT: Final = Context(prec=200)
"""An amount has no more than 40 digits before and 40 behind its point, so that no sum of items is rounded."""


def number_of(order_id: str) -> int | None:
    """An order's id as the number that it is on the wire; None if it is none."""
    if not (order_id.isascii() and order_id.isdigit() and len(order_id) <= len(str(_MOST))):
        return None
    number = int(order_id)
    return number if number < _MOST and str(number) == order_id else None


def page_in(document: object) -> Page | None:
    """The page that an answer holds; None if it holds none.

    Reading consumes, so that no more is asked of a page than is needed to find it: what cannot be read of it is
    found out order by order.
    """
    totals = totals_in(document, "order")
    arrays = list(arrays_in(document))
    named = [array for way, array in arrays if way[-1:] == ("orders",)]
    likely = [array for _, array in arrays if any(_has_id(entry) for entry in array)]
    empty = [array for _, array in arrays if not array]
    for found in (named, likely, [] if likely else empty[:1]):
        if len(found) == 1:
            return Page([entry if isinstance(entry, Mapping) else {} for entry in found[0]], totals)
    return Page([], totals) if totals == {0} else None


def _has_id(entry: object) -> bool:
    return isinstance(entry, Mapping) and any(name in entry for name in _ID_NAMES)


@dataclass(frozen=True, slots=True)
class _Line:
    """One of the things that an order is for."""

    product_id: str | None
    name: str | None
    kind: str | None
    quantity: int | None
    total: str | None


def read_order(item: Item) -> Order | None:
    """An order; None if it has no id."""
    ids = [found for name in _ID_NAMES if (found := id_of(item.get(name))) is not None]
    if not ids:
        return None
    order_id = next((found for found in ids if number_of(found) is not None), ids[0])
    lines = _lines(item)
    products = {entry.product_id for entry in lines}
    quantity, units = count_of(item.get("quantity")), _units(lines)
    user = item.get("user")
    buyer = user if isinstance(user, Mapping) else {}
    return Order(
        order_id,
        (products.pop() or "") if len(products) == 1 else "",
        units if quantity is None else quantity,
        created_at=word_of(item.get("createdAt")),
        payment=word_of(item.get("paymentStatus")),
        status=word_of(item.get("status")),
        title=" + ".join(dict.fromkeys(entry.name for entry in lines if entry.name)) or None,
        total=_total(lines),
        updated_at=word_of(item.get("updatedAt")),
        buyer=Buyer(secret_of(buyer.get("id")), secret_of(buyer.get("email")), secret_of(buyer.get("name"))),
        trouble=_two_ids(item) or _trouble(order_id, lines, quantity, units),
    )


def _lines(item: Item) -> list[_Line]:
    """The things that an order is for: its items, or the order itself where it names a product and has none."""
    listed = item.get("items")
    entries = listed if isinstance(listed, list) and listed else [item]
    return [_line(entry if isinstance(entry, Mapping) else {}) for entry in entries]


def _line(entry: Item) -> _Line:
    inner = entry.get(_PRODUCT)
    product = inner if isinstance(inner, Mapping) else {"id": entry.get("productId", inner)}
    return _Line(
        id_of(product.get("id")),
        id_of(product.get("name")),
        word_of(product.get("type")),
        count_of(entry.get("quantity")),
        amount_of(entry.get("totalPrice")),
    )


def _units(lines: Sequence[_Line]) -> int | None:
    """How many units the items add up to; None if one does not say how many it is."""
    units = [entry.quantity for entry in lines if entry.quantity is not None]
    return sum(units) if len(units) == len(lines) else None


def _total(lines: Sequence[_Line]) -> str | None:
    """What the items cost together; None if one does not say what it costs, or the sum has too many digits."""
    totals = [Decimal(entry.total) for entry in lines if entry.total is not None]
    return amount_of(f"{reduce(_EXACT.add, totals, Decimal(0)):f}") if len(totals) == len(lines) else None


def _two_ids(item: Item) -> str:
    """Whether it goes by two different numbers, so that an answer might go to somebody else's order."""
    named, other = (id_of(item.get(name)) for name in _ID_NAMES)
    if named is None or other is None or number_of(other) in {None, number_of(named)}:
        return ""
    return "its `order` and its `id` are different numbers"


def _trouble(order_id: str, lines: Sequence[_Line], quantity: int | None, units: int | None) -> str:
    """Why a pool cannot fill it, whatever the catalog says; nothing that it holds is quoted but numbers."""
    if number_of(order_id) is None:
        return "its id is no number, and an order can be answered by its number alone"
    if len({entry.product_id for entry in lines}) > 1:
        return "several products were bought at once"
    if any(entry.product_id is None for entry in lines):
        return "it does not say what was bought"
    if any(entry.kind not in (None, _PRODUCT) for entry in lines):
        return "what was bought is a service and no product"
    if quantity is not None and units is not None and quantity != units:
        return f"it says that {quantity:,} were bought, and its items add up to {units:,}"
    return ""
