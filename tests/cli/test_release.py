"""Accounts of deleted listings, through the real command line: released they go out again, once."""

from tests.harness.shop import Shop


def deleted(shop: Shop) -> str:
    """A catalog whose product `gone` was deleted with three accounts at its listing. Gives the listing's id."""
    shop.product("gone", pool="keys")
    shop.pool("keys", 1, 3)
    shop.product("stays")
    shop.apply()
    product_id: str = shop.market.product("Title of gone")["product_id"]
    shop.remove("products/gone.yaml")
    shop.apply()
    return product_id


def warnings(shop: Shop) -> list[str]:
    return [warning["message"] for warning in shop.plan()["warnings"] if warning["code"] == "accounts-of-deleted"]


def test_a_product_that_comes_back_gets_its_accounts_once_they_are_released(shop: Shop) -> None:
    product_id = deleted(shop)
    shop.product("gone", pool="keys")
    (change,) = shop.plan()["changes"]
    assert (change["action"], "accounts" in change) == ("create", False)
    (warning,) = warnings(shop)
    assert "3 accounts of pool keys" in warning
    assert "`catalogsync pools release --deleted gone`" in warning

    outcome = shop.run("pools", "release", "--deleted", "gone", "--auto-approve")

    assert outcome.code == 0
    for words in (product_id, "3 accounts of pool keys", "the marketplace confirmed", "sold twice"):
        assert words in " ".join(outcome.out.split())
    assert warnings(shop) == []
    assert shop.plan()["changes"][0]["accounts"] == {"pool": "keys", "new": 3, "sent": 0}
    shop.apply()
    assert shop.market.arrivals() == [1, 1, 1]
    shop.assert_in_step()
    again = shop.run("pools", "release", "--deleted", "gone", "--auto-approve")
    assert (again.code, "no deleted listing of gone has accounts" in again.err) == (1, True)


def test_another_product_may_have_the_pool(shop: Shop) -> None:
    deleted(shop)
    shop.product("heir", pool="keys")
    assert "--deleted gone" in warnings(shop)[0]
    assert shop.run("pools", "release", "--deleted", "gone", "--auto-approve").code == 0
    shop.apply()
    assert shop.market.product("Title of heir")["stock"] == 3
    shop.assert_in_step()


def test_all_deleted_listings_of_a_product_are_released_at_once(shop: Shop) -> None:
    deleted(shop)
    shop.product("gone", pool="more")
    shop.pool("more", 10, 2)
    shop.apply()
    shop.remove("products/gone.yaml")
    shop.apply()
    outcome = shop.run("pools", "release", "--deleted", "gone", "--auto-approve")
    assert outcome.code == 0
    assert "3 accounts of pool keys" in outcome.out
    assert "2 accounts of pool more" in outcome.out
    assert "left" in (status := shop.run("pools", "status").out)
    assert [line.split()[-1] for line in status.splitlines()[1:]] == ["3", "2"]


def test_a_deletion_that_was_only_seen_to_be_one_releases_nothing(shop: Shop) -> None:
    shop.product("gone", pool="keys")
    shop.pool("keys", 1, 3)
    shop.product("stays")
    shop.apply()
    shop.remove("products/gone.yaml")
    shop.market.fault(call="delete", when="after", kind="close")
    shop.apply()
    assert [product["title"] for product in shop.market.products()] == ["Title of stays"]
    outcome = shop.run("pools", "release", "--deleted", "gone", "--auto-approve")
    assert outcome.code == 1
    assert "3 accounts of pool keys" in outcome.out
    assert "never confirmed" in " ".join(outcome.out.split())
    shop.product("gone", pool="keys")
    assert "accounts" not in shop.plan()["changes"][0]


def test_a_listing_that_is_still_listed_keeps_its_accounts(shop: Shop) -> None:
    shop.product("gone", pool="keys")
    shop.pool("keys", 1, 3)
    shop.product("stays")
    shop.apply()
    shop.remove("products/gone.yaml")
    shop.market.configure(list_lag_ms=3_600_000)
    shop.apply()
    outcome = shop.run("pools", "release", "--deleted", "gone", "--auto-approve")
    assert (outcome.code, "still lists it" in outcome.out) == (1, True)
    shop.market.configure(list_lag_ms=0)
    assert shop.run("pools", "release", "--deleted", "gone", "--auto-approve").code == 0


def test_who_cannot_be_asked_must_approve_beforehand(shop: Shop) -> None:
    deleted(shop)
    outcome = shop.run("pools", "release", "--deleted", "gone")
    assert (outcome.code, "--auto-approve" in outcome.err) == (1, True)
    assert shop.run("pools", "release", "--deleted", "nobody", "--auto-approve").code == 1
    assert "keys" in shop.run("pools", "status").out
