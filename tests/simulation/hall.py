"""HstockPlus as it truly is: orders that are listed once in half an hour, and accounts that they got, each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.order import Buyer, Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.harness.canary import username
from tests.harness.fake_clock import START
from tests.simulation.scheduler import Scheduler, Violation
from tests.simulation.trade import HSTOCK, Trade

RELISTS = 1800.0
STATUSES = ("pending", "processing", "completed", "partial", "cancelled", "error")
PAGE = 2
CONFIRMED = Answer(AnswerClass.CONFIRMED)


@dataclass(slots=True)
class Ticket:
    """An order.

    Attributes:
        order_id: its number.
        product_id: what was bought.
        quantity: how many.
        at: when.
        status: how far it is.
        accounts: what it got.
        listed_at: when it was last listed.
    """

    order_id: str
    product_id: str
    quantity: int
    at: float
    status: str = "pending"
    accounts: list[Account] = field(default_factory=list)
    listed_at: float | None = None


class Hall:
    """All orders there.

    Attributes:
        tickets: by number.
    """

    def __init__(self, scheduler: Scheduler, trade: Trade, arrive: Callable[[Account, str], None]) -> None:
        """Open.

        Args:
            scheduler: the time.
            trade: its nature.
            arrive: is told of each account that comes, and where it is then.
        """
        self.tickets: dict[str, Ticket] = {}
        self._scheduler = scheduler
        self._trade = trade
        self._arrive = arrive

    def buy(self, product_id: str, quantity: int) -> str:
        """A customer orders, and pays."""
        order_id = str(1001 + len(self.tickets))
        self.tickets[order_id] = Ticket(order_id, product_id, quantity, self._scheduler.now)
        return order_id

    def page(self, statuses: Sequence[str]) -> tuple[Order, ...]:
        """Some orders that were not listed for half an hour. From now on they are not listed for as long."""
        now = self._scheduler.now
        due = [
            ticket
            for ticket in self.tickets.values()
            if (not statuses or ticket.status in statuses)
            and (ticket.listed_at is None or now - ticket.listed_at >= RELISTS)
        ]
        for ticket in due[:PAGE]:
            ticket.listed_at = now
        return tuple(map(_shown, due[:PAGE]))

    def mark(self, order_id: str, status: str) -> Answer:
        """Set a status."""
        ticket = self.tickets.get(order_id)
        if ticket is None or (self._trade.strict and ticket.status not in STATUSES[:2]):
            return Answer(AnswerClass.REFUSED, "HTTP 403: no", status=403, code="ACCESS_DENIED")
        ticket.status = status
        return CONFIRMED

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool) -> Answer:
        """Take accounts, those that are not there yet."""
        ticket = self.tickets.get(order_id)
        if ticket is None or (self._trade.strict and ticket.status in {"cancelled", "error"}):
            return Answer(AnswerClass.REFUSED, "HTTP 403: no", status=403, code="ACCESS_DENIED")
        new = [account for account in accounts if account not in ticket.accounts]
        if not new:
            return Answer(AnswerClass.REFUSED, "HTTP 400: nothing new", status=400, code="INVALID_ACCOUNTS")
        for account in new:
            self._arrive(account, f"{HSTOCK}/order/{order_id}")
        ticket.accounts += new
        ticket.status = "completed" if whole else "partial"
        if len(ticket.accounts) > ticket.quantity:
            raise Violation(f"order {order_id} of {ticket.quantity} at {HSTOCK} got {len(ticket.accounts)}")
        return CONFIRMED


def _shown(ticket: Ticket) -> Order:
    return Order(
        ticket.order_id,
        ticket.product_id,
        ticket.quantity,
        created_at=(START + timedelta(seconds=ticket.at)).isoformat(),
        payment="completed",
        status=ticket.status,
        buyer=Buyer(email=Secret(username(90_000 + int(ticket.order_id)))),
    )
