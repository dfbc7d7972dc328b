"""Accounts to orders: every row of the table, and what holds whatever is ordered."""

from array import array
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.allocate import Stocktake
from catalogsync.core.fulfil import OrderFacts, by_hand, fulfil, pools_wanted, refusal, reserved
from catalogsync.core.wanting import OpenOrder, Rules, Terms, moment
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.order import KeptOrder
from catalogsync.model.order_plan import OrderAction, OrderChange
from catalogsync.model.problem import Place
from catalogsync.model.product import Product
from catalogsync.model.state import Binding, Call, Op, State

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TERMS = {
    "accplanet": Terms(listings=True, open_statuses=("pending_order", "running_order")),
    "vouchers": Terms(listings=False, open_statuses=("pending", "processing")),
}
PAID = ("completed_payment", "paid")


def product(key: str = "tea", **more: Any) -> Product:
    given: dict[str, Any] = {"pool": key, "delivery": "manual", "marketplaces": {"vouchers": f"v-{key}"}, **more}
    return Product(key, {}, Place(f"products/{key}.yaml", 1, 1), **given)


def state_with(*ops: Op, key: str = "tea", **binding: Any) -> State:
    bound = Binding(key, "accplanet", "p1", {}, {}, **binding)
    return State("lineage", bindings={key: bound}, ops={op.id: op for op in ops})


def went(state: State, destination: str, count: int) -> State:
    prints = b"".join((len(state.ledger) + number).to_bytes(FINGERPRINT) for number in range(count))
    state.ledger.add(Batch(f"op{len(state.ledger)}", destination, "tea", "tea", count, Fate.SENT), prints, prints)
    return state


def here(**more: Any) -> OpenOrder:
    """An order for our listing, which nothing stands in the way of."""
    given = {"quantity": 3, "remaining": 3, "status": "pending_order", "payment": "completed_payment", **more}
    return OpenOrder("accplanet", "o1", "p1", created_at="2026-11-21T10:00:00Z", **given)


def there(**more: Any) -> OpenOrder:
    """An order at the other marketplace, which nothing stands in the way of."""
    given = {"quantity": 3, "status": "pending", "payment": "completed", **more}
    return OpenOrder("vouchers", "1001", "v-tea", created_at="2026-11-21T10:00:00.000Z", **given)


def delivery(order: OpenOrder, **more: Any) -> Op:
    given = {"pool": "tea", "count": 2, "fields": {"quantity": 3, "whole": "no"}, "since": "2026-11-21T09:00:00Z"}
    return Op("op1", Call.DELIVER, "tea", order.marketplace, order.product_id, order.order_id, **{**given, **more})


def decide(
    *orders: OpenOrder,
    state: State | None = None,
    products: tuple[Product, ...] = (product(),),
    new: int = 9,
    terms: dict[str, Terms] = TERMS,
    **more: Any,
) -> tuple[OrderChange, ...]:
    facts = OrderFacts(
        orders,
        {one.key: one for one in products},
        {one.pool: Stocktake(one.pool, array("Q", range(new))) for one in products if one.pool},
        state or state_with(),
        terms,
        PAID,
        NOW,
        **more,
    )
    changes, uses = fulfil(facts)
    taken = Counter[str]()
    for change in changes:
        if change.action in {OrderAction.FILL, OrderAction.PARTIAL}:
            taken[change.pool or ""] += change.count
    assert {use.pool: use.taken for use in uses} == {use.pool: taken[use.pool] for use in uses}
    assert all(use.new == use.taken + use.left for use in uses)
    return changes


REFUND = Op("op2", Call.REFUND, "", "vouchers", order="1001")
APPEND = Op("op3", Call.APPEND, "tea", "accplanet", "p1", count=1, pool="tea", held=True)
OLD = (NOW - timedelta(minutes=61)).isoformat()

ROWS: dict[str, tuple[str, OpenOrder, dict[str, Any]]] = {
    "bound and open": ("resend", there(), {"state": state_with(delivery(there()))}),
    "held": ("in-doubt", here(), {"state": state_with(delivery(here(), held=True, evidence="some are there"))}),
    "a refund is open": ("in-doubt", there(), {"state": state_with(REFUND)}),
    "a text is open": ("in-doubt", there(), {"state": state_with(delivery(there(), count=0))}),
    "a status is open": ("fill", there(), {"state": state_with(replace(REFUND, call=Call.SET_STATUS))}),
    "trouble": ("odd-order", there(trouble="two things at once"), {}),
    "no quantity": ("odd-order", there(quantity=0), {}),
    "no status here": ("odd-order", here(status=""), {}),
    "no status there": ("fill", there(status=""), {}),
    "refunded": ("closed", here(status="refunded_order"), {}),
    "cancelled": ("closed", there(status="cancelled"), {}),
    "it shows all": ("filled", here(delivered=3, remaining=0), {}),
    "the ledger has all": ("filled", here(), {"state": went(state_with(), "accplanet/order/o1", 3)}),
    "nothing remains": ("filled", here(remaining=0), {}),
    "partial by status": ("partial-before", there(status="partial"), {}),
    "partial by ledger": ("partial-before", there(), {"state": went(state_with(), "vouchers/order/1001", 1)}),
    "partial here goes on": ("fill", here(delivered=1, remaining=2), {}),
    "bound to nothing": ("not-mapped", replace(here(), product_id="p2"), {}),
    "called nothing": ("not-mapped", replace(there(), product_id="v-soap"), {}),
    "gone": ("no-product", here(), {"products": (product("soap"),)}),
    "renamed": ("fill", here(), {"products": (product("chai", previous_key="tea"),)}),
    "unpaid here": ("unpaid", here(payment="pending_payment"), {}),
    "no payment here": ("unpaid", here(payment=""), {}),
    "no payment there": ("fill", there(payment=""), {}),
    "unpaid there": ("unpaid", there(payment="pending"), {}),
    "auto here": ("not-manual", here(), {"products": (product(delivery="auto"),)}),
    "auto there": ("fill", there(), {"products": (product(delivery="auto"),)}),
    "no pool": ("no-pool", there(), {"products": (product(pool=None),)}),
    "stocked": ("pool-unknown", there(), {"state": state_with(stocked=True)}),
    "stocked, renamed": (
        "pool-unknown",
        here(),
        {"state": state_with(stocked=True), "products": (product("chai", previous_key="tea"),)},
    ),
    "append open here": ("append-open", here(), {"state": state_with(APPEND)}),
    "append open, there": ("fill", there(), {"state": state_with(APPEND)}),
    "stale": ("not-listed", there(seen_at=OLD), {}),
    "stale, named": ("fill", there(seen_at=OLD), {"named": ("1001",)}),
    "fresh": ("fill", there(seen_at=(NOW - timedelta(minutes=59)).isoformat()), {}),
    "empty": ("pool-empty", there(), {"new": 0}),
    "too few": ("partial", there(), {"new": 2}),
    "enough": ("fill", here(), {"new": 3}),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_table(row: str) -> None:
    expected, order, facts = ROWS[row]
    (change,) = decide(order, **facts)
    assert (change.code or change.action.value) == expected
    idle = change.action is OrderAction.NONE
    assert idle == (expected not in {"fill", "partial", "resend"})
    assert bool(change.why) == (idle or expected == "partial")
    assert change.count == (0 if idle else {"partial": 2, "resend": 2}.get(expected, change.count))
    assert len(change.indexes) == (0 if expected == "resend" else change.count)


def test_what_is_already_there_is_not_sent_again() -> None:
    state = went(state_with(), "accplanet/order/o1", 2)
    (change,) = decide(here(delivered=1, remaining=2), state=state)
    assert (change.count, change.delivered) == (1, 2)


def test_accounts_that_are_bound_to_an_order_that_is_listed_no_more_are_sent_again() -> None:
    (change,) = decide(state=state_with(delivery(there())))
    assert (change.action, change.order_id, change.op, change.count) == (OrderAction.RESEND, "1001", "op1", 2)


def test_who_names_orders_gets_these_alone_and_is_told_of_unknown_ones() -> None:
    state = state_with(replace(delivery(there()), order="7"))
    changes = decide(here(), there(), state=state, named=("1001", "99"))
    assert [(change.order_id, change.code) for change in changes] == [("1001", ""), ("99", "not-open")]
    assert "listed again in 30 minutes" in changes[1].why
    (change,) = decide(here(), named=("99",), terms={"accplanet": TERMS["accplanet"]})
    assert (change.code, "minutes" in change.why) == ("not-open", False)


def test_only_these() -> None:
    (change,) = decide(here(), there(), only={("vouchers", "1001"), ("vouchers", "o1")})
    assert change.order_id == "1001"


def test_who_does_not_say_when_comes_last() -> None:
    late = replace(there(), order_id="9", created_at="tomorrow")
    naive = replace(there(), order_id="8", created_at="2026-11-21T09:00:00")
    assert [change.order_id for change in decide(late, there(), naive)] == ["8", "1001", "9"]


@pytest.mark.parametrize(
    ("order", "count", "ok"),
    [
        (there(status="partial"), 3, True),
        (there(seen_at=OLD), 1, True),
        (here(payment=""), 3, True),
        (here(), 4, False),
        (here(status="refunded_order"), 1, False),
        (here(delivered=3, remaining=0), 1, False),
        (here(trouble="two things"), 1, False),
    ],
)
def test_by_hand(order: OpenOrder, count: int, ok: bool) -> None:
    rules = Rules({"tea": product()}, state_with(), TERMS, PAID, NOW)
    assert (refusal(order, count, rules) == "") == ok
    if ok:
        change = by_hand(order, count, rules, Stocktake("tea", array("Q", range(4))))
        assert change is not None
        assert list(change.indexes) == list(range(count))
        assert change.action is (OrderAction.FILL if count == 3 else OrderAction.PARTIAL)
        assert by_hand(order, count, rules, Stocktake("tea", array("Q", range(count - 1)))) is None


def test_what_kept_orders_wait_for_is_reserved() -> None:
    state = state_with()
    oddities: list[dict[str, Any]] = [{}, {"seen_at": OLD}, {"status": "partial"}, {"quantity": 0}]
    for number, more in enumerate([*oddities, {"product_id": "v-soap"}, {"trouble": "odd"}]):
        fields: dict[str, Any] = {"seen_at": NOW.isoformat(), "product_id": "v-tea", "quantity": 4, **more}
        kept = KeptOrder("vouchers", str(number), payment="completed", **fields)
        state.orders[kept.destination] = kept
    assert reserved({"tea": product()}, state, PAID, NOW) == {"tea": 4}
    assert reserved({"tea": product()}, went(state, "vouchers/order/0", 4), PAID, NOW) == {}


orders = st.builds(
    lambda place, number, kind, quantity, delivered, payment, minute, status: OpenOrder(
        place,
        f"{number}",
        ("p1" if kind == 1 else "p9") if place == "accplanet" else f"v-{['soap', 'tea'][kind % 2]}",
        quantity,
        delivered=min(delivered, quantity) if place == "accplanet" else 0,
        status=TERMS[place].open_statuses[0] if status else "completed",
        payment="paid" if payment else "pending",
        created_at=f"2026-11-21T10:{minute:02}:00Z",
    ),
    st.sampled_from(sorted(TERMS)),
    st.integers(0, 30),
    st.integers(0, 2),
    st.integers(0, 5),
    st.integers(0, 5),
    st.booleans() | st.just(True),
    st.integers(0, 59),
    st.booleans() | st.just(True),
)


@given(st.lists(orders, max_size=12, unique_by=lambda order: (order.marketplace, order.order_id)), st.integers(0, 20))
def test_laws(found: list[OpenOrder], new: int) -> None:
    products = (product(), product("soap", delivery="auto"))
    changes = decide(*found, products=products, new=new)
    assert changes == decide(*reversed(found), products=products, new=new)
    assert sorted((change.marketplace, change.order_id) for change in changes) == sorted(
        (order.marketplace, order.order_id) for order in found
    )
    by_id = {(order.marketplace, order.order_id): order for order in found}
    times = [moment(by_id[change.marketplace, change.order_id]) for change in changes]
    assert times == sorted(times)
    given_out = Counter((change.pool, position) for change in changes for position in change.indexes)
    assert all(count == 1 for count in given_out.values())
    short: set[str | None] = set()
    for change in changes:
        assert change.delivered + change.count <= max(change.quantity, change.delivered)
        assert change.count == len(change.indexes)
        if change.action is not OrderAction.NONE:
            # Once an order got too few, a younger one gets nothing of that pool.
            assert change.pool not in short
        if change.code in {"partial", "pool-empty"}:
            short.add(change.pool)
    facts = OrderFacts(found, {one.key: one for one in products}, {}, state_with(), TERMS, PAID, NOW)
    wanting = {
        change.pool for change in changes if change.action is not OrderAction.NONE or change.code == "pool-empty"
    }
    assert pools_wanted(facts) == wanting
