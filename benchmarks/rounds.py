"""Measuring several things in turns, each in fresh processes, so that other load on the machine meets all alike."""

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.harness.command import environment

_STOPWATCH: Final = str(Path(__file__).with_name("stopwatch.py"))


@dataclass(frozen=True)
class Candidate:
    """Something to be measured.

    Attributes:
        words: the program and its arguments.
        env: what its environment has beside the plain one.
        inner: it prints what it cost itself, as JSON: without its start and its imports.
        forget: a folder that is emptied before every run, or None.
    """

    words: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    inner: bool = False
    forget: str | None = None


@dataclass(frozen=True)
class Cost:
    """What something costs: medians over all rounds.

    Attributes:
        seconds: how long it takes.
        cpu: for how long it and its children keep a processor busy, which other load on the machine disturbs less.
        mib: the peak memory of its largest process.
    """

    seconds: float
    cpu: float
    mib: float

    def beside(self, other: "Cost") -> "Cost":
        """What it costs more than another one."""
        return Cost(self.seconds - other.seconds, self.cpu - other.cpu, self.mib - other.mib)


def in_turns(candidates: Mapping[str, Candidate], rounds: int) -> dict[str, Cost]:
    """The costs of candidates: from start to exit, or what they say themselves. Each must end with code 0.

    They are run once before that, if they are to be measured more than once: what is compiled or remembered is then.
    """
    measured: dict[str, list[Cost]] = {name: [] for name in candidates}
    order = list(candidates)
    if rounds > 1:
        for name in order:
            _measured(candidates[name])
    for _ in range(rounds):
        for name in order:
            measured[name].append(_measured(candidates[name]))
        order.reverse()
    return {
        name: Cost(
            statistics.median(cost.seconds for cost in costs),
            statistics.median(cost.cpu for cost in costs),
            statistics.median(cost.mib for cost in costs),
        )
        for name, costs in measured.items()
    }


def once(candidate: Candidate) -> Cost:
    """What a single run costs."""
    return in_turns({"": candidate}, 1)[""]


def python(module: str, *words: str | Path) -> list[str]:
    """The words that run a module of this project."""
    return [sys.executable, "-m", module, *map(str, words)]


def script(name: str, *words: str | Path) -> list[str]:
    """The words that run a file of this folder without anything of this project, and without what `site` adds."""
    return [sys.executable, "-I", str(Path(__file__).with_name(name)), *map(str, words)]


def _measured(candidate: Candidate) -> Cost:
    if candidate.forget:
        shutil.rmtree(candidate.forget, ignore_errors=True)
    watch = [] if candidate.inner else [sys.executable, "-I", "-S", _STOPWATCH]
    words = [*watch, *candidate.words]
    done = subprocess.run(words, env=environment(dict(candidate.env)), capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout or '{"code": null}')
    if done.returncode or answer.get("code"):
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")
    return Cost(answer["seconds"], answer["cpu"], answer.get("mib", 0.0))
