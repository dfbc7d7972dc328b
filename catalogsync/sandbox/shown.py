"""Listings and orders in the marketplace's own words, as its answers show them."""

import sqlite3
from collections.abc import Sequence

import orjson

from catalogsync.sandbox.settings import Settings


def money(cents: int) -> str:
    """A price with two places."""
    return f"{cents // 100}.{cents % 100:02d}"


def _price(cents: int, style: str) -> str | float:
    text = money(cents)
    match style:
        case "trimmed":
            return text.rstrip("0").rstrip(".")
        case "four_places":
            return f"{text}00"
        case "number":
            return float(text)
        case _:
            return text


def whole(number: int, settings: Settings) -> int | str:
    """A whole number, as number or as text."""
    return str(number) if settings.number_style == "strings" else number


def _category_path(category_id: str, settings: Settings) -> str:
    return settings.categories.get(category_id, f"Everything > {category_id}")


def listing(row: sqlite3.Row, settings: Settings, origin: str) -> dict[str, object]:
    """A listing in List Products."""
    images = orjson.loads(row["images"])
    if settings.image_style == "url":
        images = [origin + path if path.startswith("/") else path for path in images]
    shown: dict[str, object] = {
        "product_id": row["product_id"],
        "category_id": row["category_id"],
        "title": row["title"],
        "description": row["description"],
        "price": _price(row["price_cents"], settings.price_style),
        "stock": whole(row["stock"], settings),
        "min_quantity": whole(row["min_quantity"], settings),
        "sales_count": whole(row["sales_count"], settings),
        "rating": "0.00",
        "status": row["status"],
        "approval_status": row["approval_status"],
        "images": images,
        "category_path": _category_path(row["category_id"], settings),
        "parent_category_id": None,
        "tags": [],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
    if settings.list_fields == "rich":
        shown |= _hidden(row)
    return shown


def _hidden(row: sqlite3.Row) -> dict[str, object]:
    days = row["warranty_period_days"]
    return {
        "supplier_name": row["supplier_name"],
        "source_product_id": row["source_product_id"],
        "source_product_url": row["source_product_url"],
        "warranty_period_days": None if days is None else str(days),
    }


def snapshot(row: sqlite3.Row, settings: Settings) -> dict[str, object]:
    """A listing as an order remembers it."""
    days = row["warranty_period_days"]
    return {
        "product_id": row["product_id"],
        "business_id": row["business_id"],
        "category_id": row["category_id"],
        "category_path": _category_path(row["category_id"], settings),
        "parent_category_id": None,
        "title": row["title"],
        "description": row["description"],
        "price": money(row["price_cents"]),
        "stock": row["stock"],
        "min_quantity": row["min_quantity"],
        "sales_count": row["sales_count"],
        "rating": "0.00",
        "status": row["status"],
        "approval_status": row["approval_status"],
        "images": orjson.loads(row["images"]),
        "source_product_id": row["source_product_id"],
        "source_product_url": row["source_product_url"],
        "warranty_period_days": None if days is None else str(days),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def total_cents(row: sqlite3.Row) -> int:
    """What the buyer of an order pays."""
    cents: int = row["price_cents"] * row["quantity"] - row["discount_cents"]
    return cents


def order(
    row: sqlite3.Row, accounts: Sequence[sqlite3.Row], by_hand: Sequence[str], settings: Settings
) -> dict[str, object]:
    """An order in List Orders and Get Order, with the accounts of the pool and the rows that were delivered in it."""
    ids = [str(account["id"]) for account in accounts]
    return {
        "order_id": row["order_id"],
        "order_no": row["order_no"],
        "buyer_id": row["buyer_id"],
        "product_id": row["product_id"],
        "quantity": whole(row["quantity"], settings),
        "original_price": money(row["price_cents"] * row["quantity"]),
        "login_discount": money(row["discount_cents"]),
        "coupon_code": None,
        "coupon_discount": "0.00",
        "total_amount": money(total_cents(row)),
        "status": row["status"],
        "payment_status": row["payment_status"],
        "payment_method": "balance",
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "delivered_info": _delivered_info(row["manual_text"], accounts, by_hand, settings.delivered_info),
        "account_id": ids[0] if len(ids) == 1 else None,
        "delivered_account_ids": ids,
        "delivered_units": whole(row["delivered_units"], settings),
        "remaining_to_deliver": whole(row["quantity"] - row["delivered_units"], settings),
        "supplier_income_recorded": row["status"] in ("completed_order", "receipt_confirmed_order"),
        "receipt_confirmed_at": row["receipt_confirmed_at"],
        "product": orjson.loads(row["snapshot"]),
    }


def _delivered_info(
    text: str | None, accounts: Sequence[sqlite3.Row], by_hand: Sequence[str], style: str
) -> str | None:
    rows = [f"{account['username']}:{account['password']}" for account in accounts]
    if style == "hidden" or not (rows or by_hand):
        return None
    if text is not None:
        return "\n".join([*rows, text])
    rows += by_hand
    return orjson.dumps(rows).decode() if style == "json" else "\n".join(rows)


def truth(row: sqlite3.Row, unsold: int, sold: int) -> dict[str, object]:
    """A listing as the admin API tells it: all columns, and the counts of its pool."""
    facts: dict[str, object] = dict(row)
    return {
        **facts,
        "price": money(row["price_cents"]),
        "images": orjson.loads(row["images"]),
        "pooled": bool(row["pooled"]),
        "unsold_accounts": unsold,
        "sold_accounts": sold,
    }
