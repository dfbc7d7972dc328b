"""Shops at the moment before an apply: each can be brought back to that moment in milliseconds, market and all."""

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogsync.catalog import read_config
from catalogsync.cli.clock import SystemClock
from catalogsync.model.state import Run
from catalogsync.state import RecordJournal, open_journal, this_process
from tests.harness.market import Market
from tests.harness.shop import Shop
from tests.kill_sweep.runs import cache_of, run, uses_of

SETTLE = {"recovery": {"settle": "200ms"}}


def busy(shop: Shop) -> None:
    """The next apply makes every kind of call, most of them several times."""
    for name in ("old", "gone", "sold", "kept", "plain"):
        shop.product(name, pool=name if name in {"sold", "kept"} else None)
    shop.pool("sold", 100, 1)
    shop.pool("kept", 200, 2)
    _apply(shop)
    shop.market.sell(shop.market.product("Title of sold")["product_id"])
    for name in ("old", "gone", "sold"):
        shop.remove(f"products/{name}.yaml")
    shop.remove("pools/sold.yaml")
    red, blue = shop.image("red.png", b"red"), shop.image("blue.png", b"blue")
    shop.product("kept", pool="kept", price="10.49", images=[red])
    shop.product("plain", price="10.99")
    shop.pool("kept", 200, 6)
    for name in ("new-1", "new-2"):
        shop.product(name, images=[blue], pool=name)
    shop.pool("new-1", 300, 4)
    shop.pool("new-2", 400, 1)


def first(shop: Shop) -> None:
    """The next apply is the first: it makes the state, its key, and the line in catalogsync.yaml."""
    shop.product("tea", pool="tea", images=[shop.image("red.png")])
    shop.pool("tea", 100, 2)
    shop.product("plain")


def grown(shop: Shop) -> None:
    """In the midst of the next apply a snapshot is due."""
    for name in ("tea", "old", "plain"):
        shop.product(name, pool="tea" if name == "tea" else None)
    shop.pool("tea", 100, 3)
    _apply(shop)
    journal = read_journal(shop)
    assert journal is not None
    host, pid, started = this_process()
    while journal.state.serial < 196:
        journal.begin(Run("r", "test", "2026-01-01T00:00:00Z", host, pid, started, "", None, None))
        journal.end(applied=False)
    shop.remove("products/old.yaml")
    shop.product("plain", price="10.99")
    shop.product("new")
    shop.pool("tea", 100, 5)


def _apply(shop: Shop) -> None:
    outcome = run(shop.root, "apply", "--auto-approve")
    assert outcome.code == 0, outcome.out + outcome.err


SCENES: dict[str, Callable[[Shop], None]] = {"busy": busy, "first": first, "grown": grown}


@dataclass(frozen=True, slots=True)
class _Moment:
    """The marketplace at the moment."""

    seeds: list[dict[str, Any]]
    sales: dict[str, int]


class Scene:
    """A shop that can be brought back to its moment.

    Attributes:
        name: which one.
        shop: the shop.
        words: the command line of the run that is struck.
        uses: what an undisturbed run does at the doors.
        seconds: how long it takes.
        calls: which changing calls it makes.
        titles: what is listed once everything is done.
        accounts: how many accounts the marketplace has been given by then.
    """

    def __init__(self, name: str, folder: Path, market: Market, parallel: int = 1) -> None:
        self.name = name
        self.words = ("apply", "--auto-approve", "--parallel", str(parallel))
        self.shop = Shop(folder / "shop", market)
        self._saved = folder / "saved"
        market.reset()
        self.shop.configure(**SETTLE)
        SCENES[name](self.shop)
        self._moment = self._captured()
        shutil.copytree(self.shop.root, self._saved)
        self.restore()
        began = time.monotonic()
        self.uses = uses_of(self.shop.root, *self.words)
        self.seconds = time.monotonic() - began
        self.calls = [str(call["call"]) for call in market.changing_calls()]
        self.titles = [str(product["title"]) for product in market.products()]
        self.accounts = len(arrivals(market))

    def restore(self) -> Shop:
        """The shop as it was."""
        market = self.shop.market
        market.reset()
        market.post("/seed", {"products": self._moment.seeds})
        for product_id, quantity in self._moment.sales.items():
            market.sell(product_id, quantity)
        market.delete("/calls")
        # What this machine remembers of how far the state had come must be forgotten: it is put back, as a whole.
        shutil.rmtree(cache_of(self.shop.root), ignore_errors=True)
        shutil.rmtree(self.shop.root)
        shutil.copytree(self._saved, self.shop.root)
        return self.shop

    def _captured(self) -> _Moment:
        market = self.shop.market
        names = ("product_id", "title", "category_id", "description", "price", "status", "created_at")
        accounts: dict[str, list[dict[str, str]]] = {}
        for row in market.get("/accounts", reveal="1")["accounts"]:
            one = {"username": row["username"], "password": row["password"]}
            accounts.setdefault(row["product_id"], []).append(one)
        products = market.get("/products")["products"]
        return _Moment(
            [
                {**{name: row[name] for name in names}, "accounts": accounts.get(row["product_id"], 0)}
                for row in products
            ],
            {row["product_id"]: row["sales_count"] for row in products if row["sales_count"]},
        )


def arrivals(market: Market) -> list[int]:
    """How often each account ever arrived, also at listings that are gone."""
    return [account["arrivals"] for account in market.get("/pool")["accounts"]]


def read_journal(shop: Shop) -> RecordJournal | None:
    """The state, read in this process, so that every record of it is proven whole."""
    config, problems = read_config(shop.root)
    assert config is not None, problems
    return open_journal(config.state, shop.root, None, SystemClock(threading.Event()))
