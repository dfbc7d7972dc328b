"""Between two rounds: orders that are kept, and accounts that are bound to one."""

from dataclasses import replace

import pytest

from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order_plan import OrderAction
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place
from catalogsync.model.report import Result
from catalogsync.workflow.orders.listing import survey_orders
from tests.harness.canary import password, username
from tests.harness.fake_fate import Fault
from tests.harness.order_shop import OrderShop, codes

HOUR = 3600


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
