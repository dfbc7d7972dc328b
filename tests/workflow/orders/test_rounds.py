"""Rounds of filling: what was agreed to, what stops them, and who else is at work."""

import pytest

from catalogsync.model.errors import StateError, StateFenced, StateLocked
from catalogsync.model.order_plan import OrderPlan
from catalogsync.model.state import Run
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.orders.fulfilling import fulfill
from catalogsync.workflow.orders.listing import survey_orders
from catalogsync.workflow.orders.planning import make_order_plan
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import KEY
from tests.harness.order_shop import OrderShop, codes

HOUR = 3600


class TestAgreed:
    def test_exactly_the_orders_that_were_shown_are_filled(self) -> None:
        shop = OrderShop()
        listing = shop.stand(units=4)
        shop.clock.pass_time(60)
        shop.vouchers.buy("v-tea", 2)
        shop.counter.buy(listing, 2)
        plan = shop.order_plan()
        # An older one comes late, and would take what the others were shown.
        late = shop.counter.buy(listing, 3)
        shop.counter.bought[late].created_at = "2026-11-21T01:00:00Z"
        report = shop.fulfill(plan)
        assert shop.outcomes(report) == {"1001": "applied", "o1": "applied"}
        assert not shop.counter.bought[late].accounts
        assert codes(shop.order_plan()) == {late: "pool-empty"}
        shop.audit_orders()

    def test_what_can_no_longer_be_done_so_is_told_and_left(self) -> None:
        shop = OrderShop()
        listing = shop.stand(units=9)
        for _ in range(3):
            shop.counter.buy(listing, 2)
        plan = shop.order_plan()
        shop.counter.bought["o1"].status = "refunded_order"
        shop.counter.bought["o2"].quantity = 1
        report = shop.fulfill(plan)
        assert shop.outcomes(report) == {"o1": "skipped", "o2": "skipped", "o3": "applied"}
        errors = {id_: result.error or "" for (_, id_), result in report.results.items()}
        assert "agreed" in errors["o1"]
        assert "now to give 1 of pool tea" in errors["o2"]
        assert len(report.plan.work) == 3

    def test_a_marketplace_that_cannot_be_read_any_more(self) -> None:
        shop = OrderShop()
        shop.stand()
        shop.vouchers.buy("v-tea", 2)
        plan = shop.order_plan()
        shop.vouchers.unreadable = {shop.vouchers.pages}
        report = shop.fulfill(plan)
        assert "could not be read" in (report.results["vouchers", "1001"].error or "")
        assert [notice.code for notice in report.notices] == ["not-read"]


class TestStops:
    def shop(self, orders: int) -> OrderShop:
        shop = OrderShop()
        listing = shop.stand(units=40)
        for _ in range(orders):
            shop.vouchers.buy("v-tea", 1)
        shop.counter.buy(listing, 1)
        return shop

    @pytest.mark.parametrize("on", ["start", "deliver"])
    def test_a_key_that_is_refused_stops_one_marketplace_alone(self, on: str) -> None:
        shop = self.shop(4)
        shop.vouchers.fail(Fault.KEY_REFUSED, on=on, after=1)
        report = shop.fulfill()
        outcomes = shop.outcomes(report)
        assert outcomes == {"1001": "applied", "1002": "failed", "1003": "skipped", "1004": "skipped", "o1": "applied"}
        assert not shop.state.ops
        shop.audit_orders()
        assert set(shop.outcomes(shop.fulfill()).values()) == {"applied"}

    def test_a_key_that_is_refused_when_something_may_have_gone_leaves_it_open(self) -> None:
        shop = self.shop(2)
        shop.vouchers.faults = {1: Fault.LOST_AFTER, 2: Fault.KEY_REFUSED}
        assert shop.outcomes(shop.fulfill())["1001"] == "in-doubt"
        assert [op.held for op in shop.state.ops.values()] == [False]
        assert codes(shop.order_plan())["1001"] == "resend"
        report = shop.fulfill()
        assert set(shop.outcomes(report).values()) == {"applied"}
        assert not shop.state.ops
        shop.audit_orders()

    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.NEVER])
    def test_five_failures_alike_stop_it(self, fault: Fault) -> None:
        shop = self.shop(9)
        shop.vouchers.fail(fault, on="deliver", times=99)
        report = shop.fulfill()
        assert "in a row" in (report.results["vouchers", "1009"].error or "")
        assert report.calls <= 10
        shop.vouchers.fail(fault, on="deliver", times=0)
        for _ in range(2):
            report = shop.fulfill()
        assert not shop.order_plan().work
        shop.audit_orders()

    def test_who_interrupts_it_loses_nothing(self) -> None:
        shop = self.shop(5)
        shop.vouchers.before["deliver"] = shop.clock.interrupted.set
        report = shop.fulfill()
        assert report.interrupted
        assert sorted(shop.outcomes(report).values()) == ["applied", "applied", *["skipped"] * 4]
        assert not shop.state.ops
        assert shop.state.run is None
        shop.clock.interrupted.clear()
        assert set(shop.outcomes(shop.fulfill()).values()) == {"applied"}
        shop.audit_orders()


class TestOthers:
    def test_nothing_is_read_that_could_not_be_kept(self) -> None:
        shop = OrderShop()
        shop.stand()
        shop.vouchers.buy("v-tea", 1)
        other = shop.journal()
        other.begin(Run("other", "apply", "2026-11-21T12:00:00Z", "elsewhere", 1))
        watching = RecordJournal.open(shop.store, KEY, shop.clock, place="memory", alive=lambda *_: True)
        assert watching is not None
        desk = shop.order_desk(watching)
        for work in (make_order_plan, survey_orders, lambda desk, run: fulfill(desk, run, show=lambda _: None)):
            with pytest.raises(StateLocked):
                work(desk, shop.run("orders"))
        assert shop.vouchers.pages == 0
        other.end(applied=False)
        assert len(make_order_plan(desk, shop.run("orders")).work) == 1
        shop.serving = ("accplanet",)
        other.begin(Run("other", "apply", "2026-11-21T12:00:00Z", "elsewhere", 1))
        assert not make_order_plan(shop.order_desk(watching), shop.run("orders")).work

    def test_without_a_state_only_what_is_listed_every_time_is_read(self) -> None:
        shop = OrderShop()
        listing = shop.stand()
        shop.counter.buy(listing, 1)
        shop.vouchers.buy("v-tea", 1)
        with pytest.raises(StateError, match="no state yet"):
            make_order_plan(shop.order_desk(None), shop.run("orders"))
        shop.serving = ("accplanet",)
        assert codes(make_order_plan(shop.order_desk(None), shop.run("orders"))) == {"o1": "not-mapped"}

    def test_two_runs_at_once_fill_each_order_once(self) -> None:
        shop = OrderShop()
        listing = shop.stand(units=20)
        for _ in range(3):
            shop.vouchers.buy("v-tea", 2)
            shop.counter.buy(listing, 2)
        other = shop.journal()
        # The other one reads everything before, and begins when this one is in the midst of its calls.
        behind = shop.order_desk(other)

        def takes_over() -> None:
            fulfill(behind, shop.run("orders fulfill"), show=lambda _: None)

        shop.counter.before["deliver"] = takes_over
        with pytest.raises(StateFenced):
            shop.fulfill()
        for _ in range(2):
            shop.clock.pass_time(HOUR)
            shop.fulfill()
        shop.audit_orders()
        assert all(len(order.accounts) == 2 for _, one in shop.markets() for order in one.bought.values())
        assert not shop.state.ops

    def test_a_run_that_is_taken_over_between_two_calls_sends_no_accounts(self) -> None:
        shop = OrderShop()
        shop.stand()
        order_id = shop.vouchers.buy("v-tea", 1)
        other = shop.journal()
        shop.vouchers.before["start"] = lambda: other.begin(shop.run("apply"))
        with pytest.raises(StateFenced):
            shop.fulfill()
        assert shop.vouchers.calls == [("start", order_id)]
        other.end(applied=False)
        assert shop.outcomes(shop.fulfill()) == {order_id: "applied"}
        shop.audit_orders()

    def test_what_another_run_did_since_the_state_was_read_counts(self) -> None:
        shop = OrderShop()
        shop.serving = ("accplanet",)
        order_id = shop.counter.buy(shop.stand(), 2)
        behind = shop.order_desk(shop.journal())
        shop.fulfill()
        # The list lags, and shows it as it was.
        shop.counter.bought[order_id].status = "pending_order"
        shop.counter.bought[order_id].odd = {"delivered": 0, "remaining": 2, "accounts": (), "content": ()}
        shown: list[OrderPlan] = []
        report = fulfill(behind, shop.run("orders fulfill"), show=shown.append)
        assert (report.results, report.calls, codes(shown[0])) == ({}, 0, {order_id: "filled"})

    def test_a_call_asks_whether_the_state_is_still_ours(self) -> None:
        shop = OrderShop()
        shop.stand()
        shop.vouchers.buy("v-tea", 1)
        held: list[bool] = []
        shop.vouchers.before["deliver"] = lambda: held.append(shop.vouchers.may_go_on())
        shop.fulfill()
        assert held == [True]
        assert not shop.vouchers.may_go_on()

    def test_accounts_that_went_out_and_count_as_new_stop_everything(self) -> None:
        shop = OrderShop()
        listing = shop.stand()
        order_id = shop.counter.buy(listing, 3)
        shop.counter.give(order_id, [shop.pools["tea"][0]])
        with pytest.raises(StateError, match="old copy"):
            shop.order_plan()

    def test_somebody_else_delivered_the_same(self) -> None:
        shop = OrderShop()
        shop.stand()
        order_id = shop.vouchers.buy("v-tea", 2)
        shop.vouchers.give(order_id, shop.pools["tea"][0:2])
        report = shop.fulfill()
        assert shop.outcomes(report) == {order_id: "in-doubt"}
        assert [notice.code for notice in report.notices] == ["sold-elsewhere", "in-doubt"]
        assert [op.held for op in shop.state.ops.values()] == [True]
        assert codes(shop.order_plan()) == {order_id: "in-doubt"}
