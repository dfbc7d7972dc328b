"""The marketplace in memory tells orders as the real ones do, and as late, wrong or not at all as a test wants."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from catalogsync.model.errors import MarketplaceError
from catalogsync.model.pool import Account
from tests.contracts.marketplace import OrdersContract, accounts, facts
from tests.harness.fake_clock import START, FakeClock
from tests.harness.fake_fate import Killed
from tests.harness.fake_market import FakeMarket


class TestOrders(OrdersContract):
    @pytest.fixture
    def world(self) -> FakeMarket:
        return FakeMarket(FakeClock())

    @pytest.fixture
    def marketplace(self, world: FakeMarket) -> FakeMarket:
        return world


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def market(clock: FakeClock) -> FakeMarket:
    return FakeMarket(clock)


def filled(market: FakeMarket, content: Sequence[Account], **fields: str) -> str:
    product_id = market.put(title="Seat", **fields)
    market.append(product_id, content)
    return product_id


def test_orders_lag_behind(market: FakeMarket, clock: FakeClock) -> None:
    market.till.lag = 30
    product_id = filled(market, accounts(1))
    market.sell(product_id, 2)
    assert market.orders() == ()
    clock.pass_time(30)
    assert [facts(order) for order in market.orders()] == [(2, 1, 1)]
    market.append(product_id, accounts(1, 1))
    assert [facts(order) for order in market.orders()] == [(2, 1, 1)]
    clock.pass_time(30)
    assert [facts(order) for order in market.orders()] == [(2, 2, 0)]


def test_its_clock_may_be_ahead(market: FakeMarket, clock: FakeClock) -> None:
    market.till.skew = 3600
    clock.pass_time(5)
    market.sell(filled(market, accounts(1)))
    (order,) = market.orders()
    assert order.created_at == f"{START + timedelta(seconds=3605):%Y-%m-%dT%H:%M:%SZ}"


def test_without_back_orders_nobody_buys_more_than_there_is(market: FakeMarket) -> None:
    market.back_orders = False
    product_id = filled(market, accounts(2))
    market.sell(product_id, 5)
    market.sell(product_id)
    assert [facts(order) for order in market.orders()] == [(2, 2, 0)]
    assert market.listings().by_id[product_id].sales == 2


def test_sales_may_count_orders(market: FakeMarket) -> None:
    market.sales_counts_orders = True
    product_id = filled(market, accounts(5))
    market.sell(product_id, 3)
    market.sell(product_id)
    listing = market.listings().by_id[product_id]
    assert (listing.stock, listing.sales) == (1, 2)


def test_of_accounts_from_elsewhere_only_the_number_shows(market: FakeMarket) -> None:
    product_id = filled(market, accounts(1))
    market.fill(product_id, ["somebody"])
    market.sell(product_id, 2)
    (order,) = market.orders()
    assert (facts(order), order.accounts) == ((2, 2, 0), tuple(accounts(1)))


def test_somebody_may_buy_between_the_two_lists(market: FakeMarket) -> None:
    product_id = filled(market, accounts(2))
    market.before["orders"] = lambda: market.sell(product_id)
    assert market.listings().by_id[product_id].stock == 2
    assert [facts(order) for order in market.orders()] == [(1, 1, 0)]
    assert market.listings().by_id[product_id].stock == 1


def test_orders_that_cannot_be_read(market: FakeMarket) -> None:
    market.orders_unreadable = True
    with pytest.raises(MarketplaceError, match="list of orders"):
        market.orders()
    market.orders_unreadable = False
    assert market.orders() == ()
    assert market.order_lists == 2
    market.life.over = True
    with pytest.raises(Killed):
        market.orders()
