"""The benchmarks run on a tiny catalog, and print what they should; how fast is not a test's affair."""

import subprocess
import sys
from pathlib import Path

from tests.harness.command import environment

ROOT = Path(__file__).parents[2]

ROWS = (
    "cold plan, against the naive script",
    "cold plan, against the floor",
    "warm plan, against the cold one",
    "cold plan, peak memory",
    "warm plan, peak memory",
    "cold plan, 50 ms away, against the floor",
    "warm plan, 50 ms away, against the floor",
    "cold plan, 50 ms away, against the naive script",
)


def test_every_row_is_printed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny", "--only", "plan"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    machine, _, heads, *rows = done.stdout.splitlines()
    assert "cores" in machine
    assert heads.split("  ")[0] == "what"
    assert heads.endswith("reached")
    assert len(rows) == len(ROWS)
    for row, what in zip(rows, ROWS, strict=True):
        assert row.startswith(f"{what}  ")
        assert row.split()[-1] in {"yes", "no", "-"}
