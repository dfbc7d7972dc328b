"""Rounds of filling: what was agreed to, what stops them, who else is at work, and what is kept between them."""

from dataclasses import replace

import pytest

from catalogsync.model.errors import MarketplaceError, StateError, StateFenced, StateLocked
from catalogsync.model.order_plan import OrderAction, OrderPlan
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place
from catalogsync.model.report import Result
from catalogsync.model.state import Run
from catalogsync.workflow.orders.fulfilling import fulfill
from catalogsync.workflow.orders.listing import survey_orders
from catalogsync.workflow.orders.planning import make_order_plan
from tests.harness.canary import password, username
from tests.harness.fake_market import Fault
from tests.harness.fake_shop import KEY
from tests.harness.order_shop import OrderShop

HOUR = 3600


def codes(plan: OrderPlan) -> dict[str, str]:
    """Why orders are not filled, or how they are."""
    return {change.order_id: change.code or change.action.value for change in plan.changes}


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
        watching = type(other).open(shop.store, KEY, shop.clock, place="memory", alive=lambda *_: True)
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


class TestKept:
    def test_what_was_not_listed_for_an_hour_waits_until_it_is_or_is_named(self) -> None:
        shop = OrderShop()
        shop.stand(units=9)
        first, second = shop.vouchers.buy("v-tea", 1), shop.vouchers.buy("v-tea", 1)
        shop.order_plan()
        shop.vouchers.bought[first].status = "cancelled"
        shop.clock.pass_time(61 * 60)
        shop.vouchers.bought[second].listed_at = shop.clock.monotonic()
        assert codes(shop.order_plan()) == {first: "not-listed", second: "not-listed"}
        shop.named = (second,)
        assert shop.outcomes(shop.fulfill()) == {second: "applied"}
        shop.named = ()
        shop.clock.pass_time(8 * 24 * HOUR)
        shop.vouchers.buy("v-tea", 1)
        shop.order_plan()
        assert first not in {order.order_id for order in shop.state.orders.values()}

    def test_an_order_that_is_listed_as_done_is_let_go_of(self) -> None:
        shop = OrderShop()
        shop.stand()
        order_id = shop.vouchers.buy("v-tea", 1)
        shop.order_plan()
        shop.clock.pass_time(1801)
        shop.vouchers.bought[order_id].status = "completed"
        survey = survey_orders(shop.order_desk(shop.journal()), shop.run("orders list"), everything=True)
        assert [row.status for row in survey.rows] == ["completed"]
        assert not shop.state.orders

    def test_an_order_that_the_marketplace_does_not_know_is_let_go_of(self) -> None:
        shop = OrderShop()
        shop.stand()
        order_id = shop.vouchers.buy("v-tea", 1)
        shop.order_plan()
        del shop.vouchers.bought[order_id]
        assert shop.outcomes(shop.fulfill()) == {order_id: "failed"}
        assert not shop.state.orders
        shop.audit_orders()

    def test_a_list_shows_what_is_kept_beside_what_is_listed(self) -> None:
        shop = OrderShop()
        shop.stand()
        shop.vouchers.buy("v-tea", 1)
        desk = shop.order_desk(shop.journal())
        first = survey_orders(desk, shop.run("orders list"))
        shop.vouchers.buy("v-tea", 2)
        again = survey_orders(desk, shop.run("orders list"))
        assert [(row.order_id, row.seen_at) for row in first.rows] == [("1001", "")]
        assert [(row.order_id, bool(row.seen_at)) for row in again.rows] == [("1001", True), ("1002", False)]
        assert survey_orders(desk, shop.run("orders list"), ["processing"]).rows == ()

    def test_one_marketplace_that_cannot_be_read_does_not_stop_the_other(self) -> None:
        shop = OrderShop()
        listing = shop.stand()
        shop.counter.buy(listing, 1)
        shop.vouchers.buy("v-tea", 1)
        shop.vouchers.unreadable = {0}
        report = shop.fulfill()
        assert shop.outcomes(report) == {"o1": "applied"}
        assert report.plan.marketplaces == ("accplanet",)
        assert [notice.code for notice in report.notices] == ["not-read"]
        shop.vouchers.unreadable, shop.counter.unreadable = {shop.vouchers.pages}, {shop.counter.pages}
        with pytest.raises(MarketplaceError):
            shop.order_plan()


class TestBound:
    def doubtful(self, at: str) -> tuple[OrderShop, str]:
        """An order whose accounts are bound, and nobody knows whether they arrived."""
        shop = OrderShop()
        listing = shop.stand(units=5)
        market = dict(shop.markets())[at]
        order_id = market.buy(listing if at == "accplanet" else "v-tea", 2)
        market.fail(Fault.LOST_BEFORE, on="deliver", times=2)
        assert shop.outcomes(shop.fulfill()) == {order_id: "in-doubt"}
        return shop, order_id

    @pytest.mark.parametrize("at", ["accplanet", "vouchers"])
    def test_the_same_accounts_go_to_the_same_order(self, at: str) -> None:
        shop, order_id = self.doubtful(at)
        market = dict(shop.markets())[at]
        younger = market.buy(market.bought[order_id].product_id, 2)
        assert shop.outcomes(shop.fulfill()) == {order_id: "applied", younger: "applied"}
        sent = [names for order, names in market.sent if order == order_id]
        assert len(sent) == 3
        assert sent[0] == sent[1] == sent[2]
        shop.audit_orders()

    @pytest.mark.parametrize("at", ["accplanet", "vouchers"])
    @pytest.mark.parametrize("how", ["removed", "another password"])
    def test_accounts_that_are_no_longer_as_they_were_are_a_question(self, at: str, how: str) -> None:
        shop, order_id = self.doubtful(at)
        if how == "removed":
            shop.pool("tea", 1, 4)
        else:
            _change_passwords(shop)
        report = shop.fulfill()
        assert shop.outcomes(report) == {order_id: "in-doubt"}
        assert "stand in the catalog" in (report.results[at, order_id].error or "")
        assert [op.held for op in shop.state.ops.values()] == [True]
        assert len(dict(shop.markets())[at].sent) == 2

    def test_an_account_that_cannot_be_one_text_is_passed_over(self) -> None:
        shop = OrderShop()
        shop.stand()
        where = Place("pools/tea.yaml", 1, 1)
        names = (f"a|{username(1)}", username(2), f"{username(3)}:b", username(4))
        shop.pools["tea"] = Pool("tea", where, ((name, password(1), where) for name in names))
        shop.vouchers.buy("v-tea", 3)
        report = shop.fulfill()
        assert shop.outcomes(report) == {"1001": "applied"}
        assert [(use.new, use.left, use.short) for use in report.plan.pools] == [(2, 0, 1)]
        assert [(one.code, one.key) for one in report.plan.warnings] == [("odd-username", "tea")]

    def test_a_pool_that_is_called_otherwise_now_is_found(self) -> None:
        shop, order_id = self.doubtful("vouchers")
        shop.pools["chai"] = shop.pools.pop("tea")
        shop.products["tea"] = replace(shop.products["tea"], pool="chai")
        assert shop.outcomes(shop.fulfill()) == {order_id: "applied"}

    def test_a_refusal_of_what_was_sent_again_is_a_question(self) -> None:
        for at in ("accplanet", "vouchers"):
            shop, order_id = self.doubtful(at)
            dict(shop.markets())[at].fail(Fault.REFUSED, on="deliver")
            assert shop.outcomes(shop.fulfill()) == {order_id: "in-doubt"}
            assert [op.held for op in shop.state.ops.values()] == [True]
            shop.audit_orders()

    def test_what_became_of_an_order_in_doubt(self) -> None:
        shop, order_id = self.doubtful("accplanet")
        shop.counter.bought[order_id].status = "refunded_order"
        plan = shop.order_plan()
        assert [change.action for change in plan.changes] == [OrderAction.RESEND]
        report = shop.fulfill(plan)
        assert report.results["accplanet", order_id] == Result(
            "in-doubt", "the order is refunded_order by now, and shows none of the accounts"
        )

    def test_a_doubt_ends_by_itself_once_the_order_shows_the_accounts(self) -> None:
        shop, order_id = self.doubtful("accplanet")
        accounts = shop.pools["tea"][0:2]
        shop.counter.bought[order_id].status = "refunded_order"
        shop.fulfill()
        held, serial = list(shop.state.ops.values()), shop.state.serial
        assert [op.held for op in held] == [True]
        shop.counter.give(order_id, accounts[:1])
        shop.fulfill()
        assert (list(shop.state.ops.values()), shop.state.serial) == (held, serial)
        shop.counter.give(order_id, accounts[1:])
        shop.fulfill()
        assert not shop.state.ops
        shop.audit_orders()

    def test_units_prove_what_content_does_not_show(self) -> None:
        shop, order_id = self.doubtful("accplanet")
        shop.counter.hides_content = True
        shop.counter.give(order_id, shop.pools["tea"][0:2])
        shop.counter.bought[order_id].status = "completed_order"
        assert shop.outcomes(shop.fulfill()) == {order_id: "applied"}
        assert len(shop.counter.sent) == 2

    def test_what_the_answer_says_of_the_order_is_told(self) -> None:
        """Where an order had rows that it lost meanwhile, it has fewer units than went there, and is not complete."""
        for went, code in ((1, "short"), (0, None)):
            shop = OrderShop()
            listing = shop.stand()
            order_id = shop.counter.buy(listing, 1 + went)
            shop.pool("tea", 0, went)
            shop.fulfill()
            shop.pool("tea", 0, 9)
            shop.counter.before["deliver"] = shop.counter.bought[order_id].accounts.clear
            report = shop.fulfill()
            assert shop.outcomes(report) == {order_id: "applied"}
            assert [notice.code for notice in report.notices] == ([code] if code else [])
            assert (report.failed, report.in_doubt) == (0, 0)


def _change_passwords(shop: OrderShop) -> None:
    where = Place("pools/tea.yaml", 1, 1)
    shop.pools["tea"] = Pool("tea", where, ((username(number), password(number + 50), where) for number in range(5)))


@pytest.mark.parametrize("later", [False, True])
def test_a_refusal_is_believed_once_a_write_has_had_its_time_to_show(later: bool) -> None:
    """The marketplace refused, took half all the same, and shows that some time after."""
    shop = OrderShop()
    shop.counter.buy(shop.stand(units=4), 2)
    shop.counter.fail(Fault.REFUSED, on="deliver")
    refused_at: list[float] = []
    shop.counter.before["deliver"] = lambda: refused_at.append(shop.clock.monotonic())
    if later:
        shop.counter.order_unreadable = True
        assert shop.outcomes(shop.fulfill()) == {"o1": "in-doubt"}
        assert [op.refused for op in shop.state.ops.values()] == ["HTTP 400: no"]
        shop.counter.order_unreadable = False
        refused_at[0] = shop.clock.monotonic()

    def show() -> None:
        if shop.clock.monotonic() - refused_at[0] >= shop.config.recovery.settle:
            shop.counter.give("o1", [shop.pools["tea"][0]])

    shop.counter.before["order"] = show
    assert shop.outcomes(shop.fulfill()) == {"o1": "in-doubt"}
    assert [op.evidence for op in shop.state.ops.values()] == ["the order shows 1 of 2 accounts"]
    shop.audit_orders()
