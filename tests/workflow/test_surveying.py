"""Looking without changing: the shop, the pools, and the open questions."""

from catalogsync.workflow.surveying import count_pools, survey
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop


def shop_with_everything() -> FakeShop:
    shop = FakeShop()
    shop.pool("held", 0, 9)
    shop.pool("plain", 100, 4)
    shop.product("held", pool="held")
    shop.product("plain", pool="plain")
    shop.product("none", status="paused")
    shop.market.fail(Fault.LOST_BEFORE, on="append", after=2)
    shop.apply()
    return shop


def test_the_shop() -> None:
    shop = shop_with_everything()
    shop.market.sell(shop.shelf("plain"), 2)
    shop.market.remove(shop.shelf("none"))
    rows = {row.key: row for row in survey(shop.desk(shop.journal()))}
    assert list(rows) == ["held", "none", "plain"]
    held, none, plain = rows.values()
    assert (held.pool_left, held.pool_sent, held.pool_held) == (6, 1, 2)
    assert (plain.stock, plain.sales, plain.listed, plain.approval) == (2, 2, True, "approved")
    assert (plain.title, plain.price, plain.status) == ("Title of plain", "9.99", "active")
    assert (none.listed, none.stock, none.status, none.pool, none.pool_left) == (False, None, "paused", None, None)
    assert all(row.last_applied.startswith("2026-11-21T12:0") for row in rows.values())


def test_the_pools() -> None:
    shop = shop_with_everything()
    catalog, journal = shop.desk(shop.journal()).catalog, shop.journal()
    rows = count_pools(catalog, journal.state, journal.fingerprints)
    assert [(row.pool, row.product, row.catalog, row.new, row.sent, row.held) for row in rows] == [
        ("held", "held", 9, 6, 1, 2),
        ("plain", "plain", 4, 0, 4, 0),
    ]
    assert [(row.new, row.sent) for row in count_pools(catalog, None, None)] == [(9, 0), (4, 0)]
