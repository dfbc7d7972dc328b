"""`python -m benchmarks`: measures everything in one run, and prints it as one table."""

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import click

from benchmarks import applying, journal, ledger, loading, pages, peers, planning, pools, starting, walk
from benchmarks.report import Row, machine, table
from benchmarks.shop import Shop, shop_in_step


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Attributes:
        products: of the shops that are in step.
        creates: of the applies.
        accounts: in the pool, and in the ledger.
        peer: products for Terraform.
        changes: in a plan that is rendered.
        listings: of the walk.
        rounds: how often what is quick is measured.
    """

    products: tuple[int, ...]
    creates: tuple[int, ...]
    accounts: int
    peer: int
    changes: int
    listings: int
    rounds: int


_FULL: Final = Sizes((1_000, 10_000, 100_000), (1_000, 2_000, 4_000, 10_000), 1_000_000, 1_000, 10_000, 200, 5)
_QUICK: Final = Sizes((1_000, 2_000), (250, 500), 50_000, 20, 1_000, 50, 3)
_TINY: Final = Sizes((20,), (20, 40), 200, 5, 20, 20, 1)


class Bench:
    """One run: its folder, and the shops that several parts measure, made once they are needed."""

    def __init__(self, root: Path, sizes: Sizes, stack: ExitStack) -> None:
        self.root = root
        self.sizes = sizes
        self._stack = stack

    @cached_property
    def shops(self) -> list[Shop]:
        """The shops in step."""
        return [self._stack.enter_context(shop_in_step(self.root / f"shop-{n}", n)) for n in self.sizes.products]

    def loading(self) -> list[Row]:
        """Files to a catalog."""
        return loading.measure({shop.count: shop.root for shop in self._small}, self.sizes.rounds)

    def plan(self) -> list[Row]:
        """Plans of unchanged products."""
        return planning.measure(self.shops, self.sizes.rounds)

    def pool(self) -> list[Row]:
        """A large pool."""
        return pools.measure(self.root / "pool", self.sizes.accounts, self.sizes.rounds)

    def start(self) -> list[Row]:
        """The command line's start."""
        return starting.measure(self.sizes.rounds)

    def apply(self) -> list[Row]:
        """Creates."""
        return applying.measure(self.root / "apply", self.sizes.creates)

    def journal(self) -> list[Row]:
        """What is written before and after a call."""
        return journal.measure(self.root / "journal", min(2_000, self.sizes.products[-1]), self.sizes.rounds)

    def ledger(self) -> list[Row]:
        """Accounts in the state."""
        return ledger.measure(self.root / "ledger", self.sizes.accounts, self.sizes.rounds)

    def report(self) -> list[Row]:
        """A plan in several forms."""
        return pages.measure(self.sizes.changes, self.sizes.rounds)

    def octodns(self) -> list[Row]:
        """OctoDNS."""
        return peers.octodns(self.root / "octodns", self._small[-1], self.sizes.rounds)

    def terraform(self) -> list[Row]:
        """Terraform, which takes the longest."""
        return peers.terraform(self.root / "terraform", self.sizes.peer)

    def walk(self) -> list[Row]:
        """The first day."""
        return [walk.row(walk.walk(self.sizes.listings), self.sizes.listings)]

    @property
    def _small(self) -> list[Shop]:
        """The shops that slow programs can read as well."""
        return [shop for shop in self.shops if shop.count <= planning.BASELINES_UP_TO]


_PARTS: Final = (
    *("start", "loading", "plan", "pool", "apply", "journal"),
    *("ledger", "report", "walk", "octodns", "terraform"),
)


@click.command()
@click.option("--quick", is_flag=True, help="Small sizes: about a minute on a machine that has nothing else to do.")
@click.option("--tiny", is_flag=True, hidden=True, help="Only to see whether everything runs.")
@click.option("--only", multiple=True, type=click.Choice(_PARTS), help="Only this part; may be given several times.")
@click.option("--rounds", type=click.IntRange(1), help="How often each thing is measured.")
@click.option("--products", type=click.IntRange(20), multiple=True, help="Shops of so many products instead.")
@click.option("--accounts", type=click.IntRange(1), help="A pool and a ledger of so many accounts instead.")
def main(
    quick: bool, tiny: bool, only: tuple[str, ...], rounds: int | None, products: tuple[int, ...], accounts: int | None
) -> None:
    """Measure in one run what the tool costs beside its baselines. Missing an aim is no failure.

    Every figure of time is a median over rounds in which all candidates take turns.
    """
    sizes = _TINY if tiny else _QUICK if quick else _FULL
    sizes = replace(
        sizes,
        rounds=rounds or sizes.rounds,
        products=products or sizes.products,
        accounts=accounts or sizes.accounts,
    )
    click.echo(f"{machine()}; medians of {sizes.rounds} rounds\n")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="catalogsync-bench-") as folder, ExitStack() as stack:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        bench = Bench(Path(folder), sizes, stack)
        for part in only or _PARTS:
            click.echo(f"{part} …", err=True)
            found: list[Row] = getattr(bench, part)()
            click.echo(table(found), err=True)
            rows += found
    click.echo(table(rows))


if __name__ == "__main__":
    main()
