"""Orders: what a buyer bought, how far it is delivered, and what of it is kept in the state."""

from dataclasses import dataclass
from typing import Self

from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought. All of it is somebody's own affair: it is shown on demand on a terminal, and never written to disk.

    Attributes:
        id: the marketplace's id of the buyer, or None.
        email: the address, or None.
        name: the name, or None.
    """

    id: Secret | None = None
    email: Secret | None = None
    name: Secret | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One order at a marketplace. What it does not show, or not in a form that can be read, is None.

    Attributes:
        order_id: the marketplace's id of the order.
        product_id: what was bought, by the marketplace's id; empty where that is not one thing alone.
        quantity: how many units were bought.
        delivered: how many of them were delivered.
        remaining: how many of them are still to be delivered.
        payment: the word for whether it is paid.
        status: the word for how far it is.
        created_at: when it was made, as the marketplace says it.
        source_product_id: what its snapshot of the listing says of where that came from.
        accounts: the accounts that its delivered content holds; secret.
        number: the number that buyers and suppliers call it by.
        title: what the product is called.
        total: what the buyer paid, as a decimal in plain notation.
        updated_at: when it last changed, as the marketplace says it.
        buyer: who bought.
        content: what was delivered, row by row, whatever it is; secret.
        trouble: why it cannot be filled from a pool, whatever the catalog says, in words; empty if it can.
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
    number: str | None = None
    title: str | None = None
    total: str | None = None
    updated_at: str | None = None
    buyer: Buyer = Buyer()
    content: tuple[Secret, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """What the state keeps of an order that a marketplace may not list again for a while: nothing of its buyer.

    Attributes:
        marketplace: the marketplace's name in the config.
        order_id: the marketplace's id of the order.
        product_id: what was bought; empty where that is not one thing alone.
        quantity: how many units were bought; 0 where that cannot be read.
        title: what the product is called.
        status: the word for how far it is.
        payment: the word for whether it is paid.
        created_at: when it was made, as the marketplace says it.
        trouble: why it cannot be filled from a pool, in words; empty if it can.
        seen_at: when it was last listed (ISO 8601, UTC): when the record of that was written.
    """

    marketplace: str
    order_id: str
    product_id: str
    quantity: int
    title: str = ""
    status: str = ""
    payment: str = ""
    created_at: str = ""
    trouble: str = ""
    seen_at: str = ""

    @classmethod
    def of(cls, marketplace: str, order: Order) -> Self:
        """What a marketplace lists just now; what cannot be read there is 0 or empty."""
        return cls(
            marketplace,
            order.order_id,
            order.product_id,
            order.quantity or 0,
            order.title or "",
            order.status or "",
            order.payment or "",
            order.created_at or "",
            order.trouble,
        )

    @property
    def destination(self) -> str:
        """Where its accounts go, in the ledger's words."""
        return order_destination(self.marketplace, self.order_id)


def order_destination(marketplace: str, order_id: str) -> str:
    """An order as a destination of accounts, in the ledger's words."""
    return f"{marketplace}/order/{order_id}"
