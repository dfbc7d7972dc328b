"""Accounts whose answer never came: found by the stock, held, and decided by a person."""

import pytest

from catalogsync.model.errors import StateFenced
from catalogsync.workflow import marking
from catalogsync.workflow.questions import doubts
from tests.harness.audit import assert_in_step, audit, heal
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop


def waited(shop: FakeShop) -> float:
    return sum(shop.clock.waits)


@pytest.mark.parametrize(("fault", "held"), [(Fault.KILL_AFTER, 0), (Fault.KILL_BEFORE, 1)])
def test_a_death_is_settled_by_the_stock_after_its_time(fault: Fault, held: int) -> None:
    shop = FakeShop()
    shop.pool("k", 0, 7)
    shop.product("k", pool="k")
    shop.market.fail(fault, on="append", after=1)
    with pytest.raises(Killed):
        shop.apply()
    shop.revive()
    lists = shop.market.lists
    shop.plan()
    assert (shop.market.lists, waited(shop)) == (lists + 1, 0.0)
    shop.apply()
    assert waited(shop) == 60.0
    assert len(audit(shop).ops) == held


@pytest.mark.parametrize("after", [0, 1])
def test_one_that_arrives_after_its_time_is_held_until_it_shows_and_never_sent_twice(after: int) -> None:
    shop = FakeShop()
    shop.market.late = 500.0
    shop.pool("k", 0, 7)
    shop.product("k", pool="k")
    shop.market.fail(Fault.LATE, on="append", after=after)
    assert shop.apply().results["k"].outcome == "in-doubt"
    assert shop.apply().calls == 0
    assert [op.held for op in audit(shop).ops.values()] == [True]
    shop.clock.pass_time(500)
    assert shop.apply().results["k"].outcome == "applied"
    assert audit(shop).ops == {}
    assert len(shop.market.arrivals) == 7
    assert_in_step(shop)


def test_one_that_arrives_after_another_run_took_over_is_never_sent_twice() -> None:
    shop = FakeShop()
    shop.pool("k", 0, 7)
    shop.product("k", pool="k")
    shop.market.before["append"] = shop.apply
    with pytest.raises(StateFenced):
        shop.apply()
    assert len(shop.market.arrivals) == 1
    assert [op.held for op in audit(shop).ops.values()] == [True]
    shop.apply()
    assert len(shop.market.arrivals) == 7
    assert audit(shop).ops == {}


@pytest.mark.parametrize("sent", [True, False])
def test_a_person_decides(sent: bool) -> None:
    shop = FakeShop()
    shop.pool("k", 0, 7)
    shop.product("k", pool="k")
    shop.market.fail(Fault.LOST_AFTER if sent else Fault.LOST_BEFORE, on="append", after=2)
    shop.market.blind.add("sales")
    shop.apply()
    (doubt,) = doubts(shop.state)
    assert doubt.accounts == 4
    for words in ("4 accounts", f"resolve {doubt.id} --sent", "--not-sent"):
        assert words in doubt.question
    journal = shop.journal()
    marking.write(
        journal,
        shop.run("state resolve"),
        lambda: [marking.resolve(journal, doubt.id, sent=sent, who="somebody")],
    )
    accounts = [change.accounts for change in shop.plan().changes]
    assert [allotment.new for allotment in accounts if allotment] == ([] if sent else [4])
    shop.market.blind.clear()
    heal(shop)
    assert_in_step(shop)
