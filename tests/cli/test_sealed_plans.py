"""Plans without the age key: the same as the key holder's, and applied by the holder alone."""

import json
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity

from tests.harness.command import Outcome
from tests.harness.shop import Shop

KEY = {"SOPS_AGE_KEY": str(Identity.generate())}


def new(outcome: Outcome) -> list[tuple[str, int | None]]:
    assert outcome.code == 0, outcome.out + outcome.err
    changes: list[dict[str, Any]] = json.loads(outcome.out)["changes"]
    return [(change["key"], change["accounts"]["new"]) for change in changes if "accounts" in change]


def test_a_plan_without_the_age_key_is_the_key_holders_own(shop: Shop, tmp_path: Path) -> None:
    bare = {"HOME": str(tmp_path)}

    def run(*words: str, **env: str) -> Outcome:
        shop.env = {**bare, **env}
        return shop.run(*words)

    for name in ("tea", "keys"):
        shop.product(name, pool=name)
    shop.pool("tea", 1, 2)
    shop.pool("keys", 11, 2)
    assert run("pools", "encrypt", **KEY).code == 0
    assert run("apply", "--auto-approve", **KEY).code == 0
    sealed = shop.root / "pools/tea.yaml.age"
    sealed.unlink()
    shop.pool("tea", 1, 5)
    assert run("pools", "encrypt", **KEY).code == 0
    theirs, ours = (run("plan", "--format", "json", **given) for given in (KEY, {}))
    assert new(ours) == [("tea", 3)]
    made = [json.loads(one.out) for one in (theirs, ours)]
    assert ours.out == theirs.out.replace(made[0]["created_at"], made[1]["created_at"])
    assert [row["new"] for row in json.loads(run("pools", "status", "--format", "json").out)] == [0, 3]
    assert [run(word).code for word in ("validate", "status", "drift")] == [0, 0, 0]

    # Whoever has no key of any kind counts by the manifests, too.
    key = shop.root / ".catalogsync/key"
    aside = key.rename(tmp_path / "key")
    blind = run("plan", "--offline", "--format", "json", ACCPLANET_API_KEY="")
    assert new(blind) == [("tea", 3)]
    (notice,) = json.loads(blind.out)["warnings"]
    assert (notice["code"], "counted exactly" in notice["message"]) == ("no-state-key", True)
    aside.rename(key)

    # Nothing is sent by whoever cannot read the accounts; a plan of theirs holds for whoever can.
    saved = str(tmp_path / "plan.json")
    assert run("plan", "--out", saved).code == 0
    calls = len(shop.market.get("/calls")["calls"])
    for words in (
        ("apply", "--auto-approve"),
        ("apply", "--dry-run"),
        ("apply", saved),
        ("orders", "plan"),
        ("orders", "fulfill", "--auto-approve"),
        ("orders", "deliver", "1", "--accounts", "1", "--auto-approve"),
        ("tickets", "list"),
        ("state", "recover", "--auto-approve"),
        ("pools", "mark", "tea", "--sent"),
    ):
        refused = run(*words)
        assert (refused.code, "are encrypted, and no age key at hand opens them" in refused.err) == (1, True), words
    assert len(shop.market.get("/calls")["calls"]) == calls
    assert run("apply", saved, **KEY).code == 0
    assert new(run("plan", "--format", "json")) == []
