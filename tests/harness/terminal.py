"""A command on a terminal of its own: what it shows, with the time, and what a person types into it."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.canary import leaks
from tests.harness.command import command, environment, start_on_terminal
from tests.harness.forked import Forked

CTRL_C = "\x03"

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_PATIENCE = 60.0
_MISSED = 2.0
# Only the leader of a session can take a terminal for it, and only so does Ctrl-C reach it; a shell that started the
# tests in the background has told them, and so all that they start, not to hear it.
_TAKE_TERMINAL = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


@dataclass
class Terminal:
    """A terminal with a command at work.

    Attributes:
        moments: what appeared, raw, each with the seconds since the start.
    """

    run: "Forked | subprocess.Popen[bytes]"
    primary: int
    moments: list[tuple[float, str]] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))
    _seen: int = 0

    @property
    def screen(self) -> str:
        """Everything that appeared, without terminal codes."""
        return _CODES.sub("", "".join(text for _, text in self.moments))

    def expect(self, text: str) -> str:
        """Wait until a text appears behind the last that was waited for; gives what appeared with it."""
        deadline = time.monotonic() + _PATIENCE
        while (found := self.screen.find(text, self._seen)) < 0:
            more = self._read(deadline)
            assert more, f"{text!r} never appeared after:\n{self.screen[self._seen :]}"
        before, self._seen = self._seen, found + len(text)
        return self.screen[before : self._seen]

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.primary, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C at a question, and once more where the command does not end.

        Python misses one that comes in the instant between showing a question and waiting for keys.
        """
        self.type(CTRL_C)
        while self.run.poll() is None:
            try:
                self.run.wait(_MISSED)
            except subprocess.TimeoutExpired:
                self.type(CTRL_C)

    def answer(self, question: str, text: str) -> str:
        """Wait for a question, and answer it with a line; gives what appeared up to it."""
        shown = self.expect(question)
        self.type(f"{text}\n")
        return shown

    def end(self) -> int:
        """Wait for the end; gives the exit code. No planted secret may have been shown."""
        deadline = time.monotonic() + _PATIENCE
        while self._read(deadline):
            pass
        code = self.run.wait(timeout=_PATIENCE)
        assert leaks(self.screen) is None, f"the screen holds {leaks(self.screen)}"
        assert "Traceback" not in self.screen, self.screen
        return code

    def _read(self, deadline: float) -> bool:
        """Take what has come; False at the end."""
        ready, _, _ = select.select([self.primary], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"nothing came any more after:\n{self.screen[-2000:]}"
        try:
            data = os.read(self.primary, 65536)
        except OSError:  # how Linux says that nobody writes any more
            return False
        self.moments.append((time.monotonic() - self._started, self._decoder.decode(data)))
        return bool(data)


@contextmanager
def on_terminal(
    *words: str | Path,
    root: Path | None = None,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    columns: int = 100,
) -> Iterator[Terminal]:
    """Run `catalogsync` on a terminal, on a catalog or in a folder."""
    surroundings = environment({"TERM": "xterm", **(env or {})})
    with _started(command(*words, root=root), cwd, surroundings, columns) as terminal:
        yield terminal


@contextmanager
def _started(words: Sequence[str], cwd: Path | None, env: dict[str, str], columns: int) -> Iterator[Terminal]:
    primary, secondary = pty.openpty()
    try:
        fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        run = start_on_terminal(words, env, secondary, cwd) or subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _TAKE_TERMINAL, *words],
            cwd=cwd,
            env=env,
            stdin=secondary,
            stdout=secondary,
            stderr=secondary,
            start_new_session=True,
        )
        os.close(secondary)
        with run:
            try:
                yield Terminal(run, primary)
            finally:
                run.kill()
    finally:
        os.close(primary)
