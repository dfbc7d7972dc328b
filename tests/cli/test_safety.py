"""The safety rules, through the real command line: they block plan and apply alike, and say what lets them pass."""

import shutil

import pytest

from tests.harness.shop import Shop


def blocked(shop: Shop, *words: str) -> list[tuple[str, str | None]]:
    """The rules that block, with exit codes and calls checked."""
    calls = len(shop.market.changing_calls())
    plan = shop.plan(*words)
    rules = [(entry["rule"], entry["key"]) for entry in plan["blocked"]]
    assert plan["summary"]["blocked"] == len(rules)
    expected = 4 if rules else 0
    assert shop.run("plan", *words).code == expected
    if rules:
        assert shop.run("apply", "--auto-approve", *words).code == 4
        assert len(shop.market.changing_calls()) == calls
    return rules


def test_an_emptied_catalog_deletes_nothing(shop: Shop) -> None:
    for key in ("one", "two"):
        shop.product(key)
    shop.apply()
    for key in ("one", "two"):
        shop.remove(f"products/{key}.yaml")
    assert blocked(shop) == [("empty-catalog", None)]
    assert blocked(shop, "--allow", "empty-catalog=1") == [("empty-catalog", None)]
    shop.apply("--allow", "empty-catalog=2")
    assert shop.market.products() == []


def test_many_deletes_need_their_number(shop: Shop) -> None:
    for number in range(10):
        shop.product(f"p{number}", title=f"Product {number}")
    shop.apply()
    for number in range(4):
        shop.remove(f"products/p{number}.yaml")
    assert blocked(shop) == [("max_deletes", None)]
    assert "--allow max_deletes=4" in shop.run("plan").out
    assert blocked(shop, "--allow", "max_deletes=3") == [("max_deletes", None)]
    assert blocked(shop, "--exclude", "p0") == []
    shop.apply("--allow", "max_deletes=4")
    assert len(shop.market.products()) == 6


@pytest.mark.parametrize(("price", "allow"), [("0.01", "max_price_change=100%"), ("99.90", "max_price_change=900%")])
def test_a_slipped_price_is_stopped(shop: Shop, price: str, allow: str) -> None:
    shop.product("one")
    shop.apply()
    shop.product("one", price=price)
    assert blocked(shop) == [("max_price_change", "one")]
    shop.apply("--allow", allow)
    assert shop.market.products()[0]["price"] == price
    shop.assert_in_step()


def test_restoring_a_price_after_drift_is_free(shop: Shop) -> None:
    shop.product("one")
    shop.apply()
    shop.market.edit(shop.market.products()[0]["product_id"], price="0.01")
    assert blocked(shop) == []
    shop.apply()
    assert shop.market.products()[0]["price"] == "9.99"


def test_a_price_below_the_minimum_is_stopped_at_creation_too(shop: Shop) -> None:
    shop.configure(safety={"min_price": "5.00"})
    shop.product("one", price="4.99")
    assert blocked(shop) == [("min_price", "one")]
    assert blocked(shop, "--allow", "min_price=4.99") == []


def test_many_updates_can_be_limited(shop: Shop) -> None:
    shop.configure(safety={"max_updates": 1})
    for key in ("one", "two"):
        shop.product(key)
    shop.apply()
    for key in ("one", "two"):
        shop.product(key, price="9.49")
    assert blocked(shop) == [("max_updates", None)]
    shop.apply("--allow", "max_updates=2")


def test_a_listing_that_vanished_is_not_silently_created_again(shop: Shop) -> None:
    for key in ("one", "two"):
        shop.product(key)
    shop.apply()
    shop.market.post("/remove", {"product_id": shop.market.product("Title of one")["product_id"]})
    assert blocked(shop) == [("missing-listing", "one")]
    shop.apply("--allow", "missing-listing=1")
    assert len(shop.market.products()) == 2
    shop.assert_in_step()


def test_units_that_nobody_remembers_stop_accounts(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 3)
    shop.apply()
    product_id = shop.market.product("Title of keys")["product_id"]
    shop.market.post("/add_accounts", {"product_id": product_id, "count": 2})
    shop.market.sell(product_id, 1)
    shop.assert_in_step()
    shop.pool("keys", 1, 4)
    assert blocked(shop) == [("pool-alarm", "keys")]
    assert "--allow pool-alarm=2" in shop.run("plan").out.replace("\n   ", "")
    assert blocked(shop, "--allow", "pool-alarm=1") == [("pool-alarm", "keys")]
    assert blocked(shop, "--allow", "pool-alarm=3") == [("pool-alarm", "keys")]
    assert blocked(shop, "--exclude", "keys") == []
    shop.apply("--allow", "pool-alarm=2")
    shop.pool("keys", 1, 5)
    shop.apply()
    shop.assert_in_step()


def test_an_old_copy_of_the_state_sends_nothing_again(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 3)
    shop.apply()
    shutil.copytree(shop.root / ".catalogsync", shop.root / ".copy")
    shop.pool("keys", 1, 7)
    shop.apply()
    shop.market.sell(shop.market.product("Title of keys")["product_id"], 7)
    shutil.rmtree(shop.root / ".catalogsync")
    (shop.root / ".copy").rename(shop.root / ".catalogsync")
    # Where the newer records were seen the copy is refused outright; this machine has seen none.
    shop.env = {"XDG_CACHE_HOME": str(shop.root.parent / "another-machine")}
    assert blocked(shop) == [("pool-alarm", "keys")]
    assert shop.run("pools", "mark", "keys", "--sent").code == 0
    shop.pool("keys", 1, 8)
    shop.apply()
    assert shop.market.arrivals() == [1] * 8


def test_units_that_were_sold_before_they_were_there_stop_nothing(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    shop.apply()
    shop.market.sell(shop.market.product("Title of keys")["product_id"], 5)
    shop.pool("keys", 1, 4)
    assert blocked(shop) == []
    shop.apply()
    shop.assert_in_step()


def test_an_empty_list_is_not_believed(shop: Shop) -> None:
    shop.product("one")
    shop.apply()
    shop.market.post("/remove", {"product_id": shop.market.products()[0]["product_id"]})
    outcome = shop.run("plan")
    assert outcome.code == 1
    assert "lists nothing" in outcome.err


def test_prevent_delete_outlives_its_file(shop: Shop) -> None:
    shop.product("one", lifecycle={"prevent_delete": True})
    shop.product("two")
    shop.apply()
    shop.remove("products/one.yaml")
    assert blocked(shop) == [("prevent_delete", "one")]
    shop.product("one", lifecycle={"prevent_delete": False})
    shop.apply()
    shop.remove("products/one.yaml")
    shop.apply()
    assert [product["title"] for product in shop.market.products()] == ["Title of two"]


def test_allowing_what_is_no_rule_is_a_usage_error(shop: Shop) -> None:
    shop.product("one")
    outcome = shop.run("plan", "--allow", "max_delete=1")
    assert outcome.code == 1
    assert "no such rule" in outcome.err
