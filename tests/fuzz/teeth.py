"""Readers that are broken on purpose, for the fuzzing itself to be tested: `python -m tests.fuzz.teeth --inputs N`."""

import ctypes
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Final

from catalogsync.model.errors import UsageError
from catalogsync.model.problem import Place, Problem
from tests.fuzz.__main__ import main
from tests.fuzz.trial import MEBIBYTES, Target, Trial, located, said, silent
from tests.harness.canary import username

_SECONDS: Final = 0.5
"""So long an input may take here."""


def _hang() -> None:
    while True:
        pass


def _hang_in_c() -> None:
    b"a" * 40_000_000 in b"a" * 80_000_000  # noqa: B015
    (1 << 40_000_000) ** 5


def _crash() -> None:
    ctypes.string_at(0)


def _eat() -> None:
    b"x" * ((MEBIBYTES + 40) << 20)


def _escape() -> None:
    raise KeyError(username(1))


def _whisper() -> None:
    silent(said(UsageError(f"no account: {username(1)}")), "an error")


def _stray() -> None:
    located([Problem(Place("a.yaml"), "error", "lost", "something is wrong somewhere")], "a.yaml", b"")


BROKEN: Final[dict[str, Callable[[], None]]] = {
    "hangs": _hang,
    "hangs in C": _hang_in_c,
    "crashes": _crash,
    "eats memory": _eat,
    "lets an exception out": _escape,
    "tells a secret": _whisper,
    "tells no place": _stray,
}


def _target(name: str, deed: Callable[[], None]) -> Target:
    def draw(dice: Random) -> Trial:
        faulty = dice.randrange(4) == 0
        return Trial((name, faulty), deed if faulty else lambda: time.sleep(0))

    return Target(name, 1, draw)


if __name__ == "__main__":
    sys.exit(main([_target(name, deed) for name, deed in BROKEN.items()], _SECONDS))
