"""HstockPlus' supplier API: manual orders, as its guide describes them."""

import sqlite3
from collections.abc import Iterable
from functools import wraps
from hmac import compare_digest

from starlette.routing import Route

from catalogsync.sandbox.gate import Gate, Handler
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.wire.answers import Answer, Call, Refused

BASE_PATH = "/hstockplus/api/admin/v2"
STATUSES = ("pending", "processing", "completed", "partial", "cancelled", "error")


def _refuse(status: int, error: str, message: str) -> Refused:
    return Refused(Answer({"error": error, "message": message}, status))


def _supplier_only(handler: Handler) -> Handler:
    @wraps(handler)
    def guarded(market: Market, call: Call) -> Answer:
        if not compare_digest(call.key.encode(), market.key.encode()):
            raise _refuse(401, "INVALID_API_KEY", "Invalid API key")
        return handler(market, call)

    return guarded


def _number(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise _refuse(400, "VALIDATION_ERROR", f"{name} must be a number from {least}")
    return min(int(text), most)


@_supplier_only
def list_orders(market: Market, call: Call) -> Answer:
    """Paid orders of ours, each of them at most once in half an hour."""
    if call.query.get("productType") != "manual":
        raise _refuse(400, "VALIDATION_ERROR", "productType=manual is required")
    statuses = [status for status in call.query.get("status", "").split(",") if status] or list(STATUSES)
    where = ["ours", "payment_status = 'completed'", "(listed_at IS NULL OR listed_at <= ?)"]
    values: list[object] = [market.now() - call.settings.relist_minutes * 60]
    where.append(f"status IN ({', '.join('?' * len(statuses))})")
    values += statuses
    for name, column in (("entityType", "entity_type"), ("subCategory", "sub_category")):
        if text := call.query.get(name):
            where.append(f"{column} = ?")
            values.append(text)
    chosen = f"FROM manual_orders WHERE {' AND '.join(where)}"
    page = (_number(call, "limit", 50, 1, 500), _number(call, "offset", 0, 0, 10**9))
    with market.transaction() as db:
        total = db.execute(f"SELECT count(*) {chosen}", values).fetchone()[0]
        rows = db.execute(f"SELECT * {chosen} ORDER BY id LIMIT ? OFFSET ?", (*values, *page)).fetchall()
        listed = [(market.now(), row["id"]) for row in rows]
        db.executemany("UPDATE manual_orders SET listed_at = ? WHERE id = ?", listed)
    return Answer({"orders": [_shown(row) for row in rows], "count": len(rows), "total": total})


def _shown(row: sqlite3.Row) -> dict[str, object]:
    price = row["price_cents"] / 100
    product = {"id": row["product_id"], "name": row["product_name"], "type": row["entity_type"]}
    return {
        "id": row["id"],
        "order": row["id"],
        "status": row["status"],
        "paymentStatus": row["payment_status"],
        "quantity": row["quantity"],
        "user": {"id": row["buyer_id"], "email": row["buyer_email"], "name": "A buyer"},
        "items": [
            {
                "product": product,
                "quantity": row["quantity"],
                "unitPrice": price,
                "totalPrice": price * row["quantity"],
            }
        ],
        "createdAt": row["created_at"],
    }


@_supplier_only
def update_order(market: Market, call: Call) -> Answer:
    """Sets an order's status and adds accounts to it; an account counts once an order."""
    body = call.json_object()
    if body is None:
        raise _refuse(400, "VALIDATION_ERROR", "The request body must be a JSON object")
    number, status = body.get("order"), body.get("status")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**53:
        raise _refuse(400, "VALIDATION_ERROR", "order must be a number")
    if status is not None and status not in STATUSES:
        raise _refuse(400, "VALIDATION_ERROR", f"status must be one of: {', '.join(STATUSES)}")
    with market.transaction() as db:
        row = db.execute("SELECT * FROM manual_orders WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise _refuse(404, "ORDER_NOT_FOUND", "Order not found")
        if not row["ours"]:
            raise _refuse(403, "ACCESS_DENIED", "You do not have access to this order")
        added = _deliver(db, number, body["accounts"]) if body.get("accounts") is not None else 0
        db.execute(
            "UPDATE manual_orders SET status = coalesce(?, status),"
            " supplier_order_id = coalesce(?, supplier_order_id) WHERE id = ?",
            (status, _text(body.get("supplierOrderId")), number),
        )
    return Answer({"success": True, "order": number, "status": status or row["status"], "accountsAdded": added})


def _deliver(db: sqlite3.Connection, number: int, accounts: object) -> int:
    sent: Iterable[object] = accounts if isinstance(accounts, list) else ()
    valid = [text for text in sent if isinstance(text, str) and all(text.partition(":")[::2])]
    before = db.total_changes
    rows = [(number, text) for text in valid]
    db.executemany("INSERT OR IGNORE INTO manual_accounts (order_id, account) VALUES (?, ?)", rows)
    added = db.total_changes - before
    if added == 0:
        raise _refuse(400, "INVALID_ACCOUNTS", "No valid accounts provided after deduplication")
    return added


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def hstockplus_routes(market: Market) -> list[Route]:
    """The endpoints, each behind its gate."""
    orders = Gate(market, "manual_orders", list_orders, changing=False)
    update = Gate(market, "manual_update", update_order, changing=True)
    return [
        Route(f"{BASE_PATH}/orders", orders, methods=["GET"]),
        Route(f"{BASE_PATH}/orders-update", update, methods=["POST"]),
    ]
