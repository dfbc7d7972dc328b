"""What customers of the marketplace in memory bought: orders that are delivered from a pool, or wait for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from tests.harness.fake_clock import FakeClock


def name_of(account: Account) -> str:
    """What tests know an account by, so that no username stands in a failed assertion."""
    return sha256(account.username.reveal().encode()).hexdigest()[:12]


@dataclass(slots=True)
class Sale:
    """An order as it truly is. Accounts are known by a hash of their username."""

    order_id: str
    product_id: str
    quantity: int
    created_at: str
    source_product_id: str | None
    delivered: list[str] = field(default_factory=list)
    payment: str = "completed_payment"

    @property
    def short(self) -> int:
        """Units that are still to be delivered."""
        return self.quantity - len(self.delivered)


class Till:
    """All orders, and what a list shows of them.

    Attributes:
        lag: seconds after which an order, or a delivery, shows in a list.
        skew: seconds by which the marketplace's clock is ahead of ours.
        sales: the orders as they truly are, oldest first.
    """

    def __init__(self, clock: FakeClock, lag: float) -> None:
        self.lag = lag
        self.skew = 0.0
        self.sales: list[Sale] = []
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._shown: dict[str, Order] = {}
        self._due: list[tuple[float, Order]] = []

    def know(self, accounts: Sequence[Account]) -> None:
        """Remember accounts, to show them once they are delivered; of others only their number shows."""
        self._accounts |= {name_of(account): account for account in accounts}

    def sell(self, product_id: str, quantity: int, names: Sequence[str], source_product_id: str | None) -> Sale:
        """A customer buys, and gets some accounts at once."""
        moment = self._clock.now() + timedelta(seconds=self.skew)
        created_at = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        sale = Sale(f"o{len(self.sales) + 1}", product_id, quantity, created_at, source_product_id, list(names))
        self.sales.append(sale)
        self._publish(sale)
        return sale

    def deliver(self, product_id: str, unsold: Sequence[str]) -> tuple[int, int]:
        """Give unsold accounts to the orders that wait for some, oldest first.

        Returns:
            How many accounts were given away, and to how many orders.
        """
        given = served = 0
        for sale in self.sales:
            got = unsold[given : given + sale.short]
            if sale.product_id == product_id and got:
                sale.delivered += got
                given, served = given + len(got), served + 1
                self._publish(sale)
        return given, served

    def shown(self) -> tuple[Order, ...]:
        """The orders that a list shows by now, as they were its lag ago."""
        now = self._clock.monotonic()
        self._shown |= {order.order_id: order for moment, order in self._due if moment <= now}
        self._due = [(moment, order) for moment, order in self._due if moment > now]
        return tuple(self._shown.values())

    def _publish(self, sale: Sale) -> None:
        order = Order(
            sale.order_id,
            sale.product_id,
            sale.quantity,
            len(sale.delivered),
            sale.short,
            sale.created_at,
            sale.source_product_id,
            tuple(self._accounts[name] for name in sale.delivered if name in self._accounts),
            sale.payment,
            "pending_order" if sale.short else "completed_order",
        )
        self._due.append((self._clock.monotonic() + self.lag, order))
