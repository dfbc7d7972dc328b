"""What every OrderMarket must do. A test class of a marketplace inherits this suite and says how one is reached."""

from typing import Protocol

import pytest

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Order
from catalogsync.model.secret import Secret
from catalogsync.ports import OrderMarket
from tests.contracts.marketplace import accounts

NOWHERE = "987654321"


class Buyers(Protocol):
    """Who buys at the marketplace what is delivered by hand, and what a test sees behind its back."""

    def buy(self, quantity: int = 1) -> str:
        """Somebody buys, and pays; gives the order's id."""
        ...

    def arrived(self, order_id: str) -> int:
        """How many accounts an order has; that none is anywhere twice is checked."""
        ...

    def pass_time(self, seconds: float) -> None:
        """Let time pass at the marketplace."""
        ...


def read(market: OrderMarket) -> dict[str, Order]:
    """The open orders, in pages that hold something, none of them twice."""
    pages = list(market.order_pages(market.open_statuses))
    assert all(pages)
    orders = {order.order_id: order for page in pages for order in page}
    assert len(orders) == sum(map(len, pages))
    return orders


def is_done(answer: Answer) -> bool:
    """Whether an answer says that the accounts are there, be it since they were there before."""
    return answer.kind is AnswerClass.CONFIRMED or answer.code == "INVALID_ACCOUNTS"


class OrderMarketContract:
    """Inherit, and give a fixture `market` without orders, which has at most three a page, and a fixture `buyers`."""

    @pytest.fixture
    def buyers(self) -> Buyers:
        raise NotImplementedError

    @pytest.fixture
    def market(self, buyers: Buyers) -> OrderMarket:
        raise NotImplementedError

    def test_every_open_order_is_read_with_what_was_bought(self, market: OrderMarket, buyers: Buyers) -> None:
        assert read(market) == {}
        assert set(market.open_statuses) < set(market.statuses)
        bought = {buyers.buy(quantity): quantity for quantity in range(1, 9)}
        orders = read(market)
        assert {order_id: order.quantity for order_id, order in orders.items()} == bought
        for order in orders.values():
            assert order.status in market.open_statuses
            assert all((order.product_id, order.payment, order.created_at, order.title, order.total, order.buyer.id))
            assert (order.trouble, order.accounts, order.delivered or 0) == ("", (), 0)
        assert len({order.product_id for order in orders.values()}) == 1

    def test_reading_may_consume_and_says_for_how_long(self, market: OrderMarket, buyers: Buyers) -> None:
        bought = {buyers.buy() for _ in range(4)}
        assert read(market).keys() == bought
        later = buyers.buy()
        if market.relists is None:
            assert read(market).keys() == {*bought, later}
            return
        assert read(market).keys() == {later}
        assert list(market.order_pages()) == []
        buyers.pass_time(market.relists + 1)
        assert read(market).keys() == {*bought, later}

    def test_the_same_accounts_arrive_once_however_often_they_are_sent(
        self, market: OrderMarket, buyers: Buyers
    ) -> None:
        order_id = buyers.buy(2)
        begun = market.start(order_id)
        assert begun is None or begun.kind is AnswerClass.CONFIRMED
        first = market.deliver(order_id, accounts(2), whole=True, reference="op-1")
        assert first.kind is AnswerClass.CONFIRMED, first
        for _ in range(2):
            again = market.deliver(order_id, accounts(2), whole=True, reference="op-1")
            assert is_done(again), again
            assert not again.stop
        assert buyers.arrived(order_id) == 2
        assert order_id not in read(market)

    def test_an_order_may_get_the_rest_later(self, market: OrderMarket, buyers: Buyers) -> None:
        order_id, other = buyers.buy(3), buyers.buy(1)
        assert is_done(market.deliver(order_id, accounts(1), whole=False, reference="op-1"))
        assert is_done(market.deliver(order_id, accounts(2, 1), whole=True, reference="op-2"))
        assert is_done(market.deliver(other, accounts(1, 3), whole=True, reference="op-3"))
        assert (buyers.arrived(order_id), buyers.arrived(other)) == (3, 1)

    def test_an_order_has_one_of_some_statuses(self, market: OrderMarket, buyers: Buyers) -> None:
        order_id, other = buyers.buy(), buyers.buy()
        working = market.open_statuses[1]
        assert market.set_status(order_id, working).kind is AnswerClass.CONFIRMED
        assert [order.order_id for page in market.order_pages([working]) for order in page] == [order_id]
        assert read(market).keys() >= {other}
        for word in ("", "receipt_confirmed_order", working.upper()):
            assert market.set_status(order_id, word).kind is AnswerClass.NEVER

    def test_what_is_not_there_is_refused_and_the_run_goes_on(self, market: OrderMarket) -> None:
        for answer in (
            market.set_status(NOWHERE, market.open_statuses[1]),
            market.deliver(NOWHERE, accounts(1), whole=True, reference="op-1"),
            *([market.refund(NOWHERE)] if market.refunds else []),
        ):
            assert (answer.kind, answer.stop) == (AnswerClass.REFUSED, False), answer
            assert answer.reason

    def test_what_has_no_call_is_not_sent(self, market: OrderMarket, buyers: Buyers) -> None:
        order_id = buyers.buy()
        if not market.reads_one:
            with pytest.raises(MarketplaceError):
                market.order(order_id)
            assert market.deliver_text(order_id, Secret("Look into your mail")).kind is AnswerClass.NEVER
        if not market.refunds:
            assert market.refund(order_id).kind is AnswerClass.NEVER
        assert read(market).keys() == {order_id}

    def test_one_order_shows_what_it_got(self, market: OrderMarket, buyers: Buyers) -> None:
        if not market.reads_one:
            return
        order_id = buyers.buy(3)
        market.deliver(order_id, accounts(2), whole=False, reference="op-1")
        order = market.order(order_id)
        assert (order.order_id, order.delivered, order.remaining) == (order_id, 2, 1)
        assert (order.accounts, len(order.content)) == (tuple(accounts(2)), 2)
        text = Secret("Look into your mail")
        assert market.deliver_text(order_id, text).kind is AnswerClass.CONFIRMED
        assert text in market.order(order_id).content
        assert set(accounts(2)) <= set(market.order(order_id).accounts)
        with pytest.raises(MarketplaceError):
            market.order(NOWHERE)

    def test_money_that_was_given_back_ends_an_order(self, market: OrderMarket, buyers: Buyers) -> None:
        if not market.refunds:
            return
        order_id = buyers.buy()
        answer = market.refund(order_id)
        assert answer.kind is AnswerClass.CONFIRMED, answer
        assert answer.number
        assert read(market) == {}
        for refused in (
            market.refund(order_id),
            market.deliver(order_id, accounts(1), whole=True, reference="op-1"),
        ):
            assert (refused.kind, refused.stop) == (AnswerClass.REFUSED, False)
        assert buyers.arrived(order_id) == 0

    def test_an_address_shows_where_a_call_goes(self, market: OrderMarket) -> None:
        for call in ("deliver", "set-status", *(["refund"] if market.refunds else [])):
            method, path = market.order_address(call, "7").split(" ")
            assert (method, path[0]) == ("POST", "/")
