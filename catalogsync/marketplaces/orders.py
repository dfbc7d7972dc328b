"""One item of List Orders to an Order, and what was delivered to its accounts and its rows; none of it is quoted."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

import orjson

from catalogsync.marketplaces.envelope import Item
from catalogsync.marketplaces.items import amount_of, count_of, id_of, secret_of, word_of
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import text
from catalogsync.model.order import Buyer, Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret

FIELD_NAMES: Final = frozenset(
    {
        *("success", "status", "data", "items", "results", "orders", "list", "order", "rows", "records"),
        *("count", "total", "total_count", "total_items", "next", "previous", "has_more", "meta", "pagination"),
        *("page", "page_size", "pages", "total_pages", "per_page", "current_page", "last_page"),
        *("error", "errors", "message", "detail", "code", "order_id", "order_no", "product_id", "product"),
    }
)
"""What may be quoted of an answer about orders: names of fields that say nothing of anybody."""

_SEPARATOR: Final = re.compile(r"[:|]")
_DEEPEST: Final = 8
_TOO_DEEP: Final = "(nested too deeply to be shown)"


class OrderReader:
    """Makes Orders of items. Nothing that an item holds is ever quoted.

    Args:
        what: what the list is, for errors.
        any_product: an order that does not say what was bought is one to be shown, and no error.
    """

    def __init__(self, what: str, *, any_product: bool = False) -> None:
        self._what = what
        self._any_product = any_product

    def read(self, item: Item) -> tuple[str, Order]:
        """The id of an order, and the order. What cannot be read is not shown.

        Raises:
            MarketplaceError: it has no id, or is for no listing.
        """
        snapshot = item.get("product")
        if not isinstance(snapshot, Mapping):
            snapshot = {}
        order_id = id_of(item["order_id"])
        product_id = id_of(item.get("product_id")) or id_of(snapshot.get("product_id"))
        if order_id is None:
            raise MarketplaceError(f"{self._what} has an item whose order_id is neither a text nor a number")
        if product_id is None and not self._any_product:
            raise MarketplaceError(f"{self._what} has an order that does not say which listing it is for")
        delivered = item.get("delivered_info")
        return order_id, Order(
            order_id,
            product_id or "",
            count_of(item.get("quantity")),
            count_of(item.get("delivered_units")),
            count_of(item.get("remaining_to_deliver")),
            word_of(item.get("created_at")),
            id_of(snapshot.get("source_product_id")),
            tuple(accounts_in(delivered)),
            word_of(item.get("payment_status")),
            word_of(item.get("status")),
            id_of(item.get("order_no")),
            id_of(snapshot.get("title")),
            amount_of(item.get("total_amount")),
            word_of(item.get("updated_at")),
            Buyer(secret_of(item.get("buyer_id"))),
            tuple(_rows(delivered)),
            "" if product_id else "it does not say what was bought",
        )


def accounts_in(delivered: object, depth: int = _DEEPEST) -> Iterator[Account]:
    """The accounts in delivered content: lines, rows, objects, or any of them as JSON in a text.

    What is none is left out: a person may have written anything there.
    """
    if depth == 0:
        return
    if isinstance(delivered, Mapping):
        yield from _account(delivered.get("username"), delivered.get("password"))
    elif isinstance(delivered, list):
        for row in delivered:
            yield from accounts_in(row, depth - 1)
    elif isinstance(delivered, str):
        content = delivered.strip()
        packed = _unpacked(content)
        if packed is not None:
            yield from accounts_in(packed, depth - 1)
        elif len(lines := content.splitlines()) > 1:
            for entry in lines:
                yield from accounts_in(entry, depth - 1)
        elif found := _SEPARATOR.search(content):
            yield from _account(content[: found.start()], content[found.end() :])


def _account(username: object, password: object) -> Iterator[Account]:
    try:
        halves = text(username), text(password)
    except ValueError:
        return
    if all(halves):
        yield Account(Secret(halves[0]), Secret(halves[1]))


def _unpacked(content: str) -> object:
    """The array or object that a text holds as JSON; None if it is another text."""
    if not content.startswith(("[", "{")):
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _rows(delivered: object) -> Iterator[Secret]:
    """What was delivered, row by row: the entries of an array, also of one in a text, or else the lines of a text."""
    content = _unpacked(delivered.strip()) if isinstance(delivered, str) else delivered
    if isinstance(content, list):
        yield from (Secret(row) for entry in content if entry is not None and (row := _row(entry)))
    elif isinstance(content, Mapping):
        yield Secret(_row(content))
    elif isinstance(delivered, str):
        yield from (Secret(row.strip()) for row in delivered.splitlines() if row.strip())


def _row(entry: object) -> str:
    if isinstance(entry, str):
        return entry.strip()
    halves = (entry.get("username"), entry.get("password")) if isinstance(entry, Mapping) else ()
    try:
        return ":".join(map(str, halves)) if any(halves) else json.dumps(entry, ensure_ascii=False)
    except RecursionError:
        return _TOO_DEEP
