"""Plans from the state alone, as forks of a repository make them: no key of the marketplace, no network to it."""

import json
from pathlib import Path
from typing import Any

from tests.harness.shop import Shop

KEYLESS = {"ACCPLANET_API_KEY": "", "CATALOGSYNC_STATE_KEY": ""}


def offline(shop: Shop, *words: str | Path, code: int = 0) -> dict[str, Any]:
    outcome = shop.run("plan", "--offline", "--format", "json", *words)
    assert outcome.code == code, outcome.out + outcome.err
    document: dict[str, Any] = json.loads(outcome.out)
    return document


def said(plan: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    return {change["key"]: (change["action"], change.get("accounts", {}).get("new", 0)) for change in plan["changes"]}


def test_a_plan_from_the_state_alone(shop: Shop, tmp_path: Path) -> None:
    """With the state key the counts are exact; without any key, too, a reviewer sees what is meant."""
    shop.env = {"ACCPLANET_API_KEY": ""}
    shop.product("tea")
    first = offline(shop)
    assert (first["state"], said(first)) == (None, {"tea": ("create", 0)}), "no state yet: everything is new"
    shop.env = {}
    for key in ("keys", "few", "seats", "desks", "tea", "cups"):
        shop.product(key, pool=key if key in {"keys", "few"} else None)
    shop.pool("keys", 1, 4)
    shop.pool("few", 11, 2)
    shop.product("desks", lifecycle={"on_remove": "delete"})
    shop.apply()
    assert offline(shop)["changes"] == []
    shop.market.edit(shop.market.product("Title of cups")["product_id"], price="1.00")
    shop.market.sell(shop.market.product("Title of keys")["product_id"])
    shop.pool("keys", 1, 6)
    shop.product("tea", price="8.99")
    for key in ("seats", "desks"):
        shop.remove(f"products/{key}.yaml")
    shop.product("lamps", pool="keys2", pool_level=1)
    shop.pool("keys2", 21, 3)

    calls = len(shop.market.get("/calls")["calls"])
    shop.env = {"ACCPLANET_API_KEY": ""}
    saved = tmp_path / "plan.json"
    reports = [tmp_path / "plan.md", tmp_path / "plan.html"]
    plan = offline(shop, "--out", saved, *(word for path in reports for word in ("--report", path)))
    assert said(plan) == {
        "desks": ("delete", 0),
        "keys": ("append", 2),
        "lamps": ("create", 1),
        "seats": ("retire", 0),
        "tea": ("update", 0),
    }
    assert (plan["offline"], "money" in plan, plan["summary"]["unchanged"]) == (True, False, 2)
    codes = [(notice["code"], notice["key"]) for notice in plan["warnings"] if notice["key"]]
    assert codes == [("sales-not-known", "desks"), ("sales-not-known", "seats")]
    assert "From the state alone" in shop.run("plan", "--offline").out
    assert all("state alone" in path.read_text() for path in reports)
    refused = shop.run("apply", saved)
    assert (refused.code, "such a plan cannot be applied" in refused.err) == (1, True)

    shop.configure(safety={"max_deletes": 1})
    assert [rule["rule"] for rule in offline(shop, code=4)["blocked"]] == ["max_deletes"]
    shop.configure(safety={})
    shop.env = KEYLESS
    (shop.root / ".catalogsync" / "key").rename(tmp_path / "kept.pools")
    blind = offline(shop)
    assert said(blind) == {**said(plan), "keys": ("append", None), "lamps": ("create", None)}
    assert "no-state-key" in [notice["code"] for notice in blind["warnings"]]
    assert "not counted: no state key" in shop.run("plan", "--offline").out
    assert len(shop.market.get("/calls")["calls"]) == calls, "nobody was asked"

    records = sorted((shop.root / ".catalogsync" / "records").rglob("*.json"))
    whole = records[3].read_bytes()
    records[3].write_bytes(whole.replace(b'"at":"2', b'"at":"3'))
    broken = shop.run("plan", "--offline")
    assert (broken.code, "one was exchanged" in broken.err) == (1, True), broken.err
    records[3].write_bytes(whole)
    (shop.root / ".catalogsync").rename(tmp_path / "away")
    gone = shop.run("plan", "--offline")
    assert (gone.code, "is missing" in gone.err) == (1, True)
