"""What happens to orders behind our back: customers order, pay and give up; somebody else fills an order."""

from typing import TYPE_CHECKING

from tests.simulation.bazaar import Shelf
from tests.simulation.trade import HSTOCK

if TYPE_CHECKING:
    from tests.simulation.world import World

MOST = 12
"""So many orders a world may have."""
WORDS = ("pay", "refund", "serve", "cancel", "cancel")


class Counter:
    """Everybody who has to do with orders, but us."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def happen(self) -> None:
        """Something happens to an order."""
        world = self._world
        trade = world.trade
        if trade is not None and world.random.random() < trade.meddlers:
            self._meddle(world.random.choice(WORDS))
        else:
            self._buy()

    def _buy(self) -> None:
        world = self._world
        if len(world.hall.tickets) + len(world.bazaar.purchases) >= MOST:
            return
        quantity = world.random.randint(1, 3)
        ids = sorted({product.marketplaces[HSTOCK] for product in world.author.known if HSTOCK in product.marketplaces})
        shelves = [shelf for shelf in world.bazaar.shelves.values() if self._is_by_hand(shelf)]
        if ids and (not shelves or world.random.random() < 0.5):
            order_id = world.hall.buy(world.random.choice(ids), quantity)
            self._say(f"a customer orders {quantity} at {HSTOCK}: {order_id}")
        elif shelves:
            shelf = world.random.choice(shelves)
            paid = shelf.pooled or world.random.random() < 0.9
            order_id = world.bazaar.order_by_hand(shelf.product_id, quantity, paid=paid)
            self._say(
                f"a customer orders {quantity} of {shelf.product_id}, by hand: {order_id}{'' if paid else ', unpaid'}"
            )

    def _is_by_hand(self, shelf: Shelf) -> bool:
        """Whether a listing is one of ours that may be ordered whatever lies there: its orders are filled by hand."""
        sources = {product.key for product in self._world.author.known if product.delivery == "manual"}
        return shelf.ours and shelf.known_as in sources and shelf.fields.get("status") == "active"

    def _meddle(self, what: str) -> None:
        world = self._world
        waiting = [purchase for purchase in world.bazaar.purchases if not purchase.refunded and purchase.left]
        open_ = [ticket for ticket in world.hall.tickets.values() if ticket.status in {"pending", "processing"}]
        if what == "cancel":
            if open_:
                ticket = world.random.choice(open_)
                ticket.status = "cancelled"
                self._say(f"order {ticket.order_id} is cancelled")
            return
        if not waiting:
            return
        purchase = world.random.choice(waiting)
        if what == "pay" and not purchase.paid:
            world.bazaar.pay(purchase)
        elif what == "refund":
            world.bazaar.refund(purchase)
        elif what == "serve" and purchase.paid and world.trade is not None and not world.trade.hides:
            # Where an order does not show what it got, nobody could tell this from ours.
            world.bazaar.serve(purchase, 1)
        else:
            return
        self._say(f"somebody is at work: {what} {purchase.order_id}")

    def _say(self, text: str) -> None:
        log = self._world.scheduler.log
        if log is not None:
            log(text)
