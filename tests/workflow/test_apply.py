"""A catalog is carried out, once: every action, in its order, and nothing that the plan did not show."""

from dataclasses import replace

import pytest

from catalogsync.model.errors import MarketplaceError, PlanBlocked, PlanStale, StateError
from catalogsync.model.plan import Action, Plan
from catalogsync.model.product import Lifecycle
from tests.harness.audit import assert_in_step, audit
from tests.harness.fake_shop import FakeShop


def actions(plan: Plan) -> dict[str, str]:
    return {change.key: str(change.action) for change in plan.changes}


def names(shop: FakeShop) -> list[str]:
    """The changing calls so far."""
    return [name for name, _ in shop.market.calls]


@pytest.mark.parametrize("rich", [False, True])
@pytest.mark.parametrize("parallel", [1, 8])
@pytest.mark.parametrize("lag", [0.0, 20.0])
def test_a_catalog_is_carried_out_once(rich: bool, parallel: int, lag: float) -> None:
    shop = FakeShop(rich=rich, lag=lag, parallel=parallel)
    stranger = shop.market.put(title="Stranger's", category_id="c-1", price="1.00", description="x")
    for number in range(30):
        shop.pool(f"pool-{number}", 100 * number, number % 5)
        shop.product(f"k-{number}", pool=f"pool-{number}", images=(f"images/{number % 3}.png",), supplier_name="S")
    report = shop.apply()
    assert {result.outcome for result in report.results.values()} == {"applied"}
    assert report.notices == ()
    assert set(shop.market.uploads.values()) == {1}
    assert len(shop.market.shelves) == 31
    assert_in_step(shop)
    assert shop.market.shelves[stranger].fields["price"] == "1.00"
    audit(shop)


def test_the_order_of_calls() -> None:
    shop = FakeShop()
    shop.pool("new", 0, 1)
    shop.product("gone")
    shop.product("sold")
    shop.product("changed")
    shop.apply()
    shop.market.sell(shop.shelf("sold"))
    shop.market.calls.clear()
    del shop.products["gone"], shop.products["sold"]
    shop.edit("changed", price="8.99")
    shop.product("new", pool="new", images=("images/a.png",))
    shop.apply(allow={"max_deletes": "2"})
    assert names(shop) == ["upload", "create", "update", "append", "update", "delete"]


def test_accounts_are_never_part_of_a_create_or_update() -> None:
    shop = FakeShop()
    shop.pool("pool", 0, 3)
    shop.product("k", pool="pool")
    shop.apply()
    shelf = shop.market.shelves[shop.shelf("k")]
    assert not {"accounts", "accounts_text", "stock"} & shelf.fields.keys()
    assert shelf.stock == 3


def test_every_action_is_as_planned_and_then_nothing_is_left() -> None:
    shop = FakeShop()
    shop.pool("more", 0, 4)
    for key in ("deleted", "retired", "kept", "updated", "renamed", "vanished"):
        lifecycle = Lifecycle(on_remove="keep") if key == "kept" else None
        shop.product(key, lifecycle=lifecycle)
    shop.product("filled", pool="more")
    shop.apply()
    shop.market.sell(shop.shelf("retired"))
    shop.market.remove(shop.shelf("vanished"))
    twin = shop.market.put(title="Title of equal", category_id="c-1", price="9.99", description="<p>About it.</p>")
    for key in ("deleted", "retired", "kept", "renamed", "vanished"):
        del shop.products[key]
    shop.edit("updated", price="8.99")
    shop.product(
        "new-name", previous_key="renamed", title="Title of renamed", description="<p>About <b>renamed</b>.</p>"
    )
    shop.product("equal", description="<p>About it.</p>")
    shop.product("created")
    shop.pool("more", 0, 9)
    plan = shop.plan(allow={"max_deletes": "9"})
    assert actions(plan) == {
        "created": "create",
        "deleted": "delete",
        "equal": "adopt",
        "filled": "append",
        "kept": "forget",
        "new-name": "adopt",
        "retired": "retire",
        "updated": "update",
        "vanished": "forget",
    }
    report = shop.apply(allow={"max_deletes": "9"}, agreed=plan)
    assert {result.outcome for result in report.results.values()} == {"applied"}
    assert report.plan.changes == plan.changes
    assert sorted(shop.state.bindings) == ["created", "equal", "filled", "new-name", "retired", "updated"]
    assert shop.shelf("equal") == twin
    assert_in_step(shop)
    audit(shop)


def test_records_are_few() -> None:
    """Two for each group of creates or updates, two for each append, one for all that was seen, one for sales."""
    shop = FakeShop()
    for number in range(50):
        shop.product(f"k{number}")
    around = 3  # begin, the probe of the store that follows it, end
    before = shop.store.writes
    shop.apply()
    assert shop.store.writes - before == around + 2 * 2 + 2
    for number in range(50):
        shop.edit(f"k{number}", price="8.99")
    shop.pool("k0", 0, 3)
    shop.product("k0", pool="k0", price="8.99")
    before = shop.store.writes
    shop.apply()
    assert shop.store.writes - before == around + 2 * 2 + 2 * 2 + 1 + 1  # and one for what the state keeps of a product


def test_a_retired_product_comes_back_with_the_status_it_had() -> None:
    shop = FakeShop()
    product = shop.product("k", lifecycle=Lifecycle(on_remove="retire"), status="paused")
    shop.apply()
    del shop.products["k"]
    shop.apply(allow={"empty-catalog": "1"})
    product_id = shop.shelf("k")
    assert shop.market.shelves[product_id].fields["status"] == "inactive"
    fields = {name: value for name, value in product.fields.items() if name != "status"}
    shop.products["k"] = replace(product, fields=fields)
    assert actions(shop.plan()) == {"k": "update"}
    shop.apply()
    assert (shop.shelf("k"), shop.market.shelves[product_id].fields["status"]) == (product_id, "paused")
    assert_in_step(shop)


@pytest.mark.parametrize("drift", ["restore", "warn", "ignore"])
def test_a_product_that_came_back_to_a_listing_on_sale_can_be_removed_again(drift: str) -> None:
    """A stranger put the retired listing on sale; then its product came back, and there was nothing to do."""
    shop = FakeShop()
    shop.config = replace(shop.config, drift=drift)  # type: ignore[arg-type]
    product = shop.product("k", lifecycle=Lifecycle(on_remove="retire"), status="active")
    shop.product("other")
    shop.apply()
    del shop.products["k"]
    shop.apply()
    shop.market.edit(shop.shelf("k"), status="active")
    shop.products["k"] = product
    assert shop.plan().changes == ()
    shop.apply()
    del shop.products["k"]
    assert actions(shop.plan()) == {"k": "retire"}


def test_a_plan_that_is_no_longer_what_was_agreed_is_refused_and_nothing_is_sent() -> None:
    shop = FakeShop()
    shop.product("a")
    agreed = shop.plan()
    shop.product("b")
    with pytest.raises(PlanStale):
        shop.apply(agreed=agreed)
    assert shop.market.calls == []
    assert shop.state.run is None


def test_what_a_plan_does_not_touch_does_not_spoil_it() -> None:
    shop = FakeShop()
    shop.product("a")
    shop.product("b")
    shop.apply()
    shop.edit("a", price="8.99")
    agreed = shop.plan()
    shop.market.sell(shop.shelf("b"), 3)
    shop.market.put(title="Stranger's")
    assert shop.apply(agreed=agreed).results["a"].outcome == "applied"


def test_a_blocked_plan_sends_nothing() -> None:
    shop = FakeShop()
    shop.product("a")
    shop.apply()
    calls = len(shop.market.calls)
    shop.edit("a", price="99.00")
    shop.product("b")
    with pytest.raises(PlanBlocked):
        shop.apply()
    assert len(shop.market.calls) == calls
    shop.apply(allow={"max_price_change": "900%"})
    assert_in_step(shop)


def test_an_emptied_catalog_deletes_nothing_unasked() -> None:
    shop = FakeShop()
    shop.product("a")
    shop.product("b")
    shop.apply()
    shop.products.clear()
    for allow in ({}, {"empty-catalog": "1"}, {"max_deletes": "9"}):
        with pytest.raises(PlanBlocked):
            shop.apply(allow=allow)
    shop.apply(allow={"empty-catalog": "2"})
    assert shop.market.shelves == {}
    assert_in_step(shop)


def test_only_what_is_selected_is_done() -> None:
    shop = FakeShop()
    shop.product("a")
    shop.product("old")
    shop.apply()
    shop.edit("a", price="8.99")
    del shop.products["old"]
    shop.product("new", previous_key="old", title="Title of old", description="<p>About <b>old</b>.</p>")
    shop.apply(only=("a",))
    assert sorted(shop.state.bindings) == ["a", "old"]
    shop.apply(only=("old",))
    assert sorted(shop.state.bindings) == ["a", "old"]
    shop.apply(only=("new",))
    assert sorted(shop.state.bindings) == ["a", "new"]
    assert_in_step(shop)


def test_a_vanished_listing_is_created_anew_only_when_somebody_says_so() -> None:
    shop = FakeShop()
    shop.pool("pool", 0, 3)
    shop.product("k", pool="pool")
    shop.product("other")
    shop.apply()
    shop.market.remove(shop.shelf("k"))
    with pytest.raises(PlanBlocked):
        shop.apply()
    shop.pool("pool", 0, 5)
    shop.apply(allow={"missing-listing": "1"})
    assert shop.market.shelves[shop.shelf("k")].stock == 2
    assert_in_step(shop)
    audit(shop)


def test_a_vanished_listing_of_a_renamed_product_is_created_anew_under_its_new_name() -> None:
    shop = FakeShop()
    shop.product("old")
    shop.product("other")
    shop.apply()
    shop.market.remove(shop.shelf("old"))
    del shop.products["old"]
    shop.product("new", previous_key="old")
    with pytest.raises(PlanBlocked):
        shop.apply()
    shop.apply(allow={"missing-listing": "1"})
    assert sorted(shop.state.bindings) == ["new", "other"]
    assert_in_step(shop)


def test_a_vanished_listing_stays_bound_if_it_cannot_be_created_anew() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.product("other")
    shop.apply()
    shop.market.remove(shop.shelf("k"))
    shop.clock.interrupted.set()
    shop.apply(allow={"missing-listing": "1"})
    shop.clock.interrupted.clear()
    with pytest.raises(PlanBlocked):
        shop.apply()


def test_an_empty_list_is_not_believed_while_listings_are_known() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.apply()
    shop.market.remove(shop.shelf("k"))
    with pytest.raises(MarketplaceError, match="lists nothing"):
        shop.apply()


def test_a_marketplace_that_changed_its_name_is_refused() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.apply()
    shop.config = replace(shop.config, marketplaces={"renamed": next(iter(shop.config.marketplaces.values()))})
    with pytest.raises(StateError, match="marketplace accplanet"):
        shop.plan()


def test_images_are_uploaded_once_for_each_content() -> None:
    shop = FakeShop()
    shop.product("a", images=("images/1.png", "images/2.png"))
    shop.product("b", images=("images/2.png",))
    shop.apply()
    shop.product("c", images=("images/1.png",))
    shop.apply()
    assert sorted(shop.market.uploads.values()) == [1, 1]
    assert_in_step(shop)


def test_stock_is_sent_when_the_catalog_says_another_number_and_not_when_units_are_sold() -> None:
    shop = FakeShop()
    shop.product("k", stock=10)
    shop.apply()
    product_id = shop.shelf("k")
    shop.market.sell(product_id, 4)
    assert_in_step(shop)
    shop.edit("k", stock=6)
    shop.apply()
    shop.market.sell(product_id, 1)
    assert_in_step(shop)
    assert shop.market.shelves[product_id].stock == 5
    shop.edit("k", stock=50)
    assert actions(shop.plan()) == {"k": "update"}
    shop.apply()
    assert shop.market.shelves[product_id].stock == 50


def test_an_edit_that_a_stranger_made_first_can_be_taken_back() -> None:
    """What came to show what the catalog says counts as applied; taking it back is an edit, not drift."""
    shop = FakeShop()
    shop.config = replace(shop.config, drift="ignore")
    shop.product("k", title="One")
    shop.apply()
    shop.market.edit(shop.shelf("k"), title="Two")
    shop.edit("k", title="Two")
    shop.apply()
    shop.edit("k", title="One")
    (change,) = shop.plan().changes
    assert [field.cause for field in change.fields] == ["catalog"]


def test_protection_is_remembered_without_a_call() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.product("other")
    shop.apply()
    shop.product("k", lifecycle=Lifecycle(prevent_delete=True))
    assert shop.apply().calls == 0
    del shop.products["k"]
    with pytest.raises(PlanBlocked):
        shop.apply()


def test_adoption_sets_what_cannot_be_seen_and_then_nothing() -> None:
    shop = FakeShop()
    product_id = shop.market.put(title="Title of k", category_id="c-1", price="9.99", description="<p>x</p>")
    shop.product("k", description="<p>x</p>", warranty_period_days=3)
    (change,) = shop.plan().changes
    assert (change.action, [field.field for field in change.fields]) == (Action.UPDATE, ["warranty_period_days"])
    shop.apply()
    assert shop.market.shelves[product_id].fields["warranty_period_days"] == 3
    assert_in_step(shop)
