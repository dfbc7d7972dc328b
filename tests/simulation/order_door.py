"""A process's door to the orders of a marketplace: of AccPlanet's nature, or of HstockPlus'."""

from collections.abc import Iterator, Sequence

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.simulation.bazaar import number_of
from tests.simulation.door import Door
from tests.simulation.hall import RELISTS
from tests.simulation.hall import STATUSES as OF_HSTOCKPLUS
from tests.simulation.postbook import Parcel
from tests.simulation.trade import HSTOCK

OF_ACCPLANET = ("pending_order", "running_order", "completed_order", "refunded_order")
PAGE = 2


class OrderDoor(Door):
    """What both have."""

    @property
    def open_statuses(self) -> tuple[str, ...]:
        """The words for orders that may still get something."""
        return self.statuses[:2]

    @property
    def statuses(self) -> tuple[str, ...]:
        """All words for how far an order is."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """The marketplace's name in the config."""
        raise NotImplementedError

    @property
    def faults(self) -> float:
        """How likely a call to an order is to go wrong."""
        return self._world.trade.faults if self._world.trade else 0.0

    def order_address(self, call: str, order_id: str | None = None) -> str:
        """Method and path of a changing call."""
        return f"POST /{call}/{order_id or ''}"

    def deliver_text(self, order_id: str, text: Secret) -> Answer:
        """Nobody types texts here."""
        return Answer(AnswerClass.NEVER, "not here")

    def refund(self, order_id: str) -> Answer:
        """No money can be given back here."""
        return Answer(AnswerClass.NEVER, "not here")

    def set_status(self, order_id: str, status: str) -> Answer:
        """Nobody of ours sets a status here."""
        return Answer(AnswerClass.NEVER, "not here")

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        """Give accounts to an order."""
        parcel = Parcel(
            f"{self.name}/order/{order_id}", tuple(accounts), lambda taken: self._take(order_id, taken, whole)
        )
        numbers = [number_of(account) for account in accounts]
        return self._call(f"deliver {self.name} {order_id} {numbers}", lambda: parcel.take(accounts), parcel)

    def _take(self, order_id: str, accounts: Sequence[Account], whole: bool) -> Answer:
        raise NotImplementedError


class AccountOrders(OrderDoor):
    """AccPlanet's orders."""

    name = "accplanet"
    statuses = OF_ACCPLANET
    relists: float | None = None
    reads_one = True
    refunds = True

    def order_pages(self, statuses: Sequence[str] = ()) -> Iterator[tuple[Order, ...]]:
        """All orders as a list shows them, in pages.

        Raises:
            MarketplaceError: they cannot be read.
        """
        orders = [
            order
            for order in self._read("orders", self._world.bazaar.orders)
            if not statuses or order.status in statuses
        ]
        for start in range(0, len(orders), PAGE):
            yield tuple(orders[start : start + PAGE])

    def order(self, order_id: str) -> Order:
        """One order.

        Raises:
            MarketplaceError: it cannot be read.
        """
        order = self._read(f"order {order_id}", lambda: self._world.bazaar.order(order_id))
        if order is None:
            raise MarketplaceError(f"there is no order {order_id}: HTTP 404")
        return order

    def start(self, order_id: str) -> Answer | None:
        """There is no such step."""
        return None

    def refund(self, order_id: str) -> Answer:
        """Give a buyer the money back."""
        return self._call(f"refund {order_id}", lambda: self._world.bazaar.give_back(order_id))

    def _take(self, order_id: str, accounts: Sequence[Account], whole: bool) -> Answer:
        return self._world.bazaar.deliver(order_id, accounts)


class HallOrders(OrderDoor):
    """HstockPlus' orders."""

    name = HSTOCK
    statuses = OF_HSTOCKPLUS
    relists: float | None = RELISTS
    reads_one = False
    refunds = False

    def order_pages(self, statuses: Sequence[str] = ()) -> Iterator[tuple[Order, ...]]:
        """What was not listed for half an hour, in pages; each is consumed, also where its answer is lost.

        Raises:
            MarketplaceError: they cannot be read.
        """
        while page := self._read("page", lambda: self._world.hall.page(statuses)):
            if self._is_lost():
                raise MarketplaceError("the page could not be read: the answer never came")
            yield page

    def order(self, order_id: str) -> Order:
        """There is no such call.

        Raises:
            MarketplaceError: always.
        """
        raise MarketplaceError(f"order {order_id} cannot be asked for here")

    def start(self, order_id: str) -> Answer | None:
        """Say that work begins."""
        return self._call(f"start {order_id}", lambda: self._world.hall.mark(order_id, "processing"))

    def _take(self, order_id: str, accounts: Sequence[Account], whole: bool) -> Answer:
        return self._world.hall.deliver(order_id, accounts, whole=whole)
