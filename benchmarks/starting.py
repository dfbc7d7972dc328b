"""How long it takes until the command line says anything, against importing the library that it is made with."""

import sys
from pathlib import Path
from typing import Final

from benchmarks.report import Row, ratio
from benchmarks.rounds import Candidate, in_turns

_AIM: Final = 1.3
_TIMES: Final = 6
"""So many times as many rounds: a start is short."""


def measure(rounds: int) -> list[Row]:
    """Start it in both ways, and the interpreter alone."""
    tool = str(Path(sys.executable).with_name("catalogsync"))
    words = {
        "--help": [sys.executable, tool, "--help"],
        "--version": [sys.executable, tool, "--version"],
        "click": [sys.executable, "-c", "import click"],
    }
    costs = in_turns({name: Candidate(line) for name, line in words.items()}, 1 if rounds == 1 else rounds * _TIMES)
    return [
        ratio(f"{flag}, against `import click`", 1, costs[flag], costs["click"], _AIM)
        for flag in ("--help", "--version")
    ]
