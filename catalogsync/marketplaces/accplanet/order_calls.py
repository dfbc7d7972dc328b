"""AccPlanet: the supplier API's endpoint 7, which lists orders."""

from typing import Final

from catalogsync.marketplaces.client import Client
from catalogsync.marketplaces.endpoint import Endpoint
from catalogsync.marketplaces.orders import FIELD_NAMES, OrderReader
from catalogsync.model.order import Order

ENDPOINTS: Final = {
    "list-orders": Endpoint("GET", "/orders/api/supplier/orders/"),
}


class OrderCalls(Client):
    """The calls that are about orders."""

    def orders(self) -> tuple[Order, ...]:
        """All orders for the supplier's listings, proven complete (see paging.py).

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        what, mask = "the list of orders", self._transport.mask.quoting_only(FIELD_NAMES)
        reader = OrderReader(f"{self._name}: {what}")
        return tuple(self._whole(ENDPOINTS["list-orders"], what, "order_id", mask, reader.read).by_id.values())
