"""Where numbers could hide accounts that are there already: numbers that were the stock, orders that nobody paid."""

import pytest

from catalogsync.model.plan import Action
from catalogsync.workflow import marking
from tests.harness.audit import audit
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop


def filled(accounts: int) -> FakeShop:
    shop = FakeShop()
    shop.pool("k", 0, accounts)
    shop.product("k", pool="k")
    shop.apply()
    return shop


def rules(shop: FakeShop) -> list[str]:
    return [entry.rule for entry in shop.plan().blocked]


@pytest.mark.parametrize("payment", ["pending_payment", "completed_payment"])
def test_an_order_that_waits_while_there_is_stock_hides_nothing(payment: str) -> None:
    shop = filled(3)
    old = shop.copied_state()
    shop.pool("k", 0, 6)
    shop.apply()
    shop.store = old
    shop.market.till.sell(shop.shelf("k"), 3, [], None).payment = payment
    assert rules(shop) == ["pool-alarm"]


@pytest.mark.parametrize("before", [0, 3])
def test_a_number_that_was_the_stock_is_no_slack(before: int) -> None:
    """Whether accounts lay there before it, or none ever did."""
    shop = filled(before) if before else FakeShop()
    shop.product("k", stock=7)
    shop.apply()
    shop.pool("k", 0, before + 2)
    shop.product("k", pool="k")
    shop.apply()
    old = shop.copied_state()
    shop.pool("k", 0, 9)
    shop.apply()
    shop.store = old
    assert rules(shop) == ["pool-alarm"]


def test_held_accounts_are_not_proven_by_what_another_key_sent_there() -> None:
    shop = FakeShop()
    shop.pool("a", 0, 4)
    shop.product("k", pool="a")
    shop.market.fail(Fault.LOST_BEFORE, on="append", after=2)
    shop.apply()
    product_id = shop.shelf("k")
    journal = shop.journal()
    marking.write(journal, shop.run("state rm"), lambda: [marking.forget(journal, "k")])
    del shop.products["k"]
    shop.pool("b", 50, 1)
    shop.product("k2", pool="b", title="Title of k", description="<p>About <b>k</b>.</p>")
    journal = shop.journal()
    marking.write(journal, shop.run("state bind"), lambda: marking.bind(shop.desk(journal), journal, "k2", product_id))
    shop.apply()
    shop.apply()
    (op,) = shop.state.ops.values()
    assert (op.held, op.key) == (True, "k")
    assert shop.market.arrivals.total() == 3


def test_held_accounts_are_not_proven_by_a_number_of_the_catalog() -> None:
    shop = FakeShop()
    shop.pool("k", 0, 1)
    shop.product("k", pool="k")
    shop.market.fail(Fault.LOST_BEFORE, on="append")
    shop.apply()
    shop.product("k", stock=1)
    shop.apply()
    shop.apply()
    assert [op.held for op in shop.state.ops.values()] == [True]


def test_a_deleted_listing_that_is_listed_still_is_not_taken_over() -> None:
    shop = FakeShop(lag=20.0)
    shop.product("k")
    shop.product("other")
    shop.apply()
    shop.clock.pass_time(60)
    first = shop.shelf("k")
    product = shop.products.pop("k")
    shop.apply(allow={"max_deletes": "9"})
    shop.products["k"] = product
    plan = shop.plan()
    assert [(change.key, change.action) for change in plan.changes] == [("k", Action.CREATE)]
    shop.apply()
    shop.clock.pass_time(60)
    assert shop.shelf("k") != first
    assert (shop.plan().changes, shop.plan().blocked) == ((), ())
    audit(shop)
