"""Drift: what was changed at the marketplace, shown, put back, warned of, or left."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from catalogsync.catalog import schema_text
from tests.harness.shop import Shop

SHAPE = Draft202012Validator(json.loads(schema_text("drift")))
HOSTILE = "::error::<img src=x onerror=alert(1)> \x1b[2J | @all `x`"


def drift(shop: Shop, *words: str | Path, code: int) -> dict[str, Any]:
    outcome = shop.run("drift", "--format", "json", *words)
    assert outcome.code == code, outcome.out + outcome.err
    document: dict[str, Any] = json.loads(outcome.out)
    SHAPE.validate(document)
    return document


def edited(shop: Shop, key: str, **fields: Any) -> str:
    product_id = str(shop.market.product(f"Title of {key}")["product_id"])
    shop.market.edit(product_id, **fields)
    return product_id


def test_what_was_changed_there_is_shown_whatever_the_catalog_says(shop: Shop, tmp_path: Path) -> None:
    assert drift(shop, code=0)["summary"] == {"changed": 0, "gone": 0, "in_step": 0, "unmanaged": 0}
    keys = ("bikes", "cups", "desks", "jars", "keys", "lamps", "seats", "tea")
    for key in keys:
        shop.product(key, pool="keys" if key == "keys" else None)
    shop.product("desks", status="active")
    shop.product("jars", lifecycle={"ignore_changes": ["price"]})
    shop.product("seats", stock=5)
    shop.product("lamps", stock=5)
    shop.pool("keys", 1, 3)
    shop.apply()
    shop.market.sell(shop.market.product("Title of keys")["product_id"])
    shop.market.sell(shop.market.product("Title of seats")["product_id"], 2)
    shop.product("tea", price="8.99")
    edited(shop, "jars", price="1.00")
    edited(shop, "bikes", status="inactive")
    quiet = drift(shop, code=0)
    assert quiet["summary"] == {"changed": 0, "gone": 0, "in_step": 8, "unmanaged": 0}, "no sale, no edit of ours"
    assert [(notice["code"], notice["key"]) for notice in quiet["warnings"]] == [("off-sale", "bikes")]
    assert shop.run("drift").out.startswith("No drift.\n")

    edited(shop, "desks", status="inactive")
    edited(shop, "lamps", stock=50)
    tea = edited(shop, "tea", price="5.00", title=HOSTILE)
    cups = shop.market.product("Title of cups")["product_id"]
    shop.market.post("/remove", {"product_id": cups})
    found = drift(shop, code=2)
    assert [(one["key"], one["kind"], one["file"], one["line"]) for one in found["listings"]] == [
        ("cups", "gone", "products/cups.yaml", 1),
        ("desks", "changed", "products/desks.yaml", 1),
        ("lamps", "changed", "products/lamps.yaml", 1),
        ("tea", "changed", "products/tea.yaml", 1),
    ]
    assert found["listings"][3]["product_id"] == tea
    assert found["listings"][3]["fields"][1] == {"field": "price", "applied": "9.99", "shown": "5.00"}
    assert found["listings"][2]["fields"] == [{"field": "stock", "applied": 5, "shown": 50}]
    assert drift(shop, "--only", "desks", code=2)["summary"]["changed"] == 1
    assert drift(shop, "--exclude", "[cdlt]*", code=0)["listings"] == []

    reports = [tmp_path / f"drift.{end}" for end in ("md", "html", "json")]
    shown = shop.run("drift", *(word for path in reports for word in ("--report", path)))
    assert shown.out.startswith("4 listings differ from what was applied.\nAt accplanet: 4 as applied.\n")
    for said in (
        "price  9.99 → 5.00",
        "desks",
        "status active → inactive",
        "stock 5 → 50",
        "Gone from the marketplace",
    ):
        assert said in shown.out, said
    assert "`catalogsync import --accept status --only desks`" in shown.out
    markdown, html, document = (path.read_text() for path in reports)
    assert json.loads(document)["listings"] == found["listings"]
    assert "### ⚠️ 4 listings differ from what was applied." in markdown
    assert "**gone**" in markdown
    for text in (shown.out, markdown, html):
        assert "\x1b" not in text
        assert not any(line.strip().startswith("::error::") for line in text.splitlines())
    assert "<img" not in html
    assert all(path.stat().st_mode & 0o077 == 0 for path in reports)

    shop.write("products/broken.yaml", "title: [")
    blind = drift(shop, code=2)
    assert [one["key"] for one in blind["listings"]] == ["cups", "desks", "jars", "lamps", "tea"]
    assert blind["warnings"][0]["code"] == "catalog-errors"
    shop.env = {"ACCPLANET_API_KEY": "canarykey-wrong"}
    assert shop.run("drift").code == 1


def test_restore_warn_and_ignore(shop: Shop) -> None:
    """What plan and apply do about drift; an edit of ours wins under each of them, and drift shows all of it."""

    def at_marketplace() -> tuple[str, str]:
        return shop.market.product("Title of tea")["price"], shop.market.product("Title of cups")["price"]

    def both_changed() -> None:
        edited(shop, "tea", price="5.00")
        edited(shop, "cups", price="5.00")

    for key in ("tea", "cups"):
        shop.product(key)
    shop.apply()
    for policy, price in (("ignore", "9.00"), ("warn", "8.50")):
        shop.configure(drift=policy)
        both_changed()
        shop.product("cups", price=price)
        said = shop.plan()
        assert [(one["key"], one["fields"][0]["cause"]) for one in said["changes"]] == [("cups", "both")]
        assert ["drift"] * (policy == "warn") == [notice["code"] for notice in said["warnings"]]
        assert said["summary"]["drifted"] == 2
        shop.apply()
        assert at_marketplace() == ("5.00", price)
        assert [one["key"] for one in drift(shop, code=2)["listings"]] == ["tea"]
        assert f"drift: {policy}" in shop.run("drift").out
    shop.configure(drift="restore")
    both_changed()
    hint = "To keep what is there instead: `catalogsync import --accept price --only cups`"
    assert shop.run("plan").out.endswith(f"{hint}\n")
    shop.apply()
    assert at_marketplace() == ("9.99", "8.50")
    assert drift(shop, code=0)["summary"]["in_step"] == 2
    edited(shop, "tea", price="5.00")
    assert shop.run("import", "--accept", "price", "--only", "tea").code == 0
    assert drift(shop, code=0)["listings"] == []
    shop.assert_in_step()
