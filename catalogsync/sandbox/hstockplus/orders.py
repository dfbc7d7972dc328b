"""HstockPlus' orders: made by buyers, and as its answers show them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalogsync.sandbox.market import Market
from catalogsync.sandbox.numbers import Buyer, invented_buyer
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.shown import money, whole

STATUSES = ("pending", "processing", "completed", "partial", "cancelled", "error")
PAID = "completed"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was bought.

    Attributes:
        product_id: which thing.
        product_name: what it is called.
        entity_type: `product` or `smm_service`.
        quantity: how many units.
        price_cents: of one unit.
    """

    product_id: str
    product_name: str
    entity_type: str
    quantity: int
    price_cents: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order that a buyer makes.

    Attributes:
        items: what is bought.
        quantity: what the order says as a whole; None is the sum of the items'.
        status: how far it is.
        payment_status: `completed` if it is paid.
        sub_category: what `subCategory` filters by.
        ours: false for another supplier's order.
        age_s: how long ago it was made, in seconds.
        buyer: who buys.
    """

    items: Sequence[Item]
    quantity: int | None = None
    status: str = STATUSES[0]
    payment_status: str = PAID
    sub_category: str = "Courses"
    ours: bool = True
    age_s: int = 0
    buyer: Buyer = field(default_factory=invented_buyer)


def buy(market: Market, purchase: Purchase) -> int:
    """Makes an order; gives its number."""
    total = sum(item.quantity for item in purchase.items) if purchase.quantity is None else purchase.quantity
    row = {
        "status": purchase.status,
        "payment_status": purchase.payment_status,
        "sub_category": purchase.sub_category,
        "quantity": total,
        "buyer_id": purchase.buyer.id,
        "buyer_email": purchase.buyer.email,
        "buyer_name": purchase.buyer.name,
        "ours": purchase.ours,
        "created_at": market.stamp(-purchase.age_s),
    }
    with market.transaction() as db:
        sql = f"INSERT INTO manual_orders ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
        number = db.execute(sql, tuple(row.values())).lastrowid or 0
        db.executemany(
            "INSERT INTO manual_items (order_id, product_id, product_name, entity_type, quantity, price_cents)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(number, i.product_id, i.product_name, i.entity_type, i.quantity, i.price_cents) for i in purchase.items],
        )
    return number


def items_of(market: Market, number: int) -> list[sqlite3.Row]:
    """What was bought in an order."""
    return market.db.execute("SELECT * FROM manual_items WHERE order_id = ? ORDER BY n", (number,)).fetchall()


def shown(market: Market, row: sqlite3.Row, settings: Settings) -> dict[str, object]:
    """An order as HstockPlus shows it."""
    created = f"{row['created_at'].removesuffix('Z')}.000Z"
    return {
        "id": whole(row["id"], settings),
        "order": whole(row["id"], settings),
        "status": row["status"],
        "paymentStatus": row["payment_status"],
        "quantity": whole(row["quantity"], settings),
        "user": {"id": row["buyer_id"], "email": row["buyer_email"], "name": row["buyer_name"]},
        "items": [_item(item, settings) for item in items_of(market, row["id"])],
        "createdAt": created,
    }


def _item(item: sqlite3.Row, settings: Settings) -> dict[str, object]:
    return {
        "product": {"id": item["product_id"], "name": item["product_name"], "type": item["entity_type"]},
        "quantity": whole(item["quantity"], settings),
        "unitPrice": _price(item["price_cents"], settings),
        "totalPrice": _price(item["price_cents"] * item["quantity"], settings),
    }


def _price(cents: int, settings: Settings) -> float | str:
    return money(cents) if settings.number_style == "strings" else cents / 100
