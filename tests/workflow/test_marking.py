"""What a person says about the state, and what follows from it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from catalogsync.model.errors import UsageError
from catalogsync.model.events import Event
from catalogsync.model.ledger import Fate
from catalogsync.model.plan import Action
from catalogsync.model.pool import Account
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow import marking
from tests.harness.audit import assert_in_step, audit
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop


def say(shop: FakeShop, events: Callable[[RecordJournal], Sequence[Event]]) -> None:
    journal = shop.journal()
    marking.write(journal, shop.run("state"), lambda: events(journal))


def bind(shop: FakeShop, key: str, product_id: str) -> None:
    say(shop, lambda journal: marking.bind(shop.desk(journal), journal, key, product_id))


def mark(shop: FakeShop, pool: str, sent: Sequence[Account], *, whole: bool = False) -> None:
    catalog = shop.desk(shop.journal()).catalog
    say(
        shop,
        lambda journal: marking.mark(catalog, "accplanet", journal, journal.fingerprints, pool, sent, whole=whole),
    )


def changed(shop: FakeShop) -> dict[str, str]:
    return {field.field: field.cause for change in shop.plan().changes for field in change.fields}


class TestBind:
    def listing(self, shop: FakeShop, **fields: str | int) -> str:
        return shop.market.put(
            **{"title": "Title of k", "category_id": "c-1", "price": "9.99", "description": "plain", **fields}
        )

    def test_a_plan_shows_what_differs_and_nothing_else(self) -> None:
        shop = FakeShop()
        product_id = self.listing(shop, title="Older title", price="8.99")
        shop.product("k", description="plain", warranty_period_days=3)
        bind(shop, "k", product_id)
        assert changed(shop) == {"title": "catalog", "price": "catalog", "warranty_period_days": "catalog"}
        shop.apply()
        assert_in_step(shop)

    def test_a_listing_that_the_product_had_or_was_to_have_is_told_of(self) -> None:
        shop = FakeShop()
        other = self.listing(shop)
        shop.product("old", description="plain")
        shop.apply()
        first = shop.shelf("old")

        def told(key: str, product_id: str) -> str:
            return " ".join(marking.displaced(shop.desk(shop.journal()).catalog, shop.state, key, product_id))

        assert "no longer managed" in told("old", other)
        assert told("old", first) == ""
        del shop.products["old"]
        shop.product("k", description="plain", previous_key="old")
        assert f"listing {first} was to be" in told("k", other)
        assert "state rm old" in told("k", other)
        bind(shop, "k", other)
        assert [(change.key, change.action) for change in shop.plan().changes if change.key == "old"] == [
            ("old", Action.DELETE)
        ]

    @pytest.mark.parametrize("drift", ["warn", "ignore"])
    def test_what_was_equal_counts_as_applied_so_that_drift_is_told_from_an_edit(self, drift: str) -> None:
        shop = FakeShop()
        shop.config = replace(shop.config, drift=drift)  # type: ignore[arg-type]
        product_id = self.listing(shop)
        shop.product("k", description="plain")
        bind(shop, "k", product_id)
        shop.market.edit(product_id, title="Stranger's")
        assert changed(shop) == {}
        shop.edit("k", title="Edited")
        assert changed(shop) == {"title": "both"}

    def test_stock_that_was_equal_is_not_raised_when_units_are_sold(self) -> None:
        shop = FakeShop()
        product_id = self.listing(shop, stock=10)
        shop.product("k", description="plain", stock=10)
        bind(shop, "k", product_id)
        shop.market.sell(product_id, 3)
        assert_in_step(shop)

    def test_a_listing_with_units_waits_for_a_word_about_its_pool(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 5)
        shop.product("k", description="plain", pool="k")
        product_id = self.listing(shop, stock=2)
        bind(shop, "k", product_id)
        assert [blocked.rule for blocked in shop.plan().blocked] == ["pool-unknown"]
        mark(shop, "k", list(shop.pools["k"])[:2])
        (change,) = shop.plan().changes
        assert (change.action, change.accounts and change.accounts.new) == (Action.APPEND, 3)

    def test_no_such_product_or_listing_or_another_keys(self) -> None:
        shop = FakeShop()
        shop.product("a")
        shop.product("b")
        shop.apply()
        for key, product_id in (("nobody", "p1"), ("a", "p9"), ("a", shop.shelf("b"))):
            with pytest.raises(UsageError):
                bind(shop, key, product_id)
        assert shop.state.run is None

    def test_it_replaces_a_listing_that_vanished(self) -> None:
        shop = FakeShop()
        shop.product("k", description="plain")
        shop.product("other")
        shop.apply()
        shop.market.remove(shop.shelf("k"))
        product_id = self.listing(shop)
        bind(shop, "k", product_id)
        assert_in_step(shop)
        assert shop.shelf("k") == product_id


class TestMark:
    def test_new_says_that_none_is_there(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 5)
        shop.product("k", pool="k")
        mark(shop, "k", [])
        assert shop.state.marked_pools == {"k"}
        assert len(shop.state.ledger) == 0

    def test_what_is_known_stays_as_it_is(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 3)
        shop.product("k", pool="k")
        shop.market.fail(Fault.LOST_BEFORE, on="append", after=1)
        shop.apply()
        shop.pool("k", 0, 6)
        mark(shop, "k", list(shop.pools["k"]))
        fates = [(batch.fate, batch.count) for batch in shop.state.ledger.batches]
        assert fates == [(Fate.SENT, 1), (Fate.HELD, 2), (Fate.SENT, 3)]
        mark(shop, "k", list(shop.pools["k"]))
        assert len(shop.state.ledger) == 6

    def test_marked_accounts_are_never_sent(self) -> None:
        shop = FakeShop()
        shop.pool("k", 0, 6)
        shop.product("k", pool="k")
        there = list(shop.pools["k"])[1:5]
        mark(shop, "k", there)
        shop.apply()
        assert shop.market.shelves[shop.shelf("k")].stock == 2
        audit(shop, short=4)


class TestForget:
    def test_the_listing_stays_and_is_no_longer_managed(self) -> None:
        shop = FakeShop()
        shop.product("k")
        shop.product("other")
        shop.apply()
        del shop.products["k"]
        say(shop, lambda journal: [marking.forget(journal, "k")])
        assert shop.plan().summary.unmanaged == 1
        assert_in_step(shop)
        assert len(shop.market.shelves) == 2

    def test_nothing_is_bound(self) -> None:
        with pytest.raises(UsageError):
            say(FakeShop(), lambda journal: [marking.forget(journal, "k")])


class TestResolve:
    def test_no_such_doubt(self) -> None:
        with pytest.raises(UsageError):
            say(FakeShop(), lambda journal: [marking.resolve(journal, "x", sent=True, who="somebody")])

    def test_a_creation_that_was_sent_needs_its_listing(self) -> None:
        shop = FakeShop()
        shop.product("k")
        shop.market.fail(Fault.LOST_BEFORE, on="create")
        shop.market.unreadable = {1}
        shop.apply()
        (op,) = shop.state.ops.values()
        with pytest.raises(UsageError):
            say(shop, lambda journal: [marking.resolve(journal, op.id, sent=True, who="somebody")])
        say(shop, lambda journal: [marking.resolve(journal, op.id, sent=False, who="somebody")])
        assert shop.state.ops == {}
        shop.apply()
        assert_in_step(shop)


class TestRename:
    def shop(self) -> FakeShop:
        shop = FakeShop()
        shop.product("old", pool="keys")
        shop.pool("keys", 0, 3)
        shop.product("other")
        shop.apply()
        return shop

    def test_the_listing_goes_on_under_its_new_name(self) -> None:
        shop = self.shop()
        shop.products["new"] = replace(shop.products.pop("old"), key="new")
        before = shop.shelf("old")
        say(shop, lambda journal: [marking.rename(journal, "old", "new")])
        assert shop.shelf("new") == before
        assert_in_step(shop)
        shop.pool("keys", 0, 5)
        shop.apply()
        audit(shop)
        assert_in_step(shop)

    def test_a_call_in_doubt_goes_with_it(self) -> None:
        shop = FakeShop()
        shop.pool("keys", 0, 4)
        shop.product("old", pool="keys")
        shop.market.fail(Fault.LOST_BEFORE, on="append", after=1)
        shop.apply()
        say(shop, lambda journal: [marking.rename(journal, "old", "new")])
        shop.products["new"] = replace(shop.products.pop("old"), key="new")
        (doubt,) = shop.state.ops.values()
        assert doubt.key == "new"
        assert shop.plan().changes == ()
        say(shop, lambda journal: [marking.resolve(journal, doubt.id, sent=False, who="ann")])
        shop.apply()
        audit(shop)
        assert_in_step(shop)

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("nobody", "new", "no listing is bound to nobody"),
            ("old", "other", "is bound to other"),
            ("old", "old", "called that already"),
            ("old", "Not a key", "cannot be a key"),
            ("old", "k" * 101, "cannot be a key"),
        ],
    )
    def test_it_is_refused(self, old: str, new: str, words: str) -> None:
        with pytest.raises(UsageError, match=words):
            marking.rename(self.shop().journal(), old, new)

    def test_a_name_that_is_in_doubt_is_taken(self) -> None:
        shop = self.shop()
        shop.product("new", pool="more")
        shop.pool("more", 10, 4)
        shop.market.fail(Fault.LOST_BEFORE, on="append", after=1)
        shop.apply()
        say(shop, lambda journal: [marking.forget(journal, "new")])
        with pytest.raises(UsageError, match="a call about new is in doubt"):
            marking.rename(shop.journal(), "old", "new")

    def test_what_the_catalog_says_otherwise_is_told(self) -> None:
        shop = self.shop()
        catalog = shop.desk(shop.journal()).catalog
        missing, still = marking.misnamed(catalog, "old", "new")
        assert "has no product new yet" in missing
        assert "still has old (products/old.yaml:1)" in still
        shop.products["new"] = replace(shop.products.pop("old"), key="new")
        assert marking.misnamed(catalog, "old", "new") == []
