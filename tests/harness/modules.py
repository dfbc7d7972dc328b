"""Which modules a fresh process has loaded at its end."""

import subprocess
import sys

from tests.harness.command import environment


def modules(script: str, *words: str, env: dict[str, str] | None = None) -> set[str]:
    """Run a script, in which `sys` is there, and tell the modules; whatever it prints is dropped.

    Args:
        script: Python.
        words: `sys.argv[1:]`.
        env: variables beside those of every run.
    """
    told = "import atexit, sys; atexit.register(lambda: print('LOADED', *sys.modules, file=sys.stderr))\n"
    done = subprocess.run(
        [sys.executable, "-c", told + script, *words],
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return set(done.stderr.rpartition("LOADED")[2].split())
