"""Orders as `orders list` and `orders show` tell of them, and what would be done about each."""

from dataclasses import dataclass

from catalogsync.model.order import Order
from catalogsync.model.order_plan import OrderAction


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order, with nothing of its buyer and nothing that it got.

    Attributes:
        marketplace: the marketplace's name in the config.
        order_id: the marketplace's id of it.
        number: the number that people call it by; empty where it is called by its id.
        created_at: when it was made, as the marketplace says it.
        key: the product that it is, or None where none is known.
        product_id: what was bought, by the marketplace's id.
        title: what the marketplace calls it.
        quantity: how many units were bought; None where that cannot be read.
        delivered: how many of them it has, as far as the marketplace and the ledger know.
        total: what the buyer paid, as a decimal; None where that is not shown.
        status, payment: as the marketplace says it; empty where it does not.
        seen_at: when it was last listed (ISO 8601, UTC); empty where that was just now.
        action: what `orders fulfill` would do about it; None for an order that is not open.
        code: why it would not fill it, or not whole, as a word for scripts; empty if it would.
        why: the same in words.
    """

    marketplace: str
    order_id: str
    number: str = ""
    created_at: str = ""
    key: str | None = None
    product_id: str = ""
    title: str = ""
    quantity: int | None = None
    delivered: int = 0
    total: str | None = None
    status: str = ""
    payment: str = ""
    seen_at: str = ""
    action: OrderAction | None = None
    code: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class OrderLook:
    """Everything that is known of one order.

    Attributes:
        row: what may be written anywhere.
        order: as the marketplace shows it now; None where it cannot be asked, or does not show it.
        sent: how many accounts the ledger knows to be there.
        open_calls: ids of calls to it that are open or in doubt.
    """

    row: OrderRow
    order: Order | None = None
    sent: int = 0
    open_calls: tuple[str, ...] = ()
