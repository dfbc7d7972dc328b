"""Why a listing is as it is, through the real command line."""

import json

from tests.harness.canary import password, username
from tests.harness.shop import Shop


def test_each_value_has_its_place_its_run_and_what_is_next(shop: Shop) -> None:
    shop.env["GITHUB_ACTOR"] = "ann"
    shop.env["CI_JOB_URL"] = "https://ci.test/7"
    shop.write("products/_defaults.yaml", "category: courses\nstatus: active\n")
    shop.product("keys", category=None, pool="keys")
    shop.pool("keys", 1, 3)
    shop.apply()
    shop.product("keys", category=None, pool="keys", title="A better title")
    shop.market.edit(shop.market.product("Title of keys")["product_id"], price="0.01")
    calls = len(shop.market.changing_calls())

    card = shop.run("why", "keys")

    assert card.code == 0, card.err
    text = " ".join(card.out.split())
    for words in (
        "product products/keys.yaml:1",
        "next plan is updated: title, price",
        '"A better title" (products/keys.yaml:1)',
        "c-2 (products/_defaults.yaml:1)",
        "apply of ann on",
        "https://ci.test/7)",
        "0.01 (somebody changed it there)",
        "your value is put back",
        "3 sent, 0 left",
    ):
        assert words in text
    story = json.loads(shop.run("why", "keys", "--format", "json").out)
    price = next(field for field in story["fields"] if field["field"] == "price")
    assert price["catalog"] == {"value": "9.99", "file": "products/keys.yaml", "line": 3}
    assert price["applied"]["run"]["who"] == "ann"
    assert price["marketplace"] == {"value": "0.01", "set_by": "marketplace"}
    assert (price["changes"], story["plan"]["action"], story["pool"]["sent"]) == (True, "update", 3)
    assert not any(secret in card.out for secret in (username(1), password(1)))
    unknown = shop.run("why", "keyes")
    assert (unknown.code, "did you mean `keys`?" in unknown.err) == (1, True)
    assert len(shop.market.changing_calls()) == calls
