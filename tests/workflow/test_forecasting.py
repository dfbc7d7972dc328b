"""Pools that are shared, and sales that feed back: what plans tell of them, and what an apply notes."""

import json
from dataclasses import replace

import pytest

from catalogsync.core.staleness import deviations
from catalogsync.model.plan import Allocation, Plan
from catalogsync.render.plan_json import plan_document, render_plan_json
from catalogsync.render.plan_reading import plan_of, read_plan_document
from catalogsync.workflow.offline import plan_offline
from catalogsync.workflow.surveying import survey
from tests.harness.fake_shop import FakeShop
from tests.harness.order_shop import OrderShop

DAY = 86_400.0


def noted(shop: FakeShop, key: str) -> list[tuple[str, int]]:
    return [(tally.at[:10], tally.sales) for tally in shop.state.tallies.get(key, ())]


def the_row(plan: Plan) -> Allocation:
    (row,) = plan.allocation or ()
    return row


def topped_up() -> OrderShop:
    """Twelve vouchers, of which four may lie at the listing; the rest serves the other marketplace."""
    shop = OrderShop()
    shop.stand(units=12, delivery="auto", pool_level=4)
    return shop


def test_an_apply_notes_sales_once_a_day_and_only_where_they_moved() -> None:
    shop = FakeShop()
    shop.product("tea", stock=50)
    shop.product("cups", stock=50)
    shop.apply()
    assert noted(shop, "tea") == noted(shop, "cups") == [("2026-11-21", 0)]
    empty = shop.store.writes
    shop.apply()
    empty = shop.store.writes - empty
    for units, first in ((3, 1), (4, 1), (0, 1), (0, 0)):
        shop.clock.pass_time(DAY)
        for due in (first, 0):
            shop.market.sell(shop.shelf("tea"), units)
            before = shop.store.writes
            shop.apply()
            assert shop.store.writes - before - empty == due
    assert noted(shop, "tea") == [("2026-11-21", 0), ("2026-11-22", 3), ("2026-11-23", 10), ("2026-11-24", 14)]
    assert noted(shop, "cups") == [("2026-11-21", 0)]


def test_an_unchanged_shop_has_no_changes_and_is_told_what_runs_dry() -> None:
    shop = FakeShop()
    shop.pool("tea", 0, 20)
    shop.product("tea", pool="tea")
    shop.product("cups", stock=100)
    shop.apply()
    shop.market.sell(shop.shelf("tea"), 16)
    shop.market.sell(shop.shelf("cups"), 2)
    assert shop.plan().warnings == (), "less than a day is known"
    shop.clock.pass_time(4 * DAY)
    plan = shop.plan()
    assert (plan.changes, plan.blocked, plan.summary.unchanged) == ((), (), 2)
    (warning,) = plan.warnings
    assert (warning.code, warning.key, warning.file) == ("running-dry", "tea", "products/tea.yaml")
    assert warning.message == "4 left, 4 sold a day: enough for 1 day; add accounts to pool tea"
    assert the_row(plan) == Allocation("tea", "tea", 20, 0, 0, 0, 0, 4, 4.0, 1)
    rows = {row.key: (row.per_day, row.days_left) for row in survey(shop.desk(shop.journal()))}
    assert rows == {"tea": (4.0, 1), "cups": (0.5, 196)}
    later = replace(shop.plan(), created_at=plan.created_at)
    assert render_plan_json(later) == render_plan_json(plan)
    shop.clock.pass_time(DAY)
    tomorrow = shop.plan()
    assert the_row(tomorrow).per_day == 3.2
    assert deviations(plan, tomorrow) == []


def test_a_listing_that_is_off_sale_or_gone_does_not_run_dry() -> None:
    shop = FakeShop()
    for key in ("kept", "retired", "gone"):
        shop.product(key, stock=10)
    shop.apply()
    for key in ("kept", "retired", "gone"):
        shop.market.sell(shop.shelf(key), 9)
    shop.clock.pass_time(2 * DAY)
    del shop.products["retired"]
    shop.market.remove(shop.shelf("gone"))
    assert [notice.key for notice in shop.plan().warnings if notice.code == "running-dry"] == ["kept"]
    shop.apply(allow={"missing-listing": "1"})
    assert {row.key: row.days_left for row in survey(shop.desk(shop.journal()))}["retired"] is None


def test_what_is_known_of_sales_follows_a_new_name() -> None:
    shop = FakeShop()
    shop.pool("tea", 0, 9)
    shop.product("tea", pool="tea")
    shop.apply()
    shop.market.sell(shop.shelf("tea"), 6)
    shop.clock.pass_time(2 * DAY)
    del shop.products["tea"]
    shop.product("rooibos", pool="tea", previous_key="tea")
    before = shop.plan()
    assert [(row.key, row.per_day, row.days_left) for row in before.allocation or ()] == [("rooibos", 3.0, 1)]
    shop.apply()
    assert [(row.key, row.per_day) for row in shop.plan().allocation or ()] == [("rooibos", 3.0)]


def test_paid_orders_come_before_topping_up() -> None:
    shop = topped_up()
    assert the_row(shop.plan()) == Allocation("tea", "tea", 12, 8, 0, 0, 8, 4)
    shop.market.sell(shop.shelf("tea"), 4)
    agreed = shop.plan()
    assert (the_row(agreed).now, the_row(agreed).left) == (4, 4)
    order = shop.vouchers.buy("v-tea", 6)
    shop.order_plan()
    plan = shop.plan()
    row = the_row(plan)
    assert (row.new, row.orders, row.now, row.left) == (8, 6, 2, 0)
    assert plan.summary.accounts == 2
    assert deviations(agreed, plan), "other accounts would go out"
    shop.apply()
    assert shop.outcomes(shop.fulfill()) == {order: "applied"}
    shop.audit_orders()
    row = the_row(shop.plan())
    assert (row.new, row.orders, row.now, row.left, row.unsold) == (0, 0, 0, 0, 2)


def test_what_went_to_orders_elsewhere_is_part_of_the_rate() -> None:
    shop = topped_up()
    shop.clock.pass_time(DAY)
    shop.market.sell(shop.shelf("tea"), 2)
    shop.vouchers.buy("v-tea", 4)
    shop.fulfill()
    shop.clock.pass_time(DAY)
    row = the_row(shop.plan())
    assert (row.per_day, row.new, row.now, row.unsold, row.days_left) == (3.0, 4, 2, 2, 2)


def test_a_plan_is_saved_and_read_with_what_it_tells_of_pools() -> None:
    shop = topped_up()
    shop.market.sell(shop.shelf("tea"), 3)
    shop.clock.pass_time(2 * DAY)
    plan = shop.plan()
    document = read_plan_document(render_plan_json(plan))
    assert plan_of(document).allocation == plan.allocation
    assert plan_document(plan_of(document)) == document == json.loads(json.dumps(document))
    before = replace(plan, allocation=None)
    older = read_plan_document(render_plan_json(before))
    assert "allocation" not in older
    assert plan_document(plan_of(older)) == older
    assert deviations(plan_of(older), plan) == []


@pytest.mark.parametrize("keyless", [False, True])
def test_off_line_what_only_the_marketplace_tells_is_null(keyless: bool) -> None:
    shop = topped_up()
    shop.market.sell(shop.shelf("tea"), 3)
    shop.clock.pass_time(2 * DAY)
    desk = shop.desk(shop.journal())
    row = the_row(plan_offline(replace(desk, fingerprints=None) if keyless else desk))
    assert (row.catalog, row.now, row.left, row.unsold, row.per_day, row.days_left) == (12, *[None] * 5)
    assert (row.new, row.orders) == ((None, None) if keyless else (8, 0))
