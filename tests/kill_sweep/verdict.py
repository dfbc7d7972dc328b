"""What must be so after a run was killed or struck: at once, and after the run was repeated without disturbance."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from catalogsync.catalog import read_catalog
from catalogsync.state import RecordJournal
from tests.harness.canary import leaking_files
from tests.harness.command import Outcome
from tests.harness.shop import Shop
from tests.kill_sweep.runs import KILLED, run
from tests.kill_sweep.scenes import APPLY, FULFILL, Scene, arrivals, read_journal, served

_JSON: Final = ("--format", "json")
_HALF_AN_HOUR: Final = 31 * 60


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
    if _lost(scene):
        # Only where nothing was recorded after the list was answered; the marketplace lists them again.
        assert _journal(scene.shop).state.serial <= scene.serial + 1, "orders that were read are not kept"
        scene.shop.market.pass_time(_HALF_AN_HOUR)
    shop = scene.shop
    codes = [run(shop.root, *words, *_JSON).code for words in _runs(scene)]
    _check_arrivals(scene)
    assert set(codes) <= {0, 3}, codes
    told: list[dict[str, Any]] = []
    if 3 in codes:
        told = json.loads(run(shop.root, "state", "doubts", *_JSON).out)
    assert {doubt["id"] for doubt in told} == set(_journal(shop).state.ops), "a doubt that nobody is told of"
    assert (3 in codes) == bool(told), codes
    for doubt in told:
        # Whether accounts arrived at a listing is the one thing that may need a person; so here is one, who looks.
        assert doubt["call"] == "append", doubt
        answer = "--sent" if _arrived(shop, doubt["id"]) else "--not-sent"
        resolved = run(shop.root, "state", "resolve", doubt["id"], answer)
        assert resolved.code == 0, resolved.err
    if told:
        for words in _runs(scene):
            last = run(shop.root, *words)
            assert last.code == 0, last.out + last.err
    _check_in_step(scene)
    return len(told)


def _runs(scene: Scene) -> tuple[tuple[str, ...], ...]:
    """What a supplier runs again."""
    return (FULFILL, APPLY) if scene.with_orders else (APPLY,)


def _lost(scene: Scene) -> bool:
    """Whether HstockPlus listed an order that it will not list again for a while, and the state does not know of."""
    if not scene.with_orders:
        return False
    state, market = _journal(scene.shop).state, scene.shop.market
    known = {*state.orders, *(op.destination for op in state.ops.values())}
    return any(
        order["listed_at"] and not state.ledger.count_at(place) and place not in known
        for number, order in market.manual_orders().items()
        for place in (f"hub/order/{number}",)
    )


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
    served(scene.shop.market)


def _check_in_step(scene: Scene) -> None:
    _check_arrivals(scene)
    market = scene.shop.market
    calls = len(market.changing_calls())
    for words in _runs(scene):
        settled = run(scene.shop.root, *words, *_JSON)
        assert settled.code == 0, settled.out + settled.err
        plan = json.loads(settled.out)
        if words == APPLY:
            assert (plan["changes"], plan["blocked"]) == ([], [])
    assert len(market.changing_calls()) == calls, "a catalog in step was sent something"
    assert [str(product["title"]) for product in market.products()] == scene.titles
    assert len(arrivals(market)) == scene.accounts, "an account was lost"
    assert served(market) == scene.served, "an order has more or less than is due"
    if scene.with_orders:
        _check_ledger(scene)


def _check_ledger(scene: Scene) -> None:
    """Each account of the pools is where the ledger says, or nowhere and new."""
    ledger, there = _journal(scene.shop).state.ledger, scene.shop.market.deliveries()
    where = {name: _WAYS[way].format(id_) for (way, id_), names in there.items() for name in names}
    for name, print_ in _accounts(scene.shop):
        found = ledger.find(print_)
        assert where.get(name) == (found[0].destination if found else None), "an account is lost, or is elsewhere"


_WAYS: Final = {"pool": "accplanet/{}", "order": "accplanet/order/{}", "manual_order": "hub/order/{}"}


def _arrived(shop: Shop, op: str) -> bool:
    """Whether the accounts of an append are at its listing."""
    there = {row["username_sha256"] for row in shop.market.get("/pool")["accounts"]}
    ledger = _journal(shop).state.ledger
    asked = {name in there for name, print_ in _accounts(shop) if (known := ledger.find(print_)) and known[0].of(op)}
    assert len(asked) == 1, "a part of a batch arrived"
    return asked == {True}


def _accounts(shop: Shop) -> list[tuple[str, bytes]]:
    """Each account of the pools: the hash that the sandbox shows, and the fingerprint that the ledger has."""
    catalog = read_catalog(shop.root).catalog
    assert catalog is not None
    prints = _journal(shop).fingerprints
    return [
        (sha256(account.username.reveal().encode()).hexdigest(), prints.user(account))
        for pool in catalog.open_pools().values()
        for account in pool
    ]


def _journal(shop: Shop) -> RecordJournal:
    journal = read_journal(shop)
    assert journal is not None
    return journal
