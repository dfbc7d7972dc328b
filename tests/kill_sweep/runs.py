"""The real command line in processes of its own that are forked, not started: three hundred kills in minutes.

A run has its own process id and dies by its own SIGKILL; only the imports are shared.
"""

import multiprocessing
import os
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.harness.canary import leaks
from tests.harness.command import Outcome, environment
from tests.kill_sweep.doors import Strike, Use, watch

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.kill_sweep.preload", "tests.kill_sweep.runs"])

KILLED = -signal.SIGKILL
"""The exit code of a run that was killed."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What a forked process is to do."""

    words: tuple[str, ...]
    root: Path
    env: dict[str, str]
    out: Path
    err: Path
    strike: Strike | None
    log: Path | None


class Running:
    """A run that was started; to be closed with `end`."""

    def __init__(
        self, words: tuple[str, ...], root: Path, strike: Strike | None = None, log: Path | None = None
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="run-")
        folder = Path(self._folder.name)
        env = environment({"XDG_CACHE_HOME": str(cache_of(root))})
        self._task = _Task(words, root, env, folder / "out", folder / "err", strike, log)
        self._process: ForkServerProcess = _CONTEXT.Process(target=_perform, args=(self._task,), daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        """The exit code, or None while it goes on."""
        return self._process.exitcode

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    def end(self) -> Outcome:
        """Wait for its end, and check what must hold for every run: no traceback, no planted secret."""
        self._process.join(100)
        code = self._process.exitcode
        assert code is not None, f"{self._task.words} does not end"
        self._process.close()
        # A process that is killed early enough has not opened them yet.
        texts = {"stdout": "", "stderr": ""}
        for name, path in (("stdout", self._task.out), ("stderr", self._task.err)):
            with suppress(FileNotFoundError):
                texts[name] = path.read_text("utf-8", "replace")
        self._folder.cleanup()
        for name, text in texts.items():
            assert leaks(text) is None, f"{name} of {self._task.words} holds {leaks(text)}"
            assert "Traceback" not in text, f"{name} of {self._task.words} holds a traceback:\n{text}"
            assert "should not happen" not in text, text
        return Outcome(code, texts["stdout"], texts["stderr"])


def cache_of(root: Path) -> Path:
    """Where the runs on a catalog keep their caches."""
    return root.with_name("cache")


def run(root: Path, *words: str, strike: Strike | None = None) -> Outcome:
    """Run a command on a catalog; strike it if that is asked for."""
    return Running(words, root, strike).end()


def uses_of(root: Path, *words: str) -> list[Use]:
    """Run a command on a catalog undisturbed, and tell each use that it made of a door to the catalog's own files."""
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        log = Path(folder) / "log"
        outcome = Running(words, root, None, log).end()
        assert outcome.code == 0, outcome.out + outcome.err
        return [Use(*line.split()) for line in log.read_text().splitlines()]


def _perform(task: _Task) -> None:
    """In the forked process: become the command line."""
    from catalogsync.cli.main import main

    os.environ.clear()
    os.environ.update(task.env)
    for path, number in ((task.out, 1), (task.err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    sys.argv = ["catalogsync", "-C", str(task.root), *task.words]
    if task.strike is not None or task.log is not None:
        watch(task.root, task.strike, task.log)
    main()
