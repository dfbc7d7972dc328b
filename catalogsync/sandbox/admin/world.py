"""The admin API over what happens at the marketplaces: buyers, strangers, imports by hand, and the auditor's view."""

import secrets
from collections.abc import Mapping
from hashlib import sha256

from catalogsync.sandbox.accounts import audit, read_accounts
from catalogsync.sandbox.accplanet.fields import cents
from catalogsync.sandbox.admin.door import Asked
from catalogsync.sandbox.admin.invented import accounts_of, checked_columns
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import (
    add_to_pool,
    change_product,
    find_product,
    remove_product,
)
from catalogsync.sandbox.sales import deliver_waiting
from catalogsync.sandbox.sales import sell as sell_units
from catalogsync.sandbox.shown import truth


def get_products(market: Market, asked: Asked) -> object:
    """The listings as they truly are, oldest first; `product_id=ID` only that one, `removed=1` also removed ones."""
    where = "(? IS NULL OR product_id = ?) AND (? OR removed_at IS NULL)"
    product_id = asked.query.get("product_id")
    rows = market.db.execute(
        f"SELECT * FROM products WHERE {where} ORDER BY business_id",  # noqa: S608
        (product_id, product_id, asked.query.get("removed") == "1"),
    ).fetchall()
    counts = pool_counts(market, [product_id] if product_id else None)
    return {"products": [truth(row, *counts.get(row["product_id"], (0, 0))) for row in rows]}


def pool_counts(market: Market, product_ids: list[str] | None) -> dict[str, tuple[int, int]]:
    """Unsold and sold accounts by listing; of all listings, or of some."""
    some = "" if product_ids is None else f"WHERE product_id IN ({', '.join('?' * len(product_ids))})"
    rows = market.db.execute(
        "SELECT product_id, count(*) - count(order_id) AS unsold, count(order_id) AS sold"  # noqa: S608
        f" FROM accounts {some} GROUP BY product_id",
        product_ids or [],
    )
    return {row["product_id"]: (row["unsold"], row["sold"]) for row in rows}


def get_pool(market: Market, asked: Asked) -> object:
    """Each account that ever arrived, as a hash of its username; `product_id=ID` only that listing's."""
    return {"accounts": audit(market.db, asked.query.get("product_id"))}


def get_accounts(market: Market, asked: Asked) -> object:
    """The accounts themselves; only with `reveal=1`."""
    if asked.query.get("reveal") != "1":
        raise ValueError("this shows accounts: say reveal=1")
    product_id = asked.query.get("product_id")
    rows = market.db.execute(
        "SELECT product_id, username, password, arrivals, order_id FROM accounts"
        " WHERE ? IS NULL OR product_id = ? ORDER BY id",
        (product_id, product_id),
    )
    return {"accounts": [dict(row) for row in rows]}


def get_orders(market: Market, asked: Asked) -> object:
    """AccPlanet's orders without buyers and contents, oldest first; `product_id=ID` only that listing's."""
    product_id = asked.query.get("product_id")
    rows = market.db.execute(
        "SELECT order_id, order_no, product_id, quantity, delivered_units,"
        " quantity - delivered_units AS remaining_to_deliver, status, created_at, updated_at FROM orders"
        " WHERE ? IS NULL OR product_id = ? ORDER BY n",
        (product_id, product_id),
    )
    return {"orders": [dict(row) for row in rows]}


def sell(market: Market, asked: Asked) -> object:
    """A buyer buys `quantity` (1) of `product_id`."""
    product_id = asked.text("product_id")
    order_id = sell_units(market, product_id, asked.whole("quantity", 1, 1, 1_000_000))
    if order_id is None:
        raise LookupError(f"there is no listing {product_id}")
    row = market.db.execute("SELECT * FROM orders WHERE order_id = ?", (order_id,)).fetchone()
    return {
        "order_id": order_id,
        "delivered_units": row["delivered_units"],
        "remaining_to_deliver": row["quantity"] - row["delivered_units"],
        "product": _one(market, product_id),
    }


def edit(market: Market, asked: Asked) -> object:
    """A stranger changes `fields` of `product_id`: those of create, and sales_count and approval_status."""
    product_id, fields = asked.text("product_id"), asked.fields().get("fields")
    if not isinstance(fields, dict):
        raise ValueError("fields must be an object")
    edit_product(market, product_id, fields)
    return {"product": _one(market, product_id)}


def edit_product(market: Market, product_id: str, fields: Mapping[str, object]) -> None:
    """Changes a listing as a stranger would.

    Raises:
        LookupError: there is no such listing.
        ValueError: a field cannot be so.
    """
    _must_exist(market, product_id)
    columns = checked_columns(market, fields, creating=False)
    with market.transaction():
        change_product(market, product_id, columns)


def remove(market: Market, asked: Asked) -> object:
    """The marketplace takes `product_id` away, sold or not."""
    product_id = asked.text("product_id")
    _must_exist(market, product_id)
    with market.transaction():
        remove_product(market, product_id)
    return {"removed": product_id}


def add_accounts(market: Market, asked: Asked) -> object:
    """Someone imports accounts by hand: `count` invented ones, or `accounts` as in the append call."""
    product_id = asked.text("product_id")
    _must_exist(market, product_id)
    accounts = read_accounts(asked.fields())
    accounts += accounts_of(product_id, "hand", asked.whole("count", 0, 0, 1_000_000))
    with market.transaction():
        imported = add_to_pool(market, product_id, accounts, market.settings) if accounts else 0
        queued = deliver_waiting(market, product_id)
    return {"imported": imported, "delivery_tasks_queued": queued, "product": _one(market, product_id)}


def _one(market: Market, product_id: str) -> dict[str, object]:
    row = market.db.execute("SELECT * FROM products WHERE product_id = ?", (product_id,)).fetchone()
    return truth(row, *pool_counts(market, [product_id]).get(product_id, (0, 0)))


def _must_exist(market: Market, product_id: str) -> None:
    if find_product(market.db, product_id) is None:
        raise LookupError(f"there is no listing {product_id}")


def add_manual_order(market: Market, asked: Asked) -> object:
    """A buyer orders something at HstockPlus that is filled by hand."""
    fields = asked.fields()
    row = {
        "status": fields.get("status", "pending"),
        "payment_status": fields.get("payment_status", "completed"),
        "entity_type": fields.get("entity_type", "product"),
        "sub_category": fields.get("sub_category", "Courses"),
        "product_id": asked.text("product_id"),
        "product_name": fields.get("product_name", "A course seat"),
        "quantity": asked.whole("quantity", 1, 1, 1_000_000),
        "price_cents": cents(str(fields.get("price", "9.99"))),
        "buyer_id": secrets.token_hex(12),
        "buyer_email": f"buyer-{secrets.token_hex(3)}@example.com",
        "ours": fields.get("ours", True) is not False,
        "created_at": market.stamp(),
    }
    if not all(isinstance(row[name], str) for name in row if name not in ("quantity", "price_cents", "ours")):
        raise ValueError("status, payment_status, entity_type, sub_category and product_name are texts")
    with market.transaction() as db:
        number = db.execute(
            f"INSERT INTO manual_orders ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
            tuple(row.values()),
        ).lastrowid
    return {"order": number}


def get_manual_orders(market: Market, _asked: Asked) -> object:
    """HstockPlus' orders without buyers, oldest first, with hashes of the accounts that each was given."""
    given: dict[int, list[str]] = {}
    for row in market.db.execute("SELECT order_id, account FROM manual_accounts ORDER BY rowid"):
        given.setdefault(row["order_id"], []).append(sha256(row["account"].partition(":")[0].encode()).hexdigest())
    rows = market.db.execute(
        "SELECT id, status, payment_status, product_id, quantity, ours, supplier_order_id, listed_at"
        " FROM manual_orders ORDER BY id"
    )
    return {
        "orders": [
            {**dict(row), "ours": bool(row["ours"]), "username_sha256": given.get(row["id"], [])} for row in rows
        ]
    }
