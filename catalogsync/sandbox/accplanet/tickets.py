"""AccPlanet's supplier API, tickets: what buyers and suppliers have to say about an order."""

import sqlite3
from collections.abc import Mapping

from catalogsync.sandbox.accplanet.chosen import Chosen, listed
from catalogsync.sandbox.accplanet.door import json_body, refuse, supplier_only
from catalogsync.sandbox.accplanet.fields import Rules, cleaned_html, short_text
from catalogsync.sandbox.accplanet.filters import Filters
from catalogsync.sandbox.accplanet.orders import own_order
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.tickets import STATUSES, Ticket, change_ticket, find_ticket, open_ticket
from catalogsync.sandbox.wire.answers import Answer, Call

_TITLE = 200


@supplier_only
def list_tickets(market: Market, call: Call) -> Answer:
    """Endpoint 12: newest first."""
    filters = Filters(call, ("status",))
    filters.word("status", STATUSES)
    chosen = Chosen("tickets", f"ours AND {filters.where}", tuple(filters.values))
    return listed(market, call, chosen, _shown, "tickets")


@supplier_only
def get_ticket(market: Market, call: Call) -> Answer:
    """Endpoint 13."""
    return Answer({"success": True, "ticket": _shown(_own_ticket(market, call))})


@supplier_only
def create_ticket(market: Market, call: Call) -> Answer:
    """Endpoint 14."""
    body = json_body(call)
    missing = {name: ["This field is required."] for name in ("order_id", "title", "description") if not body.get(name)}
    if missing:
        raise refuse(400, "Validation failed.", missing)
    texts = _texts(body, call.settings)
    order = own_order(market, str(body["order_id"]))
    with market.transaction():
        row = open_ticket(market, order, Ticket(texts["title"], texts["description"]))
    answer = {"success": True, "ticket_id": row["ticket_id"], "ticket_no": row["ticket_no"]}
    status = 201 if call.settings.created_status == "201" else 200
    return Answer({**answer, "message": "Ticket created successfully."}, status)


@supplier_only
def update_ticket(market: Market, call: Call) -> Answer:
    """Endpoint 15."""
    body = json_body(call)
    row = _own_ticket(market, call)
    changes = _texts(body, call.settings)
    if "status" in body:
        if body["status"] not in STATUSES:
            raise refuse(400, "Validation failed.", {"status": [f"Choose one of: {', '.join(STATUSES)}."]})
        changes["status"] = str(body["status"])
    if not changes:
        raise refuse(400, "Nothing to change: send title, description or status.")
    with market.transaction():
        change_ticket(market, row["ticket_id"], changes)
    return Answer({"success": True, "ticket": _shown(_own_ticket(market, call))})


def _texts(body: Mapping[str, object], settings: Settings) -> dict[str, str]:
    """Title and description, as far as they were sent, as AccPlanet keeps them."""
    texts, errors = dict[str, str](), dict[str, list[str]]()
    checks = {"title": short_text(_TITLE), "description": cleaned_html}
    for name in checks.keys() & body.keys():
        try:
            texts[name] = str(checks[name](body[name], Rules(settings, lambda _path: False)))
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise refuse(400, "Validation failed.", errors)
    return texts


def _own_ticket(market: Market, call: Call) -> sqlite3.Row:
    try:
        row = find_ticket(market, call.path_params["ticket_id"])
    except LookupError:
        raise refuse(404, "Ticket not found.") from None
    if not row["ours"]:
        raise refuse(403, "You do not have permission to access this ticket.")
    return row


def _shown(row: sqlite3.Row) -> dict[str, object]:
    return {
        "ticket_id": row["ticket_id"],
        "ticket_no": row["ticket_no"],
        "order_id": row["order_id"],
        "buyer_id": row["buyer_id"],
        "supplier_id": "5a9d0b0c5a9d0b0c5a9d0b0c",
        "title": row["title"],
        "description": row["description"],
        "status": row["status"],
        "admin_invited": bool(row["admin_invited"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
