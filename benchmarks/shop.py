"""A generated catalog at a fast marketplace of its own, in step with it the way it would really come to be."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.generate import write_catalog
from catalogsync.catalog import read_catalog
from tests.harness.command import command, environment


class Market:
    """A running marketplace.

    Attributes:
        base: its address.
    """

    def __init__(self, base: str) -> None:
        self.base = base

    def tell(self, **wish: object) -> dict[str, Any]:
        """Tell it what to be like; tells how many listings, changing calls and accounts it has seen."""
        asked = urllib.request.Request(f"{self.base}/bench", orjson.dumps(wish))
        with urllib.request.urlopen(asked, timeout=120) as answer:
            told: dict[str, Any] = orjson.loads(answer.read())
        return told


@contextmanager
def fast_market() -> Iterator[Market]:
    """Start a marketplace, and end it."""
    words = [sys.executable, "-m", "benchmarks.market"]
    # It ends with its input: with this block, and also where this process is killed.
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        with server.stdin:
            yield Market(server.stdout.readline().strip())


@dataclass(frozen=True)
class Shop:
    """A catalog and its marketplace.

    Attributes:
        root: the catalog's folder.
        count: how many products it has.
        market: where its listings are.
    """

    root: Path
    count: int
    market: Market

    def words(self, *words: str) -> list[str]:
        """The words that run a command on it."""
        return command(*words, root=self.root)

    def cache(self, name: str = "cache") -> Mapping[str, str]:
        """An environment with a cache folder of its own, beside the catalog."""
        return {"XDG_CACHE_HOME": f"{self.root}.{name}"}

    def run(self, *words: str) -> None:
        """Run a command on it, which must work."""
        done = subprocess.run(
            self.words(*words), env=environment(dict(self.cache())), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"`catalogsync {' '.join(words)}` ended with {done.returncode}:\n{done.stderr[-2000:]}")


@contextmanager
def shop_in_step(root: Path, count: int) -> Iterator[Shop]:
    """A shop whose every product is managed and unchanged.

    The listings are there as a person would have made them by hand, and one real apply adopts them: a rich list shows
    enough for that without a call. What is measured reads the documented list, which shows less.
    """
    with new_shop(root, count) as shop:
        _fill(shop)
        shop.market.tell(rich=True)
        shop.run("apply", "--auto-approve")
        shop.market.tell(rich=False)
        shop.run("plan", "--detailed-exitcode")
        if shop.market.tell()["calls"]:
            raise RuntimeError("the first apply made calls: the marketplace did not show what the catalog wants")
        yield shop


@contextmanager
def new_shop(root: Path, count: int) -> Iterator[Shop]:
    """A shop whose marketplace has no listings yet."""
    with fast_market() as market:
        write_catalog(root, count, market.base)
        yield Shop(root, count, market)


def _fill(shop: Shop) -> None:
    """Have the marketplace show what the catalog wants."""
    catalog = read_catalog(shop.root).catalog
    if catalog is None:
        raise RuntimeError("the generated catalog has errors")
    lines = Path(f"{shop.root}.listings")
    with lines.open("wb") as file:
        for product in catalog.products.values():
            fields = {"source_product_id": product.key, **product.fields}
            days = {"warranty_period_days": str(fields["warranty_period_days"])}
            file.write(orjson.dumps(fields | days) + b"\n")
    shop.market.tell(listings=str(lines))
