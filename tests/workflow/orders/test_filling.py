"""Filling orders: what is bought arrives, once, from the pool that the product names."""

import pytest

from catalogsync.model.order_plan import OrderAction
from tests.harness.fake_fate import Fault
from tests.harness.order_shop import OrderShop


def test_orders_of_both_marketplaces_are_filled_from_one_pool_oldest_first() -> None:
    shop = OrderShop()
    listing = shop.stand(units=6)
    shop.vouchers.buy("v-tea", 2)
    shop.clock.pass_time(60)
    shop.counter.buy(listing, 3)
    shop.clock.pass_time(60)
    shop.vouchers.buy("v-tea", 2)
    report = shop.fulfill()
    assert shop.outcomes(report) == {"1001": "applied", "o1": "applied", "1002": "applied"}
    assert [len(order.accounts) for order in shop.vouchers.bought.values()] == [2, 1]
    assert len(shop.counter.bought["o1"].accounts) == 3
    assert [use.left for use in report.plan.pools] == [0]
    assert [order.status for order in shop.vouchers.bought.values()] == ["completed", "partial"]
    assert (report.failed, report.in_doubt, report.calls) == (0, 0, 5)
    assert not shop.state.run
    shop.audit_orders()
    again = shop.fulfill()
    assert (again.plan.work, again.calls) == ((), 0)


def test_an_empty_round_writes_nothing() -> None:
    shop = OrderShop()
    shop.stand()
    serial = shop.state.serial
    shop.fulfill()
    shop.order_plan()
    assert shop.state.serial == serial


def test_what_a_plan_read_is_filled_by_the_next_run() -> None:
    shop = OrderShop()
    shop.stand()
    for _ in range(5):
        shop.vouchers.buy("v-tea", 1)
    plan = shop.order_plan()
    assert len(plan.work) == 5
    assert shop.order_plan().work == plan.work
    assert set(shop.outcomes(shop.fulfill(plan)).values()) == {"applied"}
    assert not shop.state.orders
    shop.audit_orders()


CELLS = [
    (at, on, fault)
    for at in ("accplanet", "vouchers")
    for on in ("start", "deliver")
    for fault in Fault
    if fault is not Fault.SHORT
    and "KILL" not in fault.name
    # A refusal that is none cannot be seen through where an order cannot be read; docs/guarantees.md says so.
    and (at, on, fault) != ("vouchers", "deliver", Fault.REFUSED_HALF_DONE)
]


@pytest.mark.parametrize(("at", "on", "fault"), CELLS)
def test_a_fault_heals(at: str, on: str, fault: Fault) -> None:
    shop = OrderShop()
    listing = shop.stand()
    market = dict(shop.markets())[at]
    order_id = market.buy(listing if at == "accplanet" else "v-tea", 3)
    market.fail(fault, on=on)
    first = shop.fulfill()
    shop.audit_orders()
    for _ in range(3):
        shop.clock.pass_time(100)
        shop.fulfill()
        shop.audit_orders()
    held = [op for op in shop.state.ops.values() if op.held]
    if fault in {Fault.REFUSED_HALF_DONE, Fault.LOST_HALF_DONE} and on == "deliver" and at == "accplanet":
        assert held
    else:
        assert len(market.bought[order_id].accounts) == 3
        assert not shop.state.ops
    assert first.calls <= 3


def test_actions_are_told() -> None:
    shop = OrderShop()
    shop.stand(units=1)
    shop.vouchers.buy("v-tea", 3)
    plan = shop.order_plan()
    assert [change.action for change in plan.changes] == [OrderAction.PARTIAL]
