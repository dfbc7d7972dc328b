"""The state is lost, or an old copy of it is left: recovered through the real command line, nothing is sent twice."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.harness.canary import password, username
from tests.harness.shop import Shop

LISTINGS = 22
POOLED = 8
EACH = 4


def stocked(shop: Shop) -> None:
    """Many listings, some with pools, some of which were sold."""
    for number in range(LISTINGS):
        name = f"k{number:02d}"
        pool = name if number < POOLED else None
        shop.product(name, pool=pool, **({} if pool else {"stock": 5}))
        if pool:
            shop.pool(name, 1 + number * EACH, EACH)
    shop.apply()
    for number in range(0, LISTINGS, 3):
        shop.market.sell(shop.market.product(f"Title of k{number:02d}")["product_id"], 2)


def lose(shop: Shop) -> None:
    shutil.rmtree(shop.root / ".catalogsync")


def lineage(shop: Shop) -> str:
    return (shop.root / "catalogsync.yaml").read_text().split("lineage: ")[1].split()[0]


def recovered(shop: Shop) -> str:
    outcome = shop.run("state", "recover", "--auto-approve")
    assert outcome.code == 0, outcome.out + outcome.err
    return " ".join(outcome.out.split())


def doubts(shop: Shop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shop.run("state", "doubts", "--format", "json").out)
    return found


def pools(shop: Shop) -> dict[str, tuple[int, int, int]]:
    rows = json.loads(shop.run("pools", "status", "--format", "json").out)
    return {row["pool"]: (row["sent"], row["held"], row["new"]) for row in rows}


def assert_nothing_goes_out(shop: Shop) -> None:
    """A plan creates and sends nothing, and an apply only asks."""
    plan = shop.plan()
    assert plan["blocked"] == []
    assert plan["summary"]["create"] == plan["summary"]["accounts"] == 0
    assert shop.run("apply", "--auto-approve").code == 3
    assert {call["call"] for call in shop.market.changing_calls()} <= {"create", "append", "update"}
    assert len(shop.market.products()) == LISTINGS
    assert set(shop.market.arrivals()) == {1}


@pytest.mark.parametrize("rich", [False, True])
def test_a_lost_state_is_recovered_and_nothing_is_made_or_sent_again(shop: Shop, rich: bool) -> None:
    shop.market.configure(list_fields="rich" if rich else "poor")
    stocked(shop)
    before = lineage(shop)
    arrived = len(shop.market.arrivals())
    lose(shop)
    for words in (("plan",), ("apply", "--auto-approve"), ("state", "list")):
        refused = shop.run(*words)
        assert (refused.code, "state recover" in refused.err) == (1, True)

    said = recovered(shop)

    by_source = LISTINGS if rich else len(range(0, LISTINGS, 3))
    assert f"{by_source} listings recognised by source_product_id" in said
    assert lineage(shop) != before
    sold = {f"k{number:02d}" for number in range(0, POOLED, 3)}
    assert pools(shop) == {name: (2, 2, 0) if name in sold else (0, 4, 0) for name in pools(shop)}
    questions = doubts(shop)
    assert [(one["call"], one["key"]) for one in questions] == [("recovered", f"k{n:02d}") for n in range(POOLED)]
    assert_nothing_goes_out(shop)

    for one in questions:
        assert shop.run("state", "resolve", one["id"], "--sent").code == 0
    shop.pool("k01", 1 + 1 * EACH, EACH)
    shop.write("pools/k01.yaml", json.dumps({"pool": "k01", "accounts": _rows(1 + EACH, EACH) + _rows(500, 3)}))
    assert [entry["rule"] for entry in shop.plan()["blocked"]] == ["pool-unknown"]
    assert shop.run("pools", "mark", "k01", "--new").code == 0
    assert shop.plan()["summary"]["accounts"] == 3
    shop.apply()
    shop.assert_in_step()
    assert set(shop.market.arrivals()) == {1}
    assert len(shop.market.arrivals()) == arrived + 3


def _rows(first: int, count: int) -> list[dict[str, str]]:
    return [{"username": username(n), "password": password(n)} for n in range(first, first + count)]


def test_those_that_are_there_are_told_by_a_file_and_only_the_others_go_out(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 3)
    shop.product("none")
    shop.apply()
    shop.product("none", pool="none")
    shop.pool("keys", 1, 7)
    shop.pool("none", 20, 2)
    lose(shop)
    recovered(shop)
    assert pools(shop) == {"keys": (0, 7, 0), "none": (0, 2, 0)}
    shop.write("pools/there.txt", "".join(f"{username(n)}:{password(n)}\n" for n in range(1, 4)))
    assert shop.run("pools", "mark", "keys", "--sent", "--file", shop.root / "pools/there.txt").code == 0
    assert shop.run("pools", "mark", "none", "--new").code == 0
    assert pools(shop) == {"keys": (3, 0, 4), "none": (0, 0, 2)}
    assert doubts(shop) == []
    shop.remove("pools/there.txt")
    shop.apply()
    assert shop.market.arrivals() == [1] * 9
    shop.assert_in_step()


def test_a_whole_pool_that_is_there_is_marked_in_a_word(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 3)
    shop.apply()
    lose(shop)
    recovered(shop)
    shop.pool("keys", 1, 2)
    assert shop.run("pools", "mark", "keys", "--sent").code == 0
    shop.pool("keys", 1, 5)
    assert pools(shop) == {"keys": (3, 0, 2)}
    shop.apply()
    assert shop.market.arrivals() == [1] * 5


@pytest.mark.parametrize("head", [False, True])
def test_an_old_copy_is_gone_on_with(shop: Shop, tmp_path: Path, head: bool) -> None:
    """One that is recognised by what this machine has seen, or by its own `head`."""
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 3)
    shop.apply()
    shutil.copytree(shop.root / ".catalogsync", tmp_path / "pools/copy")
    before = lineage(shop)
    shop.pool("keys", 1, 5)
    shop.product("later", stock=3)
    shop.apply()
    newest = (shop.root / ".catalogsync/head").read_text()
    lose(shop)
    shutil.copytree(tmp_path / "pools/copy", shop.root / ".catalogsync")
    if head:
        (shop.root / ".catalogsync/head").write_text(newest)
    assert "state recover" in shop.run("plan").err

    said = recovered(shop)

    assert "1 listing known already" in said
    assert lineage(shop) == before
    assert pools(shop) == {"keys": (3, 2, 0)}
    assert shop.plan()["summary"]["create"] == 0
    (doubt,) = doubts(shop)
    assert shop.run("state", "resolve", doubt["id"], "--sent").code == 0
    shop.apply()
    shop.assert_in_step()
    assert shop.market.arrivals() == [1] * 5


def test_look_alikes_are_left_to_a_person(shop: Shop) -> None:
    for key in ("one", "two"):
        shop.product(key, title="The same title", description="The same text", stock=3)
    shop.product("sure", stock=3)
    shop.apply()
    shop.product("lonely", stock=1)
    lose(shop)
    said = recovered(shop)
    assert "1 listing recognised by title and category: sure" in said
    assert "`catalogsync state bind one PRODUCT_ID`" in said
    assert "nothing looks like lonely" in said
    plan = shop.plan()
    assert {blocked["key"] for blocked in plan["blocked"]} == {"one", "two"}
    ids = [product["product_id"] for product in shop.market.products() if product["title"] == "The same title"]
    for key, product_id in zip(("one", "two"), ids, strict=True):
        assert shop.run("state", "bind", key, product_id).code == 0
    shop.apply()
    assert len(shop.market.products()) == 4


def test_where_the_line_would_be_lost_or_nobody_can_be_asked_nothing_is_done(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    shop.apply()
    lose(shop)
    before = (shop.root / "catalogsync.yaml").read_bytes()
    assert shop.run("state", "recover").code == 1
    shop.env["CI"] = "true"
    outcome = shop.run("state", "recover", "--auto-approve")
    assert (outcome.code, "CI" in outcome.err) == (1, True)
    assert not (shop.root / ".catalogsync").exists()
    assert (shop.root / "catalogsync.yaml").read_bytes() == before


def test_a_key_that_is_still_there_is_used_on(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    shop.apply()
    key = (shop.root / ".catalogsync/key").read_bytes()
    shutil.rmtree(shop.root / ".catalogsync/records")
    recovered(shop)
    assert (shop.root / ".catalogsync/key").read_bytes() == key
    assert os.stat(shop.root / ".catalogsync/key").st_mode & 0o777 == 0o600
    assert pools(shop) == {"keys": (0, 2, 0)}


def test_another_catalogs_state_is_not_recovered(shop: Shop) -> None:
    shop.product("keys", stock=2)
    shop.apply()
    path = shop.root / "catalogsync.yaml"
    path.write_text(path.read_text().replace(lineage(shop), "0000-another"))
    outcome = shop.run("state", "recover", "--auto-approve")
    assert (outcome.code, "another catalog" in outcome.err) == (1, True)


def test_a_pool_without_a_product_is_held_too(shop: Shop) -> None:
    shop.product("keys", stock=2)
    shop.pool("spare", 1, 2)
    shop.apply()
    lose(shop)
    recovered(shop)
    (doubt,) = doubts(shop)
    assert (doubt["key"], doubt["accounts"]) == ("", 2)
    assert "no product sells this pool" in doubt["evidence"]
    text = shop.run("state", "doubts").out
    assert "1 pool is in doubt: the state was recovered" in " ".join(text.split())


def test_a_recovery_that_cannot_name_the_state_lets_nothing_be_sent_until_it_is_named(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    shop.apply()
    lose(shop)
    path = shop.root / "catalogsync.yaml"
    odd = lineage(shop)
    path.write_text(path.read_text().replace(odd, f'"{odd[:8]}\\x2d{odd[9:]}"'))
    outcome = shop.run("state", "recover", "--auto-approve")
    assert outcome.code == 1
    line = outcome.err.split("`lineage: ")[1].split("`")[0]
    path.write_text(path.read_text().split("  lineage:")[0] + f"  lineage: {line}\n")
    for words in (("plan",), ("apply", "--auto-approve"), ("state", "doubts")):
        refused = shop.run(*words)
        assert (refused.code, "`catalogsync state recover`" in refused.err) == (1, True)
    recovered(shop)
    assert lineage(shop) == line
    assert pools(shop) == {"keys": (0, 2, 0)}
    assert shop.plan()["summary"]["accounts"] == 0
