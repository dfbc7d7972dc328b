"""The admin API over AccPlanet's orders and tickets: what buyers do there."""

from catalogsync.sandbox.accplanet.fields import cents
from catalogsync.sandbox.admin.door import Asked
from catalogsync.sandbox.admin.world import true_listing
from catalogsync.sandbox.deliveries import confirm as confirm_receipt
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.numbers import invented_buyer
from catalogsync.sandbox.sales import PAID, Sale, find_order
from catalogsync.sandbox.sales import pay as pay_for
from catalogsync.sandbox.sales import sell as sell_units
from catalogsync.sandbox.tickets import STATUSES, Ticket, open_ticket

_LONGEST = 1_000_000_000
_COLUMNS = (
    "order_id, order_no, product_id, quantity, delivered_units, quantity - delivered_units AS remaining_to_deliver,"
    " manual_units, status, payment_status, ours, refund_no, created_at, updated_at"
)


def get_orders(market: Market, asked: Asked) -> object:
    """AccPlanet's orders without buyers and contents, oldest first; `product_id=ID` only that listing's."""
    product_id = asked.query.get("product_id")
    rows = market.db.execute(
        f"SELECT {_COLUMNS} FROM orders WHERE ? IS NULL OR product_id = ? ORDER BY n",  # noqa: S608
        (product_id, product_id),
    )
    return {"orders": [{**dict(row), "ours": bool(row["ours"])} for row in rows]}


def sell(market: Market, asked: Asked) -> object:
    """A buyer buys `quantity` (1) of `product_id`; more in docs/sandbox.md."""
    sale = Sale(
        product_id=asked.text("product_id"),
        quantity=asked.whole("quantity", 1, 1, 1_000_000),
        payment_status=asked.text_or("payment_status", PAID[0]),
        ours=asked.flag_or("ours", True),
        discount_cents=cents(asked.text_or("discount", "0")),
        age_s=asked.whole("age_s", 0, 0, _LONGEST),
        buyer_id=asked.text_or("buyer_id", invented_buyer().id),
    )
    order_id = sell_units(market, sale)
    if order_id is None:
        raise LookupError(f"there is no listing {sale.product_id}")
    return _result(market, order_id)


def pay(market: Market, asked: Asked) -> object:
    """A buyer pays for `order_id`."""
    order_id, status = asked.text("order_id"), asked.text_or("payment_status", PAID[0])
    if status not in PAID:
        raise ValueError(f"payment_status must be one of: {', '.join(PAID)}")
    pay_for(market, order_id, status)
    return _result(market, order_id)


def confirm(market: Market, asked: Asked) -> object:
    """A buyer confirms to have got `order_id`, which nobody but a buyer can."""
    order_id = asked.text("order_id")
    with market.transaction():
        confirm_receipt(market, find_order(market, order_id))
    return _result(market, order_id)


def _result(market: Market, order_id: str) -> dict[str, object]:
    row = find_order(market, order_id)
    return {
        "order_id": order_id,
        "status": row["status"],
        "payment_status": row["payment_status"],
        "delivered_units": row["delivered_units"],
        "remaining_to_deliver": row["quantity"] - row["delivered_units"],
        "product": true_listing(market, row["product_id"]),
    }


def get_tickets(market: Market, _asked: Asked) -> object:
    """The tickets without buyers and what they wrote, oldest first."""
    columns = "ticket_id, ticket_no, order_id, ours, status, admin_invited, created_at, updated_at"
    rows = market.db.execute(f"SELECT {columns} FROM tickets ORDER BY n")  # noqa: S608
    flags = ("ours", "admin_invited")
    return {"tickets": [{**dict(row), **{name: bool(row[name]) for name in flags}} for row in rows]}


def add_ticket(market: Market, asked: Asked) -> object:
    """A buyer opens a ticket over `order_id`."""
    order = find_order(market, asked.text("order_id"))
    ticket = Ticket(
        title=asked.text_or("title", "A question"),
        description=asked.text_or("description", "<p>When does the course begin?</p>"),
        status=asked.text_or("status", STATUSES[0]),
        admin_invited=asked.flag_or("admin_invited", False),
    )
    if ticket.status not in STATUSES:
        raise ValueError(f"status must be one of: {', '.join(STATUSES)}")
    with market.transaction():
        return {"ticket_id": open_ticket(market, order, ticket)["ticket_id"]}
