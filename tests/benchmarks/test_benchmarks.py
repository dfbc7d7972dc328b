"""The benchmarks run from end to end on a tiny catalog, and print every row; how fast is not a test's affair."""

import subprocess
import sys
from pathlib import Path

from tests.harness.command import environment

ROOT = Path(__file__).parents[2]

ROWS = (
    "load, against CSafeLoader",
    "cold plan, against the naive script",
    "cold plan, 50 ms away, against the naive script",
    "cold plan, peak memory",
    "plan as HTML, against its JSON",
    "ledger written, against a set in memory",
    "ledger read, against a set in memory",
    "ledger read, peak memory against the set's",
    "ledger on disk, snapshots included",
    "records, apply of unchanged products (begin, end)",
    "records, a group of creates (begin, intent, outcome, observe, tally, end)",
    "records, an append (begin, remember, intent, outcome, observe, end)",
    "plan as Markdown, against its JSON",
    "from nothing to a managed catalog, against a bare List",
)


def test_every_row_is_printed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--products", "40"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    figures, report = done.stdout.split("\nThe walk, ")
    machine, _, heads, *rows = figures.splitlines()
    assert "cores" in machine
    assert heads.split("  ")[0] == "what"
    assert heads.endswith("reached")
    assert len(rows) == len(ROWS)
    for row, what in zip(rows, ROWS, strict=True):
        assert row.startswith(f"{what}  ")
        assert row.split()[-1] in {"yes", "no", "-"}
    for line in ("$ catalogsync init my-shop", "Write these files? [Y/n]:", "No changes.", "Plan: 1 to update."):
        assert line in report
