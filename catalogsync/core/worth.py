"""What a plan does to the worth of what is on sale."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Change, Money
from catalogsync.model.product import Product
from catalogsync.model.state import Binding

_AWAY: Final = {Action.DELETE, Action.RETIRE, Action.FORGET}


def worth(
    changes: Iterable[Change],
    products: Mapping[str, Product],
    bindings: Mapping[str, Binding],
    listings: Mapping[str, Listing],
    min_price: Decimal | None,
) -> Money:
    """Price times unsold units of all managed listings that are on sale, now and once the changes are applied.

    Args:
        changes: what would be done.
        products: all products of the catalog.
        bindings: the managed listings of this marketplace, by key.
        listings: what it shows, by product_id.
        min_price: the limit of the rule of this name; None: there is none.
    """
    before = after = Decimal(0)
    uncounted = 0
    changed = {change.renamed_from or change.key: change for change in changes}
    for key, binding in bindings.items():
        listing = listings.get(binding.product_id)
        now = None if listing is None else _value(listing.fields.get("price"), listing.stock)
        change = changed.pop(key, None)
        if binding.retired is None:
            uncounted += now is None
            before += now or 0
        if change is None:
            after += 0 if binding.retired is not None else now or 0
        elif change.action not in _AWAY and listing is not None and _on_sale(binding, change):
            after += _after(change, listing.fields.get("price"), listing.stock) or 0
    for change in changed.values():
        adopted = listings.get(change.product_id or "")
        after += _after(change, *((adopted.fields.get("price"), adopted.stock) if adopted else (None, 0))) or 0
    return Money(before, after, uncounted, _under(products, min_price))


def _on_sale(binding: Binding, change: Change) -> bool:
    """Whether a listing is on sale afterwards; one that was retired comes back with its status."""
    return binding.retired is None or any(field.field == "status" for field in change.fields)


def _after(change: Change, price: Value | None, stock: int | None) -> Decimal | None:
    after = {field.field: field.after for field in change.fields}
    units = after.get("stock", stock)
    new = change.accounts.new if change.accounts else 0
    return _value(after.get("price", price), None if not isinstance(units, int) or new is None else units + new)


def _value(price: Value | None, units: int | None) -> Decimal | None:
    return None if price is None or units is None else _decimal(price) * units


@lru_cache(maxsize=4096)
def _decimal(price: Value) -> Decimal:
    return Decimal(str(price))


def _under(products: Mapping[str, Product], least: Decimal | None) -> tuple[str, ...]:
    if least is None:
        return ()
    prices = ((key, product.fields.get("price")) for key, product in products.items())
    return tuple(sorted(key for key, price in prices if price is not None and _decimal(price) < least))
