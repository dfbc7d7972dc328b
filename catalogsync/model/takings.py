"""What came in: payments beside the orders that they are for, and sums of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from catalogsync.model.order import Order
from catalogsync.model.payment import Payment

Oddity = Literal["", "no-order", "no-payment", "differs"]
"""What is odd about a line: a payment whose order is not listed; an order that counts as paid and has no payment; one
whose payments are not what it says was paid."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of some orders and payments, exact.

    Attributes:
        orders: how many orders.
        ordered: what they cost together, paid or not.
        paid: what those of them cost that count as paid.
        payments: how many payments were made.
        received: what these are together.
        refunded: what those orders cost that were given back.
        unread: how many amounts could not be read, and are in no sum.
    """

    orders: int = 0
    ordered: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    payments: int = 0
    received: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One payment with the order that it is for, or an order without a payment.

    Attributes:
        payment: the payment, or None.
        order: the order, or None.
        day: the day that it counts on (UTC), such as `2026-11-21`; empty where no date can be read.
        product: what was sold, by the supplier's key where that is known, else by the marketplace's id; empty where no
            order says it.
        sums: what it adds. An order with several payments adds its own amounts with the first of them alone.
        oddity: what is odd about it, as a word.
    """

    payment: Payment | None
    order: Order | None
    day: str
    product: str
    sums: Sums
    oddity: Oddity = ""


@dataclass(frozen=True, slots=True)
class Takings:
    """What came in, as far as it was asked for.

    Attributes:
        lines: by day, oldest first.
        undated: how many lines were left out because no date of them can be read, though days were asked for.
    """

    lines: tuple[Line, ...]
    undated: int = 0
