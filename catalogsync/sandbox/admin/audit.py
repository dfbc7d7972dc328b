"""The auditor's view: where every account went, over all ways out, and what every order got."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from catalogsync.sandbox.accounts import name_in
from catalogsync.sandbox.admin.door import Asked
from catalogsync.sandbox.market import Market

Destination = tuple[str, str]
"""A way out (`pool`, `order`, `manual_order`) and the id of what the account went to."""


@dataclass(slots=True)
class _Account:
    """Where one account went: how often it was brought there, and how many units that made."""

    arrivals: Counter[Destination] = field(default_factory=Counter)
    copies: Counter[Destination] = field(default_factory=Counter)


def get_audit(market: Market, _asked: Asked) -> object:
    """Each account that ever arrived anywhere, each order with what it got, and what must not be."""
    accounts: dict[str, _Account] = {}
    for way, place, name, arrivals, copies in _arrivals(market):
        account = accounts.setdefault(sha256(name.encode()).hexdigest(), _Account())
        account.arrivals[way, place] += arrivals
        account.copies[way, place] += copies
    orders = _orders(market)
    return {
        "accounts": [{"username_sha256": name, "destinations": _places(account)} for name, account in accounts.items()],
        "orders": orders,
        "at_two_destinations": [name for name, account in accounts.items() if len(account.arrivals) > 1],
        "twice_at_one": [name for name, account in accounts.items() if max(account.copies.values()) > 1],
        "overfilled": [[order["way"], order["id"]] for order in orders if order["units"] > order["quantity"]],
    }


def _places(account: _Account) -> list[dict[str, object]]:
    return [
        {"way": way, "id": place, "arrivals": arrivals, "copies": account.copies[way, place]}
        for (way, place), arrivals in account.arrivals.items()
    ]


def _arrivals(market: Market) -> Iterator[tuple[str, str, str, int, int]]:
    """Way, id, username, arrivals and units of every account. A delivered row that holds none is left out."""
    for row in market.db.execute("SELECT product_id, username, arrivals FROM accounts ORDER BY id"):
        yield "pool", row["product_id"], row["username"], row["arrivals"], 1
    for row in market.db.execute("SELECT order_id, row, arrivals, present FROM delivered_rows ORDER BY id"):
        if name := name_in(row["row"]):
            yield "order", row["order_id"], name, row["arrivals"], row["present"]
    for row in market.db.execute("SELECT order_id, account, arrivals, copies FROM manual_accounts ORDER BY id"):
        yield "manual_order", str(row["order_id"]), name_in(row["account"]), row["arrivals"], row["copies"]


def _orders(market: Market) -> list[dict[str, int]]:
    rows = market.db.execute(
        "SELECT 'order' AS way, order_id AS id, quantity, delivered_units AS units, manual_units AS by_hand, status"
        " FROM orders UNION ALL SELECT 'manual_order', CAST(id AS TEXT), quantity,"
        " (SELECT total(copies) FROM manual_accounts WHERE order_id = manual_orders.id), NULL, status"
        " FROM manual_orders"
    )
    return [{**dict(row), "units": int(row["units"])} for row in rows]
