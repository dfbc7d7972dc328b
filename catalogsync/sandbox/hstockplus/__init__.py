"""HstockPlus: the supplier API for manual orders, as its guide describes it."""

from starlette.routing import Route

from catalogsync.sandbox.gate import Gate
from catalogsync.sandbox.hstockplus.listing import list_orders
from catalogsync.sandbox.hstockplus.updating import update_order
from catalogsync.sandbox.market import Market

BASE_PATH = "/hstockplus/api/admin/v2"


def hstockplus_routes(market: Market) -> list[Route]:
    """The endpoints, each behind its gate."""
    orders = Gate(market, "manual_orders", list_orders, changing=False)
    update = Gate(market, "manual_update", update_order, changing=True)
    return [
        Route(f"{BASE_PATH}/orders", orders, methods=["GET"]),
        Route(f"{BASE_PATH}/orders-update", update, methods=["POST"]),
    ]
