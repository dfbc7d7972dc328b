"""A generated catalog that is in step with a sandbox of its own, the way it would really come to be."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import write_catalog
from catalogsync.catalog import read_catalog
from catalogsync.state import FileStore
from tests.harness.command import command, environment
from tests.harness.market import Market, running_market

_AT_A_TIME = 500


@dataclass(frozen=True)
class Shop:
    """A catalog whose every product is managed and unchanged.

    Attributes:
        root: the catalog's folder.
        count: how many products it has.
        market: its sandbox.
    """

    root: Path
    count: int
    market: Market

    @property
    def store(self) -> FileStore:
        """Where its state lies."""
        return FileStore(self.root / ".catalogsync")

    def run(self, *words: str) -> None:
        """Run a command on it, which must work."""
        done = subprocess.run(
            command(*words, root=self.root), env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"`catalogsync {' '.join(words)}` ended with {done.returncode}:\n{done.stderr[-2000:]}")


@contextmanager
def shop_in_step(root: Path, count: int) -> Iterator[Shop]:
    """Make one.

    Listings without images and accounts are put into the sandbox as a person would have made them by hand; one real
    apply adopts these, and creates the others with their images and accounts.
    """
    with running_market() as market:
        write_catalog(root, count, market.base)
        # Only a rich list shows enough to adopt a listing without a call. What is measured reads the documented one.
        market.configure(envelope="results_count_next", list_fields="rich")
        _seed(market, root)
        shop = Shop(root, count, market)
        shop.run("apply", "--auto-approve")
        market.configure(list_fields="poor")
        shop.run("plan", "--detailed-exitcode")
        yield shop


def _seed(market: Market, root: Path) -> None:
    reading = read_catalog(root)
    if reading.catalog is None:
        raise RuntimeError(f"the generated catalog has errors, such as {reading.problems[0].message}")
    by_hand = [
        {"source_product_id": product.key, **product.fields}
        for product in reading.catalog.products.values()
        if product.pool is None and not product.images
    ]
    for start in range(0, len(by_hand), _AT_A_TIME):
        market.post("/seed", {"products": by_hand[start : start + _AT_A_TIME]})
