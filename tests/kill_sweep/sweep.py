"""A whole sweep of a scene: every kill and every error that there can be, one after the other."""

import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.market import running_market
from tests.kill_sweep.cases import AtMoment, Case, carry_out, errors_at_doors, kills_at_calls, kills_at_doors
from tests.kill_sweep.runs import KILLED
from tests.kill_sweep.scenes import Scene

SWEEPS = (
    ("busy", 1, 1),
    ("first", 1, 1),
    ("busy", 8, 4),
    ("grown", 8, 2),
    ("fulfill", 8, 1),
    ("plan", 8, 1),
    ("kept", 1, 1),
)
"""Scenes, how many calls at once, and every which use of a door is struck."""

MOMENTS = 50
"""Kills of each scene at moments that nobody chose."""

PROGRESS = 50
"""After so many runs a line is printed."""


@dataclass(slots=True)
class Tally:
    """What a sweep came to.

    Attributes:
        name: which sweep.
        kills: runs that were killed.
        errors: runs that met an error of the disk.
        late: runs that had ended before their kill.
        doubts: calls that a person had to be asked about.
        doubles: accounts or listings that were there twice.
        wrong: whatever must not be, with the case that led to it.
        seconds: how long it took.
    """

    name: str
    kills: int = 0
    errors: int = 0
    late: int = 0
    doubts: int = 0
    doubles: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.name:20} {self.kills:5} kills {self.errors:5} errors {self.late:3} too late {self.doubts:4} doubts "
            f"{self.doubles:3} doubles {len(self.wrong):3} wrong {self.seconds:6.0f} s"
        )


def sweep(name: str, parallel: int, every: int, seed: int) -> Tally:
    """Disturb the run of one scene in every way."""
    tally = Tally(f"{name}, {parallel} at once")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder, running_market() as market:
        scene = Scene(name, Path(folder), market, parallel)
        source = random.Random(f"{name}/{parallel}/{seed}")
        moments = [AtMoment(source.uniform(0.0, scene.seconds)) for _ in range(MOMENTS)]
        doors = [*kills_at_doors(scene.uses), *errors_at_doors(scene.uses)]
        calls = [*kills_at_calls(scene.reads), *kills_at_calls(scene.calls)]
        for number, case in enumerate((*calls, *doors[::every], *moments), 1):
            _count(tally, scene, case)
            tally.seconds = time.monotonic() - began
            if number % PROGRESS == 0:
                print(tally, "so far", flush=True)
    return tally


def _count(tally: Tally, scene: Scene, case: Case) -> None:
    try:
        outcome = carry_out(scene, case)
    except AssertionError as error:
        tally.wrong.append(f"{tally.name}: {case}: {error}")
        tally.doubles += "twice" in str(error)
        return
    tally.doubts += outcome.doubts
    if outcome.code == KILLED:
        tally.kills += 1
    elif isinstance(case, AtMoment):
        tally.late += 1
    else:
        tally.errors += 1
