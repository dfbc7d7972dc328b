"""The marketplace's listings: the true ones, and those that List Products shows of them."""

import secrets
import sqlite3
import time
from collections.abc import Iterable, Mapping
from hashlib import sha256

from catalogsync.sandbox.accounts import Account, store_accounts
from catalogsync.sandbox.database import LISTING_COLUMNS
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.settings import Settings

_COLUMNS = ", ".join(LISTING_COLUMNS)
_MARKS = ", ".join("?" * len(LISTING_COLUMNS))
_FIRST_BUSINESS_ID = 501


def find_product(db: sqlite3.Connection, product_id: str) -> sqlite3.Row | None:
    """The listing as it truly is, or None if it does not exist or was removed."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM products WHERE product_id = ? AND removed_at IS NULL", (product_id,)
    ).fetchone()
    return row


def insert_products(market: Market, wanted: Iterable[Mapping[str, object]]) -> list[sqlite3.Row]:
    """Makes listings of checked columns, inside the caller's transaction, and gives them back with all columns."""
    db, now = market.db, market.stamp()
    last = db.execute("SELECT max(business_id) FROM products").fetchone()[0]
    number = _FIRST_BUSINESS_ID if last is None else last + 1
    rows: list[tuple[object, ...]] = []
    for columns in wanted:
        business_id = number + len(rows)
        fresh = f"{business_id:024x}" if market.settings.ids == "sequential" else secrets.token_hex(12)
        row = {
            "product_id": fresh,
            "stock": 0,
            "min_quantity": 1,
            "sales_count": 0,
            "status": "active",
            "approval_status": market.settings.approval,
            "images": "[]",
            "pooled": 0,
            "created_at": now,
            "updated_at": now,
            **columns,
            "business_id": business_id,
        }
        rows.append(tuple(row.get(column) for column in LISTING_COLUMNS))
    db.executemany(f"INSERT INTO products ({_COLUMNS}) VALUES ({_MARKS})", rows)  # noqa: S608
    made = db.execute("SELECT * FROM products WHERE business_id >= ? ORDER BY business_id", (number,)).fetchall()
    _publish(market, "business_id >= ?", number)
    return made


def change_product(market: Market, product_id: str, columns: Mapping[str, object]) -> None:
    """Sets columns of a listing, inside the caller's transaction, and lets List Products know."""
    changed = {**columns, "updated_at": market.stamp()}
    assignments = ", ".join(f"{column} = ?" for column in changed)
    market.db.execute(
        f"UPDATE products SET {assignments} WHERE product_id = ?",  # noqa: S608 (columns are ours)
        (*changed.values(), product_id),
    )
    _publish(market, "product_id = ?", product_id)


def remove_product(market: Market, product_id: str) -> None:
    """Takes a listing away. Its row and its accounts stay for the auditor."""
    change_product(market, product_id, {"removed_at": market.stamp()})


def add_to_pool(market: Market, product_id: str, accounts: Iterable[Account], settings: Settings) -> int:
    """Puts accounts into a listing's pool, which from then on decides its stock; says how many it grew by."""
    grown = store_accounts(market.db, product_id, accounts, settings)
    row = market.db.execute("SELECT pooled, stock FROM products WHERE product_id = ?", (product_id,)).fetchone()
    change_product(market, product_id, {"pooled": 1, "stock": (row["stock"] if row["pooled"] else 0) + grown})
    return grown


def _publish(market: Market, condition: str, value: object) -> None:
    """Shows the chosen rows in List Products: at once, or after the lag that the settings ask for."""
    db, lag = market.db, market.settings.list_lag_ms
    if lag:
        db.execute(
            f"INSERT INTO publications (due, {_COLUMNS}) SELECT ?, {_COLUMNS} FROM products WHERE {condition}",  # noqa: S608
            (time.time() + lag / 1000, value),
        )
        return
    _show(db, f"products WHERE {condition}", value)


def _show(db: sqlite3.Connection, source: str, value: object) -> None:
    db.execute(f"INSERT OR REPLACE INTO listings ({_COLUMNS}) SELECT {_COLUMNS} FROM {source}", (value,))  # noqa: S608
    db.execute("DELETE FROM listings WHERE removed_at IS NOT NULL")


def publish_due(market: Market, *, everything: bool = False) -> None:
    """Shows the writes whose time has come."""
    until = float("inf") if everything else time.time()
    if market.db.execute("SELECT 1 FROM publications WHERE due <= ? LIMIT 1", (until,)).fetchone():
        with market.transaction() as db:
            _show(db, "publications WHERE due <= ? ORDER BY n", until)
            db.execute("DELETE FROM publications WHERE due <= ?", (until,))


def store_image(market: Market, content: bytes, media_type: str, settings: Settings) -> str:
    """Keeps an image and gives back the path it is served under."""
    digest = sha256(content).hexdigest() if settings.content_addressed_images else secrets.token_hex(32)
    path = f"/media/product_images/{digest}.webp"
    with market.transaction() as db:
        db.execute("INSERT OR REPLACE INTO images VALUES (?, ?, ?)", (path, media_type, content))
    return path


def image_exists(market: Market, path: str) -> bool:
    """Whether an image was uploaded under this path."""
    return market.db.execute("SELECT 1 FROM images WHERE path = ?", (path,)).fetchone() is not None
