"""What the admin page shows of orders and tickets: how far they are, and nothing of buyers or contents."""

from catalogsync.sandbox.hstockplus.orders import items_of
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.sales import PAID

SHOWN = 8


def orders_shown(market: Market) -> dict[str, object]:
    """The newest orders of both marketplaces, and the newest tickets, for the page's template."""
    orders = market.db.execute(
        "SELECT order_no AS number, title, quantity, delivered_units AS units, status, payment_status, created_at"
        " FROM orders WHERE ours ORDER BY n DESC LIMIT ?",
        (SHOWN,),
    ).fetchall()
    manual = market.db.execute(
        "SELECT id, quantity, status, payment_status, created_at,"
        " (SELECT total(copies) FROM manual_accounts WHERE order_id = manual_orders.id) AS units"
        " FROM manual_orders WHERE ours ORDER BY id DESC LIMIT ?",
        (SHOWN,),
    ).fetchall()
    tickets = market.db.execute(
        "SELECT ticket_no AS number, order_no, tickets.status, tickets.created_at FROM tickets"
        " JOIN orders USING (order_id) WHERE tickets.ours ORDER BY tickets.n DESC LIMIT ?",
        (SHOWN,),
    ).fetchall()
    return {
        "orders": [{**dict(row), "paid": row["payment_status"] in PAID} for row in orders],
        "manual_orders": [
            {
                **dict(row),
                "number": row["id"],
                "title": ", ".join(item["product_name"] for item in items_of(market, row["id"])),
                "units": int(row["units"]),
                "paid": row["payment_status"] == "completed",
            }
            for row in manual
        ],
        "tickets": [dict(row) for row in tickets],
    }
