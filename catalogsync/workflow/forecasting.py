"""How products sell: what the state noted of the last days, against what the marketplace shows now."""

from collections.abc import Mapping, Sequence

from catalogsync.core.allocate import Stocktake, lying
from catalogsync.core.forecast import Outlook, delivered_elsewhere, outlook, present_rate, rate_of_orders, to_note
from catalogsync.model.events import Tallied
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.plan import Change
from catalogsync.model.product import Product
from catalogsync.model.state import Binding
from catalogsync.ports import Clock, Journal
from catalogsync.workflow.desk import Sides


class Forecast:
    """Looks ahead for the products of one marketplace.

    Args:
        sides: what is recorded, and the time.
        listings: what the marketplace shows.
        stocktakes: the pools against the ledger, by pool.
        changes: what would be done: it tells which listing is a product's that has none, and what it was called.
    """

    def __init__(
        self, sides: Sides, listings: Listings, stocktakes: Mapping[str, Stocktake], changes: Sequence[Change] = ()
    ) -> None:
        self._state = sides.state
        self._marketplace = sides.settings.name
        self._listings = listings.by_id
        self._stocktakes = stocktakes
        self._changes = {change.key: change for change in changes}
        self._elsewhere = delivered_elsewhere(self._state, self._marketplace)
        self._now = sides.clock.now()

    def of(self, product: Product) -> Outlook:
        """How a product of the catalog sells; nothing is known of one that is off sale."""
        old, binding, shown = self._found(product.key)
        if binding is not None and (binding.retired is not None or shown is None):
            return Outlook()
        if product.pool is None:
            return self._outlook(old, shown, shown.stock if shown else 0)
        return self._outlook(old, shown, self._units(product.pool, self.lying(product.key)))

    def of_listing(self, binding: Binding) -> Outlook:
        """How a managed listing sells, whether it has a product or not."""
        shown = self._listings.get(binding.product_id)
        if binding.retired is not None or shown is None:
            return Outlook()
        pool = binding.keepsake.pool
        if pool is None or pool not in self._stocktakes:
            return self._outlook(binding.key, shown, shown.stock)
        units = self._units(pool, lying(binding, shown.stock, self._state.ledger))
        return self._outlook(binding.key, shown, units)

    def lying(self, key: str) -> int | None:
        """How many units of a product lie at the marketplace unsold; None: unknown."""
        _, binding, shown = self._found(key)
        if shown is None:
            return 0 if binding is None else None
        return lying(binding, shown.stock, self._state.ledger)

    def _found(self, key: str) -> tuple[str, Binding | None, Listing | None]:
        """What a product is recorded as, its binding, and its listing."""
        change = self._changes.get(key)
        old = change.renamed_from or key if change else key
        binding = self._state.bindings.get(old)
        if binding is not None and binding.marketplace != self._marketplace:
            binding = None
        product_id = binding.product_id if binding else change.product_id if change else None
        return old, binding, self._listings.get(product_id or "")

    def _units(self, pool: str, unsold: int | None) -> int | None:
        return None if unsold is None else unsold + len(self._stocktakes[pool].new)

    def _outlook(self, key: str, shown: Listing | None, units: int | None) -> Outlook:
        elsewhere = self._elsewhere.get(key, {})
        if shown is None:
            return outlook(rate_of_orders(elsewhere, self._now), units)
        rate = present_rate(
            sales=shown.sales,
            tallies=self._state.tallies.get(key, ()),
            created_at=shown.created_at,
            elsewhere=elsewhere,
            now=self._now,
        )
        return outlook(rate, units)


def note_sales(journal: Journal, marketplace: str, listings: Listings, clock: Clock) -> None:
    """Note how the sales of the managed listings stand: in one record, where there is something to note.

    Args:
        journal: the open journal, with the lease.
        marketplace: the marketplace's name in the config.
        listings: what it shows.
        clock: tells which day it is.
    """
    listed = (
        (binding.key, shown.sales)
        for binding in journal.state.bindings.values()
        if binding.marketplace == marketplace
        and (shown := listings.by_id.get(binding.product_id))
        and shown.sales is not None
    )
    if sales := to_note(listed, journal.state.tallies, clock.now()):
        journal.write(Tallied(sales))
