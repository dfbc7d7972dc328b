"""What was read of an order may be older than what it was given since, by us or by others: it never gets too many."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from catalogsync.model.config import Config
from catalogsync.model.errors import StateError
from catalogsync.model.order_plan import OrderReport
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.workflow.orders.altering import deliver_accounts, refund, set_status
from catalogsync.workflow.orders.fulfilling import fulfill
from catalogsync.workflow.orders.planning import make_order_plan
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import SETTINGS, SilentObserver
from tests.harness.order_shop import VOUCHERS, OrderShop


class Interloper(SilentObserver):
    """Lets somebody else act once, when the orders were read and are about to be compared."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._acts = [act]

    def stage(self, name: str, total: int | None = None) -> None:
        if name == "Comparing" and self._acts:
            self._acts.pop()()


def strangers(count: int) -> list[Account]:
    """Accounts of no pool of ours."""
    return [Account(Secret(f"stranger-{number}"), Secret("-")) for number in range(count)]


@pytest.fixture
def shop() -> OrderShop:
    """A shop that serves the orders of its listings alone, whose list does not consume."""
    shop = OrderShop()
    shop.serving = ("accplanet",)
    return shop


def beside(shop: OrderShop, act: Callable[[], object]) -> OrderReport:
    """Fill orders while somebody else acts, after they were read."""
    desk = replace(shop.order_desk(shop.journal()), observer=Interloper(act))
    return fulfill(desk, shop.run("orders fulfill"), show=lambda _: None)


def test_orders_are_read_again_if_another_run_wrote_before_the_lease_was_taken(shop: OrderShop) -> None:
    order_id = shop.counter.buy(shop.stand(units=10), 5)
    shop.counter.give(order_id, strangers(2))

    report = beside(shop, shop.fulfill)

    assert report.results == {}, "the other run had done it"
    assert len(shop.counter.bought[order_id].accounts) == 5
    shop.audit_orders()


def test_an_order_that_was_refunded_by_another_run_is_sent_nothing(shop: OrderShop) -> None:
    order_id = shop.counter.buy(shop.stand(), 2)

    report = beside(
        shop, lambda: refund(shop.order_desk(shop.journal()), shop.run("orders refund"), "accplanet", order_id)
    )

    assert report.results == {}
    assert shop.counter.sent == []


@pytest.mark.parametrize("readable", [True, False])
def test_what_its_listing_gives_an_order_meanwhile_is_not_given_twice(shop: OrderShop, *, readable: bool) -> None:
    shop.stand(units=4, delivery="auto", pool_level=1)
    order_id = shop.counter.buy(shop.stand(units=4), 1)
    shop.counter.order_unreadable = not readable

    report = beside(shop, lambda: shop.counter.give(order_id, strangers(1)) if readable else None)

    assert shop.counter.sent == []
    assert shop.outcomes(report) == {order_id: "failed"}
    assert shop.state.ops == {}
    shop.counter.order_unreadable = False
    assert shop.outcomes(shop.fulfill()) == ({} if readable else {order_id: "applied"})


def test_a_list_that_lags_does_not_make_an_order_get_more_than_it_lacked(shop: OrderShop) -> None:
    order_id = shop.counter.buy(shop.stand(units=10), 5)
    order = shop.counter.bought[order_id]
    shop.counter.give(order_id, strangers(2))
    shop.counter.hides_content = True
    shop.fulfill()
    order.status, order.odd = "running_order", {"delivered": 2, "remaining": 3}

    (change,) = shop.order_plan().changes
    again = shop.fulfill()

    assert (change.code, change.delivered) == ("filled", 5)
    assert again.results == {}
    assert len(order.accounts) == 5
    with pytest.raises(Exception, match="gets no 1 account"):
        deliver_accounts(shop.order_desk(shop.journal()), shop.run("orders deliver"), "accplanet", order_id, 1)
    shop.audit_orders()


def test_what_another_run_delivers_meanwhile_is_no_sign_of_an_old_state(shop: OrderShop) -> None:
    order_id = shop.counter.buy(shop.stand(units=2), 5)
    desk = shop.order_desk(shop.journal())
    shop.fulfill()

    plan = make_order_plan(desk, shop.run("orders plan"))

    assert plan.changes[0].delivered == 2
    assert shop.counter.bought[order_id].status == "running_order"


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.KILL_AFTER])
def test_an_order_that_may_have_been_cancelled_is_not_filled_from_memory(fault: Fault) -> None:
    shop = OrderShop()
    shop.stand()
    order_id = shop.vouchers.buy("v-tea", 3)
    shop.order_plan()
    shop.vouchers.fail(fault, on="set-status")
    with suppress(Killed):
        set_status(shop.order_desk(shop.journal()), shop.run("orders set-status"), "vouchers", order_id, "cancelled")
    shop.revive()

    assert shop.fulfill().results == {}

    shop.vouchers.bought[order_id].status = "pending"  # it had not arrived after all
    shop.clock.sleep(1800)
    assert shop.outcomes(shop.fulfill()) == {order_id: "applied"}
    shop.audit_orders()


def test_an_order_with_a_status_that_nobody_knows_is_kept_and_told_of() -> None:
    shop = OrderShop()
    shop.stand()
    order_id = shop.vouchers.buy("v-tea", 3, status="in_review")

    for _ in range(2):
        (change,) = shop.fulfill().plan.changes
        assert (change.order_id, change.code) == (order_id, "odd-order")
        assert "in_review" in change.why
    assert shop.vouchers.sent == []


def test_a_marketplace_with_a_delivery_in_doubt_cannot_go_by_another_name() -> None:
    shop = OrderShop()
    shop.stand()
    order_id = shop.vouchers.buy("v-tea", 3)
    shop.vouchers.fail(Fault.LOST_AFTER, on="deliver", times=9)
    shop.fulfill()
    before = shop.config
    shop.config = Config({"accplanet": SETTINGS, "hub": replace(VOUCHERS, name="hub")})
    desk = replace(shop.order_desk(shop.journal()), markets={"hub": shop.vouchers})

    with pytest.raises(StateError, match=f"deliver to order {order_id} at vouchers is in doubt"):
        fulfill(desk, shop.run("orders fulfill"), show=lambda _: None)

    shop.config = before
    shop.vouchers.fail(Fault.NEVER, on="deliver", times=0)
    assert shop.outcomes(shop.fulfill()) == {order_id: "applied"}
    assert len(shop.vouchers.bought[order_id].accounts) == 3
    shop.audit_orders()
