"""Customers who buy and strangers who meddle, at any moment."""

from typing import TYPE_CHECKING

from tests.simulation.bazaar import Shelf

if TYPE_CHECKING:
    from tests.simulation.world import World


class Street:
    """Everybody but us."""

    def __init__(self, world: "World") -> None:
        self._world = world
        bazaar = world.bazaar
        for number in range(world.random.choice([0, 1, 2])):
            bazaar.put({"title": f"Stranger's {number}", "category_id": "c-1", "price": "1.00"}, ours=False)
        self.theirs = {product_id: dict(shelf.fields) for product_id, shelf in bazaar.shelves.items()}

    def buy(self) -> None:
        """Somebody buys something that is on sale."""
        world = self._world
        shelves = [shelf for shelf in world.bazaar.shelves.values() if self._buyable(shelf)]
        if not shelves:
            return
        shelf = world.random.choice(shelves)
        most = max(1, shelf.stock) if not world.traits.back_orders else shelf.stock + 2
        quantity = world.random.randint(1, min(3, most))
        world.bazaar.buy(shelf.product_id, quantity)
        self._say(f"a customer orders {quantity} of {shelf.product_id}")

    def meddle(self) -> None:
        """Somebody edits the catalog, or one of our listings by hand."""
        world = self._world
        if world.random.random() < 0.5:
            what = world.author.edit()
            self._say(f"the author edits {what}")
            return
        ours = [shelf for shelf in world.bazaar.shelves.values() if shelf.ours]
        if not ours:
            return
        shelf = world.random.choice(ours)
        if shelf.pooled and world.traits.edits_stock and world.random.random() < 0.5:
            units = world.random.choice([-1, 1, 2])
            world.bazaar.miscount(shelf.product_id, units)
            self._say(f"a stranger edits the stock of {shelf.product_id} by {units}")
            return
        edits = [("price", "7.77"), ("description", "edited"), ("status", "inactive")]
        if shelf.known:
            # By its title a listing is recognised until its creation is recorded.
            edits.append(("title", "Renamed by a stranger"))
        field, value = world.random.choice(edits)
        world.bazaar.edit(shelf.product_id, {field: value})
        self._say(f"a stranger edits {field} of {shelf.product_id}")

    def _buyable(self, shelf: Shelf) -> bool:
        wanted = shelf.stock > 0 or (shelf.pooled and self._world.traits.back_orders)
        return wanted and shelf.fields.get("status") == "active"

    def _say(self, text: str) -> None:
        log = self._world.scheduler.log
        if log is not None:
            log(text)
