"""A state that is lost or old, rebuilt from what the marketplace shows: killed anywhere, nothing is sent twice."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from catalogsync.model.errors import StateError
from catalogsync.model.ledger import Fate
from catalogsync.model.pool import Account
from catalogsync.model.state import Binding
from catalogsync.workflow import marking
from catalogsync.workflow.drawing_up import doubt_notice
from catalogsync.workflow.questions import doubts
from catalogsync.workflow.recovering import STALE, gather, recover
from tests.harness.audit import assert_in_step, audit
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop, MortalStore


def stocked(**options: bool) -> FakeShop:
    """Three listings with pools of six, two of them sold from; and one without a pool."""
    shop = FakeShop(**options)
    for number, key in enumerate("abc"):
        shop.pool(key, number * 10, 6)
        shop.product(key, pool=key)
    shop.product("plain", stock=3)
    shop.apply()
    shop.market.sell(shop.shelf("a"), 2)
    shop.market.sell(shop.shelf("b"), 1)
    return shop


def recovered(shop: FakeShop) -> None:
    journal = shop.journal()
    desk = shop.desk(journal)
    recover(desk, journal, journal.fingerprints, shop.run("state recover"), gather(desk), lambda: None)


def mark(shop: FakeShop, pool: str, sent: Sequence[Account], *, whole: bool = False) -> None:
    journal = shop.journal()
    catalog = shop.desk(journal).catalog
    marking.write(
        journal,
        shop.run("pools mark"),
        lambda: marking.mark(catalog, "accplanet", journal, journal.fingerprints, pool, sent, whole=whole),
    )


def counts(shop: FakeShop) -> dict[str, dict[Fate, int]]:
    """How many accounts of each pool the state knows, by fate."""
    found: dict[str, dict[Fate, int]] = {}
    for batch in shop.state.ledger.batches:
        fates = found.setdefault(batch.pool, {})
        fates[batch.fate] = fates.get(batch.fate, 0) + batch.count
    return found


@pytest.mark.parametrize("rich", [False, True])
def test_listings_are_bound_and_accounts_are_sent_or_held(rich: bool) -> None:
    shop = stocked(rich=rich)
    shelves = {key: shop.shelf(key) for key in shop.products}
    shop.lose_state()
    recovered(shop)
    state = shop.state
    assert {key: binding.product_id for key, binding in state.bindings.items()} == shelves
    assert counts(shop) == {
        "a": {Fate.SENT: 2, Fate.HELD: 4},
        "b": {Fate.SENT: 1, Fate.HELD: 5},
        "c": {Fate.HELD: 6},
    }
    assert [(doubt.key, doubt.accounts) for doubt in doubts(state)] == [("a", 4), ("b", 5), ("c", 6)]
    plan = shop.plan()
    assert (plan.summary.create, plan.summary.accounts, plan.blocked) == (0, 0, ())


def test_truthful_answers_lead_back_to_where_it_was() -> None:
    shop = stocked()
    shop.pool("b", 10, 9)
    shop.lose_state()
    recovered(shop)
    mark(shop, "a", list(shop.pools["a"]), whole=True)
    mark(shop, "b", list(shop.pools["b"])[:6])
    (op,) = shop.state.ops.values()
    journal = shop.journal()
    marking.write(journal, shop.run("resolve"), lambda: [marking.resolve(journal, op.id, sent=True, who="ann")])
    assert shop.state.ops == {}
    shop.apply()
    audit(shop)
    assert_in_step(shop)
    assert shop.market.shelves[shop.shelf("b")].stock == 8


def serials(shop: FakeShop) -> int:
    """How many records an undisturbed recovery writes."""
    trial = shop.copied_state()
    shop.store, kept = trial, shop.store
    recovered(shop)
    shop.store = kept
    return trial.writes


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("old", [False, True])
def test_killed_at_any_record_it_sends_nothing_and_can_be_run_again(old: bool, after: bool) -> None:
    shop = stocked()
    if old:
        shop.store = shop.copied_state()
        shop.market.fail(Fault.LOST_BEFORE, on="append")
        shop.pool("c", 20, 8)
        before = shop.copied_state()
        shop.apply()
        shop.store = before
    else:
        shop.lose_state()
    start = shop.copied_state()
    for number in range(serials(shop)):
        shop.store = MortalStore(shop.market.life)
        for serial in range(1, 10_000):
            data = start.get(serial)
            if data is None:
                break
            shop.store.create(serial, data)
        shop.store.writes, shop.store.dies_at, shop.store.after = 0, number, after
        with pytest.raises(Killed):
            recovered(shop)
        shop.revive()
        arrived = dict(shop.market.arrivals)
        if shop.state.recovering:
            with pytest.raises(StateError, match="recovery of the state was not finished"):
                shop.apply()
        assert shop.market.arrivals == arrived
        recovered(shop)
        state = shop.state
        assert not state.recovering
        assert len(state.bindings) == 4
        assert len([op for op in state.ops.values() if op.recovered and op.pool == "c"]) == 1
        assert shop.plan().summary.accounts == 0
        fingerprints = shop.journal().fingerprints
        for pool in shop.pools.values():
            assert all(state.ledger.find(fingerprints.user(account)) for account in pool)


def test_an_old_copy_keeps_what_it_knows_and_trusts_none_of_its_open_questions() -> None:
    shop = stocked()
    shop.pool("c", 20, 9)
    shop.market.fail(Fault.LOST_BEFORE, on="append")
    shop.apply()
    old = shop.copied_state()
    (doubt,) = shop.state.ops.values()
    journal = shop.journal()
    marking.write(journal, shop.run("r"), lambda: [marking.resolve(journal, doubt.id, sent=False, who="ann")])
    shop.apply()
    shop.store = old
    recovered(shop)
    (again,) = shop.state.ops.values()
    assert (again.id, again.evidence, again.held) == (doubt.id, STALE, True)
    recovered(shop)
    mark(shop, "c", [], whole=False)
    assert shop.state.ops.keys() == {doubt.id}


def test_a_listing_that_was_made_since_the_copy_is_found() -> None:
    shop = stocked()
    old = shop.copied_state()
    shop.pool("d", 50, 3)
    shop.product("d", pool="d")
    shop.apply()
    shelf = shop.shelf("d")
    shop.store = old
    recovered(shop)
    assert shop.shelf("d") == shelf
    assert counts(shop)["d"] == {Fate.HELD: 3}
    mark(shop, "d", list(shop.pools["d"]), whole=True)
    shop.apply()
    audit(shop)


def test_deletions_that_an_old_copy_remembers_release_nothing_any_more() -> None:
    shop = stocked()
    del shop.products["c"]
    shop.apply()
    (deletion,) = shop.state.deletions.values()
    assert deletion.confirmed
    recovered(shop)
    assert not shop.state.deletions[deletion.destination].confirmed


def test_a_listing_that_was_sold_from_but_shows_no_accounts_sets_off_no_alarm_later() -> None:
    """Orders whose content cannot be read: what was sold is not known, and counted as lying there before."""
    shop = stocked()
    shop.market.till._accounts.clear()
    shop.lose_state()
    shop.market.till._shown.clear()
    recovered(shop)
    shop.pool("a", 0, 8)
    mark(shop, "a", list(shop.pools["a"])[:6])
    (change,) = [change for change in shop.plan().changes if change.accounts]
    assert change.accounts
    assert change.accounts.new == 2
    assert shop.plan().blocked == ()


def test_a_binding_whose_listing_is_gone_is_given_the_one_that_came_instead() -> None:
    shop = stocked()
    state = shop.state
    journal = shop.journal()
    from catalogsync.model.events import Bound

    moved: Binding = replace(state.bindings["plain"], product_id="p-gone")
    marking.write(journal, shop.run("x"), lambda: [Bound((moved,))])
    recovered(shop)
    assert shop.shelf("plain") == state.bindings["plain"].product_id


def test_a_recovered_pool_is_told_in_one_line() -> None:
    shop = stocked()
    shop.lose_state()
    recovered(shop)
    notices = [doubt_notice(op) for op in shop.state.ops.values()]
    assert [notice.key for notice in notices] == ["a", "b", "c"]
    assert "4 accounts of pool a may be at the marketplace already" in notices[0].message
    question = doubts(shop.state)[0]
    assert "orders hold 2 other accounts of this pool" in question.evidence
    for words in ("--sent", "--not-sent", "pools mark a --sent --file FILE"):
        assert words in question.question
