"""Payments beside orders: every row of the table, and sums that are exact however they are made."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.core.takings import by_day, by_product, difference, lay_out, moment_of, plain, summed, total
from catalogsync.model.order import Order
from catalogsync.model.payment import Payment
from catalogsync.model.takings import Sums, Takings

PAID = ("completed_payment", "paid")


def order(number: int = 1, cost: str | None = "9.99", payment: str = "paid", **more: str) -> Order:
    at = more.pop("at", "2026-11-20T12:00:00Z")
    return Order(
        f"o{number}",
        more.pop("product", "p1"),
        1,
        created_at=at,
        payment=payment,
        total=cost,
        status=more.get("status"),
    )


def payment(
    number: int = 1, of: str | None = "o1", amount: str | None = "9.99", status: str = "paid", at: str = ""
) -> Payment:
    return Payment(f"PAY{number}", of, amount, "balance", status, at or "2026-11-21T00:00:01Z")


def laid(payments: list[Payment], orders: list[Order], **days: date | None) -> Takings:
    return lay_out(payments, orders, PAID, lambda one: one.product_id, **days)


def sums(orders: int = 0, ordered: str = "0", paid: str = "0", payments: int = 0, received: str = "0") -> Sums:
    return Sums(orders, Decimal(ordered), Decimal(paid), payments, Decimal(received))


@pytest.mark.parametrize(
    ("payments", "orders", "whole", "oddities"),
    [
        ([], [], sums(), []),
        ([payment()], [order()], sums(1, "9.99", "9.99", 1, "9.99"), [""]),
        ([], [order()], sums(1, "9.99", "9.99"), ["no-payment"]),
        ([payment(status="failed")], [order()], sums(1, "9.99", "9.99"), ["no-payment"]),
        ([], [order(payment="pending_payment")], sums(1, "9.99"), [""]),
        ([payment()], [order(payment="pending_payment")], sums(1, "9.99", "0", 1, "9.99"), ["differs"]),
        ([payment(amount="9.98")], [order()], sums(1, "9.99", "9.99", 1, "9.98"), ["differs"]),
        ([payment(of=None)], [], sums(0, "0", "0", 1, "9.99"), ["no-order"]),
        ([payment(of="o2")], [order()], sums(1, "9.99", "9.99", 1, "9.99"), ["no-payment", "no-order"]),
        (
            [payment(1, amount="5"), payment(2, amount="4.99"), payment(3, status="failed")],
            [order()],
            sums(1, "9.99", "9.99", 2, "9.99"),
            ["", "", ""],
        ),
        (
            [payment(amount=None)],
            [order()],
            Sums(1, Decimal("9.99"), Decimal("9.99"), 1, unread=1),
            [""],
        ),
        ([payment()], [order(cost=None)], Sums(1, payments=1, received=Decimal("9.99"), unread=1), [""]),
        (
            [payment(status="refunded_payment")],
            [order(payment="refunded_payment", status="refunded_order")],
            Sums(1, Decimal("9.99"), refunded=Decimal("9.99")),
            [""],
        ),
        (
            [payment()],
            [order(status="refunded_order")],
            Sums(1, Decimal("9.99"), Decimal("9.99"), 1, Decimal("9.99"), Decimal("9.99")),
            [""],
        ),
    ],
)
def test_every_row(payments: list[Payment], orders: list[Order], whole: Sums, oddities: list[str]) -> None:
    takings = laid(payments, orders)
    assert total(takings.lines) == whole
    assert [line.oddity for line in takings.lines] == oddities


def test_an_order_and_its_payment_are_not_torn_apart_by_midnight() -> None:
    late = order(at="2026-11-20T23:59:59Z")
    found = laid([payment(at="2026-11-21T00:00:01Z")], [late, order(2, at="2026-11-20T23:00:00Z", payment="no")])
    assert {day: (one.orders, one.payments) for day, one in by_day(found.lines).items()} == {
        "2026-11-20": (1, 0),
        "2026-11-21": (1, 1),
    }


def test_days_are_in_utc_and_both_ends_count() -> None:
    orders = [order(n, payment="no", at=f"2026-11-{19 + n}T23:30:00-05:00") for n in range(1, 5)]
    found = laid([], [*orders, order(9, at="soon")], since=date(2026, 11, 22), until=date(2026, 11, 23))
    assert [line.day for line in found.lines] == ["2026-11-22", "2026-11-23"]
    assert found.undated == 1
    everything = laid([], [*orders, order(9, at="soon")])
    assert (len(everything.lines), everything.undated, everything.lines[0].day) == (5, 0, "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-21T12:00:00Z", "2026-11-21T12:00:00+00:00"),
        ("2026-11-21 12:00", "2026-11-21T12:00:00+00:00"),
        ("2026-11-21T01:00:00+02:00", "2026-11-20T23:00:00+00:00"),
        ("2026-11-21", "2026-11-21T00:00:00+00:00"),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_moments(text: str | None, shown: str | None) -> None:
    found = moment_of(text)
    assert (found.isoformat() if found else None) == shown


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00"), ("-0.00", "0.00"), ("1E+2", "100.00"), ("1.5", "1.50"), ("-3.1", "-3.10"), ("0.0010", "0.001")],
)
def test_plain_notation(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


AMOUNTS = st.none() | st.decimals("-1e30", "1e30", places=2).map(str) | st.sampled_from(["0.10", "1" * 40 + ".01"])
DAYS = st.sampled_from(["2026-11-20T23:59:59Z", "2026-11-21T00:00:00Z", "2026-11-21", "soon"])
WORDS = st.sampled_from(["paid", "completed_payment", "pending_payment", "refunded_payment"])
ORDERS = st.lists(
    st.builds(order, st.integers(0, 8), AMOUNTS, WORDS, at=DAYS, product=st.sampled_from("abc")),
    max_size=8,
    unique_by=lambda one: one.order_id,
)
PAYMENTS = st.lists(
    st.builds(
        payment, st.integers(0, 99), st.sampled_from([f"o{n}" for n in range(10)]) | st.none(), AMOUNTS, WORDS, DAYS
    ),
    max_size=12,
    unique_by=lambda one: one.number,
)


@settings(max_examples=150)
@given(PAYMENTS, ORDERS)
def test_sums_are_the_same_however_they_are_made(payments: list[Payment], orders: list[Order]) -> None:
    takings = laid(payments, orders)
    whole = total(takings.lines)
    assert summed(by_day(takings.lines).values()) == whole
    assert summed(by_product(takings.lines).values()) == whole
    # against whole cents, which cannot be rounded
    cents = sum(_cents(one.amount) for one in payments if one.status in PAID)
    assert plain(whole.received) == _plain(cents)
    assert plain(whole.ordered) == _plain(sum(_cents(one.total) for one in orders))
    assert plain(whole.paid) == _plain(sum(_cents(one.total) for one in orders if one.payment in PAID))
    assert plain(difference(whole)) == _plain(cents - sum(_cents(one.total) for one in orders if one.payment in PAID))
    assert whole.orders == len(orders)
    assert sum(1 for line in takings.lines if line.payment) == len(payments)
    days = [line.day for line in takings.lines]
    assert days == sorted(days)


def _cents(amount: str | None) -> int:
    whole, _, places = (amount or "0").partition(".")
    return int(f"{whole}{places.ljust(2, '0')}")


def _plain(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
