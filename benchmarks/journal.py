"""What the journal costs a call, by where the state is: on disk, in a branch of a git repository, in an object store.

As a program it writes the intents and the ends of creates as an apply does, and prints what that cost without its
start. The remote repository is on this disk, and the bucket in this process: a real one adds its way there and back.
"""

import base64
import json
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.generate import write_catalog
from benchmarks.report import Row
from benchmarks.rounds import Candidate, Cost, in_turns, python
from catalogsync.catalog import read_catalog
from catalogsync.cli.clock import SystemClock
from catalogsync.core.sequence import GROUP
from catalogsync.model.config import StateConfig
from catalogsync.model.events import Ended, Ending, Intended, Intent, Verdict
from catalogsync.model.fields import Value
from catalogsync.model.secret import Secret
from catalogsync.model.state import Call, Keepsake, Op, Run
from catalogsync.state import create_state
from tests.harness.repositories import ENVIRON, bare, clone

_AIM: Final = 0.3
"""Milliseconds a call, on disk."""
_KEY: Final = Secret(base64.b64encode(bytes(range(32))).decode())
_STORES: Final = {
    "file": (StateConfig(), _AIM),
    "git": (StateConfig(backend="git"), None),
    "object": (StateConfig(backend="object", url="memory://bench"), None),
}
_SHARE: Final = {"file": 1, "git": 10, "object": 1}
"""Of how many creates one is written there."""


def measure(root: Path, creates: int, rounds: int) -> list[Row]:
    """Write the journal of so many creates, in groups as an apply does, and each create alone."""
    write_catalog(root / "catalog", creates, "http://127.0.0.1:1")
    rows = []
    for store, (_, aim) in _STORES.items():
        count = creates // _SHARE[store]
        sizes = {"grouped": GROUP, "alone": 1}
        costs = in_turns(
            {
                name: Candidate(python("benchmarks.journal", store, root, str(count), str(size)), inner=True)
                for name, size in sizes.items()
            },
            rounds,
        )
        rows.append(_row(store, count, costs, aim))
    return rows


def _row(store: str, count: int, costs: dict[str, Cost], aim: float | None) -> Row:
    grouped, alone = (1000 * costs[name].seconds / count for name in ("grouped", "alone"))
    what = f"journal a call, {store} store, {GROUP} creates a record; against one a record"
    return Row(what, count, f"{grouped:.3f} ms", f"{alone:.3f} ms", grouped, aim, "ms")


def main(store: str, root: Path, count: int, size: int) -> None:
    """Write a journal in a new folder, and print what it cost."""
    catalog = read_catalog(root / "catalog").catalog
    if catalog is None:
        raise SystemExit("the generated catalog has errors")
    folder = root / f"{store}-{time.monotonic_ns()}"
    folder.mkdir()
    here = folder / "here"
    if store == "git":
        clone(bare(folder / "there"), here)
    config, _ = _STORES[store]
    journal = create_state(config, here, _KEY, SystemClock(threading.Event()), ENVIRON)
    products = [(product.key, product.fields) for product in list(catalog.products.values())[:count]]
    started, busy = time.perf_counter(), time.process_time()
    journal.begin(Run("bench", "apply", "2026-01-01T00:00:00.000Z", "bench", 1))
    for start in range(0, count, size):
        ops = [_create(key, fields) for key, fields in products[start : start + size]]
        journal.assure(300)
        journal.write(Intended(tuple(map(Intent, ops))))
        journal.write(
            Ended(tuple(Ending(op.id, Verdict.COMMITTED, f"p-{op.key}", confirmed=True) for op in ops)),
        )
    journal.end(applied=True)
    print(json.dumps({"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}))


def _create(key: str, fields: Mapping[str, Value]) -> Op:
    return Op(f"op-{key}", Call.CREATE, key, "accplanet", fields=fields, keepsake=Keepsake())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
