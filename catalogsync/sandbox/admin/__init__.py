"""The admin doors: a page for a person at `/`, and an API for tests under `/admin/api` (docs/sandbox.md).

How the marketplaces answer:
    settings      GET, POST {name: value}, DELETE (defaults)
    faults        GET, POST rule or [rule], DELETE
    held          GET the calls that a `hang` holds, and the number of late ones
    release       POST {n?, proceed?}
    calls         GET ?changing=1&call=&since=&limit=, DELETE
    reset         POST {keep_settings?}

What happens there:
    products      GET ?product_id=&removed=1
    pool          GET ?product_id=: each account that ever arrived, as a hash
    accounts      GET ?reveal=1&product_id=
    orders        GET ?product_id=
    sell          POST {product_id, quantity?, payment_status?, ours?, discount?, age_s?, buyer_id?}
    pay           POST {order_id}
    confirm       POST {order_id}
    edit          POST {product_id, fields}
    remove        POST {product_id}
    add_accounts  POST {product_id, count? | accounts?}
    seed          POST {count, accounts?} or {products: [...]}
    tickets       GET, POST {order_id, title?, description?, status?, admin_invited?}
    manual_orders GET, POST {product_id, ...} or {items, ...}: HstockPlus
    manual_order  POST {order, status?, payment_status?}
    buyers        GET ?reveal=1
    audit         GET: where every account went, over all ways out
"""

from starlette.routing import Route

from catalogsync.sandbox.admin import audit, control, manual_orders, orders, world
from catalogsync.sandbox.admin.door import Handler, admin_route
from catalogsync.sandbox.admin.invented import seed
from catalogsync.sandbox.admin.page import page_routes
from catalogsync.sandbox.market import Market

API: dict[str, dict[str, Handler]] = {
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
    "orders": {"GET": orders.get_orders},
    "sell": {"POST": orders.sell},
    "pay": {"POST": orders.pay},
    "confirm": {"POST": orders.confirm},
    "tickets": {"GET": orders.get_tickets, "POST": orders.add_ticket},
    "edit": {"POST": world.edit},
    "remove": {"POST": world.remove},
    "add_accounts": {"POST": world.add_accounts},
    "seed": {"POST": seed},
    "manual_orders": {"GET": manual_orders.get_manual_orders, "POST": manual_orders.add_manual_order},
    "manual_order": {"POST": manual_orders.edit_manual_order},
    "buyers": {"GET": manual_orders.get_buyers},
    "audit": {"GET": audit.get_audit},
}


def admin_routes(market: Market) -> list[Route]:
    """Every admin route."""
    return [*page_routes(market), *(admin_route(market, name, handlers) for name, handlers in API.items())]
