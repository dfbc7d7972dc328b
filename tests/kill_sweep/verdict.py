"""What must be so after a run was killed or struck: at once, and after the run was repeated without disturbance."""

import json
import os
from hashlib import sha256
from pathlib import Path

import yaml

from tests.harness.canary import leaking_files
from tests.harness.command import Outcome
from tests.harness.shop import Shop
from tests.kill_sweep.runs import KILLED, run
from tests.kill_sweep.scenes import Scene, arrivals, read_journal

APPLY = ("apply", "--auto-approve", "--format", "json")


def check_struck(shop: Shop, outcome: Outcome) -> None:
    """The run itself: what it said is true and of use, and it left no torn record and at most one draft."""
    read_journal(shop)
    assert leaking_files(shop.root) == []
    key = shop.root / ".catalogsync/key"
    assert not key.exists() or key.read_text().strip() not in outcome.out + outcome.err
    left = drafts(shop.root)
    assert len(left) <= 1, f"it left {left}"
    if outcome.code in {KILLED, 0}:
        return
    assert outcome.code in {1, 3}, f"exit code {outcome.code}: {outcome.err}"
    assert outcome.err.count("error: ") == 1, outcome.err
    assert "  hint: " in outcome.err, outcome.err
    sent = [call for call in shop.market.changing_calls() if call["handled"] is not None]
    assert outcome.code == 3 or not sent, f"it says that nothing was done, and made {len(sent)} calls"


def heal(scene: Scene) -> int:
    """Repeat the run until everything is done, answering what is asked by what is true. Gives back the doubts."""
    shop = scene.shop
    again = run(shop.root, *APPLY)
    _check_arrivals(scene)
    assert again.code in {0, 3}, again.out + again.err
    told = json.loads(run(shop.root, "state", "doubts", "--format", "json").out) if again.code == 3 else []
    journal = read_journal(shop)
    assert journal is not None
    assert {doubt["id"] for doubt in told} == set(journal.state.ops), "a doubt that nobody is told of"
    assert (again.code == 3) == bool(told), again.out + again.err
    for doubt in told:
        # Whether accounts arrived is the one thing that may need a person; so here is one, who looks.
        assert doubt["call"] == "append", doubt
        answer = "--sent" if _arrived(shop, doubt["key"], doubt["accounts"]) else "--not-sent"
        resolved = run(shop.root, "state", "resolve", doubt["id"], answer)
        assert resolved.code == 0, resolved.err
    if told:
        last = run(shop.root, *APPLY)
        assert last.code == 0, last.out + last.err
    _check_in_step(scene)
    return len(told)


def drafts(root: Path) -> list[str]:
    """Files that were not finished."""
    return [path.name for path in root.rglob(".*.tmp")]


def age_drafts(root: Path) -> None:
    """Two hours pass for what was left behind."""
    for path in root.rglob(".*.tmp"):
        os.utime(path, (path.stat().st_mtime - 7200,) * 2)


def _check_arrivals(scene: Scene) -> None:
    titles = [str(product["title"]) for product in scene.shop.market.products()]
    assert len(titles) == len(set(titles)), f"a listing was created twice: {titles}"
    assert set(arrivals(scene.shop.market)) <= {1}, "an account arrived twice"


def _check_in_step(scene: Scene) -> None:
    _check_arrivals(scene)
    market = scene.shop.market
    calls = len(market.changing_calls())
    settled = run(scene.shop.root, *APPLY)
    assert settled.code == 0, settled.out + settled.err
    plan = json.loads(settled.out)
    assert (plan["changes"], plan["blocked"]) == ([], [])
    assert len(market.changing_calls()) == calls, "a catalog in step was sent something"
    assert [str(product["title"]) for product in market.products()] == scene.titles
    assert len(arrivals(market)) == scene.accounts, "an account was lost"


def _arrived(shop: Shop, key: str, count: int) -> bool:
    """Whether the accounts in question are at the listing: those of its pool that follow on the ones that were sent."""
    product_id = shop.market.product(f"Title of {key}")["product_id"]
    there = {row["username_sha256"] for row in shop.market.get("/pool", product_id=product_id)["accounts"]}
    pool = yaml.safe_load((shop.root / f"pools/{key}.yaml").read_text())["accounts"]
    found = [sha256(row["username"].encode()).hexdigest() in there for row in pool]
    journal = read_journal(shop)
    assert journal is not None
    sent = journal.state.ledger.count_at(f"accplanet/{product_id}") - count
    assert found[:sent] == [True] * sent
    asked = set(found[sent : sent + count])
    assert len(asked) == 1, "a part of a batch arrived"
    return asked == {True}
