"""The admin API over HstockPlus' orders: what buyers do there, and who they are."""

from collections.abc import Mapping
from hashlib import sha256

from catalogsync.sandbox.accplanet.fields import cents
from catalogsync.sandbox.admin.door import Asked
from catalogsync.sandbox.hstockplus.orders import PAID, STATUSES, Item, Purchase, buy, items_of
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.numbers import Buyer, invented_buyer

_LONGEST = 1_000_000_000
_MOST = 1_000_000


def add_manual_order(market: Market, asked: Asked) -> object:
    """A buyer orders something that is filled by hand: one thing, or several as `items`."""
    fields = asked.fields()
    things = fields.get("items", [fields])
    if not isinstance(things, list) or not all(isinstance(thing, dict) for thing in things):
        raise ValueError("items must be a list of objects")
    items = [_item(Asked({}, thing)) for thing in things]
    whole = asked.whole("quantity", 0, 1, _MOST) if "items" in fields and "quantity" in fields else None
    somebody = invented_buyer()
    purchase = Purchase(
        items=items,
        quantity=whole,
        status=_status(asked.text_or("status", STATUSES[0])),
        payment_status=asked.text_or("payment_status", PAID),
        sub_category=asked.text_or("sub_category", "Courses"),
        ours=asked.flag_or("ours", True),
        age_s=asked.whole("age_s", 0, 0, _LONGEST),
        buyer=Buyer(
            asked.text_or("buyer_id", somebody.id),
            asked.text_or("buyer_email", somebody.email),
            asked.text_or("buyer_name", somebody.name),
        ),
    )
    return {"order": buy(market, purchase)}


def _item(asked: Asked) -> Item:
    return Item(
        product_id=asked.text("product_id"),
        product_name=asked.text_or("product_name", "A course seat"),
        entity_type=asked.text_or("entity_type", "product"),
        quantity=asked.whole("quantity", 1, 1, _MOST),
        price_cents=cents(str(asked.fields().get("price", "9.99"))),
    )


def _status(word: str) -> str:
    if word not in STATUSES:
        raise ValueError(f"status must be one of: {', '.join(STATUSES)}")
    return word


def edit_manual_order(market: Market, asked: Asked) -> object:
    """Somebody else sets `status` (cancels it, say) or `payment_status` of `order`, whatever it was."""
    number = asked.whole("order", 0, 1, 2**53)
    status, payment = asked.fields().get("status"), asked.fields().get("payment_status")
    values = (status if status is None else _status(asked.text("status")), payment and asked.text("payment_status"))
    with market.transaction() as db:
        changed = db.execute(
            "UPDATE manual_orders SET status = coalesce(?, status), payment_status = coalesce(?, payment_status)"
            " WHERE id = ?",
            (*values, number),
        ).rowcount
    if not changed:
        raise LookupError(f"there is no order {number}")
    return {"order": number}


def get_manual_orders(market: Market, _asked: Asked) -> object:
    """HstockPlus' orders without buyers, oldest first, with hashes of the accounts that each was given."""
    given: dict[int, list[str]] = {}
    for row in market.db.execute("SELECT order_id, account FROM manual_accounts WHERE copies ORDER BY id"):
        given.setdefault(row["order_id"], []).append(sha256(row["account"].partition(":")[0].encode()).hexdigest())
    rows = market.db.execute(
        "SELECT id, status, payment_status, sub_category, quantity, ours, supplier_order_id, listed_at, created_at"
        " FROM manual_orders ORDER BY id"
    )
    return {
        "orders": [
            {
                **dict(row),
                **_bought(market, row["id"]),
                "ours": bool(row["ours"]),
                "username_sha256": given.get(row["id"], []),
            }
            for row in rows
        ]
    }


def _bought(market: Market, number: int) -> Mapping[str, object]:
    columns = ("product_id", "product_name", "entity_type", "quantity")
    items = [{column: item[column] for column in columns} for item in items_of(market, number)]
    return {"items": items, "product_id": items[0]["product_id"] if len(items) == 1 else None}


def get_buyers(market: Market, asked: Asked) -> object:
    """Whose data must never be seen: each buyer of either marketplace; only with `reveal=1`."""
    if asked.query.get("reveal") != "1":
        raise ValueError("this shows buyers: say reveal=1")
    rows = market.db.execute(
        "SELECT 'accplanet' AS marketplace, order_id, buyer_id AS id, NULL AS email, NULL AS name FROM orders"
        " UNION ALL SELECT 'hstockplus', id, buyer_id, buyer_email, buyer_name FROM manual_orders"
    )
    return {"buyers": [dict(row) for row in rows]}
