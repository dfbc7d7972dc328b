"""The admin API over listings and their pools: what strangers do to them, and imports by hand."""

from collections.abc import Mapping

from catalogsync.sandbox.accounts import audit, read_accounts
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


def edit(market: Market, asked: Asked) -> object:
    """A stranger changes `fields` of `product_id`: those of create, and sales_count and approval_status."""
    product_id, fields = asked.text("product_id"), asked.fields().get("fields")
    if not isinstance(fields, dict):
        raise ValueError("fields must be an object")
    edit_product(market, product_id, fields)
    return {"product": true_listing(market, product_id)}


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
    return {"imported": imported, "delivery_tasks_queued": queued, "product": true_listing(market, product_id)}


def true_listing(market: Market, product_id: str) -> dict[str, object]:
    """A listing as it truly is, removed or not."""
    row = market.db.execute("SELECT * FROM products WHERE product_id = ?", (product_id,)).fetchone()
    return truth(row, *pool_counts(market, [product_id]).get(product_id, (0, 0)))


def _must_exist(market: Market, product_id: str) -> None:
    if find_product(market.db, product_id) is None:
        raise LookupError(f"there is no listing {product_id}")
