"""Laws of orders, whatever is delivered, sold and refunded in whatever sequence."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.sandbox.accounts import Account
from catalogsync.sandbox.accplanet import income, orders
from catalogsync.sandbox.admin.audit import get_audit
from catalogsync.sandbox.admin.door import Asked
from catalogsync.sandbox.gate import Handler
from catalogsync.sandbox.hstockplus.listing import list_orders
from catalogsync.sandbox.hstockplus.orders import Item, Purchase, buy
from catalogsync.sandbox.hstockplus.updating import update_order
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import add_to_pool, insert_products
from catalogsync.sandbox.sales import Sale, deliver_waiting, sell
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.wire.answers import Call, Refused

NAMES = st.sampled_from("abcdefgh")
ROWS = st.lists(NAMES.map(lambda name: f"{name}:1"), min_size=1, max_size=5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), ROWS),
        st.tuples(st.just("replace"), ROWS),
        st.tuples(st.just("pool"), st.lists(st.integers(0, 99).map("p{}".format), min_size=1, max_size=3)),
    ),
    max_size=8,
)


@cache
def _market() -> Market:
    return Market(":memory:", "sandbox")


def empty_market() -> Market:
    """The same one for every example, since to make one costs more than most examples."""
    _market().reset(Settings())
    return _market()


def call(market: Market, handler: Handler, body: object = None, query: Any = None, **params: str) -> tuple[int, Any]:
    asked = Call(
        name="any",
        path="/",
        path_params=params,
        query=query or {},
        headers={"x-api-key": "sandbox", "content-type": "application/json"},
        body=orjson.dumps({} if body is None else body),
        origin="http://127.0.0.1",
        settings=market.settings,
    )
    try:
        answer = handler(market, asked)
    except Refused as refusal:
        answer = refusal.answer
    return answer.status, answer.body


def listing(market: Market) -> str:
    columns = {"category_id": "c", "title": "A seat", "description": "d", "price_cents": 333, "stock": 99}
    with market.transaction():
        return str(insert_products(market, [columns])[0]["product_id"])


@settings(max_examples=40)
@given(st.integers(1, 6), STEPS)
def test_rows_merge_like_an_ordered_set_and_units_add_up(quantity: int, steps: list[tuple[str, Sequence[str]]]) -> None:
    shop = empty_market()
    product_id = listing(shop)
    order_id = sell(shop, Sale(product_id, quantity)) or ""
    by_hand, by_pool = list[str](), 0
    for what, rows in steps:
        if what == "pool":
            with shop.transaction():
                add_to_pool(shop, product_id, [Account(row, "1") for row in rows], shop.settings)
                deliver_waiting(shop, product_id)
        else:
            meant = list(dict.fromkeys([*by_hand, *rows])) if what == "append" else list(rows)
            body = {"delivered_info": orjson.dumps(rows).decode(), "append_delivered_info": what == "append"}
            status, _ = call(shop, orders.update_delivered, body, order_id=order_id)
            assert status == (400 if by_pool + len(meant) > quantity else 200)
            by_hand = meant if status == 200 else by_hand
        shown = call(shop, orders.get_order, order_id=order_id)[1]["order"]
        by_pool = len(shown["delivered_account_ids"])
        assert shown["delivered_units"] == by_pool + len(by_hand)
        assert shown["delivered_units"] + shown["remaining_to_deliver"] == quantity
        assert (shown["delivered_info"] or "").splitlines()[by_pool:] == by_hand
    found: Any = get_audit(shop, Asked({}, {}))
    assert (found["overfilled"], found["at_two_destinations"]) == ([], [])


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 50), st.sampled_from(["kept", "filled", "refunded", "owed"])),
        max_size=6,
    )
)
def test_payments_sum_up_to_the_balance_and_what_is_under_way(sales: list[tuple[int, int, str]]) -> None:
    shop = empty_market()
    product_id, earned, paid = listing(shop), 0, 0
    for quantity, discount, fate in sales:
        payment = "pending_payment" if fate == "owed" else "completed_payment"
        order_id = sell(shop, Sale(product_id, quantity, payment, discount_cents=discount)) or ""
        cents = quantity * 333 - discount
        paid += 0 if fate == "owed" else cents
        earned += cents if fate == "filled" else 0
        if fate in ("filled", "refunded"):
            rows = orjson.dumps([f"a{n}:1" for n in range(quantity)]).decode()
            assert call(shop, orders.update_delivered, {"delivered_info": rows}, order_id=order_id)[0] == 200
        if fate == "refunded":
            assert call(shop, orders.refund_order, order_id=order_id)[0] == 200
    payments = call(shop, income.list_payments, query={"page_size": "100"})[1]
    assert sum(_cents(payment["amount"]) for payment in payments) == paid
    assert len({payment["payment_no"] for payment in payments}) == sum(fate != "owed" for *_, fate in sales)
    assert _cents(call(shop, income.get_balance)[1]["supplier_balance"]) == earned


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 2), ROWS), max_size=8), st.sampled_from(["order", "everywhere"]))
def test_an_account_counts_once_wherever_it_is_looked_for(steps: list[tuple[int, list[str]]], where: str) -> None:
    shop = empty_market()
    shop.configure(shop.settings.changed({"manual_duplicates": where}))
    numbers = [buy(shop, Purchase([Item("h", "A seat", "product", 5, 100)])) for _ in range(2)]
    there: dict[int, set[str]] = {number: set() for number in numbers}
    for nth, rows in steps:
        number = numbers[nth - 1]
        known = set().union(*there.values()) if where == "everywhere" else there[number]
        status, body = call(shop, update_order, {"order": number, "accounts": rows})
        fresh = set(rows) - known
        assert (status, body.get("accountsAdded"), body.get("error")) == (
            (200, len(fresh), None) if fresh else (400, None, "INVALID_ACCOUNTS")
        )
        there[number] |= fresh
    found: Any = get_audit(shop, Asked({}, {}))
    assert [row["units"] for row in found["orders"]] == [len(there[number]) for number in numbers]
    assert found["twice_at_one"] == []


@settings(max_examples=40)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.integers(1, 9))
def test_no_order_is_listed_twice_within_half_an_hour_and_each_is_after_it(limits: list[int], count: int) -> None:
    shop = empty_market()
    made = [buy(shop, Purchase([Item("h", "A seat", "product", 1, 100)])) for _ in range(count)]
    seen: list[int] = []
    for limit in limits:
        body = call(shop, list_orders, query={"productType": "manual", "limit": str(limit)})[1]
        assert (body["count"], body["total"]) == (min(limit, count - len(seen)), count - len(seen))
        seen += [order["id"] for order in body["orders"]]
    assert seen == made[: len(seen)]
    shop.configure(shop.settings.changed({"clock_offset_s": 1801}))
    body = call(shop, list_orders, query={"productType": "manual"})[1]
    assert [order["id"] for order in body["orders"]] == made


def _cents(text: str) -> int:
    units, _, rest = text.partition(".")
    return int(units) * 100 + int(rest)
