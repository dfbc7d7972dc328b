"""The pools of the marketplace: accounts as they arrive, and what became of each."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from catalogsync.sandbox.settings import Settings


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """One unit of inventory. It has no repr, so that no traceback shows it."""

    username: str
    password: str


def read_accounts(body: Mapping[str, object]) -> list[Account]:
    """The accounts of a body: those of `accounts`, then those of `accounts_text`.

    Raises:
        ValueError: one of them is no account; the text says which one, not what it holds.
    """
    listed, text = body.get("accounts"), body.get("accounts_text")
    if listed is not None and not isinstance(listed, list):
        raise ValueError("Expected a list of objects with username and password.")
    if text is not None and not isinstance(text, str):
        raise ValueError("accounts_text must be a string.")
    lines = [line for line in (text or "").splitlines() if line.strip()]
    found = [_from_object(number, entry) for number, entry in enumerate(listed or [], 1)]
    return found + [_from_line(number, line) for number, line in enumerate(lines, 1)]


def _from_object(number: int, entry: object) -> Account:
    if isinstance(entry, dict):
        username, password = entry.get("username"), entry.get("password")
        if isinstance(username, str) and isinstance(password, str) and username.strip() and password:
            return Account(username, password)
    raise ValueError(f"Account {number} needs a username and a password.")


def name_in(row: str) -> str:
    """The username of a delivered row, `username:password` or `username|password`; empty if it is another text."""
    cut = min((place for place in (row.find(":"), row.find("|")) if place >= 0), default=-1)
    return row[:cut].strip() if cut >= 0 else ""


def _from_line(number: int, line: str) -> Account:
    cut = min((place for place in (line.find(":"), line.find("|")) if place >= 0), default=-1)
    username, password = line[:cut].strip(), line[cut + 1 :].strip()
    if cut < 1 or not username or not password:
        raise ValueError(f"Line {number} is not username:password or username|password.")
    return Account(username, password)


def store_accounts(db: sqlite3.Connection, product_id: str, accounts: Iterable[Account], settings: Settings) -> int:
    """Puts accounts into a listing's pool, inside the caller's transaction.

    Returns:
        How many the pool grew by. A username that it ever had is dropped or kept, as the settings say.
    """
    grown = 0
    for account in accounts:
        known = db.execute(
            "SELECT id FROM accounts WHERE product_id = ? AND username = ? LIMIT 1",
            (product_id, account.username),
        ).fetchone()
        if known is not None and settings.duplicate_accounts == "drop":
            db.execute("UPDATE accounts SET arrivals = arrivals + 1 WHERE id = ?", (known["id"],))
            continue
        db.execute(
            "INSERT INTO accounts (product_id, username, password) VALUES (?, ?, ?)",
            (product_id, account.username, account.password),
        )
        grown += 1
    return grown


def take_accounts(db: sqlite3.Connection, product_id: str, order_id: str, wanted: int) -> int:
    """Gives the oldest unsold accounts to an order; says how many there were of those wanted."""
    return db.execute(
        "UPDATE accounts SET order_id = ? WHERE id IN (SELECT id FROM accounts"
        " WHERE product_id = ? AND order_id IS NULL ORDER BY id LIMIT ?)",
        (order_id, product_id, wanted),
    ).rowcount


def audit(db: sqlite3.Connection, product_id: str | None) -> list[dict[str, object]]:
    """Each account that ever arrived, by listing and by hash of its username.

    `arrivals` counts how often a call brought it, `copies` how many units the pool made of it, `order_ids` the
    orders that they were sold in.
    """
    rows = db.execute(
        "SELECT product_id, username, sum(arrivals) AS arrivals, count(*) AS copies,"
        " count(order_id) AS sold, group_concat(order_id) AS order_ids FROM accounts"
        " WHERE ? IS NULL OR product_id = ? GROUP BY product_id, username ORDER BY min(id)",
        (product_id, product_id),
    )
    return [
        {
            "product_id": row["product_id"],
            "username_sha256": sha256(row["username"].encode()).hexdigest(),
            "arrivals": row["arrivals"],
            "copies": row["copies"],
            "status": "sold" if row["sold"] else "unsold",
            "order_ids": (row["order_ids"] or "").split(",") if row["sold"] else [],
        }
        for row in rows
    ]
