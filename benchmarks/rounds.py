"""Measuring several things in turns, each in fresh processes, so that other load on the machine meets all alike."""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.harness.command import environment

_STOPWATCH: Final = str(Path(__file__).with_name("stopwatch.py"))


@dataclass(frozen=True)
class Cost:
    """What something costs: medians over all rounds.

    Attributes:
        seconds: how long it takes.
        cpu: for how long it keeps a processor busy, which other load on the machine disturbs less.
        mib: its peak memory.
    """

    seconds: float
    cpu: float
    mib: float


def whole_processes(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Cost]:
    """The costs of commands, from start to exit. Each must end with code 0."""
    return _in_turns(
        {name: [sys.executable, "-I", "-S", _STOPWATCH, *words] for name, words in commands.items()}, rounds
    )


def inner_parts(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Cost]:
    """The costs that commands print of themselves, as JSON: without their start and their imports."""
    return _in_turns(commands, rounds)


def python(module: str, *words: str | Path) -> list[str]:
    """The words that run a module of this project."""
    return [sys.executable, "-m", module, *map(str, words)]


def _in_turns(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Cost]:
    measured: dict[str, list[Cost]] = {name: [] for name in commands}
    order = list(commands)
    for _ in range(rounds):
        for name in order:
            measured[name].append(_measured(commands[name]))
        order.reverse()
    return {
        name: Cost(
            statistics.median(cost.seconds for cost in costs),
            statistics.median(cost.cpu for cost in costs),
            statistics.median(cost.mib for cost in costs),
        )
        for name, costs in measured.items()
    }


def _measured(words: Sequence[str]) -> Cost:
    done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout or '{"code": null}')
    if done.returncode or answer.get("code"):
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")
    return Cost(answer["seconds"], answer["cpu"], answer.get("mib", 0.0))
