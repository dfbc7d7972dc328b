"""Whether a batch arrived: what stock, sales and orders say together."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.arrival import OrderBook, arrival, units_of_newest
from catalogsync.model.events import Verdict
from catalogsync.model.listing import Listing
from catalogsync.model.order import Order
from catalogsync.model.state import Call, Op
from tests.core.facts import listing

APPEND = Op("op", Call.APPEND, "k", "accplanet", "p1", pool="pool", count=4, stock=10, sales=3)


def order(number: int, quantity: int | None = 1, delivered: int | None = 1, at: str | None = "") -> Order:
    """An order; the higher its number, the later it was made."""
    moment = f"2026-11-21T12:{number:02}:00Z" if at == "" else at
    return Order(f"o{number}", "p1", quantity, delivered, 0, moment)


def book(*orders: Order, delivered: dict[str, int] | None = None) -> OrderBook:
    return OrderBook({"p1": orders}, delivered or {})


def test_units_are_those_of_the_newest_orders() -> None:
    orders = [order(1, 5, 5), order(3, 2, 1), order(2, 3, 3)]
    assert units_of_newest(orders, 2, 10) == 1
    assert units_of_newest(orders, 5, 10) == 4
    assert units_of_newest(orders, 10, 10) == 9


def test_an_order_of_nothing_counts_for_nothing() -> None:
    assert units_of_newest([order(1, 3, 3), order(2, 0, 0)], 3, 3) == 3


def test_sales_may_count_orders() -> None:
    orders = [order(1, 5, 5), order(3, 2, 1), order(2, 3, 3)]
    assert units_of_newest(orders, 1, 3) == 1
    assert units_of_newest(orders, 2, 3) == 4


@pytest.mark.parametrize(
    ("what", "orders", "sold", "ever"),
    [
        ("there are none", [], 1, 1),
        ("one is missing", [order(1), order(2)], 1, 3),
        ("they do not add up to the sales", [order(1, 2, 2), order(2, 2, 2)], 3, 4),
        ("one has no time", [order(1), order(2, at=None)], 1, 2),
        ("one has an odd time", [order(1), order(2, at="today")], 1, 2),
        ("one has no quantity", [order(1), order(2, None)], 1, 2),
        ("the newest does not say what it delivered", [order(1), order(2, 1, None)], 1, 2),
        ("one of the new ones does not say", [order(1, 1, None), order(2)], 2, 2),
        ("two are of one time, and only one is new", [order(1, at=order(2).created_at), order(2)], 1, 2),
        ("nor where another is older", [order(1), order(2, at=order(3).created_at), order(3)], 1, 3),
    ],
)
def test_nobody_can_tell_where(what: str, orders: list[Order], sold: int, ever: int) -> None:
    assert units_of_newest(orders, sold, ever) is None, what


def test_two_of_one_time_are_told_apart_by_nothing_but_need_not_be() -> None:
    assert units_of_newest([order(1), order(2, at=order(3).created_at), order(3)], 2, 3) == 2


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)), max_size=6), st.integers(0, 6), st.booleans())
def test_what_was_sold_is_found_again(before: list[tuple[int, int]], new: int, by_units: bool) -> None:
    """Whatever was sold before, the newest orders are found, in units and in orders."""
    orders = [order(n, quantity, min(quantity, got)) for n, (quantity, got) in enumerate(before, 1)]
    window = orders[len(orders) - min(new, len(orders)) :]
    sold = sum(one.quantity or 0 for one in window) if by_units else len(window)
    ever = sum(one.quantity or 0 for one in orders) if by_units else len(orders)
    found = units_of_newest(orders, sold, ever)
    if window and (by_units or ever != sum(one.quantity or 0 for one in orders)):
        assert found == sum(one.delivered or 0 for one in window)
    elif not window:
        assert found is None


@pytest.mark.parametrize(
    ("what", "stock", "sales", "orders", "verdict"),
    [
        ("one was sold, and all arrived", 13, 4, [order(9)], Verdict.COMMITTED),
        ("one was sold, and none arrived", 9, 4, [order(9)], Verdict.HELD),
        ("one was sold, and some arrived", 11, 4, [order(9)], Verdict.HELD),
        ("one was ordered and waits, and all arrived", 14, 4, [order(9, 1, 0)], Verdict.COMMITTED),
        ("the order does not show yet", 13, 4, [], Verdict.HELD),
        ("sales went down", 14, 2, [], Verdict.HELD),
    ],
)
def test_with_sales_in_between(what: str, stock: int, sales: int, orders: list[Order], verdict: Verdict) -> None:
    earlier = [order(1), order(2), order(3)]
    ruling = arrival(APPEND, listing(stock=stock, sales=sales), book(*earlier, *orders), trusted=False)
    assert ruling.verdict is verdict, what
    blind = arrival(APPEND, listing(stock=stock, sales=sales), None, trusted=True)
    assert blind.verdict is Verdict.HELD, what


def test_what_orders_delivered_is_proof() -> None:
    proof = book(delivered={"op": 4})
    for stock, sales in ((10, 3), (14, 3), (2, 99)):
        assert arrival(APPEND, listing(stock=stock, sales=sales), proof).verdict is Verdict.COMMITTED
    assert arrival(APPEND, None, proof).verdict is Verdict.COMMITTED
    assert arrival(replace(APPEND, refused="no"), None, proof).verdict is Verdict.COMMITTED
    other = book(delivered={"another": 4})
    assert arrival(APPEND, listing(stock=10, sales=3), other).verdict is Verdict.HELD


@pytest.mark.parametrize(("stock", "verdict"), [(14, Verdict.COMMITTED), (12, Verdict.HELD), (10, Verdict.HELD)])
@pytest.mark.parametrize("refused", ["", "no"])
def test_one_of_them_is_proof_for_all_only_with_the_stock(stock: int, verdict: Verdict, refused: str) -> None:
    """A part may have arrived, so that the others are lost if nobody is asked."""
    op, proof = replace(APPEND, refused=refused), book(delivered={"op": 1})
    assert arrival(op, listing(stock=stock, sales=3), proof, trusted=True).verdict is verdict
    assert arrival(op, None, proof).verdict is Verdict.HELD


@pytest.mark.parametrize("before", [3, None])
def test_what_did_not_add_up_before_proves_nothing(before: int | None) -> None:
    """An earlier batch that shows late would be taken for this one."""
    op = replace(APPEND, accounted=False)
    for stock in (10, 14):
        ruling = arrival(op, listing(stock=stock, sales=3), book(), before=before, trusted=True)
        assert ruling.verdict is Verdict.HELD


@pytest.mark.parametrize(
    ("evidence", "op", "shown", "orders"),
    [
        ("the marketplace shows no stock", APPEND, None, None),
        ("the marketplace shows no stock", APPEND, listing(stock=None, sales=3), None),
        ("the stock before it is not known", replace(APPEND, stock=None), listing(stock=10, sales=3), None),
        ("the marketplace shows no sales", APPEND, listing(stock=10, sales=None), None),
        ("the marketplace shows no sales", replace(APPEND, sales=None), listing(stock=10, sales=3), None),
        ("the number of sales went down", APPEND, listing(stock=10, sales=2), book()),
        ("units were sold meanwhile, so", APPEND, listing(stock=9, sales=4), None),
        ("and the orders do not tell how many", APPEND, listing(stock=9, sales=4), book()),
        ("they may have gone on to orders", replace(APPEND, stock=0), listing(stock=0, sales=3), None),
        ("the orders do not tell whether", replace(APPEND, stock=0), listing(stock=0, sales=3), book(order(1))),
        ("stock and sales moved by 2, and 4 were sent", APPEND, listing(stock=12, sales=3), None),
    ],
)
def test_a_person_is_told_why_nobody_can_tell(
    evidence: str, op: Op, shown: Listing | None, orders: OrderBook | None
) -> None:
    unanswered = arrival(op, shown, orders)
    assert unanswered.verdict is Verdict.HELD
    assert evidence in unanswered.evidence
    refused = arrival(replace(op, refused="full"), shown, orders)
    assert refused.verdict is Verdict.HELD
    assert f"refused it (full), but {unanswered.evidence}" in refused.evidence


def test_a_person_is_told_that_it_was_probably_not_sent() -> None:
    ruling = arrival(APPEND, listing(stock=10, sales=3), None)
    assert (ruling.verdict, ruling.evidence) == (
        Verdict.HELD,
        "the stock did not rise from 10: probably not sent",
    )


class TestTrusted:
    """`recovery.in_doubt: auto`, at a marketplace whose stock has always told."""

    def test_a_stock_that_did_not_move_is_believed(self) -> None:
        assert arrival(APPEND, listing(stock=10, sales=3), None, trusted=True).verdict is Verdict.ABORTED
        assert arrival(APPEND, listing(stock=10, sales=3), None, trusted=False).verdict is Verdict.HELD

    def test_also_where_the_orders_tell_what_was_sold(self) -> None:
        orders = book(order(1), order(2), order(3), order(9))
        assert arrival(APPEND, listing(stock=9, sales=4), orders, trusted=True).verdict is Verdict.ABORTED

    @pytest.mark.parametrize("stock", [9, 11, 13, 15])
    def test_any_other_movement_is_held(self, stock: int) -> None:
        assert arrival(APPEND, listing(stock=stock, sales=3), book(), trusted=True).verdict is Verdict.HELD


class TestSoldOut:
    """With nothing in stock, accounts may go on to orders that waited, so that neither stock nor sales move."""

    SHOWN = listing(stock=0, sales=7)

    @pytest.mark.parametrize(
        ("what", "orders", "unanswered", "refused"),
        [
            ("the orders were not read", None, Verdict.HELD, Verdict.HELD),
            ("no order shows, though some had arrived", OrderBook(), Verdict.HELD, Verdict.HELD),
            (
                "as much was delivered as had arrived",
                book(order(1, 3, 3), order(2, 4, 0)),
                Verdict.ABORTED,
                Verdict.ABORTED,
            ),
            ("all were delivered", book(order(1, 3, 3), order(2, 4, 4)), Verdict.COMMITTED, Verdict.HELD),
            ("some were delivered", book(order(1, 3, 3), order(2, 4, 2)), Verdict.HELD, Verdict.HELD),
            ("an order does not tell", book(order(1, 3, 3), order(2, 4, None)), Verdict.HELD, Verdict.HELD),
            ("an old order shows no more", book(order(2, 4, 0)), Verdict.HELD, Verdict.HELD),
        ],
    )
    def test_the_orders_tell(self, what: str, orders: OrderBook | None, unanswered: Verdict, refused: Verdict) -> None:
        op = replace(APPEND, stock=0, sales=7)
        assert arrival(op, self.SHOWN, orders, before=3, trusted=True).verdict is unanswered, what
        assert arrival(replace(op, refused="no"), self.SHOWN, orders, before=3).verdict is refused, what
        if orders is not None and orders.by_listing:
            unknown = arrival(replace(op, refused="no"), self.SHOWN, orders, before=None)
            assert unknown.verdict is Verdict.HELD, "what had arrived before is not known"

    def test_a_stock_that_rose_needs_no_orders(self) -> None:
        op = replace(APPEND, stock=0, sales=7)
        assert arrival(op, listing(stock=4, sales=7), None).verdict is Verdict.COMMITTED

    @pytest.mark.parametrize(
        ("waiting", "before", "verdict"),
        [(0, 3, Verdict.ABORTED), (4, 3, Verdict.COMMITTED), (2, 3, Verdict.HELD), (0, None, Verdict.HELD)],
    )
    def test_what_the_orders_tell_counts_even_if_the_stock_did_not_add_up(
        self, waiting: int, before: int | None, verdict: Verdict
    ) -> None:
        op = replace(APPEND, stock=0, sales=7, accounted=False)
        orders = book(order(1, 3, 3), order(2, 4, waiting))
        assert arrival(op, self.SHOWN, orders, before=before, trusted=True).verdict is verdict

    def test_a_listing_whose_accounts_are_not_counted_and_that_did_not_add_up_proves_nothing(self) -> None:
        op = replace(APPEND, stock=0, sales=7, accounted=False)
        assert arrival(op, self.SHOWN, OrderBook(), trusted=True).verdict is Verdict.HELD

    @pytest.mark.parametrize("before", [0, None])
    def test_a_listing_that_nobody_ordered_hides_nothing(self, before: int | None) -> None:
        op = replace(APPEND, stock=0, sales=0)
        shown = listing(stock=0, sales=0)
        assert arrival(op, shown, OrderBook(), before=before, trusted=True).verdict is Verdict.ABORTED
        assert arrival(replace(op, refused="no"), shown, OrderBook(), before=before).verdict is Verdict.ABORTED
        late = replace(op, accounted=False)
        assert arrival(late, shown, OrderBook(), before=3, trusted=True).verdict is Verdict.HELD


class TestRefused:
    @pytest.mark.parametrize("accounted", [True, False])
    def test_it_is_believed_where_nothing_moved(self, accounted: bool) -> None:
        op = replace(APPEND, refused="no", accounted=accounted)
        ruling = arrival(op, listing(stock=10, sales=3), None, trusted=False)
        assert (ruling.verdict, ruling.evidence) == (Verdict.ABORTED, "no")

    def test_or_where_the_orders_tell_what_was_sold(self) -> None:
        op = replace(APPEND, refused="no")
        orders = book(order(1), order(2), order(3), order(9))
        assert arrival(op, listing(stock=9, sales=4), orders, trusted=False).verdict is Verdict.ABORTED

    @pytest.mark.parametrize("stock", [9, 12, 14])
    def test_else_it_is_held(self, stock: int) -> None:
        op = replace(APPEND, refused="no")
        ruling = arrival(op, listing(stock=stock, sales=3), book(), trusted=True)
        assert ruling.verdict is Verdict.HELD
        assert "refused it (no)" in ruling.evidence
