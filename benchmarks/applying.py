"""Applies of many creates: what they cost a call, what they write into the state, and how that grows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.report import Row, each, growth
from benchmarks.rounds import Candidate, Cost, once
from benchmarks.shop import new_shop
from catalogsync.state import FileStore

_GROWTH_AIM: Final = 1.5
"""Bytes a create at the largest size, against the smallest; it swings with the moments at which snapshots come."""


def measure(root: Path, sizes: tuple[int, ...]) -> list[Row]:
    """Create so many listings, each time in a new shop; the marketplace answers at once."""
    costs: dict[int, Cost] = {}
    records: dict[int, float] = {}
    written: dict[int, float] = {}
    rows: list[Row] = []
    for size in sizes:
        with new_shop(root / str(size), size) as shop:
            costs[size] = once(Candidate(shop.words("apply", "--auto-approve"), shop.cache()))
            calls = shop.market.tell()["calls"]
            records[size] = FileStore(shop.root / ".catalogsync").hint() / size
            files = (shop.root / ".catalogsync").rglob("*")
            written[size] = sum(path.stat().st_size for path in files if path.is_file()) / size
            rows += each("creates", size, costs[size], calls)
    in_bytes, in_records = (_growth("bytes", "B", written), _growth("records", "records", records))
    return [*rows, in_bytes, in_records, *growth("apply of creates", costs)]


def _growth(what: str, unit: str, made: Mapping[int, float]) -> Row:
    small, large = min(made), max(made)
    figures = (f"{made[large]:.4g} {unit}", f"{made[small]:.4g} {unit}", made[large] / made[small])
    return Row(f"{what} of state a create, growth from {small:,}", large, *figures, _GROWTH_AIM)
