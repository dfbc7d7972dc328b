"""What a supplier does to an order of AccPlanet by hand: deliver, set its status, give the money back."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from catalogsync.sandbox.market import Market
from catalogsync.sandbox.numbers import fresh_number
from catalogsync.sandbox.sales import set_delivered
from catalogsync.sandbox.settings import Settings

STATUSES = ("pending_order", "running_order", "completed_order", "refunded_order")
"""The words that a supplier may set."""


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """What a delivery brings.

    Attributes:
        rows: one for each unit; of a text, its lines.
        text: the text as it came, or None if it was an array of rows.
    """

    rows: Sequence[str]
    text: str | None = None


def deliver(market: Market, order: sqlite3.Row, content: Content, settings: Settings, *, append: bool) -> int:
    """Puts rows beside those that were delivered by hand, or in their place, inside the caller's transaction.

    Returns:
        How many units the order has more than before.

    Raises:
        ValueError: the order takes no delivery, or would have more than was bought.
    """
    _must_take(order, settings)
    by_pool = order["delivered_units"] - order["manual_units"]
    units = _append(market, order, content) if append else _replace(market, order, content, settings)
    if content.text is not None:
        units = min(units, order["quantity"] - by_pool)
    if by_pool + units > order["quantity"]:
        raise ValueError("More was sent than was bought.")
    market.db.execute(
        "UPDATE orders SET manual_units = ?, manual_text = ? WHERE n = ?", (units, content.text, order["n"])
    )
    set_delivered(market, order, by_pool + units, market.stamp())
    grown: int = units - order["manual_units"]
    return grown


def _must_take(order: sqlite3.Row, settings: Settings) -> None:
    if order["paid_at"] is None:
        raise ValueError("This order is not paid.")
    if order["status"] == "refunded_order":
        raise ValueError("This order was refunded.")
    if order["status"] in ("completed_order", "receipt_confirmed_order") and settings.completed_orders == "closed":
        raise ValueError("This order is completed.")


def _append(market: Market, order: sqlite3.Row, content: Content) -> int:
    db, order_id = market.db, order["order_id"]
    here = "order_id = ? AND present"
    # an array may have been put there with rows in it twice; merging leaves one of each
    first = f"SELECT min(id) FROM delivered_rows WHERE {here} GROUP BY row"  # noqa: S608
    db.execute(
        f"UPDATE delivered_rows SET present = 0 WHERE {here} AND id NOT IN ({first})",  # noqa: S608
        (order_id, order_id),
    )
    for row in content.rows:
        seen = f"UPDATE delivered_rows SET arrivals = arrivals + 1 WHERE {here} AND row = ?"  # noqa: S608
        if not db.execute(seen, (order_id, row)).rowcount:
            db.execute("INSERT INTO delivered_rows (order_id, row) VALUES (?, ?)", (order_id, row))
    return len(rows_of(market, order_id))


def _replace(market: Market, order: sqlite3.Row, content: Content, settings: Settings) -> int:
    market.db.execute("UPDATE delivered_rows SET present = 0 WHERE order_id = ?", (order["order_id"],))
    market.db.executemany(
        "INSERT INTO delivered_rows (order_id, row) VALUES (?, ?)", [(order["order_id"], row) for row in content.rows]
    )
    if content.text is None or settings.text_units == "lines":
        return len(content.rows)
    return order["quantity"] if settings.text_units == "whole" else 0


def rows_of(market: Market, order_id: str) -> list[str]:
    """The rows that an order was given by hand and still has."""
    rows = market.db.execute("SELECT row FROM delivered_rows WHERE order_id = ? AND present ORDER BY id", (order_id,))
    return [row["row"] for row in rows]


def set_status(market: Market, order: sqlite3.Row, status: str, settings: Settings) -> None:
    """Sets one of `STATUSES`, inside the caller's transaction. `refunded_order` gives the money back.

    Raises:
        ValueError: the order cannot become that.
    """
    if status == "refunded_order":
        refund(market, order)
        return
    if order["status"] in ("refunded_order", "receipt_confirmed_order"):
        raise ValueError(f"The status of this order is final: {order['status']}.")
    if order["status"] == "completed_order" and status != order["status"] and settings.completed_orders == "closed":
        raise ValueError("This order is completed.")
    if status == "completed_order" and order["paid_at"] is None:
        raise ValueError("This order is not paid.")
    market.db.execute("UPDATE orders SET status = ?, updated_at = ? WHERE n = ?", (status, market.stamp(), order["n"]))


def refund(market: Market, order: sqlite3.Row) -> str:
    """Gives a buyer all of the money back, inside the caller's transaction. What was delivered stays delivered.

    Returns:
        The refund's number.

    Raises:
        ValueError: it was never paid, or refunded before.
    """
    if order["status"] == "refunded_order":
        raise ValueError("This order was refunded before.")
    if order["paid_at"] is None:
        raise ValueError("This order is not paid.")
    number = fresh_number(market, "REF", "orders", "refund_no")
    market.db.execute(
        "UPDATE orders SET status = 'refunded_order', payment_status = 'refunded_payment', refund_no = ?,"
        " updated_at = ? WHERE n = ?",
        (number, market.stamp(), order["n"]),
    )
    return number


def confirm(market: Market, order: sqlite3.Row) -> None:
    """A buyer confirms to have got what was bought, inside the caller's transaction; that is final.

    Raises:
        ValueError: the order is not completed.
    """
    if order["status"] != "completed_order":
        raise ValueError(f"order {order['order_id']} is not completed")
    market.db.execute(
        "UPDATE orders SET status = 'receipt_confirmed_order', receipt_confirmed_at = ?, updated_at = ? WHERE n = ?",
        (market.stamp(), market.stamp(), order["n"]),
    )
