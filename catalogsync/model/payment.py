"""A payment: what came in for an order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment record. What the marketplace does not show, or not in a form that can be read, is None.

    Attributes:
        number: the marketplace's number of it.
        order_id: the order that it is for.
        amount: how much it is, as a decimal in plain notation.
        method: how it was paid, in the marketplace's word.
        status: the word for whether it is done.
        paid_at: when it was paid, as the marketplace says it.
        created_at: when it was made, as the marketplace says it.
    """

    number: str
    order_id: str | None = None
    amount: str | None = None
    method: str | None = None
    status: str | None = None
    paid_at: str | None = None
    created_at: str | None = None
