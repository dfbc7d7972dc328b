"""`python -m benchmarks`: measures everything in one run, and prints it as one table."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from benchmarks import ledger, loading, pages, planning, records, reports, walk
from benchmarks.report import machine, table
from benchmarks.shop import shop_in_step


@click.command()
@click.option("--quick", is_flag=True, help="1,000 products only, and fewer rounds.")
@click.option("--products", type=click.IntRange(20), hidden=True, help="So many products instead, in one round.")
def main(quick: bool, products: int | None) -> None:
    """Measure loading, planning, memory, the state and a first walk, as ratios to baselines of the same run.

    Every figure of time is a median over rounds in which all candidates take turns. Missing an aim is no failure.
    """
    sizes = (products,) if products else (1_000,) if quick else (1_000, 10_000)
    rounds = 1 if products else 3 if quick else 5
    accounts = 20 * sizes[0] if products else 1_000_000
    click.echo(f"{machine()}; medians of {rounds} rounds\n")
    with tempfile.TemporaryDirectory(prefix="catalogsync-bench-") as folder, ExitStack() as stack:
        root = Path(folder)
        os.environ["XDG_CACHE_HOME"] = str(root / "cache")
        shops = []
        for size in sizes:
            click.echo(f"making a shop of {size:,} products …", err=True)
            shops.append(stack.enter_context(shop_in_step(root / f"shop-{size}", size)))
        click.echo("measuring …", err=True)
        rows = [
            *loading.measure({shop.count: shop.root for shop in shops}, rounds),
            *planning.measure(shops, rounds),
            *pages.measure(products or pages.CHANGES, rounds),
            *ledger.measure(root / "ledger", accounts, rounds),
            *records.measure(shops[0]),
            *reports.measure(sizes, rounds),
        ]
        listings = products or walk.LISTINGS
        made = walk.walk(listings)
    click.echo(table([*rows, walk.row(made, listings)]))
    click.echo(f"\nThe walk, with the seconds at which each line appeared:\n\n{made.report}")


if __name__ == "__main__":
    main()
