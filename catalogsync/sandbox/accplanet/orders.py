"""AccPlanet's supplier API, orders and balance: what sales leave behind."""

from catalogsync.sandbox.accplanet.door import refuse, supplier_only
from catalogsync.sandbox.accplanet.pages import in_envelope, page_of
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.sales import find_order, show_orders
from catalogsync.sandbox.shown import money
from catalogsync.sandbox.wire.answers import Answer, Call


@supplier_only
def list_orders(market: Market, call: Call) -> Answer:
    """Endpoint 7: newest first."""
    where, values = ["1"], list[object]()
    if status := call.query.get("status"):
        where.append("status = ?")
        values.append(status)
    if text := call.query.get("search"):
        where.append("(order_no = ? OR order_id = ? OR instr(lower(title), ?))")
        values += [text, text, text.lower()]
    chosen = f"FROM orders WHERE {' AND '.join(where)}"
    count: int = market.db.execute(f"SELECT count(*) {chosen}", values).fetchone()[0]

    def rows(limit: int, offset: int) -> list[dict[str, object]]:
        sql = f"SELECT * {chosen} ORDER BY n DESC LIMIT ? OFFSET ?"
        return show_orders(market, market.db.execute(sql, (*values, limit, offset)).fetchall())

    return Answer(in_envelope(call, page_of(call, count, rows), "orders"))


@supplier_only
def get_order(market: Market, call: Call) -> Answer:
    """Endpoint 11."""
    order = find_order(market, call.path_params["order_id"])
    if order is None:
        raise refuse(404, "Order not found.")
    return Answer({"success": True, "order": order})


@supplier_only
def get_balance(market: Market, _call: Call) -> Answer:
    """Endpoint 17: what completed orders brought in."""
    earned = market.db.execute(
        "SELECT coalesce(sum(price_cents * quantity), 0) FROM orders WHERE status = 'completed_order'"
    ).fetchone()[0]
    return Answer(
        {
            "success": True,
            "balance": money(earned),
            "user_balance": "0.00",
            "supplier_balance": money(earned),
            "current_role": "supplier",
            "email": "supplier@sandbox.example",
            "user_id": "5a9d0b0c5a9d0b0c5a9d0b0c",
        }
    )
