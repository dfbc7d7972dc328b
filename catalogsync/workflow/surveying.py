"""Looking without changing: the shop as it is, and the pools."""

from collections.abc import Mapping

from catalogsync.core.allocate import Stocktake, count_alone, take_stock
from catalogsync.model.catalog import Catalog
from catalogsync.model.ledger import Ledger
from catalogsync.model.state import State
from catalogsync.model.survey import PoolRow, StatusRow
from catalogsync.ports import Fingerprints
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.forecasting import Forecast
from catalogsync.workflow.planning import read_listings


def survey(desk: Desk) -> list[StatusRow]:
    """Every managed listing, by key.

    Raises:
        MarketplaceError: the listings could not be read.
    """
    read = read_listings(desk)
    listings = read.by_id
    stocks = stocktakes(desk.catalog, desk.state.ledger, desk.fingerprints)
    forecast = Forecast(desk, read, stocks)
    rows = []
    for binding in sorted(desk.state.bindings.values(), key=lambda binding: binding.key):
        if binding.marketplace != desk.settings.name:
            continue
        shown = listings.get(binding.product_id)
        fields = {**binding.applied, **(shown.fields if shown else {})}
        stock = stocks.get(binding.keepsake.pool or "")
        found = forecast.of_listing(binding)
        rows.append(
            StatusRow(
                key=binding.key,
                product_id=binding.product_id,
                title=str(fields.get("title", "")),
                price=str(fields["price"]) if "price" in fields else None,
                stock=shown.stock if shown else None,
                sales=shown.sales if shown else None,
                status=str(fields["status"]) if "status" in fields else None,
                approval=shown.approval if shown else None,
                pool=binding.keepsake.pool,
                pool_left=len(stock.new) if stock else None,
                pool_sent=stock.sent if stock else None,
                pool_held=stock.held if stock else None,
                last_applied=binding.applied_at,
                short=binding.short,
                retired=binding.retired is not None,
                listed=shown is not None,
                per_day=found.per_day,
                days_left=found.days_left,
            )
        )
    return rows


def stocktakes(catalog: Catalog, ledger: Ledger, prints: Fingerprints | None) -> Mapping[str, Stocktake]:
    """Every pool of the catalog against the ledger; by numbers alone where there is no state, and so nothing in it."""
    return {
        name: take_stock(pool, ledger, prints.users, prints.contents)
        if prints
        else count_alone(name, len(pool), ledger)
        for name, pool in catalog.pools.items()
    }


def count_pools(catalog: Catalog, state: State | None, prints: Fingerprints | None) -> list[PoolRow]:
    """Every pool of the catalog, by name."""
    users = {product.pool: product.key for product in catalog.products.values() if product.pool}
    ledger = state.ledger if state else Ledger()
    return [
        PoolRow(name, users.get(name), len(catalog.pools[name]), len(stock.new), stock.sent, stock.held)
        for name, stock in sorted(stocktakes(catalog, ledger, prints).items())
    ]
