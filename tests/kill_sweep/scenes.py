"""Shops at the moment before a run: each can be brought back to that moment in milliseconds, market and all."""

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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


def counter(shop: Shop) -> None:
    """One pool for a listing's automatic delivery, topped up, and for HstockPlus; another for orders at both."""
    key = {"api_key_env": "ACCPLANET_API_KEY"}
    listings = {"type": "accplanet", "base_url": shop.market.base} | key
    hub = {"type": "hstockplus", "base_url": shop.market.hstockplus} | key
    shop.configure(marketplaces={"accplanet": listings, "hub": hub})
    shop.pool("tea", 100, 8)
    shop.product("tea", pool="tea", pool_level=2, marketplaces={"hub": {"product_id": "v-tea"}})
    shop.pool("seat", 200, 7)
    shop.product("seat", pool="seat", delivery="manual", marketplaces={"hub": {"product_id": "v-seat"}})
    for _ in range(2):  # to a new listing one account goes first, alone
        _apply(shop)
    shop.market.sell(shop.market.product("Title of tea")["product_id"], 2)


def buy(market: Market) -> None:
    """Customers buy at both marketplaces: the seats do not suffice for the last of them."""
    market.sell(market.product("Title of seat")["product_id"], 3, age_s=300)
    market.manual_order("v-tea", 2, age_s=200)
    market.manual_order("v-seat", 5, age_s=100)


def planned(shop: Shop) -> None:
    """As `counter`; the orders were read, and wait in the state."""
    counter(shop)
    buy(shop.market)
    outcome = run(shop.root, "orders", "plan")
    assert outcome.code == 0, outcome.out + outcome.err


def _apply(shop: Shop) -> None:
    outcome = run(shop.root, "apply", "--auto-approve")
    assert outcome.code == 0, outcome.out + outcome.err


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scene is made of.

    Attributes:
        build: makes the shop.
        words: the command line of the run that is struck.
        buys: what customers do just before it.
    """

    build: Callable[[Shop], None]
    words: tuple[str, ...]
    buys: Callable[[Market], None] | None = None


APPLY: Final = ("apply", "--auto-approve")
FULFILL: Final = ("orders", "fulfill", "--auto-approve")

SCENES: Final[dict[str, Setting]] = {
    "busy": Setting(busy, APPLY),
    "first": Setting(first, APPLY),
    "grown": Setting(grown, APPLY),
    "fulfill": Setting(counter, FULFILL, buy),
    "plan": Setting(counter, ("orders", "plan"), buy),
    "kept": Setting(planned, APPLY, buy),
}


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
        with_orders: whether there are orders that are filled by hand.
        serial: of the newest record of the state at that moment; 0 without one.
        uses: what an undisturbed run does at the doors.
        seconds: how long it takes.
        calls: which changing calls it makes.
        reads: which calls about orders it makes that only read; none are looked for where there are no orders.
        titles: what is listed once everything is done.
        accounts: how many accounts the marketplace's listings have been given by then.
        served: by way out and number of units bought, how many each order has by then.
    """

    def __init__(self, name: str, folder: Path, market: Market, parallel: int = 1) -> None:
        setting = SCENES[name]
        self.name = name
        self.words = setting.words + (("--parallel", str(parallel)) if setting.words == APPLY else ())
        self.with_orders = setting.buys is not None
        self._buys = setting.buys
        self.shop = Shop(folder / "shop", market)
        self._saved = folder / "saved"
        market.reset()
        self.shop.configure(**SETTLE)
        setting.build(self.shop)
        journal = read_journal(self.shop)
        self.serial = journal.state.serial if journal else 0
        self._moment = self._captured()
        shutil.copytree(self.shop.root, self._saved)
        self.restore()
        began = time.monotonic()
        self.uses = uses_of(self.shop.root, *self.words)
        self.seconds = time.monotonic() - began
        made = [(str(call["call"]), bool(call["changing"])) for call in market.get("/calls")["calls"]]
        self.calls = [call for call, changing in made if changing]
        self.reads = [call for call, changing in made if self.with_orders and not changing]
        if self.with_orders:
            for words in (FULFILL, APPLY):
                assert run(self.shop.root, *words).code == 0
        self.titles = [str(product["title"]) for product in market.products()]
        self.accounts = len(arrivals(market))
        self.served = served(market)

    def restore(self) -> Shop:
        """The shop as it was."""
        market = self.shop.market
        market.reset()
        market.post("/seed", {"products": self._moment.seeds})
        for product_id, quantity in self._moment.sales.items():
            market.sell(product_id, quantity)
        if self._buys is not None:
            self._buys(market)
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


def served(market: Market) -> dict[tuple[str, int], int]:
    """By way out and number of units bought, how many units each order has; no two are alike in both."""
    return {(order["way"], order["quantity"]): order["units"] for order in market.audit()["orders"]}


def read_journal(shop: Shop) -> RecordJournal | None:
    """The state, read in this process, so that every record of it is proven whole."""
    config, problems = read_config(shop.root)
    assert config is not None, problems
    return open_journal(config.state, shop.root, None, SystemClock(threading.Event()))
