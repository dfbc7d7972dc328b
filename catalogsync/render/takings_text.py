"""What came in, as text, JSON and facts: by payment, by day or by product, with what does not fit together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from catalogsync.core.takings import by_day, by_product, difference, plain, summed, total
from catalogsync.model.counted import counted
from catalogsync.model.takings import Line, Sums, Takings
from catalogsync.render.escape import inline
from catalogsync.render.facts import Fact, Facts, in_json
from catalogsync.render.json_text import pretty
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.messages import FEW, WARNS
from catalogsync.render.palette import Span, Style
from catalogsync.render.table import Column, put_table

By = Literal["payment", "day", "product"]

_LINES: Final = (
    *("payment_no", "day", "paid_at", "amount", "received", "payment_method", "payment_status", "product"),
    *("product_id", "title", "order_id", "order_no", "quantity", "order_total", "order_status", "order_payment"),
    "note",
)
_SUMS: Final = ("orders", "ordered", "paid", "payments", "received", "difference", "refunded", "unread")
_NOTES: Final = {"": None, "no-order": "no order", "no-payment": "no payment", "differs": "differs"}
_TABLE: Final = (
    Column("day"),
    Column("payment"),
    Column("order", yields=True, whole=True),
    Column("product", yields=True),
    Column("amount", number=True),
    Column("status", yields=True),
    Column("note"),
)
_AMOUNTS: Final = (
    Column("orders", number=True, yields=True),
    Column("ordered", number=True),
    Column("paid", number=True),
    Column("payments", number=True, yields=True),
    Column("received", number=True),
    Column("difference", number=True),
    Column("refunded", number=True),
)


def columns(by: By) -> tuple[str, ...]:
    """The names of the facts, in order."""
    return _LINES if by == "payment" else (by, *_SUMS)


def takings_facts(takings: Takings, by: By) -> list[Facts]:
    """The rows of a sheet. No row sums up the others, so that a sheet can."""
    if by == "payment":
        return [_line_facts(line) for line in _shown(takings.lines)]
    return [{by: _group(name, by), **_sum_facts(sums)} for name, sums in _groups(takings.lines, by).items()]


def render_takings_json(takings: Takings, by: By, since: date | None, until: date | None) -> str:
    """Everything for scripts; amounts are texts."""
    odd = _odd(takings.lines)
    document: dict[str, Any] = {
        "by": by,
        "since": since and since.isoformat(),
        "until": until and until.isoformat(),
        "time_zone": "UTC",
        "rows": [in_json(facts) for facts in takings_facts(takings, by)],
        "total": in_json(_sum_facts(total(takings.lines))),
        "orders_without_payment": [line.order.order_id for line in odd["no-payment"] if line.order],
        "payments_without_order": [line.payment.number for line in odd["no-order"] if line.payment],
        "orders_that_differ": [line.order.order_id for line in odd["differs"] if line.order],
        "undated": takings.undated,
    }
    return pretty(document)


def render_takings(takings: Takings, by: By, *, width: int = 100, color: bool = False) -> str:
    """A table, the sums below it, and what does not fit together."""
    page = Page(width, color=color)
    if not takings.lines:
        page.put("No payments and no orders.")
    elif by == "payment":
        _put_lines(page, _shown(takings.lines))
    else:
        _put_groups(page, _groups(takings.lines, by), by)
    _put_remarks(page, takings)
    return page.text()


def _put_lines(page: Page, lines: Sequence[Line]) -> None:
    if lines:
        put_table(page, _TABLE, [_cells(line) for line in lines])
        page.gap()


def _cells(line: Line) -> list[str]:
    payment, order = line.payment, line.order
    return [
        inline(line.day or "?"),
        inline(payment.number if payment else "-"),
        inline((order.order_id if order else payment.order_id if payment else "") or ""),
        inline(line.product),
        inline((payment.amount or "?") if payment else ""),
        inline((payment.status or "") if payment else ""),
        _NOTES[line.oddity] or "",
    ]


def _put_groups(page: Page, groups: Mapping[str, Sums], by: By) -> None:
    named = [(inline(name) or _nameless(by), sums) for name, sums in groups.items()]
    rows = [[name, *_amounts(sums)] for name, sums in [*named, ("total", summed(groups.values()))]]
    put_table(page, (Column(by), *_AMOUNTS), rows)
    page.gap()


def _amounts(sums: Sums) -> list[str]:
    return [
        f"{sums.orders:,}",
        plain(sums.ordered),
        plain(sums.paid),
        f"{sums.payments:,}",
        plain(sums.received),
        plain(difference(sums)),
        plain(sums.refunded),
    ]


def _put_remarks(page: Page, takings: Takings) -> None:
    odd, sums = _odd(takings.lines), total(takings.lines)
    if lines := odd["no-payment"]:
        _warn(page, f"{_are(len(lines), 'order')} paid by the order's own word, without a payment: {_orders(lines)}")
    if lines := odd["no-order"]:
        numbers = listed([line.payment.number for line in lines if line.payment], FEW)
        _warn(page, f"{_are(len(lines), 'payment')} for no order that is listed: {numbers}")
    if lines := odd["differs"]:
        _warn(page, f"{_are(len(lines), 'order')} paid with another amount than is due: {_orders(lines)}")
    if sums.unread:
        _warn(page, f"{_are(sums.unread, 'amount')} in no sum: what the marketplace shows is no amount")
    if takings.undated:
        _warn(page, f"{_are(takings.undated, 'line')} left out: there is no date that can be read")
    if takings.lines:
        page.put(
            Span(
                f"{counted(sums.orders, 'order')} for {plain(sums.ordered)}, of which {plain(sums.paid)} count as paid;"
                f" {counted(sums.payments, 'payment')} of {plain(sums.received)};"
                f" difference {plain(difference(sums))}; refunded {plain(sums.refunded)}. Days are in UTC.",
                Style.FAINT,
            )
        )


def _warn(page: Page, text: str) -> None:
    page.put(WARNS, f" {text}", hang=2)


def _are(count: int, noun: str) -> str:
    return f"{counted(count, noun)} {'is' if count == 1 else 'are'}"


def _orders(lines: Sequence[Line]) -> str:
    return listed([line.order.order_id for line in lines if line.order], FEW)


def _odd(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {"no-order": [], "no-payment": [], "differs": []}
    for line in lines:
        if line.oddity:
            found[line.oddity].append(line)
    return found


def _shown(lines: Iterable[Line]) -> list[Line]:
    """Payments, and orders that should have one."""
    return [line for line in lines if line.payment is not None or line.oddity]


def _groups(lines: Iterable[Line], by: By) -> Mapping[str, Sums]:
    return by_day(lines) if by == "day" else by_product(lines)


def _group(name: str, by: By) -> str | date:
    return date.fromisoformat(name) if by == "day" and name else name


def _nameless(by: By) -> str:
    return "no date" if by == "day" else "no order"


def _line_facts(line: Line) -> Facts:
    facts: dict[str, Fact] = dict.fromkeys(_LINES)
    facts |= {
        "day": date.fromisoformat(line.day) if line.day else None,
        "received": line.sums.received,
        "product": line.product,
        "note": _NOTES[line.oddity],
    }
    if payment := line.payment:
        facts |= {
            "payment_no": payment.number,
            "paid_at": payment.paid_at or payment.created_at,
            "amount": _money(payment.amount),
            "payment_method": payment.method,
            "payment_status": payment.status,
            "order_id": payment.order_id,
        }
    if order := line.order:
        facts |= {
            "product_id": order.product_id,
            "title": order.title,
            "order_id": order.order_id,
            "order_no": order.number,
            "quantity": order.quantity,
            "order_total": _money(order.total),
            "order_status": order.status,
            "order_payment": order.payment,
        }
    return facts


def _sum_facts(sums: Sums) -> Facts:
    return {
        "orders": sums.orders,
        "ordered": sums.ordered,
        "paid": sums.paid,
        "payments": sums.payments,
        "received": sums.received,
        "difference": difference(sums),
        "refunded": sums.refunded,
        "unread": sums.unread,
    }


def _money(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
