"""Accounts of which somebody says where they are: what that lets the tool do, and what it must never let it do."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from catalogsync.model.config import Recovery
from catalogsync.model.errors import UsageError
from catalogsync.model.events import Event
from catalogsync.model.pool import Account
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow import marking
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.recovering import gather, recover
from catalogsync.workflow.releasing import left_by, release
from tests.harness.fake_market import Fault
from tests.harness.fake_shop import KEY, FakeShop, MortalStore
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


def lost(shop: FakeShop) -> None:
    shop.store = MortalStore(shop.market.life)
    RecordJournal.create(shop.store, KEY, shop.clock, place="memory")


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
        lost(shop)
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
