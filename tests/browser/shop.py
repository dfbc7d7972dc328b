"""Reports as a supplier gets them: the example catalog, the real command line, a sandbox."""

import re
import shutil
from pathlib import Path
from typing import Final

from catalogsync.catalog import example_catalog
from tests.harness.command import catalogsync
from tests.harness.market import Market, running_market

Pages = dict[str, Path]
"""Pages by what they show."""

_PRICE: Final = re.compile(r"price: .*")


def real_pages(folder: Path) -> Pages:
    """Plans: the first, edits of all kinds, off line, blocked, much that goes; an apply that failed; drift."""
    root = folder / "shop"
    shutil.copytree(example_catalog(), root)
    with running_market() as market:
        config = root / "catalogsync.yaml"
        config.write_text(config.read_text().replace("http://127.0.0.1:8900", market.base))
        _run(root, folder, "plan", "first")
        _run(root, folder, "apply", "applied")
        _change(root, market)
        _run(root, folder, "plan", "edited")
        _run(root, folder, "plan", "offline", "--offline")
        market.fault(
            call="update", kind="status", status=400, body={"success": False, "error": "Title is already taken."}
        )
        _run(root, folder, "apply", "failed")
        _run(root, folder, "drift", "drift")
        _price(root, "vouchers/harbour-tea-tasting", "3.60")
        _run(root, folder, "plan", "blocked")
        for path in (root / "products" / "licence-keys").glob("*-*.yaml"):
            path.unlink()
        _run(root, folder, "plan", "deleting")
    return {path.stem: path for path in folder.glob("*.html")}


def _change(root: Path, market: Market) -> None:
    """Everything that can happen to a shop."""
    listings = {listing["source_product_id"]: listing["product_id"] for listing in market.products()}
    market.edit(listings["marginalia-1y"], price="11.90", title="Marginalia, half price!")
    market.sell(listings["harbour-tea-10"], 2)
    (root / "products/vouchers/harbour-tea-10.yaml").unlink()
    (root / "products/vouchers/harbour-tea-25.yaml").unlink()
    _price(root, "courses/watercolour-basics", "21.00")
    _price(root, "courses/pottery-first-vase", "24.50")
    text = root / "descriptions/pottery-evenings.html"
    text.write_text(
        text.read_text().replace("evening", "Thursday evening", 1)
        + '\n<p>New: <a href="https://glaze.example/">glazing</a> is included.</p>\n'
    )
    (root / "products/vouchers/museum-night.yaml").write_text(
        "title: Museum night, one ticket\ndescription: <p>From six to midnight, in every hall.</p>\n"
        'price: "12.00"\nimages: [images/evening-ticket.png]\nstock: 40\n'
    )


def _price(root: Path, name: str, price: str) -> None:
    path = root / "products" / f"{name}.yaml"
    path.write_text(_PRICE.sub(f'price: "{price}"', path.read_text(), count=1))


def _run(root: Path, folder: Path, command: str, name: str, *options: str) -> None:
    words = ["--auto-approve"] if command == "apply" else options
    done = catalogsync(command, *words, "--report", folder / f"{name}.html", root=root)
    assert (folder / f"{name}.html").exists(), done.err
