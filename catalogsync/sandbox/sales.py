"""Sales: buyers, orders, and the delivery of accounts to orders that wait for them."""

import secrets
import sqlite3

import orjson

from catalogsync.sandbox.accounts import take_accounts
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import change_product, find_product
from catalogsync.sandbox.shown import order, snapshot

_WAITING = "product_id = ? AND delivered_units < quantity AND status IN ('pending_order', 'running_order')"


def sell(market: Market, product_id: str, quantity: int) -> str | None:
    """A buyer buys: accounts leave the pool, and what is missing is delivered once there are more.

    Returns:
        The order's id, or None if there is no such listing.
    """
    with market.transaction() as db:
        product = find_product(db, product_id)
        if product is None:
            return None
        order_id, now = secrets.token_hex(12), market.stamp()
        delivered = take_accounts(db, product_id, order_id, quantity)
        db.execute(
            "INSERT INTO orders (order_id, order_no, buyer_id, product_id, title, quantity, price_cents, status,"
            " payment_status, delivered_units, snapshot, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'completed_payment', ?, ?, ?, ?)",
            (
                order_id,
                f"TK{int(market.now() * 1000)}",
                secrets.token_hex(12),
                product_id,
                product["title"],
                quantity,
                product["price_cents"],
                _status(delivered, quantity),
                delivered,
                orjson.dumps(snapshot(product, market.settings)).decode(),
                now,
                now,
            ),
        )
        taken = delivered if product["pooled"] else min(quantity, product["stock"])
        counted = 1 if market.settings.sales_counts_orders else quantity
        change_product(
            market,
            product_id,
            {"stock": product["stock"] - taken, "sales_count": product["sales_count"] + counted},
        )
    return order_id


def deliver_waiting(market: Market, product_id: str) -> int:
    """Delivers to the orders that wait for a listing's accounts, inside the caller's transaction.

    Returns:
        How many deliveries that took.
    """
    db, queued = market.db, 0
    for row in db.execute(f"SELECT * FROM orders WHERE {_WAITING} ORDER BY n", (product_id,)).fetchall():  # noqa: S608
        got = take_accounts(db, product_id, row["order_id"], row["quantity"] - row["delivered_units"])
        if got == 0:
            break
        queued += 1
        delivered = row["delivered_units"] + got
        db.execute(
            "UPDATE orders SET delivered_units = ?, status = ?, updated_at = ? WHERE n = ?",
            (delivered, _status(delivered, row["quantity"]), market.stamp(), row["n"]),
        )
        stock = db.execute("SELECT stock FROM products WHERE product_id = ?", (product_id,)).fetchone()[0]
        change_product(market, product_id, {"stock": stock - got})
    return queued


def waiting_units(market: Market, product_ids: list[str]) -> dict[str, int]:
    """How many sold units of each listing wait for accounts."""
    rows = market.db.execute(
        "SELECT product_id, sum(quantity - delivered_units) AS units FROM orders"  # noqa: S608 (marks only)
        f" WHERE product_id IN ({', '.join('?' * len(product_ids))}) AND delivered_units < quantity"
        " GROUP BY product_id",
        product_ids,
    )
    return {row["product_id"]: row["units"] for row in rows}


def find_order(market: Market, order_id: str) -> dict[str, object] | None:
    """One order as the marketplace shows it, or None."""
    row = market.db.execute("SELECT * FROM orders WHERE order_id = ?", (order_id,)).fetchone()
    return None if row is None else show_orders(market, [row])[0]


def show_orders(market: Market, rows: list[sqlite3.Row]) -> list[dict[str, object]]:
    """Orders as the marketplace shows them, with what was delivered in each."""
    shown = []
    for row in rows:
        accounts = market.db.execute(
            "SELECT id, username, password FROM accounts WHERE order_id = ? ORDER BY id", (row["order_id"],)
        ).fetchall()
        shown.append(order(row, accounts, market.settings))
    return shown


def _status(delivered: int, quantity: int) -> str:
    if delivered == quantity:
        return "completed_order"
    return "running_order" if delivered else "pending_order"
