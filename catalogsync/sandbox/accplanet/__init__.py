"""AccPlanet: the supplier API, as its document describes it."""

from starlette.routing import Route

from catalogsync.sandbox.accplanet import income, orders, products, tickets
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
        post(f"{sold}/supplier/orders/{{order_id}}/refund/", "refund", orders.refund_order),
        post(f"{sold}/supplier/orders/{{order_id}}/delivered/", "deliver", orders.update_delivered),
        post(f"{sold}/supplier/orders/{{order_id}}/status/", "set_status", orders.change_status),
        get(f"{sold}/{{order_id}}/", "order", orders.get_order),
        get(f"{sold}/supplier/tickets/", "tickets", tickets.list_tickets),
        get(f"{sold}/supplier/tickets/{{ticket_id}}/", "ticket", tickets.get_ticket),
        post(f"{sold}/supplier/tickets/create/", "ticket_create", tickets.create_ticket),
        post(f"{sold}/supplier/tickets/{{ticket_id}}/update/", "ticket_update", tickets.update_ticket),
        get(f"{sold}/supplier/payments/", "payments", income.list_payments),
        get("/users/api/balance/", "balance", income.get_balance),
    ]
