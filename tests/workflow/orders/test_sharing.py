"""One pool, three ways out: the listing that delivers by itself, its orders by hand, the other marketplace's orders."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.model.product import Delivery
from tests.harness.fake_fate import Fault, Killed
from tests.harness.order_shop import OrderShop


def deliver(shop: OrderShop, how: Delivery) -> None:
    shop.products["tea"] = replace(shop.products["tea"], delivery=how)


def test_the_listing_and_orders_at_both_marketplaces() -> None:
    shop = OrderShop()
    listing = shop.stand(units=5, delivery="auto", pool_level=2)
    assert len(shop.market.arrivals) == 2
    shop.counter.buy(listing, 1)
    shop.vouchers.buy("v-tea", 2)
    report = shop.fulfill()
    assert shop.outcomes(report) == {"1001": "applied"}
    deliver(shop, "manual")
    assert shop.outcomes(shop.fulfill()) == {"o1": "applied"}
    shop.apply()
    assert len(shop.market.arrivals) == 2
    assert [use.left for use in shop.order_plan().pools] == []
    shop.audit_orders()


def test_an_append_in_doubt_keeps_its_listing_s_orders_waiting() -> None:
    shop = OrderShop()
    listing = shop.stand(units=5, delivery="auto", pool_level=2)
    shop.products["tea"] = replace(shop.products["tea"], pool_level=4)
    shop.market.fail(Fault.LOST_BEFORE, on="append")
    shop.apply()
    assert [op.held for op in shop.state.ops.values()] == [True]
    deliver(shop, "manual")
    shop.counter.buy(listing, 1)
    shop.vouchers.buy("v-tea", 1)
    plan = shop.order_plan()
    assert {change.order_id: change.code for change in plan.changes} == {"o1": "append-open", "1001": ""}
    assert shop.outcomes(shop.fulfill()) == {"1001": "applied"}
    shop.audit_orders()


FAULTS = st.sampled_from([fault for fault in Fault if fault not in {Fault.SHORT, Fault.REFUSED_HALF_DONE}])
DEEDS = st.one_of(
    st.tuples(st.sampled_from(["buy here", "buy there", "sell"]), st.integers(1, 3)),
    st.tuples(st.sampled_from(["apply", "fulfill", "plan", "auto", "manual"]), st.just(0)),
    st.tuples(st.sampled_from(["level"]), st.integers(1, 6)),
    st.tuples(st.sampled_from(["wait"]), st.sampled_from([40, 1801, 3700])),
    st.tuples(st.sampled_from(["die"]), st.integers(0, 8)),
)


@settings(max_examples=60)
@given(st.lists(DEEDS, max_size=14), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), FAULTS), max_size=4))
def test_whatever_is_bought_and_whatever_goes_wrong(
    deeds: list[tuple[str, int]], faults: list[tuple[int, int, Fault]]
) -> None:
    shop = OrderShop()
    listing = shop.stand(units=16, delivery="auto", pool_level=2)
    for where, number, fault in faults:
        (shop.market, shop.counter, shop.vouchers)[where].faults[number + (4 if where == 0 else 0)] = fault
    for deed, amount in deeds:
        _do(shop, listing, deed, amount)
        shop.revive()
        shop.audit_orders()
    shop.market.faults, shop.counter.faults, shop.vouchers.faults = {}, {}, {}
    for _ in range(3):
        shop.clock.pass_time(1801)
        shop.apply()
        shop.fulfill()
        shop.audit_orders()
    assert all(op.held for op in shop.state.ops.values())


def _do(shop: OrderShop, listing: str, deed: str, amount: int) -> None:
    deeds: dict[str, Callable[[], object]] = {
        "buy here": lambda: shop.counter.buy(listing, amount),
        "buy there": lambda: shop.vouchers.buy("v-tea", amount),
        "sell": lambda: shop.market.sell(listing, min(amount, shop.market.shelves[listing].stock)),
        "apply": shop.apply,
        "fulfill": shop.fulfill,
        "plan": shop.order_plan,
        "auto": lambda: deliver(shop, "auto"),
        "manual": lambda: deliver(shop, "manual"),
        "level": lambda: shop.products.update(tea=replace(shop.products["tea"], pool_level=amount)),
        "wait": lambda: shop.clock.pass_time(amount),
        "die": lambda: setattr(shop.store, "dies_at", shop.store.writes + amount),
    }
    dies_at = shop.store.dies_at
    with suppress(Killed):
        deeds[deed]()
    if deed == "die":
        # Revived below, it would not die: whatever comes next does.
        with suppress(Killed):
            shop.fulfill()
    shop.store.dies_at = dies_at
