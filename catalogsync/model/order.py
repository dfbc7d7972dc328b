"""An order, as far as it tells what became of accounts."""

from dataclasses import dataclass

from catalogsync.model.pool import Account


@dataclass(frozen=True, slots=True)
class Order:
    """One order at a marketplace. What it does not show, or not in a form that can be read, is None.

    Attributes:
        order_id: the marketplace's id of the order.
        product_id: the listing that was bought.
        quantity: how many units were bought.
        delivered: how many of them were delivered.
        remaining: how many of them are still to be delivered.
        payment: the word for whether it is paid.
        status: the word for how far it is.
        created_at: when it was made, as the marketplace says it.
        source_product_id: what its snapshot of the listing says of where that came from.
        accounts: the accounts that its delivered content holds; secret.
    """

    order_id: str
    product_id: str
    quantity: int | None = None
    delivered: int | None = None
    remaining: int | None = None
    created_at: str | None = None
    source_product_id: str | None = None
    accounts: tuple[Account, ...] = ()
    payment: str | None = None
    status: str | None = None
