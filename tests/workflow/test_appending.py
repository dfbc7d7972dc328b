"""Accounts in rounds: one to try, then twice as many each time, and a List between as the evidence."""

from dataclasses import replace

import pytest

from catalogsync.model.ledger import Fate
from tests.harness.audit import assert_in_step, audit, heal
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop


def shop_with(accounts: int, *, lag: float = 0.0, max_batch: int = 200) -> FakeShop:
    shop = FakeShop(lag=lag)
    shop.config = replace(shop.config, max_batch=max_batch)
    shop.pool("pool", 0, accounts)
    shop.product("k", pool="pool")
    return shop


def sizes(shop: FakeShop) -> list[int]:
    return [size for _, size in shop.market.batches]


@pytest.mark.parametrize(
    ("accounts", "most", "batches"),
    [
        (1, 200, [1]),
        (2, 200, [1, 1]),
        (25, 200, [1, 2, 4, 8, 10]),
        (25, 4, [1, 2, 4, 4, 4, 4, 4, 2]),
        (4, 1, [1, 1, 1, 1]),
    ],
)
def test_batches_double_up_to_the_most(accounts: int, most: int, batches: list[int]) -> None:
    shop = shop_with(accounts, max_batch=most)
    shop.apply()
    assert sizes(shop) == batches
    assert_in_step(shop)
    audit(shop)


def test_a_listing_that_was_filled_before_begins_with_more() -> None:
    shop = shop_with(3)
    shop.apply()
    shop.pool("pool", 0, 30)
    shop.apply()
    assert sizes(shop) == [1, 2, 4, 8, 15]


def test_accounts_arrive_in_the_order_of_the_pool() -> None:
    shop = shop_with(9)
    shop.apply()
    arrived = shop.market.shelves[shop.shelf("k")].accounts
    assert arrived == list(shop.market.arrivals)
    assert len(arrived) == 9


def test_all_listings_go_in_rounds() -> None:
    shop = FakeShop()
    for key in ("a", "b"):
        shop.pool(key, 0 if key == "a" else 100, 4)
        shop.product(key, pool=key)
    lists = shop.market.lists
    shop.apply()
    assert sizes(shop) == [1, 1, 2, 2, 1, 1]
    # To plan, before each of three rounds, after the last, and to read back.
    assert shop.market.lists - lists == 6


def test_a_level_is_kept_and_topped_up_as_units_sell() -> None:
    shop = FakeShop()
    shop.pool("pool", 0, 50)
    shop.product("k", pool="pool", pool_level=20)
    shop.apply()
    shelf = shop.market.shelves[shop.shelf("k")]
    assert shelf.stock == 20
    assert_in_step(shop)
    shop.market.sell(shelf.product_id, 5)
    shop.apply()
    assert (shelf.stock, len(shelf.accounts)) == (20, 25)


def test_each_batch_is_waited_for_only_until_it_shows() -> None:
    shop = shop_with(4, lag=7.0)
    report = shop.apply()
    assert report.results["k"].outcome == "applied"
    assert report.notices == ()
    assert sizes(shop) == [1, 2, 1]
    # The new listing, and three batches: two waits of five seconds each.
    assert sum(shop.clock.waits) == 40.0


def test_a_sale_in_between_is_no_surprise() -> None:
    shop = shop_with(7)
    shop.apply()
    shop.pool("pool", 0, 20)
    product_id = shop.shelf("k")
    shop.market.before["append"] = lambda: shop.market.sell(product_id, 3)
    report = shop.apply()
    assert (report.results["k"].outcome, report.notices) == ("applied", ())


def test_the_first_account_is_a_canary() -> None:
    """Where stock does not move by it, the others wait for a person; running again sends them."""
    shop = shop_with(9)
    shop.market.blind.add("stock")
    result = shop.apply().results["k"]
    assert result.outcome == "skipped"
    assert result.error is not None
    assert "the other 8" in result.error
    assert sizes(shop) == [1]
    assert sum(shop.clock.waits) == 60.0
    report = shop.apply()
    assert sizes(shop) == [1, 2, 4, 2]
    assert [notice.code for notice in report.notices] == ["stock-odd"]
    assert report.results["k"].outcome == "applied"
    assert sum(shop.clock.waits) == 120.0
    audit(shop)


@pytest.mark.parametrize("stock", [0, 1, 7])
def test_a_pool_takes_the_place_of_a_number(stock: int) -> None:
    shop = FakeShop()
    shop.product("k", stock=stock)
    shop.apply()
    shop.pool("pool", 0, 9)
    shop.product("k", pool="pool")
    report = shop.apply()
    assert (report.results["k"].outcome, report.notices) == ("applied", ())
    assert shop.market.shelves[shop.shelf("k")].stock == 9
    assert_in_step(shop)


def test_a_listing_that_is_not_listed_in_time_gets_its_accounts_later() -> None:
    shop = shop_with(3, lag=1000.0)
    result = shop.apply().results["k"]
    assert (result.outcome, sizes(shop)) == ("skipped", [])
    assert "not listed yet" in (result.error or "")
    shop.clock.pass_time(1000)
    shop.market.lag = 0
    shop.apply()
    assert sizes(shop) == [1, 2]
    assert_in_step(shop)
    audit(shop)


def test_a_short_import_is_told_and_never_sent_again() -> None:
    shop = shop_with(15)
    shop.market.fail(Fault.SHORT, on="append", after=2)
    report = shop.apply()
    assert sizes(shop) == [1, 2, 4, 8]
    assert [notice.code for notice in report.notices] == ["short"]
    assert "3 of 4 accounts" in report.notices[0].message
    assert shop.state.bindings["k"].short == 1
    assert_in_step(shop)
    audit(shop, short=1)


@pytest.mark.parametrize("lag", [0.0, 30.0])
def test_a_refused_batch_is_new_again_once_the_counts_say_the_same(lag: float) -> None:
    shop = shop_with(7, lag=lag)
    shop.market.fail(Fault.REFUSED, on="append", after=1)
    result = shop.apply().results["k"]
    assert (result.outcome, result.error) == ("failed", "HTTP 400: no")
    assert sizes(shop) == [1, 2]
    assert shop.state.ops == {}
    shop.apply()
    assert sizes(shop) == [1, 2, 2, 4]
    assert_in_step(shop)
    audit(shop)


@pytest.mark.parametrize("lag", [0.0, 30.0])
def test_a_refusal_that_did_half_of_it_is_never_sent_again(lag: float) -> None:
    """Also where the half shows only later: what is new again must have had its time to show."""
    shop = shop_with(7, lag=lag)
    shop.market.fail(Fault.REFUSED_HALF_DONE, on="append", after=2)
    result = shop.apply().results["k"]
    assert result.outcome == "in-doubt"
    assert sizes(shop) == [1, 2, 4]
    (op,) = shop.state.ops.values()
    assert (op.held, op.count) == (True, 4)
    assert_in_step(shop)
    audit(shop)


def test_a_refused_key_stops_the_run_and_the_next_one_verifies_the_refusal() -> None:
    """Who refuses the key refuses the List too, so that the refusal could not be verified at once."""
    shop = shop_with(7)
    shop.pool("other", 100, 3)
    shop.product("other", pool="other")
    shop.market.fail(Fault.KEY_REFUSED, on="append", after=2)
    shop.market.unreadable = {shop.market.lists + number for number in range(3, 99)}
    report = shop.apply()
    assert {result.outcome for result in report.results.values()} == {"failed", "skipped"}
    (op,) = shop.state.ops.values()
    assert (op.refused, op.held) == ("HTTP 401: key", False)
    shop.market.unreadable.clear()
    heal(shop)
    assert shop.state.ops == {}
    assert_in_step(shop)


def test_a_refused_batch_that_cannot_be_verified_is_verified_by_the_next_run() -> None:
    shop = shop_with(7)
    shop.market.fail(Fault.REFUSED, on="append", after=1)
    shop.market.unreadable = {shop.market.lists + number for number in range(3, 40)}
    report = shop.apply()
    assert report.results["k"].outcome == "in-doubt"
    (op,) = shop.state.ops.values()
    assert (op.refused, op.held) == ("HTTP 400: no", False)
    shop.market.unreadable.clear()
    shop.apply()
    assert shop.state.ops == {}
    assert len(shop.market.arrivals) == 7
    assert_in_step(shop)


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.LOST_HALF_DONE, Fault.LATE])
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_lost_answer_is_settled_by_the_stock_or_held(fault: Fault, after: int) -> None:
    shop = shop_with(15)
    shop.market.fail(fault, on="append", after=after)
    result = shop.apply().results["k"]
    if fault in {Fault.LOST_AFTER, Fault.LATE}:
        assert (result.outcome, shop.state.ops) == ("applied", {})
        assert_in_step(shop)
    else:
        assert result.outcome == "in-doubt"
        (op,) = shop.state.ops.values()
        assert (op.held, op.count) == (True, [1, 2, 4, 8][after])
        assert shop.plan().changes == ()
    assert sum(shop.clock.waits) >= 60.0
    audit(shop)


def test_no_batch_follows_one_in_doubt() -> None:
    shop = shop_with(3)
    shop.market.fail(Fault.LOST_BEFORE, on="append", after=1)
    shop.apply()
    shop.pool("pool", 0, 50)
    plan = shop.plan()
    assert plan.changes == ()
    assert [warning.code for warning in plan.warnings] == ["in-doubt"]
    assert shop.apply().calls == 0


def test_a_stock_that_does_not_show_an_earlier_batch_yet_proves_nothing() -> None:
    """A run ends right after a batch was confirmed; the next one reads a List that does not show that batch yet."""
    shop = shop_with(4, lag=20.0, max_batch=1)
    shop.apply()
    shop.pool("pool", 0, 10)
    shop.market.unreadable = {shop.market.lists + 2}
    shop.apply()
    assert sizes(shop) == [1, 1, 1, 1, 1]
    shop.market.fail(Fault.LOST_BEFORE, on="append")
    assert shop.apply().results["k"].outcome == "in-doubt"
    (op,) = audit(shop).ops.values()
    assert op.held


def test_a_wave_that_is_stopped_leaves_the_others_new() -> None:
    shop = FakeShop(parallel=2)
    for number in range(7):
        shop.pool(f"p{number}", 100 * number, 3)
        shop.product(f"k{number}", pool=f"p{number}")
    shop.market.before["append"] = shop.clock.interrupted.set
    report = shop.apply()
    assert report.interrupted
    assert {result.outcome for result in report.results.values()} == {"skipped"}
    fates = [batch.fate for batch in shop.state.ledger.batches]
    assert fates.count(Fate.SENT) <= 2
    assert shop.state.ops == {}
    shop.clock.interrupted.clear()
    heal(shop)


def test_accounts_that_were_not_sent_are_told_when_the_list_cannot_be_read() -> None:
    """Between two rounds; what was sent before does not make the change an applied one."""
    shop = shop_with(25)
    shop.market.unreadable = {shop.market.lists + 3}
    report = shop.apply()
    result = report.results["k"]
    assert (result.outcome, sizes(shop)) == ("skipped", [1, 2])
    assert "22 accounts not sent" in (result.error or "")
    heal(shop)
