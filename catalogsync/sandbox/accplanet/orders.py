"""AccPlanet's supplier API, orders: reading them, and what a supplier does to them."""

import sqlite3
from collections.abc import Callable

import orjson

from catalogsync.sandbox.accplanet.chosen import Chosen, listed
from catalogsync.sandbox.accplanet.door import json_body, refuse, supplier_only
from catalogsync.sandbox.accplanet.filters import Filters
from catalogsync.sandbox.deliveries import STATUSES, Content, deliver, refund, rows_of, set_status
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.sales import find_order
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.shown import order as shown_order
from catalogsync.sandbox.shown import whole
from catalogsync.sandbox.wire.answers import Answer, Call

_ORDERS = {"oldest": "n", "updated": "updated_at DESC, n DESC", "shuffled": "random()"}
_YES, _NO = (True, "true", "1"), (False, "false", "0", "", None)


@supplier_only
def list_orders(market: Market, call: Call) -> Answer:
    """Endpoint 7: newest first, unless the settings say otherwise."""
    filters = Filters(call, ("status", "search"))
    filters.word("status", (*STATUSES, "receipt_confirmed_order"))
    filters.search(("order_no", "order_id", "product_id"), ("title",))
    sequence = _ORDERS.get(call.settings.default_order, "n DESC")
    chosen = Chosen("orders", f"ours AND {filters.where}", tuple(filters.values), sequence)
    return listed(market, call, chosen, lambda row: _shown(market, row, call.settings), "orders")


@supplier_only
def get_order(market: Market, call: Call) -> Answer:
    """Endpoint 11."""
    row = own_order(market, call.path_params["order_id"])
    return Answer({"success": True, "order": _shown(market, row, call.settings)})


def own_order(market: Market, order_id: str) -> sqlite3.Row:
    """An order of the supplier who calls.

    Raises:
        Refused: there is none, or it is another supplier's.
    """
    try:
        row = find_order(market, order_id)
    except LookupError:
        raise refuse(404, "Order not found.") from None
    if not row["ours"]:
        raise refuse(403, "You do not have permission to access this order.")
    return row


def _shown(market: Market, row: sqlite3.Row, settings: Settings) -> dict[str, object]:
    accounts = market.db.execute(
        "SELECT id, username, password FROM accounts WHERE order_id = ? ORDER BY id", (row["order_id"],)
    ).fetchall()
    return shown_order(row, accounts, rows_of(market, row["order_id"]), settings)


@supplier_only
def update_delivered(market: Market, call: Call) -> Answer:
    """Endpoint 9."""
    body = json_body(call)
    append = _flag(body.get("append_delivered_info"))
    content = _content(body.get("delivered_info"))
    if append and content.text is not None:
        raise refuse(400, "delivered_info must be a JSON array when append_delivered_info is true.")
    grown = 0

    def change(row: sqlite3.Row) -> None:
        nonlocal grown
        grown = deliver(market, row, content, call.settings, append=append)

    after = _changed(market, call, change)
    units = after["delivered_units"] if call.settings.delivered_answer == "order" else grown
    return Answer(
        {
            "success": True,
            "order_id": after["order_id"],
            "message": "Delivered info updated.",
            "delivered_units": whole(units, call.settings),
            "order_completed": after["status"] == "completed_order",
            "append_delivered_info": append,
        }
    )


def _flag(value: object) -> bool:
    """Whether to append: the document says a String, and true."""
    for meant, words in ((True, _YES), (False, _NO)):
        if any(value is word or (isinstance(value, str) and value.lower() == word) for word in words):
            return meant
    raise refuse(400, "append_delivered_info must be true or false.")


def _content(info: object) -> Content:
    """What was sent: an array of rows, or else a text."""
    if not isinstance(info, str) or not info.strip():
        raise refuse(400, "delivered_info is required, as a string.", {"delivered_info": ["This field is required."]})
    try:
        value = orjson.loads(info)
    except orjson.JSONDecodeError:
        value = info
    if not isinstance(value, list):
        return Content([line.strip() for line in info.splitlines() if line.strip()], info)
    rows = [row.strip() for row in value if isinstance(row, str)]
    if not rows or len(rows) < len(value) or not all(rows):
        raise refuse(400, "The array of delivered_info must hold texts, at least one.")
    return Content(rows)


@supplier_only
def change_status(market: Market, call: Call) -> Answer:
    """Endpoint 10."""
    body = json_body(call)
    words = {body[name] for name in ("order_status", "status") if isinstance(body.get(name), str)}
    status = next(iter(words)) if len(words) == 1 else None
    if status not in STATUSES:
        raise refuse(400, f"Set order_status or status to one of: {', '.join(STATUSES)}.")
    _changed(market, call, lambda row: set_status(market, row, status, call.settings))
    answer = {"success": True, "order_id": call.path_params["order_id"], "status": status}
    return Answer({**answer, "message": "Order status updated."})


@supplier_only
def refund_order(market: Market, call: Call) -> Answer:
    """Endpoint 8."""
    json_body(call)
    after = _changed(market, call, lambda row: refund(market, row))
    answer = {"success": True, "order_id": after["order_id"], "refund_no": after["refund_no"]}
    return Answer({**answer, "message": "Refund processed successfully."})


def _changed(market: Market, call: Call, change: Callable[[sqlite3.Row], object]) -> sqlite3.Row:
    """Changes the order of a call, all or nothing, and gives it as it is then."""
    order_id = call.path_params["order_id"]
    with market.transaction():
        try:
            change(own_order(market, order_id))
        except ValueError as error:
            raise refuse(400, str(error)) from None
    return find_order(market, order_id)
