"""Applies of many creates: what they cost a call, what they write into the state, and how that grows."""

from pathlib import Path
from typing import Final

from benchmarks.report import Row, each, growth
from benchmarks.rounds import Candidate, Cost, once
from benchmarks.shop import new_shop

_GROWTH_AIM: Final = 1.1
"""Bytes a create at the largest size, against the smallest."""


def measure(root: Path, sizes: tuple[int, ...]) -> list[Row]:
    """Create so many listings, each time in a new shop; the marketplace answers at once."""
    costs: dict[int, Cost] = {}
    written: dict[int, float] = {}
    rows: list[Row] = []
    for size in sizes:
        with new_shop(root / str(size), size) as shop:
            costs[size] = once(Candidate(shop.words("apply", "--auto-approve"), shop.cache()))
            calls = shop.market.tell()["calls"]
            files = (shop.root / ".catalogsync").rglob("*")
            written[size] = sum(path.stat().st_size for path in files if path.is_file()) / size
            rows += each("creates", size, costs[size], calls)
    small, large = min(sizes), max(sizes)
    bytes_each = Row(
        f"bytes of state a create, growth from {small:,}",
        large,
        f"{written[large]:.0f} B",
        f"{written[small]:.0f} B",
        written[large] / written[small],
        _GROWTH_AIM,
    )
    return [*rows, bytes_each, *growth("apply of creates", costs)]
