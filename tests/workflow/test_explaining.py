"""Everything about one key, gathered from the real journal, a plan and the marketplace."""

from dataclasses import replace

import pytest

from catalogsync.model.errors import UsageError
from catalogsync.model.explanation import Explanation, FieldStory
from catalogsync.model.product import Lifecycle
from catalogsync.workflow import marking
from catalogsync.workflow.explaining import explain
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop


def why(shop: FakeShop, key: str) -> Explanation:
    journal = shop.journal()
    return explain(shop.desk(journal), key, journal.history)


def field(story: Explanation, name: str) -> FieldStory:
    return next(field for field in story.fields if field.field == name)


def runs(story: Explanation) -> dict[str, str]:
    """Which run set each field."""
    return {field.field: field.setting.run.id for field in story.fields if field.setting and field.setting.run}


def test_each_field_has_its_run_and_a_rename_hides_none() -> None:
    shop = FakeShop()
    shop.product("old", pool="keys")
    shop.pool("keys", 0, 3)
    shop.apply()
    shop.edit("old", price="8.99")
    shop.apply()
    shop.products["new"] = replace(shop.products.pop("old"), key="new", previous_key="old")
    shop.edit("new", title="A new title")
    shop.pool("keys", 0, 5)
    shop.market.edit(shop.shelf("old"), price="1.00")

    story = why(shop, "new")

    assert (story.names, story.standing) == (("old",), "managed")
    assert story.verdict == "is updated: title, price; gets 2 accounts"
    assert runs(story).items() >= {"title": "run-1", "price": "run-2", "description": "run-1"}.items()
    assert (field(story, "price").showing, field(story, "price").origin) == ("1.00", "marketplace")
    assert story.pool is not None
    assert (story.pool.catalog, story.pool.sent, story.pool.new) == (5, 3, 2)
    with pytest.raises(UsageError, match="old is called new now") as caught:
        why(shop, "old")
    assert "`catalogsync why new`" in (caught.value.hint or "")
    shop.apply()
    assert why(shop, "new").names == ("old",)
    assert runs(why(shop, "new")).items() >= {"title": "run-3", "price": "run-3", "description": "run-1"}.items()


def test_a_listing_that_was_adopted_was_set_by_nobody_but_noted() -> None:
    shop = FakeShop()
    shop.product("k", description="plain")
    shop.market.put(title="Title of k", category_id="c-1", price="9.99", description="plain")
    assert why(shop, "k").verdict.startswith("takes over a listing")
    shop.apply()
    setting = field(why(shop, "k"), "price").setting
    assert setting is not None
    assert (setting.deed, setting.run.id if setting.run else None) == ("bind", "run-1")


def test_keys_that_are_only_here_or_only_there() -> None:
    shop = FakeShop()
    shop.product("gone")
    shop.product("kept", lifecycle=Lifecycle(prevent_delete=True))
    shop.product("lost")
    shop.apply()
    del shop.products["gone"], shop.products["kept"]
    shop.market.remove(shop.shelf("lost"))
    shop.product("new")
    shop.product("alike", price="1.00")
    shop.market.put(title="Title of alike", category_id="c-1", price="9.99", description="")
    assert why(shop, "new").verdict == "is created: it has no listing, and no unmanaged one looks like it"
    assert [rule.rule for rule in why(shop, "alike").blocked] == ["look-alike"]
    assert why(shop, "gone").verdict.startswith("is deleted")
    assert [rule.rule for rule in why(shop, "kept").blocked] == ["prevent_delete"]
    assert (why(shop, "lost").standing, why(shop, "lost").stock) == ("missing", None)
    for key, hint in (("alik", "did you mean `alike`?"), ("xxxxxxxx", "`catalogsync status`")):
        with pytest.raises(UsageError, match=f"nobody knows {key}") as caught:
            why(shop, key)
        assert hint in (caught.value.hint or "")


def test_a_call_in_doubt_is_told() -> None:
    shop = FakeShop()
    shop.product("k", pool="keys")
    shop.pool("keys", 0, 4)
    shop.market.fail(Fault.LOST_BEFORE, on="append", after=1)
    shop.apply()
    story = why(shop, "k")
    assert [notice.code for notice in story.warnings] == ["in-doubt"]
    assert story.pool is not None
    assert (story.pool.sent, story.pool.held) == (1, 2)


def test_what_a_person_renamed_or_bound_is_told_with_that_run() -> None:
    shop = FakeShop()
    shop.product("k")
    product_id = shop.market.put(title="Title of k", category_id="c-1", price="1.00", description="")
    journal = shop.journal()
    run = replace(shop.run("state bind"), who="ann")
    marking.write(journal, run, lambda: marking.bind(shop.desk(journal), journal, "k", product_id))
    story = why(shop, "k")
    setting = field(story, "title").setting
    assert setting is not None
    assert setting.run == run
    assert (field(story, "price").applied, field(story, "price").changes) == (None, True)


def test_without_a_state_everything_is_new() -> None:
    shop = FakeShop()
    shop.product("k")
    desk = replace(shop.desk(shop.journal()), journal=None, fingerprints=None)
    story = explain(desk, "k", lambda _: pytest.fail("there is no state"))
    assert (story.standing, story.product_id) == ("new", None)
