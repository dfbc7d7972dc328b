"""Payments and orders, read one after the other and laid side by side."""

from collections.abc import Collection, Mapping
from datetime import date

from catalogsync.core.takings import lay_out
from catalogsync.model.catalog import Catalog
from catalogsync.model.order import Order
from catalogsync.model.state import State
from catalogsync.model.takings import Takings
from catalogsync.ports import Observer, Office


def take_in(
    office: Office,
    catalog: Catalog,
    state: State | None,
    observer: Observer,
    since: date | None = None,
    until: date | None = None,
) -> Takings:
    """What came in, by the marketplace's payments and by its orders.

    Args:
        office: the marketplace.
        catalog: says which words mean that something is paid, and what the supplier calls the products.
        state: knows which listing is which product; None where there is none.
        observer: who watches.
        since: the first day that counts (UTC), or None.
        until: the last day that counts, or None.

    Raises:
        MarketplaceError: the payments or the orders could not be read.
    """
    observer.stage("Reading the payments")
    payments = office.payments()
    observer.stage("Reading the orders")
    orders = office.orders()
    names = _Names(office.name, catalog, state)
    return lay_out(payments, orders, _words(catalog), names.of, since, until)


def _words(catalog: Catalog) -> Collection[str]:
    return frozenset(catalog.config.paid_statuses)


class _Names:
    """What the supplier calls products: by the state, else by what a listing was created with."""

    def __init__(self, marketplace: str, catalog: Catalog, state: State | None) -> None:
        bindings = state.bindings.values() if state else ()
        self._bound: Mapping[str, str] = {
            binding.product_id: binding.key for binding in bindings if binding.marketplace == marketplace
        }
        # without one of its own, a product is created with its key
        self._sources = {
            str(product.fields.get("source_product_id", key)): key for key, product in catalog.products.items()
        }

    def of(self, order: Order) -> str:
        """The key of an order's product; where none is known, the marketplace's id."""
        if key := self._bound.get(order.product_id):
            return key
        return self._sources.get(order.source_product_id or "", order.product_id)
