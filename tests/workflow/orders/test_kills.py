"""A run that is killed at any boundary, and run again: each order gets its accounts once, and no account is at two."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness.fake_fate import Fault, Killed
from tests.harness.order_shop import OrderShop


def shop_with_orders(parallel: int = 1) -> OrderShop:
    """A pool that serves the listing by itself, orders at both marketplaces, and is short of one."""
    shop = OrderShop(parallel=parallel)
    listing = shop.stand(units=8)
    shop.vouchers.buy("v-tea", 3)
    shop.clock.pass_time(1)
    shop.counter.buy(listing, 2)
    shop.clock.pass_time(1)
    shop.vouchers.buy("v-tea", 1)
    shop.clock.pass_time(1)
    shop.counter.buy(listing, 2)
    return shop


def run_until_quiet(shop: OrderShop) -> None:
    """What a supplier does: run it again."""
    for _ in range(4):
        shop.revive()
        shop.clock.pass_time(1801)
        shop.fulfill()
        shop.audit_orders()


def until_dead(work: Callable[[], object]) -> None:
    """Let a process do something, whether it dies or not."""
    with suppress(Killed):
        work()


def assert_all_served(shop: OrderShop) -> None:
    assert {order_id: len(order.accounts) for _, one in shop.markets() for order_id, order in one.bought.items()} == {
        "1001": 3,
        "1002": 1,
        "o1": 2,
        "o2": 2,
    }
    assert not shop.state.ops
    assert not shop.order_plan().work


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_at_every_record(after: bool) -> None:
    for number in count():
        shop = shop_with_orders()
        shop.store.dies_at, shop.store.after = shop.store.writes + number, after
        try:
            shop.fulfill()
        except Killed:
            shop.revive()
            shop.audit_orders()
            run_until_quiet(shop)
            assert_all_served(shop)
        else:
            break
    assert number > 9


@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
def test_at_every_call(fault: Fault) -> None:
    for number in range(6):
        shop = shop_with_orders()
        # The counter's marketplace is served first.
        market, nth = (shop.counter, number) if number < 2 else (shop.vouchers, number - 2)
        market.faults[nth] = fault
        with pytest.raises(Killed):
            shop.fulfill()
        shop.revive()
        shop.audit_orders()
        run_until_quiet(shop)
        assert_all_served(shop)


def test_killed_while_many_are_under_way() -> None:
    for number in range(6):
        shop = shop_with_orders(parallel=4)
        shop.vouchers.faults[number] = Fault.KILL_AFTER
        until_dead(shop.fulfill)
        run_until_quiet(shop)
        assert_all_served(shop)


def test_pages_are_kept_before_the_next_is_asked_for() -> None:
    shop = OrderShop()
    shop.stand(units=9)
    for _ in range(9):
        shop.vouchers.buy("v-tea", 1)

    def dies_at_the_third() -> None:
        pages.append(1)
        if len(pages) == 3:
            shop.market.life.end()
        shop.vouchers.before["page"] = dies_at_the_third

    pages: list[int] = []
    shop.vouchers.before["page"] = dies_at_the_third
    with pytest.raises(Killed):
        shop.order_plan()
    shop.revive()
    shop.vouchers.before.clear()
    assert len(shop.state.orders) == 6
    assert set(shop.outcomes(shop.fulfill()).values()) == {"applied"}
    shop.audit_orders()


FAULTS = [fault for fault in Fault if fault not in {Fault.SHORT, Fault.REFUSED_HALF_DONE, Fault.LOST_HALF_DONE}]


@settings(max_examples=60)
@given(
    st.dictionaries(st.integers(0, 9), st.sampled_from(FAULTS), max_size=4),
    st.dictionaries(st.integers(0, 14), st.sampled_from(FAULTS), max_size=5),
    st.none() | st.integers(0, 14),
    st.booleans(),
    st.sampled_from([1, 4]),
)
def test_whatever_goes_wrong(
    here: dict[int, Fault], there: dict[int, Fault], dies_at: int | None, after: bool, parallel: int
) -> None:
    shop = shop_with_orders(parallel)
    shop.counter.faults, shop.vouchers.faults = here, there
    shop.store.dies_at, shop.store.after = None if dies_at is None else shop.store.writes + dies_at, after
    for _ in range(5):
        until_dead(shop.fulfill)
        shop.revive()
        shop.audit_orders()
        shop.clock.pass_time(35)
    # All that was to go wrong has; what a person must decide is decided by what is true.
    shop.counter.faults, shop.vouchers.faults = {}, {}
    run_until_quiet(shop)
    held = [op for op in shop.state.ops.values() if op.held]
    if not held:
        assert_all_served(shop)
