"""What went straight to orders, and what that means for listings: nothing rings, nothing is freed or forgotten."""

from dataclasses import replace

import pytest

from catalogsync.model.events import Ended, Ending, Event, Intended, Intent, Renamed, Verdict
from catalogsync.model.fields import Value
from catalogsync.model.ledger import Fate
from catalogsync.model.state import Call, Op
from catalogsync.workflow import marking
from catalogsync.workflow.drawing_up import doubt_notice
from catalogsync.workflow.drifting import find_drift
from catalogsync.workflow.questions import consequence, doubts, too_early
from catalogsync.workflow.recovering import STALE, gather, recover, rehearse
from tests.harness.audit import assert_in_step
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop
from tests.harness.fake_till import Sale, name_of


def filled(accounts: int, more: int) -> FakeShop:
    """A listing with some accounts, and a pool that has got some more."""
    shop = FakeShop()
    shop.pool("k", 0, accounts)
    shop.product("k", pool="k")
    shop.apply()
    shop.pool("k", 0, accounts + more)
    return shop


def deliver(shop: FakeShop, sale: Sale, *numbers: int, verdict: Verdict | None = Verdict.COMMITTED) -> None:
    """Accounts of the pool go to an order, as a run of `orders fulfill` records it."""
    accounts = [shop.pools["k"][number] for number in numbers]
    journal = shop.journal()
    fields: dict[str, Value] = {"quantity": sale.quantity, "whole": "yes"}
    op = Op(
        f"op-{sale.order_id}",
        Call.DELIVER,
        "k",
        "accplanet",
        sale.product_id,
        sale.order_id,
        fields,
        pool="k",
        count=len(accounts),
    )
    users = b"".join(journal.fingerprints.user(account) for account in accounts)
    contents = b"".join(journal.fingerprints.content(account) for account in accounts)
    events: list[Event] = [
        Intended((Intent(op, users, contents),)),
        *([Ended((Ending(op.id, verdict),))] if verdict else []),
    ]
    marking.write(journal, shop.run("orders fulfill"), lambda: events)
    shop.market.till.know(accounts)
    sale.delivered += [name_of(account) for account in accounts]
    shop.market.till._publish(sale)


def waiting(shop: FakeShop, units: int) -> Sale:
    """A customer buys more than there is."""
    shop.market.sell(shop.shelf("k"), units)
    return shop.market.till.sales[-1]


@pytest.mark.parametrize("renamed", [False, True])
def test_what_orders_got_by_hand_sets_off_no_alarm(renamed: bool) -> None:
    """The marketplace counts these units as sold of a listing that they never lay at."""
    shop = filled(2, 5)
    deliver(shop, waiting(shop, 5), 2, 3, 4)
    if renamed:
        shop.products["new"] = replace(shop.products.pop("k"), key="new", previous_key="k")
        journal = shop.journal()
        marking.write(journal, shop.run("state mv"), lambda: [Renamed({"k": "new"})])
    key = "new" if renamed else "k"
    assert shop.plan().blocked == ()
    assert shop.apply().results[key].outcome == "applied"
    assert_in_step(shop)
    shop.market.fill(shop.shelf(key), ["by-hand"])
    shop.pool("k", 0, 8)
    assert [entry.rule for entry in shop.plan().blocked] == ["pool-alarm"]


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_what_orders_got_by_hand_is_not_taken_for_a_batch_that_arrived(fault: Fault) -> None:
    shop = filled(3, 6)
    deliver(shop, waiting(shop, 6), 3, 4, 5)
    shop.market.fail(fault, on="append")
    outcome = shop.apply().results["k"].outcome
    assert outcome == ("applied" if fault is Fault.LOST_AFTER else "in-doubt")


@pytest.mark.parametrize("verdict", [None, Verdict.HELD])
def test_a_listing_gets_nothing_while_a_delivery_to_an_order_of_it_is_in_doubt(verdict: Verdict | None) -> None:
    """What it got would go on to the order that waits, which then had it twice."""
    shop = filled(3, 6)
    deliver(shop, waiting(shop, 6), 3, 4, 5, verdict=verdict)
    assert shop.apply().results == {}
    assert [warning.code for warning in shop.plan().warnings] == ["in-doubt"]


def test_accounts_that_must_go_to_an_order_again_are_missed() -> None:
    shop = filled(2, 5)
    deliver(shop, waiting(shop, 5), 2, 3, 4, verdict=None)
    assert [warning.code for warning in shop.plan().warnings] == ["in-doubt"]
    accounts = shop.pools["k"]
    shop.pool("k", 0, 4)
    shop.products["k"] = replace(shop.products["k"], pool=None)
    warnings = {warning.code: warning.message for warning in shop.plan().warnings}
    assert "1 account of pool k, bound to order o1 at accplanet" in warnings["order-account-removed"]
    shop.pools = {"other": accounts}
    assert [warning.code for warning in shop.plan().warnings] == ["in-doubt"]
    shop.pools = {}
    held = replace(next(iter(shop.state.ops.values())), held=True)
    assert "3 accounts" in next(w.message for w in shop.plan().warnings if w.code == "order-account-removed")
    assert "order-account-removed" not in doubt_notice(held).message


def test_a_status_that_is_set_on_an_order_hides_no_drift() -> None:
    shop = FakeShop()
    shop.product("k", status="active")
    shop.apply()
    op = Op("op", Call.SET_STATUS, "k", "accplanet", shop.shelf("k"), "o1", {"status": "completed_order"})
    journal = shop.journal()
    marking.write(journal, shop.run("orders set-status"), lambda: [Intended((Intent(op),))])
    shop.market.edit(shop.shelf("k"), status="inactive")
    assert [one.key for one in find_drift(shop.desk(shop.journal())).listings] == ["k"]
    assert marking.rename(shop.journal(), "k", "other") == Renamed({"k": "other"})


def test_a_key_that_only_an_order_knows_can_be_given_to_a_listing() -> None:
    shop = filled(2, 5)
    shop.products["k"] = replace(shop.products["k"], key="new")
    deliver(shop, waiting(shop, 5), 2, 3, 4, verdict=None)
    op = next(iter(shop.state.ops.values()))
    assert marking.rename(shop.journal(), op.key, "new") == Renamed({"k": "new"})


ACCOUNTS = Op("x", Call.DELIVER, "k", "hstock", "p1", "17", pool="k", count=2)
TEXT = Op("x", Call.DELIVER, "", "accplanet", "p1", "17")


@pytest.mark.parametrize(
    ("op", "question", "early", "sent", "unsent"),
    [
        (ACCOUNTS, "the next `catalogsync orders fulfill` sends the same accounts to the same order", True, "", ""),
        (
            replace(ACCOUNTS, held=True),
            "Does order 17 at hstock have these 2 accounts? `catalogsync state resolve x --sent`",
            False,
            "2 accounts of pool k count as delivered to order 17",
            "sold twice",
        ),
        (TEXT, "the next `catalogsync orders fulfill` looks what became of it", True, "", ""),
        (
            replace(TEXT, held=True),
            "Was that done to order 17 at accplanet?",
            False,
            "counts as done",
            "nothing is sent again",
        ),
        (
            replace(TEXT, call=Call.REFUND, held=True),
            "Was that done to order 17",
            False,
            "the refund of order 17",
            "not done",
        ),
        (replace(ACCOUNTS, refused="HTTP 400"), "the next `catalogsync orders fulfill` looks", True, "", ""),
    ],
)
def test_each_doubt_of_an_order_says_what_is_next(op: Op, question: str, early: bool, sent: str, unsent: str) -> None:
    shop = FakeShop()
    state = shop.state
    state.ops[op.id] = op
    (doubt,) = doubts(state)
    assert question in doubt.question
    assert f"order 17 at {op.marketplace}" in doubt.question
    assert bool(too_early(op)) == early
    assert sent in consequence(op, sent=True)
    assert unsent in consequence(op, sent=False)
    notice = doubt_notice(op)
    assert "order 17" in notice.message
    assert ("orders fulfill" in notice.message) == early
    assert ("state resolve" in notice.message) != early


def test_an_old_copy_trusts_none_of_its_open_deliveries_and_says_which_orders_show_nothing() -> None:
    shop = filled(2, 5)
    sale = waiting(shop, 5)
    shop.products["k"] = replace(shop.products["k"], marketplaces={"hstock": "h1"})
    deliver(shop, sale, 2, 3, verdict=None)
    journal = shop.journal()
    desk = shop.desk(journal)
    evidence = gather(desk)
    assert rehearse(desk, journal.state, journal.fingerprints, evidence).unseen == ("hstock",)
    recover(desk, journal, journal.fingerprints, shop.run("state recover"), evidence, lambda: None)
    op = shop.state.ops[f"op-{sale.order_id}"]
    assert (op.held, op.evidence) == (True, STALE)
    questions = [doubt.question for doubt in doubts(shop.state, desk.catalog) if doubt.call == "recovered"]
    assert len(questions) == 1
    assert "or in an order at hstock, where no order shows what it got?" in questions[0]
    assert {batch.fate for batch in shop.state.ledger.batches} == {Fate.SENT, Fate.HELD}
