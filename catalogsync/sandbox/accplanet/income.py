"""AccPlanet's supplier API, money: the payments for orders, and the balance that they leave."""

import sqlite3

from catalogsync.sandbox.accplanet.chosen import Chosen, listed
from catalogsync.sandbox.accplanet.door import supplier_only
from catalogsync.sandbox.accplanet.filters import Filters
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.shown import money, total_cents
from catalogsync.sandbox.wire.answers import Answer, Call

_PAID = "ours AND paid_at IS NOT NULL"


@supplier_only
def list_payments(market: Market, call: Call) -> Answer:
    """Endpoint 16: one payment for each order that was paid, newest first; those that were given back say so."""
    Filters(call, ())
    chosen = Chosen("orders", _PAID, order="paid_at DESC, n DESC")
    return listed(market, call, chosen, _payment, "payments")


def _payment(row: sqlite3.Row) -> dict[str, object]:
    return {
        "payment_no": f"PAY{row['order_no'].removeprefix('TK')}",
        "order_id": row["order_id"],
        "amount": money(total_cents(row)),
        "payment_method": "balance",
        "status": row["payment_status"],
        "paid_at": row["paid_at"],
        "created_at": row["created_at"],
    }


@supplier_only
def get_balance(market: Market, _call: Call) -> Answer:
    """Endpoint 17: what completed orders brought in."""
    completed = f"{_PAID} AND status IN ('completed_order', 'receipt_confirmed_order')"
    rows = market.db.execute(f"SELECT price_cents, quantity, discount_cents FROM orders WHERE {completed}")  # noqa: S608
    earned = money(sum(map(total_cents, rows)))
    return Answer(
        {
            "success": True,
            "balance": earned,
            "user_balance": "0.00",
            "supplier_balance": earned,
            "current_role": "supplier",
            "email": "supplier@sandbox.example",
            "user_id": "5a9d0b0c5a9d0b0c5a9d0b0c",
        }
    )
