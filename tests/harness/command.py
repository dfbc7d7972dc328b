"""Running the real command line in a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.harness.canary import leaks


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
    done = subprocess.run(
        command(*words, root=root),
        env=environment(env),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    outcome = Outcome(done.returncode, done.stdout, done.stderr)
    for name, text in (("stdout", outcome.out), ("stderr", outcome.err)):
        assert leaks(text) is None, f"{name} of {words[0]} holds {leaks(text)}"
        assert "Traceback" not in text, f"{name} of {words[0]} holds a traceback:\n{text}"
    return outcome


def command(*words: str | Path, root: Path | None = None) -> list[str]:
    """The words of a child process."""
    place = ["-C", str(root)] if root else []
    return [sys.executable, "-m", "catalogsync", *place, *map(str, words)]


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """A plain environment: nothing of the machine's that could change an outcome."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "XDG_CACHE_HOME")
        if name in os.environ
    }
    return {**kept, "ACCPLANET_API_KEY": "sandbox", **(extra or {})}
