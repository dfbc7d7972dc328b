"""Loading a catalog: strictly, with positions and validation, against bare `yaml.CSafeLoader` over the same files.

As a program it loads a catalog strictly, and prints the seconds without its start and its imports.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.report import Row, growth, ratio
from benchmarks.rounds import inner_parts, python
from catalogsync.catalog import read_catalog

_AIM: Final = 0.70


def measure(roots: dict[int, Path], rounds: int) -> list[Row]:
    """Load each catalog in both ways.

    Args:
        roots: catalogs by how many products they have.
        rounds: how often.
    """
    commands: dict[str, list[str]] = {}
    for count, root in roots.items():
        commands |= {
            f"strict {count}": python("benchmarks.loading", root),
            f"bare {count}": python("benchmarks.bare", "load", root),
        }
    costs = inner_parts(commands, rounds)
    rows = [
        ratio("load, against CSafeLoader", count, costs[f"strict {count}"], costs[f"bare {count}"], _AIM)
        for count in roots
    ]
    return rows + growth("load", {count: costs[f"strict {count}"] for count in roots})


def main(root: Path) -> None:
    """Load a catalog, and print the seconds."""
    started, busy = time.perf_counter(), time.process_time()
    catalog = read_catalog(root).catalog
    cost = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    if catalog is None:
        raise SystemExit("the generated catalog has errors")
    print(json.dumps({**cost, "products": len(catalog.products)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
