"""What a person does to one order: recorded first, sent once, and looked after where no answer came."""

import pytest

from catalogsync.model.errors import MarketplaceError, UsageError
from catalogsync.model.order_plan import Alteration
from catalogsync.model.secret import Secret
from catalogsync.model.state import Call
from catalogsync.workflow.orders import altering
from catalogsync.workflow.orders.reading import find_order
from tests.harness.canary import username
from tests.harness.fake_fate import Fault
from tests.harness.order_shop import OrderShop

UNANSWERED = [Fault.LOST_BEFORE, Fault.LOST_AFTER]


class Counter:
    """A shop with an open order at each marketplace."""

    def __init__(self) -> None:
        self.shop = OrderShop()
        self.listing = self.shop.stand(units=9)
        self.here = self.shop.counter.buy(self.listing, 3)
        self.there = self.shop.vouchers.buy("v-tea", 3)

    def give(self, name: str, order_id: str, count: int) -> Alteration:
        desk = self.shop.order_desk(self.shop.journal())
        return altering.deliver_accounts(desk, self.shop.run("orders deliver"), name, order_id, count)

    def write(self, text: str, name: str = "accplanet") -> Alteration:
        desk, order_id = self.shop.order_desk(self.shop.journal()), self.here if name == "accplanet" else self.there
        return altering.deliver_text(desk, self.shop.run("orders deliver"), name, order_id, Secret(text))

    def refund(self, name: str = "accplanet") -> Alteration:
        desk, order_id = self.shop.order_desk(self.shop.journal()), self.here if name == "accplanet" else self.there
        return altering.refund(desk, self.shop.run("orders refund"), name, order_id)

    def mark(self, status: str, name: str = "accplanet") -> Alteration:
        desk, order_id = self.shop.order_desk(self.shop.journal()), self.here if name == "accplanet" else self.there
        return altering.set_status(desk, self.shop.run("orders set-status"), name, order_id, status)


@pytest.mark.parametrize("name", ["accplanet", "vouchers"])
def test_accounts_by_hand(name: str) -> None:
    counter = Counter()
    shop, market = counter.shop, dict(counter.shop.markets())[name]
    order_id = counter.here if name == "accplanet" else counter.there
    done = counter.give(name, order_id, 1)
    assert (done.result.outcome, done.count, done.pool, done.call) == ("applied", 1, "tea", Call.DELIVER)
    assert len(market.bought[order_id].accounts) == 1
    shop.audit_orders()
    with pytest.raises(UsageError, match="can get 2 accounts at most"):
        counter.give(name, order_id, 3)
    assert counter.give(name, order_id, 2).result.outcome == "applied"
    assert market.bought[order_id].status in {"completed", "completed_order"}
    with pytest.raises((UsageError, MarketplaceError)):
        counter.give(name, order_id, 1)
    shop.audit_orders()


def test_accounts_by_hand_serve_what_is_not_filled_by_itself() -> None:
    counter = Counter()
    shop = counter.shop
    shop.pool("tea", 0, 1)
    shop.fulfill()
    assert shop.vouchers.bought[counter.there].status == "pending"
    shop.pool("tea", 0, 2)
    shop.counter.bought[counter.here].payment = "bank transfer"
    shop.fulfill()
    assert shop.vouchers.bought[counter.there].status == "partial"
    assert not shop.order_plan().work
    shop.pool("tea", 0, 9)
    assert not shop.order_plan().work
    assert counter.give("vouchers", counter.there, 2).result.outcome == "applied"
    assert counter.give("accplanet", counter.here, 1).result.outcome == "applied"
    shop.counter.bought[counter.here].quantity = 20
    with pytest.raises(UsageError, match="pool tea has 4 new accounts, not 5"):
        counter.give("accplanet", counter.here, 5)
    shop.audit_orders()


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.NEVER, *UNANSWERED])
@pytest.mark.parametrize("name", ["accplanet", "vouchers"])
def test_accounts_by_hand_in_doubt(name: str, fault: Fault) -> None:
    counter = Counter()
    shop, market = counter.shop, dict(counter.shop.markets())[name]
    market.fail(fault, on="deliver")
    order_id = counter.here if name == "accplanet" else counter.there
    done = counter.give(name, order_id, 3)
    assert done.result.outcome == ("applied" if fault in UNANSWERED else "failed")
    shop.audit_orders()
    assert not shop.state.ops


def test_a_text() -> None:
    counter = Counter()
    assert counter.write("It comes by post.").result.outcome == "applied"
    assert counter.write("It has left.", "vouchers").result.outcome == "failed"
    assert [text.reveal() for text in counter.shop.counter.bought[counter.here].texts] == ["It comes by post."]
    assert not counter.shop.state.ops


@pytest.mark.parametrize("text", [f"{username(4)}:whatever", f"Use {username(4).upper()}!"])
def test_a_text_with_an_account_is_refused(text: str) -> None:
    counter = Counter()
    with pytest.raises(UsageError, match="holds an account") as refused:
        counter.write(text)
    assert username(4) not in refused.value.message
    counter.shop.fulfill()
    counter.shop.pool("tea", 100, 1)
    counter.shop.counter.buy(counter.listing, 1)
    with pytest.raises(UsageError, match="holds an account"):
        counter.write(text)
    assert not counter.shop.counter.bought[counter.here].texts


@pytest.mark.parametrize(("fault", "outcome"), [*zip(UNANSWERED, ["failed", "applied"], strict=True)])
def test_a_text_whose_answer_is_lost_is_looked_for(fault: Fault, outcome: str) -> None:
    counter = Counter()
    counter.write("First.")
    counter.shop.counter.fail(fault, on="deliver")
    assert counter.write("It comes\nby post.").result.outcome == outcome
    assert len(counter.shop.counter.calls) == 2
    assert not counter.shop.state.ops


def test_a_text_that_cannot_be_looked_for_is_a_question_for_a_person() -> None:
    counter = Counter()
    counter.shop.counter.hides_content = True
    counter.shop.counter.fail(Fault.LOST_AFTER, on="deliver")
    assert counter.write("It comes by post.").result.outcome == "in-doubt"
    assert [op.held for op in counter.shop.state.ops.values()] == [True]
    with pytest.raises(UsageError, match="in doubt"):
        counter.write("It comes by post.")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(None, "applied"), (Fault.LOST_AFTER, "applied")]
    + [(fault, "failed") for fault in (Fault.REFUSED, Fault.NEVER, Fault.LOST_BEFORE, Fault.KEY_REFUSED)],
)
@pytest.mark.parametrize("what", ["refund", "set-status"])
def test_a_refund_and_a_status(what: str, fault: Fault | None, outcome: str) -> None:
    counter = Counter()
    if fault is not None:
        counter.shop.counter.fail(fault, on=what)
    done = counter.refund() if what == "refund" else counter.mark("running_order")
    assert done.result.outcome == outcome
    assert (done.result.error is None) == (outcome == "applied")
    assert done.number == ("REF-o1" if what == "refund" and fault is None else None)
    assert not counter.shop.state.ops
    assert len(counter.shop.counter.calls) <= 1
    status = counter.shop.counter.bought[counter.here].status
    assert status == (
        "pending_order" if outcome == "failed" else {"refund": "refunded_order"}.get(what, "running_order")
    )
    counter.shop.fulfill()
    filled = 0 if what == "refund" and outcome == "applied" else 3
    assert len(counter.shop.counter.bought[counter.here].accounts) == filled


def test_a_refund_is_not_sent_twice() -> None:
    counter = Counter()
    counter.refund()
    with pytest.raises(UsageError, match="refunded before"):
        counter.refund()
    with pytest.raises(UsageError, match="no call that refunds"):
        counter.refund("vouchers")


@pytest.mark.parametrize("done", [False, True])
def test_a_refund_that_was_killed_is_settled_before_its_order_is_filled(done: bool) -> None:
    counter = Counter()
    shop = counter.shop
    shop.counter.fail(Fault.LOST_AFTER if done else Fault.LOST_BEFORE, on="refund")
    shop.counter.before["refund"] = lambda: setattr(shop.counter, "order_unreadable", True)
    assert counter.refund().result.outcome == "in-doubt"
    assert [op.call for op in shop.state.ops.values()] == [Call.REFUND]
    held_up = shop.fulfill()
    assert [change.code for change in held_up.plan.changes if change.order_id == counter.here] in (["in-doubt"], [])
    shop.counter.order_unreadable = False
    shop.fulfill()
    assert not shop.state.ops
    assert len(shop.counter.bought[counter.here].accounts) == (0 if done else 3)


def test_a_status_without_a_way_to_look_is_not_asked_about() -> None:
    counter = Counter()
    counter.shop.vouchers.fail(Fault.LOST_AFTER, on="set-status")
    done = counter.mark("cancelled", "vouchers")
    assert done.result.outcome == "failed"
    assert "cannot be told" in (done.result.error or "")
    assert not counter.shop.state.ops
    with pytest.raises(UsageError, match="no status that can be set"):
        counter.mark("gone", "vouchers")


def test_a_kept_order_that_is_closed_by_hand_is_not_filled() -> None:
    counter = Counter()
    counter.shop.order_plan()
    assert counter.shop.state.orders
    assert counter.mark("cancelled", "vouchers").result.outcome == "applied"
    assert not counter.shop.state.orders
    assert counter.there not in counter.shop.outcomes(counter.shop.fulfill())


def test_an_order_is_found_where_it_is_kept_and_where_it_is_listed() -> None:
    counter = Counter()
    shop = counter.shop
    desk = shop.order_desk(shop.journal())
    for _ in range(2):
        found = find_order(desk, shop.run("orders show"), "vouchers", counter.there)
        assert (found.order_id, found.quantity) == (counter.there, 3)
    assert find_order(desk, shop.run("orders show"), "accplanet", counter.here).buyer.email is not None
    with pytest.raises(MarketplaceError, match="lists no order 77"):
        find_order(desk, shop.run("orders show"), "vouchers", "77")
