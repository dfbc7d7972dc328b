"""AccPlanet: the supplier API, as its document describes it."""

from starlette.routing import Route

from catalogsync.sandbox.accplanet import orders, products
from catalogsync.sandbox.gate import Gate, Handler
from catalogsync.sandbox.market import Market


def accplanet_routes(market: Market) -> list[Route]:
    """The endpoints, each behind its gate."""

    def post(path: str, name: str, handler: Handler) -> Route:
        return Route(path, Gate(market, name, handler, changing=True), methods=["POST"])

    def get(path: str, name: str, handler: Handler) -> Route:
        return Route(path, Gate(market, name, handler, changing=False), methods=["GET"])

    shop, sold = "/products/api/supplier", "/orders/api"
    return [
        post(f"{shop}/upload-image/", "upload", products.upload_image),
        post(f"{shop}/create/", "create", products.create_product),
        get(f"{shop}/products/", "list", products.list_products),
        post(f"{shop}/products/{{product_id}}/update/", "update", products.update_product),
        post(f"{shop}/products/{{product_id}}/accounts/", "append", products.append_accounts),
        post(f"{shop}/products/{{product_id}}/delete/", "delete", products.delete_product),
        get(f"{sold}/supplier/orders/", "orders", orders.list_orders),
        get(f"{sold}/{{order_id}}/", "order", orders.get_order),
        get("/users/api/balance/", "balance", orders.get_balance),
    ]
