"""Orders tell what stock alone cannot, and are read only where something is in doubt."""

from dataclasses import replace

import pytest

from catalogsync.model.config import Recovery
from catalogsync.model.errors import StateError
from catalogsync.workflow import marking
from tests.harness.audit import assert_in_step, audit, heal
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop


def shop_with(accounts: int) -> FakeShop:
    shop = FakeShop()
    shop.pool("pool", 0, accounts)
    shop.product("k", pool="pool")
    return shop


def test_no_plan_and_no_undisturbed_apply_reads_them() -> None:
    shop = shop_with(7)
    shop.apply()
    shop.edit("k", price="8.99")
    shop.apply()
    shop.plan()
    assert shop.market.order_lists == 0


@pytest.mark.parametrize("counts_orders", [False, True])
@pytest.mark.parametrize("skew", [-100_000.0, 0.0, 100_000.0])
@pytest.mark.parametrize(("fault", "outcome"), [(Fault.LOST_AFTER, "applied"), (Fault.LOST_BEFORE, "in-doubt")])
def test_a_sale_in_the_window_is_accounted_for(fault: Fault, outcome: str, skew: float, counts_orders: bool) -> None:
    """Whatever the marketplace's clock says, and however it counts its sales."""
    shop = shop_with(5)
    shop.market.till.skew = skew
    shop.market.sales_counts_orders = counts_orders
    shop.apply()
    product_id = shop.shelf("k")
    for _ in range(2):
        shop.market.sell(product_id, 1)
        shop.clock.pass_time(60)
    shop.pool("pool", 0, 8)
    shop.market.fail(fault, on="append")
    shop.market.before["append"] = lambda: shop.market.sell(product_id, 3)
    assert shop.apply().results["k"].outcome == outcome
    audit(shop)


def test_without_them_a_sale_in_the_window_is_held_until_they_can_be_read() -> None:
    shop = shop_with(3)
    shop.apply()
    product_id = shop.shelf("k")
    shop.pool("pool", 0, 7)
    shop.market.orders_unreadable = True
    shop.market.fail(Fault.LOST_AFTER, on="append")
    shop.market.before["append"] = lambda: shop.market.sell(product_id, 1)
    assert shop.apply().results["k"].outcome == "in-doubt"
    assert shop.apply().calls == 0
    shop.market.orders_unreadable = False
    report = shop.apply()
    assert (report.calls, shop.state.ops) == (0, {})
    assert_in_step(shop)


def test_held_accounts_that_an_order_delivers_are_sent() -> None:
    """They went to orders that waited, so that the stock never rose."""
    shop = shop_with(1)
    shop.apply()
    product_id = shop.shelf("k")
    shop.market.sell(product_id, 3)
    shop.pool("pool", 0, 2)
    shop.market.before["append"] = lambda: setattr(shop.market, "orders_unreadable", True)
    shop.market.fail(Fault.LOST_AFTER, on="append")
    assert shop.apply().results["k"].outcome == "in-doubt"
    shop.market.orders_unreadable = False
    shop.apply()
    assert shop.state.ops == {}
    assert_in_step(shop)


@pytest.mark.parametrize("fault", [Fault.REFUSED_HALF_DONE, Fault.LOST_HALF_DONE, Fault.LOST_AFTER, Fault.REFUSED])
@pytest.mark.parametrize("content", [True, False])
def test_what_goes_on_to_orders_that_waited_is_not_sent_again(fault: Fault, content: bool) -> None:
    """Neither stock nor sales move then; and the orders may not show what they delivered."""
    shop = shop_with(3)
    shop.apply()
    product_id = shop.shelf("k")
    shop.market.sell(product_id, 3)
    shop.market.sell(product_id, 4)
    shop.pool("pool", 0, 7)
    if not content:
        shop.market.till.know = lambda _: None  # type: ignore[assignment,method-assign]
    shop.market.fail(fault, on="append")
    outcome = shop.apply().results["k"].outcome
    surely = {Fault.LOST_AFTER: "applied", Fault.REFUSED: "failed"}
    assert outcome == surely.get(fault, "in-doubt")
    for _ in range(2):
        shop.apply()
        audit(shop)


def test_a_state_that_forgot_what_orders_delivered_is_refused() -> None:
    shop = shop_with(3)
    shop.apply()
    product_id = shop.shelf("k")
    old = shop.copied_state()
    shop.pool("pool", 0, 6)
    shop.apply()
    shop.market.sell(product_id, 5)
    shop.store = old
    shop.product("other", pool="other")
    shop.pool("other", 100, 2)
    shop.market.fail(Fault.LOST_BEFORE, on="append")
    with pytest.raises(StateError, match="2 accounts of pool pool"):
        shop.apply(only=("other",))


def test_what_somebody_else_had_filled_is_no_proof_of_an_old_state() -> None:
    shop = FakeShop()
    product_id = shop.market.put(**shop.product("k", pool="pool").fields)
    shop.pool("pool", 0, 3)
    pool = shop.pools["pool"]
    shop.market.append(product_id, list(pool))
    shop.market.sell(product_id, 1)
    journal = shop.journal()
    marking.write(journal, shop.run("state bind"), lambda: marking.bind(shop.desk(journal), journal, "k", product_id))
    shop.product("other", pool="other")
    shop.pool("other", 100, 2)
    shop.market.fail(Fault.LOST_AFTER, on="append")
    shop.market.before["append"] = lambda: shop.market.sell(shop.shelf("other"), 1)
    shop.apply(only=("other",))
    assert shop.market.order_lists
    assert shop.state.ops == {}


class TestDeletes:
    def test_a_listing_with_an_order_is_retired_even_if_its_sales_say_nothing(self) -> None:
        shop = FakeShop()
        shop.product("a")
        shop.product("b")
        shop.apply()
        sold = shop.shelf("a")
        shop.market.till.sell(sold, 1, [], None)
        shop.products.clear()
        report = shop.apply(allow={"max_deletes": "9", "empty-catalog": "2"})
        assert {key: (result.outcome, result.performed) for key, result in report.results.items()} == {
            "a": ("applied", "retire"),
            "b": ("applied", None),
        }
        assert shop.market.shelves.keys() == {sold}

    def test_nothing_is_deleted_while_the_orders_cannot_be_read(self) -> None:
        shop = FakeShop()
        shop.product("a")
        shop.product("b")
        shop.apply()
        del shop.products["a"]
        shop.market.orders_unreadable = True
        result = shop.apply(allow={"max_deletes": "9"}).results["a"]
        assert result.outcome == "failed"
        assert "ordered" in (result.error or "")
        assert len(shop.market.shelves) == 2
        heal(shop)


class TestAuto:
    """`recovery.in_doubt: auto`: after five batches that showed exactly, a stock that did not move is believed."""

    def shop(self, earlier: int) -> FakeShop:
        shop = shop_with(1)
        shop.config = replace(shop.config, max_batch=1, recovery=Recovery(in_doubt="auto", settle=60.0))
        for count in range(1, earlier + 1):
            shop.pool("pool", 0, count)
            shop.apply()
        shop.pool("pool", 0, earlier + 1)
        return shop

    @pytest.mark.parametrize(("earlier", "outcome"), [(4, "in-doubt"), (5, "failed")])
    def test_it_takes_five(self, earlier: int, outcome: str) -> None:
        shop = self.shop(earlier)
        shop.market.fail(Fault.LOST_BEFORE, on="append")
        assert shop.apply().results["k"].outcome == outcome
        if outcome == "failed":
            heal(shop)
            assert_in_step(shop)
        audit(shop)

    def test_one_that_did_not_show_ends_it(self) -> None:
        shop = self.shop(3)
        product_id = shop.shelf("k")
        shop.market.before["append"] = lambda: shop.market.fill(product_id, ["by hand"])
        shop.apply()
        for count in range(5, 12):
            shop.pool("pool", 0, count)
            shop.apply(allow={"pool-alarm": "1"})
        shop.pool("pool", 0, 12)
        shop.market.fail(Fault.LOST_BEFORE, on="append")
        assert shop.apply().results["k"].outcome == "in-doubt"
        assert shop.state.track["accplanet"].odd == 1

    def test_what_arrived_is_not_sent_again(self) -> None:
        shop = self.shop(6)
        shop.market.fail(Fault.LOST_AFTER, on="append")
        assert shop.apply().results["k"].outcome == "applied"
        assert_in_step(shop)
        audit(shop)


class TestRefusedCreates:
    def test_one_that_is_there_all_the_same_is_found(self) -> None:
        shop = FakeShop()
        shop.product("a")
        shop.product("b")
        shop.market.before["create"] = lambda: shop.market.put(
            **{**shop.products["a"].fields, "source_product_id": "a"}
        )
        shop.market.fail(Fault.REFUSED, on="create", times=1)
        report = shop.apply()
        assert {result.outcome for result in report.results.values()} == {"applied"}
        assert len(shop.market.shelves) == 2
        assert_in_step(shop)

    def test_one_that_shows_late_is_found_too(self) -> None:
        shop = FakeShop(lag=20.0)
        shop.product("a")
        shop.market.before["create"] = lambda: shop.market.put(**shop.products["a"].fields)
        shop.market.fail(Fault.REFUSED, on="create")
        for _ in range(2):
            assert {result.outcome for result in shop.apply().results.values()} <= {"applied"}
        assert len(shop.market.shelves) == 1
        assert_in_step(shop)

    def test_they_are_looked_for_once_for_all_after_settle(self) -> None:
        shop = FakeShop()
        for number in range(60):
            shop.product(f"k{number:02}")
        shop.market.fail(Fault.REFUSED, on="create", times=40)
        lists = shop.market.lists
        report = shop.apply()
        assert sum(result.outcome == "failed" for result in report.results.values()) == 40
        assert (shop.clock.waits, shop.state.ops) == ([60.0], {})
        # To plan, two to verify, and to read back.
        assert shop.market.lists - lists == 4
        heal(shop)
