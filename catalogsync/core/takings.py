"""Lays payments beside the orders that they are for, and sums both, exactly: in decimals, and never in floats."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final

from catalogsync.model.order import Order
from catalogsync.model.payment import Payment
from catalogsync.model.takings import Line, Oddity, Sums, Takings

_EXACT: Final = Context(prec=200, traps=[Inexact, InvalidOperation])
"""An amount has no more than 40 digits before and 40 behind its point, so that no sum of any list is ever rounded."""
_NOTHING: Final = Decimal(0)


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
    by_order: dict[str, list[Payment]] = defaultdict(list)
    strays: list[Payment] = []
    known = {order.order_id: order for order in orders}
    for payment in sorted(payments, key=lambda one: (_when(one), one.number)):
        if payment.order_id in known:
            by_order[payment.order_id].append(payment)
        else:
            strays.append(payment)
    lines = [line for order in known.values() for line in _lines_of(order, by_order[order.order_id], paid_statuses)]
    lines += [Line(payment, None, _day(payment), "", _paid(payment, paid_statuses), "no-order") for payment in strays]
    named = [_named(line, name_of) for line in lines]
    named.sort(key=lambda line: (line.day, _when(line.payment), line.order.order_id if line.order else ""))
    if since is None and until is None:
        return Takings(tuple(named))
    first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
    chosen = tuple(line for line in named if line.day and first <= line.day <= last)
    return Takings(chosen, sum(1 for line in named if not line.day))


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


def _lines_of(order: Order, payments: list[Payment], paid_statuses: Collection[str]) -> Iterator[Line]:
    is_paid = order.payment in paid_statuses
    cost = _NOTHING if order.total is None else Decimal(order.total)
    back = "refund" in f"{order.status} {order.payment}"
    own = Sums(
        orders=1,
        ordered=cost,
        paid=cost if is_paid else _NOTHING,
        refunded=cost if back else _NOTHING,
        unread=1 if order.total is None else 0,
    )
    made = [payment for payment in payments if payment.status in paid_statuses]
    oddity: Oddity = ""
    if is_paid and not made:
        oddity = "no-payment"
    else:
        both = summed([own, *(_paid(payment, paid_statuses) for payment in made)])
        if made and not both.unread and difference(both):
            oddity = "differs"
    if not payments:
        yield Line(None, order, _day_in(order.created_at), "", own, oddity)
        return
    first = made[0] if made else payments[0]
    for payment in payments:
        sums = _paid(payment, paid_statuses)
        leads = payment is first
        yield Line(payment, order, _day(payment), "", summed([own, sums]) if leads else sums, oddity if leads else "")


def _paid(payment: Payment, paid_statuses: Collection[str]) -> Sums:
    if payment.status not in paid_statuses:
        return Sums()
    if payment.amount is None:
        return Sums(payments=1, unread=1)
    return Sums(payments=1, received=Decimal(payment.amount))


def _named(line: Line, name_of: Callable[[Order], str]) -> Line:
    name = "" if line.order is None else name_of(line.order)
    return Line(line.payment, line.order, line.day, name, line.sums, line.oddity)


def _by(lines: Iterable[Line], group: Callable[[Line], str]) -> dict[str, Sums]:
    groups: dict[str, list[Sums]] = defaultdict(list)
    for line in lines:
        groups[group(line)].append(line.sums)
    return {name: summed(groups[name]) for name in sorted(groups)}


def _when(payment: Payment | None) -> str:
    """What payments are put in order by: their moment in UTC, in a form that sorts."""
    found = None if payment is None else moment_of(payment.paid_at) or moment_of(payment.created_at)
    return "" if found is None else found.isoformat()


def _day(payment: Payment) -> str:
    return _when(payment)[:10]


def _day_in(text: str | None) -> str:
    found = moment_of(text)
    return "" if found is None else found.date().isoformat()
