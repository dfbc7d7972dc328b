"""Running the real command line in a process of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.harness.canary import leaks
from tests.harness.forked import Forked, ForkServer
from tests.harness.planted import surroundings

Started = Forked | subprocess.Popen[str]
"""A run under way, which may have been forked."""

_PATIENCE = 100.0


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    code: int
    out: str
    err: str


def catalogsync(
    *words: str | Path, root: Path | None = None, env: dict[str, str] | None = None, stdin: str = ""
) -> Outcome:
    """Run `catalogsync` and check what must hold for every run: no traceback, no planted secret."""
    wanted, surroundings, data = command(*words, root=root), environment(env), stdin.encode()
    if _server().serves(surroundings, data):
        done = _server().run(wanted[3:], surroundings, data, _PATIENCE)
    else:
        done = subprocess.run(wanted, env=surroundings, input=data, capture_output=True, timeout=_PATIENCE, check=False)
    outcome = Outcome(done.returncode, _text(done.stdout), _text(done.stderr))
    for name, text in (("stdout", outcome.out), ("stderr", outcome.err)):
        assert leaks(text) is None, f"{name} of {words[0]} holds {leaks(text)}"
        assert "Traceback" not in text, f"{name} of {words[0]} holds a traceback:\n{text}"
    return outcome


def start(*words: str | Path, root: Path | None = None, env: dict[str, str] | None = None) -> Started:
    """Start `catalogsync`, and go on; who does so has to check its output."""
    wanted, surroundings = command(*words, root=root), environment(env)
    if _server().serves(surroundings):
        return _server().start(wanted[3:], surroundings)
    return subprocess.Popen(wanted, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def start_on_terminal(words: Sequence[str], env: dict[str, str], terminal: int, cwd: Path | None) -> Forked | None:
    """Fork a command, in the words of `command`, on a terminal of its own; None if it has to be started anew."""
    return _server().start_on_terminal(words[3:], env, terminal, cwd) if _server().serves(env) else None


@cache
def _server() -> ForkServer:
    return ForkServer(environment())


def _text(data: bytes) -> str:
    """Output as Python reads it: any end of a line is one."""
    return io.TextIOWrapper(io.BytesIO(data)).read()


def command(*words: str | Path, root: Path | None = None) -> list[str]:
    """The words of a child process."""
    place = ["-C", str(root)] if root else []
    return [sys.executable, "-m", "catalogsync", *place, *map(str, words)]


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """A plain environment: nothing of the machine's that could change an outcome, and secrets that are not ours."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "XDG_CACHE_HOME", "TMPDIR")
        if name in os.environ
    }
    return {**kept, **surroundings(), "ACCPLANET_API_KEY": "sandbox", **(extra or {})}
