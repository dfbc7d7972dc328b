"""The sandbox's tables: everything it must remember lies in one SQLite database, in memory or in a file."""

import sqlite3
from pathlib import Path

from catalogsync.model.errors import UsageError

APPLICATION_ID = 0x43535342  # "CSSB", so that no other program's file is taken for ours
SCHEMA_VERSION = 2

LISTING_COLUMNS = (
    "business_id",
    "product_id",
    "category_id",
    "title",
    "description",
    "price_cents",
    "stock",
    "min_quantity",
    "sales_count",
    "status",
    "approval_status",
    "images",
    "supplier_name",
    "source_product_id",
    "source_product_url",
    "warranty_period_days",
    "pooled",
    "created_at",
    "updated_at",
    "removed_at",
)

_COLUMN_TYPES = """
    product_id TEXT NOT NULL, category_id TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,
    price_cents INTEGER NOT NULL, stock INTEGER NOT NULL, min_quantity INTEGER NOT NULL,
    sales_count INTEGER NOT NULL, status TEXT NOT NULL, approval_status TEXT NOT NULL, images TEXT NOT NULL,
    supplier_name TEXT, source_product_id TEXT, source_product_url TEXT, warranty_period_days INTEGER,
    pooled INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, removed_at TEXT
"""

# `products` is the truth. `listings` is what List Products shows of it, which may lag behind; `publications` are the
# rows on their way there. An index carries each order of List, so that a page never reads more rows than it shows.
_SCHEMA = f"""
CREATE TABLE products (business_id INTEGER PRIMARY KEY, {_COLUMN_TYPES});
CREATE UNIQUE INDEX products_by_id ON products (product_id);
CREATE TABLE listings (business_id INTEGER NOT NULL, {_COLUMN_TYPES});
CREATE UNIQUE INDEX listings_by_id ON listings (product_id);
CREATE INDEX listings_by_age ON listings (business_id, approval_status);
CREATE INDEX listings_by_change ON listings (updated_at, business_id, approval_status);
CREATE INDEX listings_by_title ON listings (title, business_id, approval_status);
CREATE INDEX listings_by_price ON listings (price_cents, business_id, approval_status);
CREATE INDEX listings_by_sales ON listings (sales_count, business_id, approval_status);
CREATE INDEX listings_by_category ON listings (category_id, business_id, approval_status);
CREATE INDEX listings_by_status ON listings (status, business_id, approval_status);
CREATE INDEX listings_removed ON listings (product_id) WHERE removed_at IS NOT NULL;
CREATE TABLE publications (n INTEGER PRIMARY KEY, due REAL NOT NULL, business_id INTEGER NOT NULL, {_COLUMN_TYPES});
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, product_id TEXT NOT NULL, username TEXT NOT NULL, password TEXT NOT NULL,
    arrivals INTEGER NOT NULL DEFAULT 1, order_id TEXT
);
CREATE INDEX accounts_by_name ON accounts (product_id, username);
CREATE INDEX accounts_unsold ON accounts (product_id, id) WHERE order_id IS NULL;
CREATE INDEX accounts_by_order ON accounts (order_id, id) WHERE order_id IS NOT NULL;
CREATE TABLE orders (
    n INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL UNIQUE, order_no TEXT NOT NULL, ours INTEGER NOT NULL,
    buyer_id TEXT NOT NULL, product_id TEXT NOT NULL, title TEXT NOT NULL, quantity INTEGER NOT NULL,
    price_cents INTEGER NOT NULL, discount_cents INTEGER NOT NULL, status TEXT NOT NULL, payment_status TEXT NOT NULL,
    paid_at TEXT, delivered_units INTEGER NOT NULL, manual_units INTEGER NOT NULL DEFAULT 0, manual_text TEXT,
    refund_no TEXT, receipt_confirmed_at TEXT, snapshot TEXT NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX orders_waiting ON orders (product_id, n) WHERE delivered_units < quantity;
CREATE INDEX orders_by_status ON orders (status, n);
CREATE UNIQUE INDEX orders_by_number ON orders (order_no);
CREATE UNIQUE INDEX orders_by_refund ON orders (refund_no);
CREATE TABLE delivered_rows (
    id INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL, row TEXT NOT NULL,
    arrivals INTEGER NOT NULL DEFAULT 1, present INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX delivered_rows_by_order ON delivered_rows (order_id, row);
CREATE TABLE tickets (
    n INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id TEXT NOT NULL UNIQUE, ticket_no TEXT NOT NULL,
    order_id TEXT NOT NULL, buyer_id TEXT NOT NULL, ours INTEGER NOT NULL, title TEXT NOT NULL,
    description TEXT NOT NULL, status TEXT NOT NULL, admin_invited INTEGER NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX tickets_by_number ON tickets (ticket_no);
CREATE TABLE images (path TEXT PRIMARY KEY, media_type TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE manual_orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT NOT NULL, payment_status TEXT NOT NULL,
    sub_category TEXT NOT NULL, quantity INTEGER NOT NULL, buyer_id TEXT NOT NULL, buyer_email TEXT NOT NULL,
    buyer_name TEXT NOT NULL, ours INTEGER NOT NULL, supplier_order_id TEXT, listed_at REAL,
    listing INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL
);
CREATE TABLE manual_items (
    n INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, product_id TEXT NOT NULL, product_name TEXT NOT NULL,
    entity_type TEXT NOT NULL, quantity INTEGER NOT NULL, price_cents INTEGER NOT NULL
);
CREATE INDEX manual_items_by_order ON manual_items (order_id, n);
CREATE TABLE manual_accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, account TEXT NOT NULL,
    arrivals INTEGER NOT NULL DEFAULT 1, copies INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX manual_accounts_by_order ON manual_accounts (order_id, account);
CREATE INDEX manual_accounts_by_name ON manual_accounts (account);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""

_TABLES = (
    *("products", "listings", "publications", "accounts", "images"),
    *("orders", "delivered_rows", "tickets"),
    *("manual_orders", "manual_items", "manual_accounts"),
)


def open_database(path: str) -> sqlite3.Connection:
    """Opens the database, and makes its tables where there are none yet.

    Args:
        path: a file, or `:memory:`.

    Raises:
        UsageError: the file cannot be opened, is in use, or is none of the sandbox's.
    """
    if path != ":memory:" and not Path(path).absolute().parent.is_dir():
        raise UsageError(f"{path}: there is no such folder", "make the folder first, or choose another --db")
    # autocommit mode: every transaction in this room is opened in plain sight, by Market.transaction
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.2)
    db.row_factory = sqlite3.Row
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        _prepare(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error as error:
        db.close()
        problem = "another sandbox is using it" if "locked" in str(error) else str(error)
        raise UsageError(f"{path}: {problem}", "choose another file with --db") from None
    except UsageError:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: str) -> None:
    found = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if empty and found == 0:
        db.executescript(f"BEGIN EXCLUSIVE; {_SCHEMA} COMMIT;")
    elif found != APPLICATION_ID:
        raise UsageError(f"{path}: this is no database of the sandbox", "choose another file with --db")
    elif version != SCHEMA_VERSION:
        raise UsageError(f"{path}: another version of the sandbox made this file", "choose another file with --db")


def empty_tables(db: sqlite3.Connection) -> None:
    """Forgets every row but the settings."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 (the names are the ones above)
    db.execute("DELETE FROM sqlite_sequence")
