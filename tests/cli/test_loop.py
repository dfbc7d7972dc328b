"""Days in the life of a catalog, through the real command line: edits, sales, strangers, removals, returns."""

import json

import httpx

from tests.harness.shop import Shop


def actions(shop: Shop, *words: str) -> dict[str, str]:
    """What a plan would do, by key."""
    return {change["key"]: change["action"] for change in shop.plan(*words)["changes"]}


def test_an_edit_is_told_from_a_strangers(shop: Shop) -> None:
    for key in ("mine", "theirs", "both"):
        shop.product(key)
    shop.apply()
    shop.product("mine", price="8.99")
    shop.product("both", title="Our new title")
    shop.market.edit(shop.market.product("Title of theirs")["product_id"], price="1.00")
    shop.market.edit(shop.market.product("Title of both")["product_id"], title="Their new title")

    plan = shop.plan()

    causes = {
        change["key"]: [(f["field"], f["before"], f["after"], f["cause"]) for f in change["fields"]]
        for change in plan["changes"]
    }
    assert causes == {
        "both": [("title", "Their new title", "Our new title", "both")],
        "mine": [("price", "9.99", "8.99", "catalog")],
        "theirs": [("price", "1.00", "9.99", "drift")],
    }
    assert plan["summary"]["drifted"] == 2
    shop.apply()
    shop.assert_in_step()
    assert shop.market.product("Title of theirs")["price"] == "9.99"


def test_a_sale_is_no_change(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 4)
    shop.product("seats", stock=10)
    shop.apply()
    for product in shop.market.products():
        shop.market.sell(product["product_id"], 2)
    shop.assert_in_step()


def test_only_accounts_that_were_never_sent_are_appended(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 4)
    shop.apply()
    shop.pool("keys", 3, 6)
    plan = shop.plan()
    assert actions(shop) == {"keys": "append"}
    assert plan["changes"][0]["accounts"] == {"pool": "keys", "new": 4, "sent": 2}
    assert [warning["code"] for warning in plan["warnings"]] == ["pool-plaintext", "account-removed"]
    shop.apply()
    assert shop.market.arrivals() == [1] * 8
    shop.assert_in_step()


def test_a_pool_level_is_topped_up_as_it_sells(shop: Shop) -> None:
    shop.product("keys", pool="keys", pool_level=3)
    shop.pool("keys", 1, 10)
    shop.apply()
    product_id = shop.market.product("Title of keys")["product_id"]
    assert shop.market.product("Title of keys")["stock"] == 3
    shop.assert_in_step()
    shop.market.sell(product_id, 2)
    assert shop.plan()["changes"][0]["accounts"]["new"] == 2
    shop.apply()
    assert shop.market.product("Title of keys")["stock"] == 3


def test_what_is_removed_is_deleted_if_never_sold_and_retired_else_and_comes_back(shop: Shop) -> None:
    for key in ("sold", "unsold", "stays"):
        shop.product(key, stock=5, status="active")
    shop.apply()
    shop.market.sell(shop.market.product("Title of sold")["product_id"])
    shop.remove("products/sold.yaml")
    shop.remove("products/unsold.yaml")
    assert actions(shop) == {"sold": "retire", "unsold": "delete"}
    shop.apply()
    assert [(p["title"], p["status"]) for p in shop.market.products()] == [
        ("Title of sold", "inactive"),
        ("Title of stays", "active"),
    ]
    shop.assert_in_step()
    shop.product("sold", stock=5)
    assert actions(shop) == {"sold": "update"}
    shop.apply()
    assert shop.market.product("Title of sold")["status"] == "active"
    shop.assert_in_step()


def test_a_delete_that_meets_a_sale_becomes_a_retirement(shop: Shop) -> None:
    shop.product("one", stock=5)
    shop.product("two", stock=5)
    shop.apply()
    product_id = shop.market.product("Title of one")["product_id"]
    shop.remove("products/one.yaml")
    shop.market.fault(call="delete", when="before", kind="hang")
    with shop.start("apply", "--auto-approve", "--format", "json") as run:
        shop.market.wait_until_held(run)
        shop.market.sell(product_id)
        shop.market.post("/release")
        out, _ = run.communicate(timeout=60)
    (change,) = json.loads(out)["changes"]
    assert (run.returncode, change["action"], change["result"], change["performed"]) == (
        0,
        "delete",
        "applied",
        "retire",
    )
    assert shop.market.product("Title of one")["status"] == "inactive"
    shop.assert_in_step()


def test_a_delete_that_is_refused_for_no_visible_reason_has_failed(shop: Shop) -> None:
    shop.product("one", stock=5)
    shop.product("two", stock=5)
    shop.apply()
    shop.remove("products/one.yaml")
    refusal = {"success": False, "error": "has been sold, or so we say"}
    shop.market.fault(call="delete", when="before", kind="json", status=400, body=refusal)
    outcome = shop.run("apply", "--auto-approve", "--format", "json")
    (change,) = json.loads(outcome.out)["changes"]
    assert (outcome.code, change["result"]) == (3, "failed")
    assert shop.market.product("Title of one")["status"] == "active"
    shop.apply()
    shop.assert_in_step()


def test_unmanaged_listings_are_counted_and_never_touched(shop: Shop) -> None:
    shop.market.post("/seed", {"count": 5})
    before = shop.market.products()
    shop.product("mine")
    assert shop.plan()["summary"]["unmanaged"] == 5
    shop.apply()
    shop.remove("products/mine.yaml")
    shop.product("another")
    shop.apply()
    after = {product["product_id"]: product for product in shop.market.products()}
    assert all(after[product["product_id"]] == product for product in before)


def test_a_product_that_is_called_otherwise_keeps_its_listing(shop: Shop) -> None:
    shop.product("old-name", pool="keys")
    shop.pool("keys", 1, 2)
    shop.apply()
    product_id = shop.market.products()[0]["product_id"]
    shop.remove("products/old-name.yaml")
    shop.product(
        "new-name",
        previous_key="old-name",
        title="Title of old-name",
        pool="keys",
        price="9.49",
        description="<p>All about old-name.</p>",
    )
    assert actions(shop) == {"new-name": "update"}
    shop.apply()
    shop.assert_in_step()
    assert [product["product_id"] for product in shop.market.products()] == [product_id]
    assert shop.market.arrivals() == [1, 1]


def test_an_equal_listing_is_adopted_and_one_that_is_alike_is_asked_about(shop: Shop) -> None:
    shop.product("equal", stock=3)
    shop.product("alike", stock=3)
    shop.apply()
    for key in ("equal", "alike"):
        assert shop.run("state", "rm", key).code == 0
    shop.product("alike", stock=3, price="9.49")
    plan = shop.plan()
    assert actions(shop) == {"equal": "adopt"}
    assert [(entry["rule"], entry["key"]) for entry in plan["blocked"]] == [("look-alike", "alike")]
    assert shop.run("apply", "--auto-approve").code == 4
    product_id = shop.market.product("Title of alike")["product_id"]
    assert shop.run("state", "bind", "alike", shop.market.product("Title of equal")["product_id"]).code == 0
    assert f"listing {product_id}" not in (said := shop.run("state", "bind", "alike", product_id).err)
    assert "which it had until now, is no longer managed" in said
    assert actions(shop) == {"alike": "update", "equal": "adopt"}
    shop.apply()
    shop.assert_in_step()
    assert len(shop.market.products()) == 2


def test_a_stocked_listing_gets_no_account_before_somebody_says_what_is_there(shop: Shop) -> None:
    shop.product("keys")
    shop.apply()
    product_id = shop.market.products()[0]["product_id"]
    assert shop.run("state", "rm", "keys").code == 0
    shop.market.post("/add_accounts", {"product_id": product_id, "count": 3})
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 4)
    assert shop.run("state", "bind", "keys", product_id).code == 0
    assert [entry["rule"] for entry in shop.plan()["blocked"]] == ["pool-unknown"]
    there = shop.root / "pools" / "there.txt"
    shop.write("pools/there.txt", "".join(f"{line}\n" for line in _lines(shop, 2)))
    assert shop.run("pools", "mark", "keys", "--sent", "--file", there).code == 0
    assert shop.plan()["changes"][0]["accounts"]["new"] == 2
    there.unlink()
    shop.apply()
    shop.assert_in_step()


def _lines(shop: Shop, count: int) -> list[str]:
    accounts = json.loads((shop.root / "pools/keys.yaml").read_text())["accounts"][:count]
    return [f"{account['username']}:{account['password']}" for account in accounts]


def test_a_second_copy_of_a_listing_is_told_of_and_left_alone(shop: Shop) -> None:
    shop.product("one")
    shop.apply()
    (ours,) = shop.market.products()
    late = {name: ours[name] for name in ("category_id", "title", "description", "price")}
    path = "/products/api/supplier/create/"
    answer = httpx.post(shop.market.base + path, json=late, headers={"X-API-Key": "sandbox"}, trust_env=False)
    copy = answer.json()["product_id"]
    shop.market.edit(copy, created_at=ours["created_at"])
    assert shop.plan()["warnings"] == []
    shop.market.edit(copy, created_at="2100-01-01T00:00:00Z")
    (warning,) = shop.plan()["warnings"]
    assert (warning["code"], warning["key"]) == ("duplicate-listing", "one")
    assert ours["product_id"] in warning["message"]
    assert copy in warning["message"]
    shop.assert_in_step()
    assert len(shop.market.products()) == 2


def test_images_compare_by_content(shop: Shop) -> None:
    shop.product("one", images=[shop.image("a.png", b"same")])
    shop.product("two", images=[shop.image("b.png", b"same")])
    shop.apply()
    assert shop.market.get("/calls")["totals"]["upload"] == 1
    (shop.root / "images/a.png").rename(shop.root / "images/c.png")
    shop.product("one", images=["images/c.png"])
    shop.assert_in_step()
    shop.image("b.png", b"other")
    assert actions(shop) == {"two": "update"}
    shop.apply()
    shop.assert_in_step()


def test_ignored_fields_are_left_alone_after_creation(shop: Shop) -> None:
    shop.product("one", lifecycle={"ignore_changes": ["description", "price"]})
    shop.apply()
    shop.market.edit(shop.market.products()[0]["product_id"], description="Theirs")
    shop.product("one", price="5.00", lifecycle={"ignore_changes": ["description", "price"]})
    shop.assert_in_step()


def test_drift_can_be_told_or_ignored(shop: Shop) -> None:
    shop.product("one")
    shop.apply()
    shop.market.edit(shop.market.products()[0]["product_id"], price="1.23")
    shop.configure(drift="warn")
    plan = shop.plan()
    assert plan["changes"] == []
    assert [(warning["code"], warning["key"]) for warning in plan["warnings"]] == [("drift", "one")]
    shop.configure(drift="ignore")
    assert shop.plan()["warnings"] == []
    shop.configure(drift="restore")
    assert actions(shop) == {"one": "update"}


def test_list_lag_is_waited_for(shop: Shop) -> None:
    shop.configure(recovery={"settle": "5s"})
    shop.market.configure(list_lag_ms=400)
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 4)
    shop.apply()
    shop.assert_in_step()
    assert shop.market.arrivals() == [1] * 4


def test_a_listing_that_is_not_shown_yet_is_not_created_again(shop: Shop) -> None:
    shop.market.configure(approval="pending", hide_unapproved=True)
    shop.configure(recovery={"settle": "0s"})
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    first = shop.run("apply", "--auto-approve")
    assert first.code == 3, first.out + first.err
    plan = shop.plan()
    assert plan["changes"] == []
    assert "not-listed-yet" in [warning["code"] for warning in plan["warnings"]]
    shop.market.edit(shop.market.products()[0]["product_id"], approval_status="approved")
    shop.apply()
    assert shop.market.arrivals() == [1, 1]
    assert len(shop.market.products()) == 1
    shop.assert_in_step()


def test_a_rename_that_nobody_wrote_down_is_noticed_and_made_good_by_hand(shop: Shop) -> None:
    shop.product("old", title="A voucher", pool="keys")
    shop.pool("keys", 1, 3)
    shop.apply()
    file = shop.root / "products/old.yaml"
    file.rename(file.with_name("new.yaml"))
    told = " ".join(shop.run("plan").out.split("Check first")[1].split())
    assert "! maybe-renamed new: looks like old, which is gone from the catalog and would be deleted" in told
    assert "`previous_key: old` in products/new.yaml:1 (or `catalogsync state mv old new`)" in told

    assert "now. Nothing changed" in shop.run("state", "mv", "old", "new").err

    shop.assert_in_step()
    assert shop.market.arrivals() == [1, 1, 1]
    back = shop.run("state", "mv", "new", "old")
    for words in ("no product old yet", "still has new (products/new.yaml:1)"):
        assert words in back.err
    again = shop.run("state", "mv", "new", "old")
    assert (again.code, "no listing is bound to new" in again.err) == (1, True)
