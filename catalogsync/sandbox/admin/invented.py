"""Listings and accounts out of nothing, for tests, benchmarks and a first look."""

import secrets
from collections.abc import Mapping

from catalogsync.sandbox.accounts import Account, read_accounts
from catalogsync.sandbox.accplanet.fields import FieldErrors, Rules, check_fields
from catalogsync.sandbox.admin.door import Asked
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import add_to_pool, image_exists, insert_products

_FILLER = {"category_id": "seats", "description": "<p>A seat in a course.</p>", "price": "9.99"}
_TEXTS_BY_HAND = ("approval_status", "created_at", "updated_at", "product_id")


def checked_columns(market: Market, fields: Mapping[str, object], *, creating: bool) -> dict[str, object]:
    """The columns that a body sets, with those that only a marketplace's own staff can set.

    Raises:
        ValueError: a field is missing or cannot be so.
    """
    columns: dict[str, object] = {}
    for name in _TEXTS_BY_HAND:
        value = fields.get(name)
        if isinstance(value, str) and value:
            columns[name] = value
        elif name in fields:
            raise ValueError(f"{name}: not a text")
    sales = fields.get("sales_count", 0)
    if not isinstance(sales, int) or isinstance(sales, bool) or sales < 0:
        raise ValueError("sales_count: not a whole number")
    if "sales_count" in fields:
        columns["sales_count"] = sales
    try:
        rules = Rules(market.settings, lambda path: image_exists(market, path))
        return columns | check_fields(fields, rules, creating=creating)
    except FieldErrors as errors:
        problems = [f"{name}: {' '.join(texts)}" for name, texts in errors.by_field.items()]
        raise ValueError("; ".join(problems)) from None


def accounts_of(product_id: str, prefix: str, count: int) -> list[Account]:
    """Accounts that nobody else has."""
    batch = secrets.token_hex(4)
    return [Account(f"{prefix}-{product_id}-{batch}-{n}@example.com", f"pw-{n}") for n in range(count)]


def seed(market: Market, asked: Asked) -> object:
    """Makes listings quickly: `count` invented ones with `accounts` accounts each, or `products`.

    Each of `products` has create's fields, or fewer, and may have product_id, sales_count, approval_status,
    created_at, updated_at, and `accounts`: a number, or a list as in create.
    """
    wanted = asked.fields().get("products")
    if wanted is None:
        accounts = asked.whole("accounts", 0, 0, 10_000)
        wanted = [_course(n, accounts) for n in range(1, asked.whole("count", 0, 0, 1_000_000) + 1)]
    if not isinstance(wanted, list) or not all(isinstance(product, dict) for product in wanted):
        raise ValueError("products must be a list of objects")
    products = [{**_FILLER, "title": f"Listing {n}", **product} for n, product in enumerate(wanted, 1)]
    columns = [checked_columns(market, _without_accounts(product), creating=True) for product in products]
    taken = [str(row["product_id"]) for row in columns if "product_id" in row]
    if len(set(taken)) < len(taken) or any(_is_taken(market, product_id) for product_id in taken):
        raise ValueError("a product_id is taken")
    with market.transaction():
        made = [row["product_id"] for row in insert_products(market, columns)]
        for product_id, product in zip(made, products, strict=True):
            pool = _pool(product_id, product.get("accounts", 0))
            if pool:
                add_to_pool(market, product_id, pool, market.settings)
    return {"product_ids": made}


def _is_taken(market: Market, product_id: str) -> bool:
    row = market.db.execute("SELECT 1 FROM products WHERE product_id = ?", (product_id,)).fetchone()
    return row is not None


def _without_accounts(product: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in product.items() if name != "accounts"}


def _course(number: int, accounts: int) -> dict[str, object]:
    lessons = "".join(f"<li>Lesson {n}: what course {number} teaches in week {n}</li>" for n in range(1, 11))
    return {
        "title": f"Course {number:06d}, one seat",
        "category_id": f"courses-{number % 7}",
        "description": f"<p>A seat in <b>course {number}</b>, for twelve months.</p><ul>{lessons}</ul>",
        "price": f"{5 + number % 90}.{number % 100:02d}",
        "source_product_id": f"course-{number:06d}",
        "warranty_period_days": 30,
        "accounts": accounts,
    }


def _pool(product_id: str, accounts: object) -> list[Account]:
    if isinstance(accounts, int):
        return accounts_of(product_id, "seed", accounts)
    return read_accounts({"accounts": accounts})
