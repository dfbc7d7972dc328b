"""`catalogsync doctor` on shops that are well and shops that are not: it says so, and touches nothing."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from catalogsync.cli.repository import without_credentials
from tests.harness.command import Outcome, environment
from tests.harness.shop import Shop


def git(shop: Shop, *words: str) -> None:
    name = ("-c", "user.name=ann", "-c", "user.email=ann@example.test")
    subprocess.run(["git", "-C", str(shop.root), *name, *words], check=True, capture_output=True, env=environment())


def checks(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {finding["check"]: finding for finding in json.loads(outcome.out)["checks"]}


def of_grade(found: dict[str, dict[str, Any]], grade: str) -> set[str]:
    return {check for check, finding in found.items() if finding["grade"] == grade}


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts}


def test_a_shop_that_is_well(shop: Shop) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 3)
    before = files(shop.root)
    found = checks(shop.run("doctor", "--format", "json"))
    assert of_grade(found, "not-checked") == {"state-in-git", "keys-in-git", "fields", "doubts", "lease"}
    assert of_grade(found, "failed") | of_grade(found, "warning") == set()
    assert files(shop.root) == before, "nothing is made, no state either"

    shop.apply()
    git(shop, "init", "-q")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "all")
    git(shop, "remote", "add", "origin", "https://ann:t0ken-word@git.example/ann/shop.git?x=t0ken-word")
    before, calls = files(shop.root), len(shop.market.changing_calls())
    shop.market.configure(page_cap=1)
    outcome = shop.run("doctor", "--format", "json")
    found = checks(outcome)
    assert (outcome.code, json.loads(outcome.out)["sound"]) == (0, True)
    assert of_grade(found, "warning") == {"accounts"}
    assert of_grade(found, "failed") | of_grade(found, "not-checked") == set()
    assert "origin (git.example/ann/shop.git)" in found["accounts"]["message"]
    assert "supplier balance 0.00" in found["marketplace"]["message"]
    assert "1 managed listing" in found["state"]["message"]
    assert "t0ken" not in outcome.out + outcome.err
    assert "supplier@sandbox.example" not in outcome.out
    assert (files(shop.root), len(shop.market.changing_calls())) == (before, calls)


def test_a_shop_where_everything_is_wrong(shop: Shop) -> None:
    shop.product("keys")
    shop.apply()
    shop.product("keys", price="cheap")
    shop.write(".env", "NOTHING=1\n")
    (shop.root / ".catalogsync/key").chmod(0o644)
    git(shop, "init", "-q")
    git(shop, "add", "-Af")
    git(shop, "commit", "-qm", "all")
    shop.env = {"ACCPLANET_API_KEY": "another-key"}
    outcome = shop.run("-q", "doctor")
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    verdicts = {words[1].strip(): words[0] for line in lines if len(words := line.split(":")[0].split("  ", 1)) == 2}
    failed = {check for check, verdict in verdicts.items() if verdict == "failed"}
    assert failed == {"catalog", "state-in-git", "marketplace", "listings", "state-key"}
    assert verdicts["keys-in-git"] == "warning"
    assert verdicts["lease"] == "not checked"
    assert verdicts["store"] == "ok"
    assert "chmod 600" in outcome.out
    assert lines[-1].endswith("5 failed, 5 not checked.")

    shop.configure(surprise=1)
    outcome = shop.run("doctor", "--format", "json")
    found = checks(outcome)
    assert of_grade(found, "failed") == {"config", "catalog", "state-in-git"}, "the rest waits for the config"
    assert "surprise" in found["config"]["message"]


def test_a_key_in_the_config_and_a_key_that_is_not_there(shop: Shop) -> None:
    shop.env = {"ACCPLANET_API_KEY": "k3y-of-this-supplier", "CATALOGSYNC_STATE_KEY": "no base64"}
    shop.configure()
    with (shop.root / "catalogsync.yaml").open("a") as config:
        config.write("# k3y-of-this-supplier\n")
    found = checks(outcome := shop.run("doctor", "--format", "json"))
    assert {"api-key", "state-key"} <= of_grade(found, "failed")
    assert "k3y" not in outcome.out + outcome.err
    shop.env = {"ACCPLANET_API_KEY": ""}
    found = checks(shop.run("doctor", "--format", "json"))
    assert of_grade(found, "failed") == {"api-key"}
    assert {"marketplace", "clock", "listings", "fields"} <= of_grade(found, "not-checked")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://git.example/ann/shop.git", "git.example/ann/shop.git"),
        ("https://ann:word@git.example:8443/shop", "git.example:8443/shop"),
        ("https://ann:wo@rd/word@git.example/shop?token=word#word", "git.example/shop"),
        ("ssh://git@git.example/shop", "git.example/shop"),
        ("git@git.example:ann/shop.git", "git.example:ann/shop.git"),
        ("/srv/git/shop.git", "/srv/git/shop.git"),
        ("ext::helper --token word", "a remote helper"),
    ],
)
def test_no_password_of_a_remote_is_shown(address: str, shown: str) -> None:
    assert without_credentials(address) == shown


def test_a_marketplace_with_orders_alone_is_not_asked(shop: Shop) -> None:
    hub = {"type": "hstockplus", "base_url": f"{shop.market.base}/api", "api_key_env": "HUB_API_KEY"}
    shop.configure(marketplaces={"hub": hub})
    shop.product("keys")

    missing = shop.run("doctor", "--format", "json")
    found = checks(missing)
    assert (missing.code, found["orders"]["grade"], found["api-key"]["grade"]) == (1, "failed", "not-checked")
    assert "HUB_API_KEY" in found["orders"]["message"]

    shop.env["HUB_API_KEY"] = "sandbox"
    found = checks(shop.run("-m", "hub", "doctor", "--format", "json"))
    assert of_grade(found, "failed") == set()
    assert "hub was not asked" in found["orders"]["message"]
    assert shop.market.get("calls")["calls"] == []
