"""Reading back: what shows is what drift is measured against, and what does not show is said."""

from dataclasses import replace

import pytest

from catalogsync.model.config import Recovery
from catalogsync.model.fields import Value
from tests.harness.audit import assert_in_step
from tests.harness.fake_shop import FakeShop


def shop_with(*, lag: float = 0.0, settle: float = 60.0, **fields: object) -> FakeShop:
    shop = FakeShop(lag=lag)
    shop.config = replace(shop.config, recovery=Recovery(settle=settle))
    shop.product("k", **fields)  # type: ignore[arg-type]
    return shop


def observed(shop: FakeShop) -> dict[str, Value]:
    return dict(shop.state.bindings["k"].observed)


def waited(shop: FakeShop) -> float:
    return sum(shop.clock.waits)


def changed(shop: FakeShop) -> dict[str, str]:
    return {field.field: field.cause for change in shop.plan().changes for field in change.fields}


def test_what_shows_at_once_is_not_waited_for() -> None:
    shop = shop_with()
    shop.apply()
    assert waited(shop) == 0.0
    assert observed(shop)["description"] == "<p>About <strong>k</strong>.</p>"
    assert shop.state.bindings["k"].listed


@pytest.mark.parametrize("field", ["title", "description"])
def test_drift_is_measured_against_what_showed(field: str) -> None:
    shop = shop_with()
    shop.apply()
    assert_in_step(shop)
    shop.market.edit(shop.shelf("k"), **{field: "Stranger's"})
    assert changed(shop) == {field: "drift"}
    shop.apply()
    assert_in_step(shop)


def test_what_is_slow_to_show_is_waited_for_and_no_longer() -> None:
    shop = shop_with(lag=12.0)
    report = shop.apply()
    assert (waited(shop), report.notices) == (15.0, ())
    shop.edit("k", price="8.99")
    report = shop.apply()
    assert (waited(shop), report.notices) == (30.0, ())
    assert observed(shop)["price"] == "8.99"


def test_what_does_not_show_in_time_is_said_once_and_is_then_the_measure() -> None:
    shop = shop_with()
    shop.apply()
    shop.market.deaf.add("title")
    shop.edit("k", title="New", price="8.99")
    report = shop.apply()
    assert waited(shop) == 60.0
    assert [(notice.code, notice.message) for notice in report.notices] == [
        ("not-shown", "applied, but the listing does not show it: title; `catalogsync why k` tells more")
    ]
    assert_in_step(shop)
    assert waited(shop) == 60.0
    shop.market.edit(shop.shelf("k"), title="Stranger's")
    assert changed(shop) == {"title": "drift"}


def test_a_listing_that_does_not_show_in_time_is_said() -> None:
    shop = shop_with(lag=100.0)
    report = shop.apply()
    assert [(notice.code, notice.key) for notice in report.notices] == [("not-listed-yet", "k")]
    assert waited(shop) == 60.0
    assert not shop.state.bindings["k"].listed
    assert [warning.code for warning in shop.plan().warnings] == ["not-listed-yet"]
    shop.clock.pass_time(100)
    assert_in_step(shop)
    assert shop.state.bindings["k"].listed


def test_fields_that_no_list_shows_are_not_waited_for() -> None:
    shop = shop_with(warranty_period_days=3, supplier_name="S")
    shop.apply()
    assert waited(shop) == 0.0
    assert "supplier_name" not in observed(shop)
    assert_in_step(shop)


def test_without_changes_the_list_is_read_once() -> None:
    shop = shop_with()
    shop.apply()
    lists, writes = shop.market.lists, shop.store.writes
    shop.apply()
    assert shop.market.lists == lists + 1
    # Begin, the probe of the store that follows it, end.
    assert shop.store.writes == writes + 3


def test_without_time_to_show_nothing_is_waited_for() -> None:
    shop = shop_with(lag=5.0, settle=0.0)
    report = shop.apply()
    assert (waited(shop), [notice.code for notice in report.notices]) == (0.0, ["not-listed-yet"])


def test_what_a_run_could_not_see_arrive_is_seen_by_a_later_one() -> None:
    """Also where the later one begins before it shows: the old value is not taken for the marketplace's form of it."""
    shop = shop_with()
    shop.apply()
    shop.market.lag = 20.0
    shop.edit("k", description="<b>New</b>")
    shop.market.unreadable = {shop.market.lists + 1}
    shop.apply()
    assert "description" not in observed(shop)
    shop.apply()
    assert "description" not in observed(shop)
    shop.clock.pass_time(20)
    assert changed(shop) == {}
    shop.apply()
    assert observed(shop)["description"] == "<strong>New</strong>"
    assert_in_step(shop)


def test_what_an_earlier_run_applied_and_never_showed_is_accepted_after_its_time() -> None:
    shop = shop_with()
    shop.apply()
    shop.market.deaf.add("title")
    shop.edit("k", title="New")
    shop.market.unreadable = {shop.market.lists + 1}
    shop.apply()
    shop.apply()
    assert [warning.code for warning in shop.plan().warnings] == ["not-shown"]
    shop.clock.pass_time(60)
    shop.apply()
    assert observed(shop)["title"] == "Title of k"
    assert shop.plan().warnings == ()


def test_changed_again_before_it_showed() -> None:
    shop = shop_with()
    shop.apply()
    shop.market.lag = 20.0
    for price in ("8.99", "7.99"):
        shop.edit("k", price=price)
        shop.market.unreadable = {shop.market.lists + 1}
        shop.apply()
    shop.clock.pass_time(20)
    assert_in_step(shop)
    assert observed(shop)["price"] == "7.99"


def test_an_interrupted_wait_records_only_what_has_arrived() -> None:
    shop = shop_with()
    shop.apply()
    shop.market.lag = 20.0
    shop.edit("k", description="<b>New</b>")
    shop.market.before["update"] = shop.clock.interrupted.set
    assert shop.apply().results["k"].outcome == "applied"
    shop.clock.interrupted.clear()
    assert "description" not in observed(shop)
    shop.clock.pass_time(20)
    assert changed(shop) == {}
