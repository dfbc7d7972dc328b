"""The admin doors: an API for tests under /admin/api, and a page for a person at /."""

from starlette.routing import Route

from catalogsync.sandbox.admin import control, world
from catalogsync.sandbox.admin.door import Handler, admin_route
from catalogsync.sandbox.admin.invented import seed
from catalogsync.sandbox.admin.page import page_routes
from catalogsync.sandbox.market import Market

_API: dict[str, dict[str, Handler]] = {
    "settings": {
        "GET": control.get_settings,
        "POST": control.change_settings,
        "DELETE": control.default_settings,
    },
    "faults": {"GET": control.get_faults, "POST": control.add_faults, "DELETE": control.clear_faults},
    "held": {"GET": control.get_held},
    "release": {"POST": control.release},
    "calls": {"GET": control.get_calls, "DELETE": control.clear_calls},
    "reset": {"POST": control.reset},
    "products": {"GET": world.get_products},
    "pool": {"GET": world.get_pool},
    "accounts": {"GET": world.get_accounts},
    "orders": {"GET": world.get_orders},
    "sell": {"POST": world.sell},
    "edit": {"POST": world.edit},
    "remove": {"POST": world.remove},
    "add_accounts": {"POST": world.add_accounts},
    "seed": {"POST": seed},
    "manual_orders": {"GET": world.get_manual_orders, "POST": world.add_manual_order},
}


def admin_routes(market: Market) -> list[Route]:
    """Every admin route."""
    return [*page_routes(market), *(admin_route(market, name, handlers) for name, handlers in _API.items())]
