"""Accounts of which somebody says where they are: what that lets the tool do, and what it must never let it do."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from catalogsync.model.config import Recovery
from catalogsync.model.errors import StateError, UsageError
from catalogsync.model.events import Event
from catalogsync.model.pool import Account
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow import marking
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.recovering import gather, recover
from catalogsync.workflow.releasing import left_by, release
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop
from tests.harness.fake_till import name_of


def twice(shop: FakeShop) -> int:
    """How many accounts lie, or lay, at the marketplace more than once."""
    return sum(1 for times in shop.market.arrivals.values() if times > 1)


def say(shop: FakeShop, events: Callable[[Desk, RecordJournal], Sequence[Event]]) -> None:
    journal = shop.journal()
    desk = shop.desk(journal)
    marking.write(journal, shop.run("state"), lambda: events(desk, journal))


def mark(shop: FakeShop, pool: str, sent: Sequence[Account], *, whole: bool = False) -> None:
    say(
        shop,
        lambda desk, journal: marking.mark(
            desk.catalog, "accplanet", journal, journal.fingerprints, pool, sent, whole=whole
        ),
    )


def bind(shop: FakeShop, key: str, product_id: str) -> None:
    say(shop, lambda desk, journal: marking.bind(desk, journal, key, product_id))


def let_go(shop: FakeShop, key: str) -> None:
    say(shop, lambda _, journal: [marking.forget(journal, key)])


def resolve(shop: FakeShop, *, sent: bool) -> None:
    (op,) = shop.state.ops
    say(shop, lambda _, journal: [marking.resolve(journal, op, sent=sent, who="ann")])


def released(shop: FakeShop, key: str) -> int:
    """Release what a product's deleted listings left. Gives back how many accounts were set free."""
    journal = shop.journal()
    free = [one for one in left_by(shop.desk(journal), key) if not one.why_kept]
    if free:
        marking.write(journal, shop.run("pools release"), lambda: [release(journal, free, "ann")])
    return sum(sum(one.pools.values()) for one in free)


def recovered(shop: FakeShop) -> None:
    journal = shop.journal()
    desk = shop.desk(journal)
    recover(desk, journal, journal.fingerprints, shop.run("state recover"), gather(desk), lambda: None)


class TestReleasing:
    def test_accounts_that_were_marked_never_travelled_to_the_deleted_listing(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 3)
        shop.product("other", category_id="c-7")
        older = shop.market.put(title="An older listing", category_id="c-9", price="1.00", description="by hand")
        shop.market.fill(older, [name_of(account) for account in shop.pools["k"]])
        shop.product("k")
        shop.apply()
        mark(shop, "k", list(shop.pools["k"]), whole=True)
        del shop.products["k"]
        shop.apply()
        with pytest.raises(UsageError, match="no deleted listing of k"):
            released(shop, "k")
        shop.product("k", pool="k")
        shop.apply()
        assert twice(shop) == 0

    def test_what_was_sent_beside_them_is_released(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 2)
        shop.product("k", pool="k")
        shop.product("other", category_id="c-7")
        shop.apply()
        shop.pool("k", 0, 5)
        mark(shop, "k", list(shop.pools["k"])[2:])
        del shop.products["k"]
        shop.apply()
        assert released(shop, "k") == 2
        shop.product("k", pool="k")
        shop.apply()
        assert shop.market.shelves[shop.shelf("k")].stock == 2

    def test_what_a_recovery_holds_is_only_presumed_to_be_at_the_deleted_listing(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 3)
        shop.product("k", pool="k")
        shop.product("other", category_id="c-7")
        shop.apply()
        older = shop.shelf("k")
        let_go(shop, "k")
        shop.product("k", pool="k", title="Another title", category_id="c-2")
        shop.apply()
        assert shop.shelf("k") != older
        shop.lose_state()
        recovered(shop)
        assert [op.count for op in shop.state.ops.values()] == [3]
        del shop.products["k"]
        shop.apply()
        with pytest.raises(UsageError, match="no deleted listing of k"):
            released(shop, "k")
        shop.product("k", pool="k", title="Another title", category_id="c-2")
        shop.apply()
        assert twice(shop) == 0


def sold_out_with_orders_waiting(*, refused: bool) -> FakeShop:
    """A listing of which all is known: 31 accounts, in five batches that showed exactly. Orders show no accounts."""
    shop = FakeShop()
    shop.market.till.know = lambda _: None  # type: ignore[assignment,method-assign]
    automatic(shop, yes=not refused)
    shop.pool("k", 0, 31)
    shop.product("k", pool="k")
    shop.apply()
    return shop


def automatic(shop: FakeShop, *, yes: bool) -> None:
    shop.config = replace(shop.config, recovery=Recovery(in_doubt="auto" if yes else "ask"))


class TestCounting:
    """What arrived is counted against what had arrived before; what a careful person said makes that too large."""

    @pytest.mark.parametrize("refused", [False, True])
    @pytest.mark.parametrize("how", ["marked", "resolved"])
    def test_what_somebody_said_to_be_careful_is_not_counted_as_arrived(self, how: str, refused: bool) -> None:
        shop = sold_out_with_orders_waiting(refused=refused)
        shop.pool("k", 0, 33)
        if how == "marked":
            mark(shop, "k", list(shop.pools["k"])[31:])
        else:
            automatic(shop, yes=False)
            shop.market.fail(Fault.LOST_BEFORE, on="append")
            shop.apply()
            resolve(shop, sent=True)
            automatic(shop, yes=not refused)
        shop.market.sell(shop.shelf("k"), 35 if refused else 33)
        shop.clock.pass_time(100)
        shop.pool("k", 0, 37 if refused else 35)
        shop.market.fail(Fault.REFUSED_HALF_DONE if refused else Fault.LOST_AFTER, on="append")
        shop.apply()
        assert [op.held for op in shop.state.ops.values()] == [True]
        shop.apply()
        assert twice(shop) == 0

    @pytest.mark.parametrize("untouched", [False, True])
    def test_accounts_that_were_not_taken_are_not_forgotten_with_the_binding(self, untouched: bool) -> None:
        shop = sold_out_with_orders_waiting(refused=False)
        shop.pool("b", 100, 1 if untouched else 3)
        shop.product("b", pool="b", category_id="c-7")
        shop.market.fail(Fault.SHORT, on="append", after=0 if untouched else 1)
        shop.apply()
        assert shop.state.bindings["b"].short == 1
        shelf = shop.shelf("b")
        let_go(shop, "b")
        bind(shop, "b", shelf)
        mark(shop, "b", [])
        shop.market.sell(shelf, 1 if untouched else 4)
        shop.clock.pass_time(100)
        shop.pool("b", 100, 2 if untouched else 4)
        shop.market.fail(Fault.LOST_AFTER, on="append")
        shop.apply()
        shop.apply()
        assert twice(shop) == 0


def by_hand(shop: FakeShop, pool: str | None) -> str:
    """A listing that looks like product k, with the accounts of a pool."""
    fields = {"title": "Title of k", "category_id": "c-1", "price": "9.99", "description": "x"}
    product_id = shop.market.put(**fields)
    if pool:
        shop.market.fill(product_id, [name_of(account) for account in shop.pools[pool]])
    return product_id


def rules(shop: FakeShop) -> list[str]:
    return [entry.rule for entry in shop.plan().blocked]


class TestMarking:
    """What is said of a pool is said of the listing that its product has then."""

    def shop(self, first: str, *, pool: str | None = "k") -> tuple[FakeShop, str]:
        shop = FakeShop()
        shop.pool("k", 0, 3)
        shop.pool("others", 50, 1)
        shop.product("k", pool=pool, description="x")
        product_id = by_hand(shop, "others")
        if first == "bound":
            bind(shop, "k", product_id)
        shop.product("k", pool="k", description="x")
        mark(shop, "k", [])
        return shop, product_id

    @pytest.mark.parametrize("pool", ["k", None])
    @pytest.mark.parametrize("adopted", [False, True])
    def test_another_listing_is_asked_about_again(self, adopted: bool, pool: str | None) -> None:
        shop, first = self.shop("bound", pool=pool)
        let_go(shop, "k")
        shop.market.remove(first)
        second = by_hand(shop, "k")
        if not adopted:
            bind(shop, "k", second)
        assert rules(shop) == ["pool-unknown"]
        mark(shop, "k", list(shop.pools["k"]))
        shop.apply()
        assert (shop.shelf("k"), twice(shop)) == (second, 0)

    def test_so_is_one_that_replaces_it(self) -> None:
        shop, first = self.shop("bound")
        shop.market.remove(first)
        bind(shop, "k", by_hand(shop, "k"))
        assert rules(shop) == ["pool-unknown"]

    def test_so_is_one_that_gets_a_pool_which_was_marked_for_another(self) -> None:
        shop = FakeShop()
        shop.pool("a", 0, 3)
        shop.pool("b", 50, 1)
        shop.product("k", pool="a")
        bind(shop, "k", by_hand(shop, None))
        mark(shop, "a", [])
        shop.product("k2", pool="b", title="Title of k", description="x")
        bind(shop, "k2", by_hand(shop, "a"))
        mark(shop, "b", list(shop.pools["b"]), whole=True)
        let_go(shop, "k")
        del shop.products["k"]
        shop.product("k2", pool="a", title="Title of k", description="x")
        assert "pool-unknown" in rules(shop)
        mark(shop, "a", list(shop.pools["a"]), whole=True)
        assert rules(shop) == []
        shop.apply()
        assert twice(shop) == 0

    def test_a_word_about_a_pool_ends_where_another_listing_gets_the_pool(self) -> None:
        """Also where it had nothing to send at that time."""
        shop = FakeShop()
        shop.pool("a", 0, 2)
        shop.pool("b", 50, 1)
        shop.product("k", pool="a")
        shop.apply()
        mark(shop, "a", [])
        shop.product("k2", pool="b", title="Title of k2", description="x")
        bind(shop, "k2", by_hand(shop, "b"))
        mark(shop, "b", list(shop.pools["b"]), whole=True)
        shop.product("k", pool="b")
        shop.product("k2", pool="a", title="Title of k2", description="x", price="8.88")
        assert "pool-unknown" not in rules(shop)
        shop.apply()
        shop.pool("a", 0, 3)
        assert "pool-unknown" in rules(shop)

    @pytest.mark.parametrize("adopted", [False, True])
    def test_what_was_said_while_no_listing_was_bound_is_said_of_the_next(self, adopted: bool) -> None:
        shop, first = self.shop("marked")
        if not adopted:
            bind(shop, "k", first)
        shop.apply()
        shop.pool("k", 0, 5)
        shop.apply()
        assert shop.market.shelves[first].stock == 6
        assert twice(shop) == 0

    def test_an_order_that_delivered_a_new_account_stops_a_marked_pool_too(self) -> None:
        shop = FakeShop()
        shop.market.blind = {"sales"}
        shop.pool("other", 100, 2)
        shop.product("other", pool="other", category_id="c-7")
        shop.market.fail(Fault.LOST_BEFORE, on="append", after=1)
        shop.apply()
        shop.pool("k", 0, 3)
        shop.product("k", pool="k")
        shop.apply()
        mark(shop, "k", [])
        old = shop.copied_state()
        shop.pool("k", 0, 6)
        shop.apply()
        shop.market.sell(shop.shelf("k"), 6)
        shop.store = old
        with pytest.raises(StateError, match="3 accounts of pool k"):
            shop.apply()
        assert twice(shop) == 0


class TestRecovering:
    @pytest.mark.parametrize("old", [False, True])
    @pytest.mark.parametrize("marked", [False, True])
    def test_accounts_that_were_out_of_the_catalog_meanwhile_are_asked_about(self, old: bool, marked: bool) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 4)
        shop.product("k", pool="k")
        shop.apply()
        if marked:
            mark(shop, "k", [])
        copy = shop.copied_state()
        shop.pool("k", 0, 6)
        shop.apply()
        if old:
            shop.store = copy
        else:
            shop.lose_state()
        shop.pool("k", 0, 4)
        recovered(shop)
        if not old:
            resolve(shop, sent=True)
        shop.pool("k", 0, 6)
        assert "pool-unknown" in rules(shop)
        mark(shop, "k", list(shop.pools["k"]), whole=True)
        shop.pool("k", 0, 7)
        shop.apply()
        assert (shop.market.shelves[shop.shelf("k")].stock, twice(shop)) == (7, 0)

    def test_what_was_sent_since_the_copy_and_is_said_not_to_be_there_sets_off_the_alarm(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 4)
        shop.product("k", pool="k")
        shop.apply()
        copy = shop.copied_state()
        shop.pool("k", 0, 6)
        shop.apply()
        shop.store = copy
        recovered(shop)
        mark(shop, "k", [])
        assert rules(shop) == ["pool-alarm"]

    def test_every_order_delivered_is_no_word_about_the_pool(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 3)
        shop.product("k", pool="k")
        shop.apply()
        shop.market.sell(shop.shelf("k"), 2)
        shop.lose_state()
        shop.pool("k", 0, 2)
        recovered(shop)
        assert not shop.state.ops
        shop.pool("k", 0, 3)
        assert rules(shop) == ["pool-unknown"]
