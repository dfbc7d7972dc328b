"""Wrong inputs by the thousand, and no reader crashes, hangs, runs wild, or tells a secret."""

import re
import subprocess
import sys

import pytest

from tests.fuzz.teeth import BROKEN


def fuzz(module: str, *words: object) -> subprocess.CompletedProcess[str]:
    """A process of its own: it forks, and must have no threads."""
    command = [sys.executable, "-m", module, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=550)


@pytest.mark.timeout(600)
def test_no_promise_is_broken_by_any_input() -> None:
    done = fuzz("tests.fuzz", "--inputs", 10_000)
    assert (done.stdout.splitlines()[-1], done.stderr, done.returncode) == ("findings: 0", "", 0), done.stdout


def test_what_is_broken_on_purpose_is_found() -> None:
    done = fuzz("tests.fuzz.teeth", "--inputs", 63)
    found = dict(re.findall(r"^([^:\n]+): (.+)$", done.stdout, re.MULTILINE))
    assert found.keys() == {*BROKEN, "findings"}, done.stdout + done.stderr
    assert {found[name] for name in ("hangs", "hangs in C")} == {"it took too much processor time"}
    assert found["crashes"] == "the process died of SIGSEGV"
    assert re.fullmatch("it took [0-9]+ MiB of memory", found["eats memory"])
    assert re.match("KeyError at teeth.py:[0-9]+ .*, with a planted secret in it", found["lets an exception out"])
    assert found["tells a secret"] == "an error holds a planted secret"
    assert found["tells no place"] == "lost has no place"


def test_an_input_is_the_same_in_every_process() -> None:
    again = "from tests.fuzz.__main__ import TARGETS; from tests.fuzz.workers import Inputs; import hashlib;"
    again += (
        "print(hashlib.sha256(repr([Inputs(TARGETS).trial(seed).fed for seed in range(150)]).encode()).hexdigest())"
    )
    shown = {subprocess.run([sys.executable, "-c", again], capture_output=True, text=True).stdout for _ in range(2)}
    assert len(shown) == 1
    assert len(shown.pop()) == 65
