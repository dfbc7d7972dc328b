"""Lays payments beside the orders that they are for, and sums both, exactly: in decimals, and never in floats."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final

from catalogsync.model.order import Order
from catalogsync.model.payment import Payment
from catalogsync.model.takings import Line, Oddity, Sums, Takings

_EXACT: Final = Context(prec=200, traps=[Inexact, InvalidOperation])
"""An amount has no more than 40 digits before and 40 behind its point, so that no sum of any list is ever rounded."""
_NOTHING: Final = Decimal(0)
_Dated = tuple[str, str, Payment]
"""A payment behind what it is put in order by: its moment in UTC, and its number."""


def lay_out(
    payments: Iterable[Payment],
    orders: Iterable[Order],
    paid_statuses: Collection[str],
    name_of: Callable[[Order], str],
    since: date | None = None,
    until: date | None = None,
) -> Takings:
    """Payments and orders as lines.

    A payment counts on the day on which it was paid, an order on the day of its first payment, or, without one, on the
    day on which it was made; so that an order and its payment are not torn apart by midnight.

    Args:
        payments: all payments.
        orders: all orders.
        paid_statuses: the words for a payment that was made, of orders and of payments.
        name_of: what the product of an order is called.
        since: the first day that counts (UTC), or None.
        until: the last day that counts, or None.
    """
    dated = sorted(((_when(one.paid_at) or _when(one.created_at), one.number, one) for one in payments), key=_in_time)
    by_order: dict[str, list[_Dated]] = defaultdict(list)
    known = {order.order_id: order for order in orders}
    found: list[tuple[str, str, Line]] = []
    for when, number, payment in dated:
        if payment.order_id in known:
            by_order[payment.order_id].append((when, number, payment))
        else:
            line = Line(payment, None, when[:10], "", _paid([payment], paid_statuses), "no-order")
            found.append((when, number, line))
    for order in known.values():
        found += _lines_of(order, by_order.get(order.order_id, []), paid_statuses, name_of(order))
    found.sort(key=lambda entry: (entry[2].day, entry[0], entry[1]))
    lines = tuple(line for _, _, line in found)
    if since is None and until is None:
        return Takings(lines)
    first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
    chosen = tuple(line for line in lines if line.day and first <= line.day <= last)
    return Takings(chosen, sum(1 for line in lines if not line.day))


def by_day(lines: Iterable[Line]) -> Mapping[str, Sums]:
    """Sums of each day, oldest first; what has no day that can be read comes first, under an empty text."""
    return _by(lines, lambda line: line.day)


def by_product(lines: Iterable[Line]) -> Mapping[str, Sums]:
    """Sums of each product, by its name; payments without an order come first, under an empty text."""
    return _by(lines, lambda line: line.product)


def total(lines: Iterable[Line]) -> Sums:
    """Sums of all lines."""
    return summed(line.sums for line in lines)


def summed(parts: Iterable[Sums]) -> Sums:
    """Sums together."""
    orders = payments = unread = 0
    ordered = paid = received = refunded = _NOTHING
    for part in parts:
        orders, payments, unread = orders + part.orders, payments + part.payments, unread + part.unread
        ordered, paid = _EXACT.add(ordered, part.ordered), _EXACT.add(paid, part.paid)
        received, refunded = _EXACT.add(received, part.received), _EXACT.add(refunded, part.refunded)
    return Sums(orders, ordered, paid, payments, received, refunded, unread)


def difference(sums: Sums) -> Decimal:
    """How much more came in by payments than the orders say was paid; negative: less."""
    return _EXACT.subtract(sums.received, sums.paid)


def plain(amount: Decimal) -> str:
    """An amount in plain notation, with two places or as many as it needs: `1234.50`, never `1.2E+3`."""
    # copy_abs, since abs() rounds to 28 digits
    whole, _, places = f"{amount.copy_abs():f}".partition(".")
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{places.rstrip('0').ljust(2, '0')}"


def moment_of(text: str | None) -> datetime | None:
    """A moment in UTC; None where a text is none. One that does not say its time zone is taken for UTC."""
    try:
        found = datetime.fromisoformat(text) if text else None
        if found is None:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _lines_of(
    order: Order, payments: Sequence[_Dated], paid_statuses: Collection[str], product: str
) -> Iterator[tuple[str, str, Line]]:
    is_paid = order.payment in paid_statuses
    cost = _NOTHING if order.total is None else Decimal(order.total)
    due = cost if is_paid else _NOTHING
    back = cost if "refund" in f"{order.status} {order.payment}" else _NOTHING
    unread = 1 if order.total is None else 0
    if not payments:
        when = _when(order.created_at)
        own = Sums(1, cost, due, refunded=back, unread=unread)
        yield when, order.order_id, Line(None, order, when[:10], product, own, "no-payment" if is_paid else "")
        return
    made = [payment for _, _, payment in payments if payment.status in paid_statuses]
    whole = _paid(made, paid_statuses)
    oddity: Oddity = ""
    if is_paid and not made:
        oddity = "no-payment"
    elif made and not unread and not whole.unread and whole.received != due:
        oddity = "differs"
    first = made[0] if made else payments[0][2]
    for when, number, payment in payments:
        sums = _paid([payment], paid_statuses)
        if payment is first:
            sums = Sums(1, cost, due, sums.payments, sums.received, back, unread + sums.unread)
            yield when, number, Line(payment, order, when[:10], product, sums, oddity)
        else:
            yield when, number, Line(payment, order, when[:10], product, sums)


def _paid(payments: Iterable[Payment], paid_statuses: Collection[str]) -> Sums:
    """Sums of those payments that were made."""
    made = [payment.amount for payment in payments if payment.status in paid_statuses]
    received = _NOTHING
    for amount in made:
        if amount is not None:
            received = _EXACT.add(received, Decimal(amount))
    return Sums(payments=len(made), received=received, unread=made.count(None))


def _by(lines: Iterable[Line], group: Callable[[Line], str]) -> dict[str, Sums]:
    groups: dict[str, list[Sums]] = defaultdict(list)
    for line in lines:
        groups[group(line)].append(line.sums)
    return {name: summed(groups[name]) for name in sorted(groups)}


def _when(text: str | None) -> str:
    """A moment in UTC, in a form that sorts and begins with its day; empty where a text is none."""
    found = moment_of(text)
    return "" if found is None else found.isoformat()


def _in_time(dated: _Dated) -> tuple[str, str]:
    return dated[:2]
