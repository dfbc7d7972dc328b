"""HstockPlus' update of a manual order: a status, and accounts, each of which counts once."""

import sqlite3
from collections.abc import Iterable

from catalogsync.sandbox.hstockplus.door import invalid, refuse, supplier_only
from catalogsync.sandbox.hstockplus.orders import PAID, STATUSES, items_of, shown
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.wire.answers import Answer, Call

_MOST = 2**53


@supplier_only
def update_order(market: Market, call: Call) -> Answer:
    """Sets an order's status and adds accounts to it. Where no account is left that counts, nothing is changed."""
    body = call.json_object()
    if body is None:
        raise invalid("The request body must be a JSON object")
    number, status, reference = body.get("order"), body.get("status"), body.get("supplierOrderId")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _MOST:
        raise invalid("order must be a number")
    if status is not None and status not in STATUSES:
        raise invalid(f"status must be one of: {', '.join(STATUSES)}")
    if reference is not None and not isinstance(reference, str):
        raise invalid("supplierOrderId must be a string")
    sent = body.get("accounts")
    with market.transaction() as db:
        row = _own_order(market, number, call.settings, sent)
        added = 0 if sent is None else _add(market, number, _valid(sent), call.settings)
        if sent is None or added:
            db.execute(
                "UPDATE manual_orders SET status = coalesce(?, status),"
                " supplier_order_id = coalesce(?, supplier_order_id) WHERE id = ?",
                (status, reference, number),
            )
    if sent is not None and not added:  # outside of the transaction, which counts what arrived in vain
        raise refuse(400, "INVALID_ACCOUNTS", "No valid accounts provided after deduplication")
    return _answer(market, call, number, row["status"] if status is None else status, added)


def _own_order(market: Market, number: int, settings: Settings, sent: object) -> sqlite3.Row:
    """The order, if it takes this update."""
    row: sqlite3.Row | None = market.db.execute("SELECT * FROM manual_orders WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise refuse(404, "ORDER_NOT_FOUND", "Order not found")
    if not row["ours"]:
        raise refuse(403, "ACCESS_DENIED", "You do not have access to this order")
    if row["payment_status"] != PAID:
        raise invalid("This order is not paid")
    if row["status"] == "cancelled":
        raise invalid("This order was cancelled")
    if row["status"] == "completed" and settings.completed_orders == "closed":
        raise invalid("This order is completed")
    if sent is not None and all(item["entity_type"] != "product" for item in items_of(market, number)):
        raise invalid("Accounts are for product orders")
    return row


def _valid(accounts: object) -> list[str]:
    sent: Iterable[object] = accounts if isinstance(accounts, list) else ()
    return [text for text in sent if isinstance(text, str) and all(text.partition(":")[::2])]


def _add(market: Market, number: int, accounts: list[str], settings: Settings) -> int:
    """Adds accounts to an order, inside the caller's transaction; says how many counted."""
    added = 0
    for account in dict.fromkeys(accounts):
        known = _is_known(market, number, account, settings.manual_duplicates)
        # a copy of nought is an account that arrived and did not count
        market.db.execute(
            "INSERT INTO manual_accounts (order_id, account, copies) VALUES (?, ?, ?) ON CONFLICT (order_id, account)"
            " DO UPDATE SET arrivals = arrivals + 1, copies = copies + excluded.copies",
            (number, account, not known),
        )
        added += not known
    return added


def _is_known(market: Market, number: int, account: str, where: str) -> bool:
    if where == "request":
        return False
    sql = "SELECT 1 FROM manual_accounts WHERE account = ? AND copies AND (order_id = ? OR ?)"
    return market.db.execute(sql, (account, number, where == "everywhere")).fetchone() is not None


def _answer(market: Market, call: Call, number: int, status: object, added: int) -> Answer:
    """What comes back, which the guide leaves open."""
    match call.settings.manual_answer:
        case "order" | "bare_order" as style:
            row = market.db.execute("SELECT * FROM manual_orders WHERE id = ?", (number,)).fetchone()
            order = shown(market, row, call.settings)
            return Answer(order if style == "bare_order" else {"order": order})
        case "message":
            return Answer({"message": "Order updated successfully"})
        case "empty_object":
            return Answer({})
        case "empty":
            return Answer(b"")
        case "no_content":
            return Answer(b"", 204)
        case _:
            return Answer({"success": True, "order": number, "status": status, "accountsAdded": added})
