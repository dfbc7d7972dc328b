"""A catalog of which an apply does a little of everything."""

from catalogsync.model.product import Lifecycle
from tests.harness.fake_shop import FakeShop

ALLOW = {"max_deletes": "9"}


def busy_shop(*, rich: bool = False, lag: float = 0.0, parallel: int = 1) -> FakeShop:
    """One apply was done; the next one creates, updates, adopts, appends, retires, deletes, renames and forgets."""
    shop = FakeShop(rich=rich, parallel=parallel)
    stranger = shop.market.put(title="Stranger's", category_id="c-1", price="1.00", description="x")
    assert stranger == "p1"
    for key in ("deleted", "sold", "old", "kept"):
        shop.product(key, lifecycle=Lifecycle(on_remove="keep") if key == "kept" else None)
    shop.pool("filled", 0, 5)
    shop.product("filled", pool="filled", images=("images/1.png",))
    shop.product("updated", warranty_period_days=3)
    shop.apply()
    shop.market.sell(shop.shelf("sold"))
    shop.market.sell(shop.shelf("filled"), 2)
    shop.market.put(title="Title of adopted", category_id="c-1", price="9.99", description="plain")
    for key in ("deleted", "sold", "old", "kept"):
        del shop.products[key]
    shop.product("renamed", previous_key="old", title="Title of old", price="8.99")
    shop.edit("updated", price="8.99", warranty_period_days=4, description="Edited, <b>really</b>.")
    shop.product("adopted", description="plain", supplier_name="S")
    shop.pool("filled", 0, 12)
    shop.pool("new", 100, 4)
    shop.product("new", pool="new", images=("images/1.png", "images/2.png"))
    shop.product("new-2", title="Tea & <b>biscuits</b>")
    shop.market.lag = lag
    shop.market.calls.clear()
    shop.market.batches.clear()
    shop.market.attempts = 0
    shop.store.writes = 0
    return shop


def check_stranger(shop: FakeShop) -> None:
    """Nobody touched the listing that is not ours."""
    shelf = shop.market.shelves["p1"]
    assert (shelf.fields["title"], shelf.fields["price"], shelf.accounts) == ("Stranger's", "1.00", [])
