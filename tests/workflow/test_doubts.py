"""Calls whose answer never came: what the next look finds, how long is waited, and what a person is asked."""

import pytest

from catalogsync.model.errors import PlanStale
from catalogsync.model.events import Intended, Intent
from catalogsync.model.plan import Action, Plan
from catalogsync.model.product import Lifecycle
from catalogsync.model.state import Call, Op
from catalogsync.workflow import marking
from catalogsync.workflow.questions import doubts
from tests.harness.audit import assert_in_step, audit, heal
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop


def die(shop: FakeShop, fault: Fault, on: str) -> None:
    """The process dies at the next call of a name; then another one may begin."""
    shop.market.fail(fault, on=on)
    with pytest.raises(Killed):
        shop.apply()
    shop.revive()


def waited(shop: FakeShop) -> float:
    return sum(shop.clock.waits)


class TestCreate:
    def test_one_that_appeared_is_bound_at_once(self) -> None:
        shop = FakeShop()
        shop.product("k")
        die(shop, Fault.KILL_AFTER, "create")
        report = shop.apply()
        assert (waited(shop), report.calls, shop.shelf("k")) == (0.0, 0, "p1")
        assert_in_step(shop)

    def test_one_that_is_slow_to_show_is_waited_for(self) -> None:
        shop = FakeShop(lag=22.0)
        shop.product("k")
        die(shop, Fault.KILL_AFTER, "create")
        shop.apply()
        assert (waited(shop), len(shop.market.shelves)) == (25.0, 1)
        audit(shop)

    def test_one_that_did_not_appear_in_time_is_made_again(self) -> None:
        shop = FakeShop()
        shop.product("k")
        die(shop, Fault.KILL_BEFORE, "create")
        report = shop.apply()
        assert (waited(shop), report.results["k"].outcome) == (60.0, "applied")
        audit(shop)

    def test_a_run_that_was_taken_over_may_send_it_until_it_looks(self) -> None:
        """Where the store is far away a run looks seldom; only its own calls are certainly sent by now."""
        shop = FakeShop()
        shop.store.look_interval = 10.0
        shop.product("k")
        die(shop, Fault.KILL_BEFORE, "create")
        shop.apply()
        assert waited(shop) == 70.0
        shop.product("l")
        shop.market.fail(Fault.LOST_BEFORE, on="create")
        shop.apply()
        assert waited(shop) == 130.0
        heal(shop)

    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.LATE])
    def test_a_lost_answer_is_looked_after_in_the_same_run(self, fault: Fault) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 3)
        shop.product("k", pool="k")
        shop.market.fail(fault, on="create")
        result = shop.apply().results["k"]
        assert result.outcome == ("failed" if fault is Fault.LOST_BEFORE else "applied")
        heal(shop)

    def test_a_listing_that_a_stranger_had_before_is_not_taken_for_it(self) -> None:
        shop = FakeShop()
        shop.product("k")
        theirs = shop.market.put(title="Title of k", category_id="c-1", price="9.99", description="Theirs.")
        shop.market.fail(Fault.KILL_BEFORE, on="create")
        with pytest.raises(Killed):
            shop.apply(allow={"look-alike": "1"})
        shop.revive()
        shop.apply(allow={"look-alike": "1"})
        assert shop.shelf("k") != theirs
        assert shop.market.shelves[theirs].fields["description"] == "Theirs."

    def test_two_that_may_be_it_are_held_until_a_person_binds_one(self) -> None:
        shop = FakeShop()
        shop.product("k")
        shop.market.fail(Fault.KILL_AFTER, on="create")

        def put() -> None:
            shop.market.put(title="Title of k", category_id="c-1", price="9.99")

        shop.market.before["create"] = put
        with pytest.raises(Killed):
            shop.apply()
        shop.revive()
        report = shop.apply()
        assert (report.calls, [notice.code for notice in report.notices]) == (0, ["in-doubt"])
        (doubt,) = doubts(shop.state)
        assert "p1, p2" in doubt.evidence
        assert "state bind k PRODUCT_ID" in doubt.question
        journal = shop.journal()
        marking.write(journal, shop.run("state bind"), lambda: marking.bind(shop.desk(journal), journal, "k", "p2"))
        assert shop.state.ops == {}
        assert [field.field for change in shop.plan().changes for field in change.fields] == ["description"]
        shop.apply()
        assert_in_step(shop)

    def test_one_whose_title_was_changed_is_held_and_not_made_twice(self) -> None:
        shop = FakeShop()
        shop.market.escapes_titles = True
        shop.product("k", title="Tea & biscuits")
        die(shop, Fault.KILL_AFTER, "create")
        report = shop.apply()
        assert [notice.code for notice in report.notices] == ["in-doubt"]
        assert len(shop.market.shelves) == 1
        assert shop.apply().calls == 0

    def test_those_alike_but_for_their_signs_are_told_apart(self) -> None:
        """Of two creates that died together only one was made; it is the one that it equals."""
        shop = FakeShop()
        shop.product("a", title="Tea, strong")
        shop.product("b", title="Tea. Strong")
        shop.market.faults = {1: Fault.KILL_BEFORE}
        with pytest.raises(Killed):
            shop.apply()
        shop.revive()
        shop.market.faults.clear()
        shop.apply()
        assert len(shop.market.shelves) == 2
        assert_in_step(shop)
        audit(shop)

    def test_twins_are_never_open_together(self) -> None:
        shop = FakeShop()
        for key in ("a", "b", "c"):
            shop.product(key, title="Twin", description=f"About {key}")
        shop.market.fail(Fault.KILL_AFTER, on="create", after=1)
        with pytest.raises(Killed):
            shop.apply()
        assert [op.key for op in shop_after_death(shop).values()] == ["b"]
        for _ in range(2):
            shop.apply(allow={"look-alike": "9"})
        assert sorted(shop.market.shelves) == ["p1", "p2", "p3"]
        descriptions = {key: shop.market.shelves[shop.shelf(key)].fields["description"] for key in "abc"}
        assert descriptions == {key: f"About {key}" for key in "abc"}

    def test_a_twin_waits_until_a_creation_in_doubt_is_decided(self) -> None:
        """In the same run, and in all that follow."""
        shop = FakeShop()
        shop.market.escapes_titles = True
        for key in ("a", "b"):
            shop.product(key, title="Tea & biscuits", description=f"About {key}")
        shop.market.fail(Fault.LOST_AFTER, on="create")
        results = shop.apply().results
        assert (results["a"].outcome, results["b"].outcome) == ("in-doubt", "skipped")
        plan = shop.plan()
        assert (plan.changes, [warning.code for warning in plan.warnings]) == ((), ["in-doubt", "twin-waits"])
        assert plan.warnings[1].message == results["b"].error
        assert (shop.apply().calls, len(shop.market.shelves)) == (0, 1)
        journal = shop.journal()
        marking.write(journal, shop.run("state bind"), lambda: marking.bind(shop.desk(journal), journal, "a", "p1"))
        shop.market.escapes_titles = False
        shop.apply()
        assert [shop.market.shelves[shop.shelf(key)].fields["description"] for key in "ab"] == ["About a", "About b"]
        assert_in_step(shop)

    def test_a_product_renamed_while_its_creation_is_held_keeps_that_doubt(self) -> None:
        shop = FakeShop()
        shop.market.escapes_titles = True
        shop.product("old", title="Tea & biscuits")
        die(shop, Fault.KILL_AFTER, "create")
        shop.apply()
        del shop.products["old"]
        shop.product("new", title="Tea & biscuits", previous_key="old")
        assert shop.plan().changes == ()
        report = shop.apply()
        assert report.calls == 0
        (op,) = shop.state.ops.values()
        assert (op.key, op.held) == ("new", True)
        journal = shop.journal()
        marking.write(journal, shop.run("state bind"), lambda: marking.bind(shop.desk(journal), journal, "new", "p1"))
        assert shop.state.ops == {}
        assert (sorted(shop.state.bindings), len(shop.market.shelves)) == (["new"], 1)


def shop_after_death(shop: FakeShop) -> dict[str, Op]:
    shop.revive()
    return shop.state.ops


class TestUpdate:
    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
    def test_one_in_doubt_is_looked_at_and_sent_again_if_it_does_not_show(self, fault: Fault) -> None:
        shop = FakeShop()
        shop.product("k", description="plain")
        shop.apply()
        shop.edit("k", price="8.99")
        shop.market.calls.clear()
        shop.market.fail(fault, on="update")
        assert shop.apply().results["k"].outcome == "applied"
        assert len(shop.market.calls) == (2 if fault is Fault.LOST_BEFORE else 1)
        assert waited(shop) == 0.0
        assert_in_step(shop)

    def test_what_cannot_be_seen_is_sent_again(self) -> None:
        shop = FakeShop()
        shop.product("k", warranty_period_days=3)
        shop.apply()
        shop.edit("k", warranty_period_days=4)
        die(shop, Fault.KILL_BEFORE, "update")
        shop.apply()
        assert shop.market.shelves[shop.shelf("k")].fields["warranty_period_days"] == 4
        assert_in_step(shop)

    def test_twice_in_doubt_is_failed_and_the_next_run_sends_it(self) -> None:
        shop = FakeShop()
        shop.product("k")
        shop.apply()
        shop.edit("k", price="8.99")
        shop.market.calls.clear()
        shop.market.fail(Fault.LOST_BEFORE, on="update", times=2)
        assert shop.apply().results["k"].outcome == "failed"
        assert len(shop.market.calls) == 2
        heal(shop)

    def test_a_doubt_about_accounts_is_none_about_an_update(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 2)
        shop.product("k", pool="k")
        shop.market.fail(Fault.LOST_BEFORE, on="append")
        shop.apply()
        shop.edit("k", price="8.99")
        report = shop.apply()
        assert report.results["k"].outcome == "applied"
        assert [notice.code for notice in report.notices] == ["in-doubt"]


class TestDelete:
    def shop(self, keys: tuple[str, ...] = ("k", "other")) -> FakeShop:
        shop = FakeShop()
        for key in keys:
            shop.product(key)
        shop.apply()
        del shop.products["k"]
        return shop

    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
    def test_one_in_doubt_is_looked_at_and_sent_again_if_the_listing_is_there(self, fault: Fault) -> None:
        shop = self.shop()
        shop.market.fail(fault, on="delete")
        assert shop.apply().results["k"].outcome == "applied"
        assert_in_step(shop)

    def test_one_that_comes_late_is_waited_for(self) -> None:
        """Given up too early it would be carried out when its product has come back."""
        shop = self.shop()
        shop.market.fail(Fault.LATE, on="delete")
        assert shop.apply().results["k"].outcome == "applied"
        assert [name for name, _ in shop.market.calls].count("delete") == 1
        assert "k" not in shop.state.bindings

    @pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
    def test_a_plan_does_not_forget_what_may_only_seem_gone(self, fault: Fault) -> None:
        shop = self.shop()
        die(shop, fault, "delete")
        assert [change.action for change in shop.plan().changes] == (
            [Action.DELETE] if fault is Fault.KILL_BEFORE else []
        )
        shop.apply()
        assert_in_step(shop)

    @pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.KILL_AFTER])
    def test_the_only_listing_may_be_deleted_too(self, fault: Fault) -> None:
        """A List that is empty because of it is not taken for one that cannot be trusted."""
        shop = self.shop(("k",))
        shop.market.fail(fault, on="delete")
        if fault is Fault.KILL_AFTER:
            with pytest.raises(Killed):
                shop.apply(allow={"empty-catalog": "1"})
            shop.revive()
            assert shop.apply().calls == 0
        else:
            assert shop.apply(allow={"empty-catalog": "1"}).results["k"].outcome == "applied"
        assert shop.state.bindings == {}
        assert_in_step(shop)

    @pytest.mark.parametrize("where", ["before the run deletes", "before the call", "before it is sent again"])
    def test_sold_meanwhile_is_retired_instead(self, where: str) -> None:
        shop = self.shop()
        product_id = shop.shelf("k")

        def sell() -> None:
            shop.market.sell(product_id)

        if where == "before the run deletes":
            shop.product("new")
            shop.market.before["create"] = sell
        elif where == "before the call":
            shop.market.before["delete"] = sell
        else:
            shop.market.fail(Fault.LOST_BEFORE, on="delete")
            shop.market.before["delete"] = lambda: shop.market.before.update(delete=sell)
        result = shop.apply().results["k"]
        assert (result.outcome, result.performed, result.error) == ("applied", Action.RETIRE, None)
        assert shop.market.shelves[product_id].fields["status"] == "inactive"
        assert shop.state.bindings["k"].retired == "active"
        assert_in_step(shop)

    def test_sold_meanwhile_stays_where_retiring_is_forbidden(self) -> None:
        shop = FakeShop()
        shop.product("k", lifecycle=Lifecycle(on_remove="delete"))
        shop.product("other")
        shop.apply()
        del shop.products["k"]
        product_id = shop.shelf("k")
        shop.market.before["delete"] = lambda: shop.market.sell(product_id)
        result = shop.apply().results["k"]
        assert (result.outcome, result.performed) == ("failed", None)
        assert shop.market.shelves[product_id].fields["status"] == "active"
        assert [warning.code for warning in shop.plan().warnings] == ["delete-impossible"]

    def test_refused_and_not_sold_is_failed(self) -> None:
        shop = self.shop()
        shop.market.fail(Fault.REFUSED, on="delete")
        result = shop.apply().results["k"]
        assert (result.outcome, result.performed, result.error) == ("failed", None, "HTTP 400: no")
        assert "k" in shop.state.bindings
        heal(shop)

    def test_a_retirement_instead_that_is_in_doubt_is_sent_again(self) -> None:
        shop = self.shop()
        product_id = shop.shelf("k")
        shop.market.before["delete"] = lambda: shop.market.sell(product_id)
        shop.market.fail(Fault.LOST_BEFORE, on="update")
        result = shop.apply().results["k"]
        assert (result.outcome, result.performed) == ("applied", Action.RETIRE)


def test_an_agreed_plan_survives_the_settling_of_what_was_open() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.apply()
    shop.edit("k", price="8.99")
    die(shop, Fault.KILL_BEFORE, "update")
    agreed = shop.plan()
    assert shop.apply(agreed=agreed).results["k"].outcome == "applied"


def test_a_doubt_that_was_settled_otherwise_makes_the_agreed_plan_stale() -> None:
    shop = FakeShop()
    shop.product("k")
    die(shop, Fault.KILL_BEFORE, "create")
    agreed: Plan = shop.plan()
    assert (agreed.changes, [warning.code for warning in agreed.warnings]) == ((), ["in-doubt"])
    with pytest.raises(PlanStale):
        shop.apply(agreed=agreed)
    assert shop.market.calls == [("create", None)]
    heal(shop)


def test_held_doubts_are_not_waited_for() -> None:
    shop = FakeShop()
    shop.pool("k", 0, 2)
    shop.product("k", pool="k")
    shop.market.fail(Fault.LOST_BEFORE, on="append")
    shop.apply()
    before = waited(shop)
    shop.apply()
    assert waited(shop) == before


def test_doubts_of_another_marketplace_are_left_alone() -> None:
    shop = FakeShop()
    journal = shop.journal()
    journal.begin(shop.run())
    journal.write(Intended((Intent(Op("elsewhere", Call.CREATE, "x", "other")),)))
    journal.end(applied=False)
    shop.product("k")
    shop.apply()
    assert waited(shop) == 0.0
    assert list(shop.state.ops) == ["elsewhere"]
