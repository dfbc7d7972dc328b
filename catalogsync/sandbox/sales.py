"""Sales: what buyers order and pay, and the delivery of accounts from the pool to orders that wait for them."""

import sqlite3
from dataclasses import dataclass, field

import orjson

from catalogsync.sandbox.accounts import take_accounts
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.numbers import fresh_id, fresh_number, invented_buyer
from catalogsync.sandbox.products import change_product, find_product
from catalogsync.sandbox.shown import snapshot

PAID = ("completed_payment", "paid")
"""The words for an order that is paid."""

_OPEN = "ours AND paid_at IS NOT NULL AND status IN ('pending_order', 'running_order')"
_WAITING = f"delivered_units < quantity AND {_OPEN}"


@dataclass(frozen=True, slots=True)
class Sale:
    """What a buyer does.

    Attributes:
        product_id: what is bought.
        quantity: how many units.
        payment_status: the word for whether it is paid; one of `PAID` if it is.
        ours: false for another supplier's order, which leaves the listing alone.
        discount_cents: what the buyer need not pay.
        age_s: how long ago it was, in seconds.
        buyer_id: who buys; somebody new if nothing is said.
    """

    product_id: str
    quantity: int = 1
    payment_status: str = PAID[0]
    ours: bool = True
    discount_cents: int = 0
    age_s: int = 0
    buyer_id: str = field(default_factory=lambda: invented_buyer().id)


def sell(market: Market, sale: Sale) -> str | None:
    """A buyer orders. Once it is paid, accounts leave the pool; what is short is delivered once there are more.

    Returns:
        The order's id, or None if there is no such listing.
    """
    with market.transaction() as db:
        product = find_product(db, sale.product_id)
        if product is None:
            return None
        row = {
            "order_id": fresh_id(market, "orders"),
            "order_no": fresh_number(market, "TK", "orders", "order_no"),
            "ours": sale.ours,
            "buyer_id": sale.buyer_id,
            "product_id": sale.product_id,
            "title": product["title"],
            "quantity": sale.quantity,
            "price_cents": product["price_cents"],
            "discount_cents": sale.discount_cents,
            "status": "pending_order",
            "payment_status": sale.payment_status,
            "delivered_units": 0,
            "snapshot": orjson.dumps(snapshot(product, market.settings)).decode(),
            "created_at": market.stamp(-sale.age_s),
            "updated_at": market.stamp(-sale.age_s),
        }
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO orders ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
        order_id = str(row["order_id"])
        if sale.payment_status in PAID:
            _paid(market, order_id, sale.payment_status, market.stamp(-sale.age_s))
    return order_id


def pay(market: Market, order_id: str, payment_status: str) -> None:
    """A buyer pays for an order, which is then delivered like any other.

    Raises:
        LookupError: there is no such order.
        ValueError: it was paid before.
    """
    with market.transaction():
        if find_order(market, order_id)["paid_at"] is not None:
            raise ValueError(f"order {order_id} was paid before")
        _paid(market, order_id, payment_status, market.stamp())


def _paid(market: Market, order_id: str, payment_status: str, at: str) -> None:
    """Takes accounts for a paid order, and counts the sale, inside the caller's transaction."""
    db = market.db
    db.execute(
        "UPDATE orders SET payment_status = ?, paid_at = ?, updated_at = ? WHERE order_id = ?",
        (payment_status, at, at, order_id),
    )
    order = find_order(market, order_id)
    product = find_product(db, order["product_id"])
    if product is None or not order["ours"]:
        return
    delivered = take_accounts(db, product["product_id"], order_id, order["quantity"])
    set_delivered(market, order, delivered, at)
    taken = delivered if product["pooled"] else min(order["quantity"], product["stock"])
    counted = 1 if market.settings.sales_counts_orders else order["quantity"]
    columns = {"stock": product["stock"] - taken, "sales_count": product["sales_count"] + counted}
    change_product(market, product["product_id"], columns)


def deliver_waiting(market: Market, product_id: str) -> int:
    """Delivers to the orders that wait for a listing's accounts, inside the caller's transaction.

    Returns:
        How many deliveries that took.
    """
    db, queued = market.db, 0
    waiting = f"SELECT * FROM orders WHERE product_id = ? AND {_WAITING} ORDER BY n"  # noqa: S608
    for row in db.execute(waiting, (product_id,)).fetchall():
        got = take_accounts(db, product_id, row["order_id"], row["quantity"] - row["delivered_units"])
        if got == 0:
            break
        queued += 1
        set_delivered(market, row, row["delivered_units"] + got, market.stamp())
        stock = db.execute("SELECT stock FROM products WHERE product_id = ?", (product_id,)).fetchone()[0]
        change_product(market, product_id, {"stock": stock - got})
    return queued


def set_delivered(market: Market, order: sqlite3.Row, units: int, at: str) -> None:
    """Notes how many units of an order are delivered, and what that makes of it, inside the caller's transaction."""
    status = "running_order" if units else "pending_order"
    if units >= order["quantity"]:
        status = "completed_order"
    market.db.execute(
        "UPDATE orders SET delivered_units = ?, status = ?, updated_at = ? WHERE n = ?",
        (units, status, at, order["n"]),
    )


def waiting_units(market: Market, product_ids: list[str]) -> dict[str, int]:
    """How many sold units of each listing wait for accounts."""
    rows = market.db.execute(
        "SELECT product_id, sum(quantity - delivered_units) AS units FROM orders"  # noqa: S608 (marks only)
        f" WHERE product_id IN ({', '.join('?' * len(product_ids))}) AND {_WAITING} GROUP BY product_id",
        product_ids,
    )
    return {row["product_id"]: row["units"] for row in rows}


def find_order(market: Market, order_id: str) -> sqlite3.Row:
    """One order.

    Raises:
        LookupError: there is none.
    """
    row: sqlite3.Row | None = market.db.execute("SELECT * FROM orders WHERE order_id = ?", (order_id,)).fetchone()
    if row is None:
        raise LookupError(f"there is no order {order_id}")
    return row
