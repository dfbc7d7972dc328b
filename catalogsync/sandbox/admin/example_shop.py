"""The shop that the page invents for a first look: listings, sales and orders, as a supplier might have them."""

from collections.abc import Mapping
from typing import Final

from catalogsync.sandbox.admin.invented import accounts_of, checked_columns
from catalogsync.sandbox.hstockplus.orders import Item, Purchase, buy
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import add_to_pool, insert_products
from catalogsync.sandbox.sales import Sale, find_order, sell
from catalogsync.sandbox.tickets import Ticket, open_ticket

_CATEGORIES: Final = {"65f0a1": "Software > Licence keys", "65f0b2": "Vouchers", "65f0c3": "Courses > Seats"}
_KEY: Final = "<p>A licence key for {}.</p>\n<ul><li>Sent at once</li><li>No card, no box</li></ul>"
_VOUCHER: Final = "<p>Good for <b>one year</b>, on any day that we are open.</p>"
_SEAT: Final = "<p>One seat. Bring an apron, the rest is here.</p>"

_Row = tuple[str, str, str, str, int, int]
_LISTINGS: Final[tuple[_Row, ...]] = (
    # title, category, price, description, units (accounts, or seats of a course), sales
    ("Marginalia, one year", "65f0a1", "14.90", _KEY.format("Marginalia, the notebook that remembers"), 5, 2),
    ("Marginalia, for ever", "65f0a1", "39.00", _KEY.format("Marginalia, without an end"), 2, 0),
    ("Paperbird, one month", "65f0a1", "3.50", _KEY.format("Paperbird, letters that fold themselves"), 6, 3),
    ("Sketchbox, shared seat", "65f0a1", "4.20", _KEY.format("a desk in the Sketchbox studio"), 3, 0),
    ("Lantern Player, family licence", "65f0a1", "24.00", _KEY.format("Lantern Player, up to six people"), 4, 1),
    ("Cloudberry tea room, 10", "65f0b2", "9.50", _VOUCHER, 4, 1),
    ("Cloudberry tea room, 25", "65f0b2", "23.00", _VOUCHER, 2, 0),
    ("Harbour walk with a guide", "65f0b2", "18.00", _VOUCHER, 3, 0),
    ("Lantern cinema, one ticket", "65f0b2", "8.00", _VOUCHER, 8, 4),
    ("Pottery for beginners, a seat", "65f0c3", "120.00", _SEAT, 8, 0),
    ("Watercolour on Sundays, a seat", "65f0c3", "85.00", _SEAT, 12, 0),
    ("Letterpress: a day at the press", "65f0c3", "64.00", _SEAT, 6, 0),
)


def invent_shop(market: Market) -> int:
    """Fills an empty shop. Gives the number of listings; 0 if there were some already, which are left alone."""
    if market.db.execute("SELECT 1 FROM products WHERE removed_at IS NULL").fetchone():
        return 0
    market.configure(market.settings.changed({"categories": {**market.settings.categories, **_CATEGORIES}}))
    columns = [checked_columns(market, _body(row), creating=True) for row in _LISTINGS]
    with market.transaction():
        made = [row["product_id"] for row in insert_products(market, columns)]
        for product_id, (_, category, *_, units, _) in zip(made, _LISTINGS, strict=True):
            if category != "65f0c3":
                add_to_pool(market, product_id, accounts_of(product_id, "seed", units), market.settings)
    for product_id, (*_, sales) in zip(made, _LISTINGS, strict=True):
        for _ in range(sales):
            sell(market, Sale(product_id))
    _invent_orders(market, dict(zip((row[0] for row in _LISTINGS), made, strict=True)))
    return len(made)


def _invent_orders(market: Market, listings: Mapping[str, str]) -> None:
    """What waits for a person: an order that nobody paid, a question, and an order at the other marketplace."""
    unpaid = Sale(listings["Watercolour on Sundays, a seat"], payment_status="pending_payment", age_s=7200)
    order_id = sell(market, unpaid)
    if order_id is not None:
        with market.transaction():
            question = Ticket("May I pay at the door?", "<p>I have no card. May I pay when I come?</p>")
            open_ticket(market, find_order(market, order_id), question)
    buy(market, Purchase([Item("507f1f77bcf86cd799439012", "Lantern cinema, one ticket", "product", 3, 800)]))


def _body(row: _Row) -> dict[str, object]:
    title, category, price, description, units, _ = row
    return {"title": title, "category_id": category, "price": price, "description": description, "stock": units}
