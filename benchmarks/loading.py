"""Loading a catalog: strictly, with positions and validation, against libyaml's own scan and `yaml.CSafeLoader`.

As a program it loads a catalog strictly, or with `bare` in front as a script would, and prints the seconds without its
start and its imports.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.report import Row, growth, ratio
from benchmarks.rounds import Candidate, in_turns, python, script

_AIM: Final = 0.70


def measure(roots: dict[int, Path], rounds: int) -> list[Row]:
    """Load each catalog in all ways.

    Args:
        roots: catalogs by how many products they have.
        rounds: how often.
    """
    candidates: dict[str, Candidate] = {}
    for count, root in roots.items():
        candidates |= {
            f"strict {count}": Candidate(python("benchmarks.loading", "strict", root), inner=True),
            f"bare {count}": Candidate(python("benchmarks.loading", "bare", root), inner=True),
            f"scan {count}": Candidate(script("floor.py", "scan", root), inner=True),
        }
    costs = in_turns(candidates, rounds)
    rows: list[Row] = []
    for count in roots:
        strict = costs[f"strict {count}"]
        rows += [
            ratio("load, against CSafeLoader", count, strict, costs[f"bare {count}"], _AIM),
            ratio("load, against libyaml's scan", count, strict, costs[f"scan {count}"], None),
        ]
    return rows + growth("load", {count: costs[f"strict {count}"] for count in roots})


def _strict(root: Path) -> int:
    from catalogsync.catalog import read_catalog

    catalog = read_catalog(root).catalog
    if catalog is None:
        raise SystemExit("the generated catalog has errors")
    return len(catalog.products)


def _bare(root: Path) -> int:
    import yaml

    return len([yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in sorted((root / "products").rglob("*.yaml"))])


def main(way: str, root: Path) -> None:
    """Load a catalog, and print the seconds."""
    load = _strict if way == "strict" else _bare
    if way == "strict":
        import catalogsync.catalog  # noqa: F401  # imports are not counted
    else:
        import yaml  # noqa: F401
    started, busy = time.perf_counter(), time.process_time()
    count = load(root)
    cost = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    print(json.dumps({**cost, "products": count}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
