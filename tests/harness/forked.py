"""Runs of the command line in processes of their own that are forked from one that has loaded it."""

import atexit
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self, TextIO

ROOT = Path(__file__).parents[2]

_READ_AT_START: Final = ("PYTHON", "LC_", "LANG", "LD_", "TZ", "HOME", "OPENSSL", "VIRTUAL_ENV")
"""How the names begin that the interpreter and its libraries read while they start."""
_AT_ONCE: Final = 4096  # bytes that fit into any pipe before anybody reads


class ForkServer:
    """A fork server, started by the first who needs it; it ends with this process."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = {name: value for name, value in env.items() if name.startswith(_READ_AT_START)}
        self._control, theirs = socket.socketpair()
        self._turn = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.fork_server", str(theirs.fileno())],
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        atexit.register(self.close)

    def close(self) -> None:
        """End it, and what it forked."""
        self._control.close()
        self._process.wait()

    def serves(self, env: dict[str, str], stdin: bytes = b"") -> bool:
        """Whether a run would be the same as one that is started anew."""
        read = {name: value for name, value in env.items() if name.startswith(_READ_AT_START)}
        return read == self._env and len(stdin) <= _AT_ONCE

    def run(
        self, words: Sequence[str], env: dict[str, str], stdin: bytes, timeout: float
    ) -> "subprocess.CompletedProcess[bytes]":
        """What `subprocess.run` does with captured output.

        Raises:
            subprocess.TimeoutExpired: it did not end in time, and was killed.
        """
        with self.start(words, env, stdin) as forked:
            out, err = forked.outputs(timeout)
            return subprocess.CompletedProcess(words, forked.wait(), out, err)

    def start(self, words: Sequence[str], env: dict[str, str], stdin: bytes = b"") -> "Forked":
        """What `subprocess.Popen` does with captured output."""
        (given, feed), (out, said), (err, cried) = (os.pipe() for _ in range(3))
        os.write(feed, stdin)
        os.close(feed)
        talk = self._fork(words, env, (given, said, cried))
        for number in (given, said, cried):
            os.close(number)
        return Forked(words, talk, open(out), open(err))

    def start_on_terminal(self, words: Sequence[str], env: dict[str, str], terminal: int, cwd: Path | None) -> "Forked":
        """Start as the first process of a session whose terminal this is."""
        return Forked(words, self._fork(words, env, (terminal,) * 3, cwd, leads=True))

    def _fork(
        self,
        words: Sequence[str],
        env: dict[str, str],
        streams: tuple[int, int, int],
        cwd: Path | None = None,
        leads: bool = False,
    ) -> socket.socket:
        """Have a process forked; gives its socket."""
        talk, theirs = socket.socketpair()
        with theirs, self._turn:
            socket.send_fds(self._control, [b"r"], [*streams, theirs.fileno()])
        program = str(ROOT / "catalogsync" / "__main__.py")
        place = str(cwd or os.getcwd())
        task = {"program": program, "words": words, "env": env, "cwd": place, "leads": leads}
        talk.sendall(json.dumps(task).encode())
        talk.shutdown(socket.SHUT_WR)
        return talk


class Forked:
    """A process that was forked, to be used as a `subprocess.Popen`.

    Attributes:
        pid: its process id.
        returncode: as that of a `Popen`.
        stdout: what it writes, unless that goes to a terminal.
        stderr: likewise.
    """

    def __init__(
        self, words: Sequence[str], talk: socket.socket, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self._words = words
        self._talk = talk
        self._told = b""
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self.pid = self._number(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Close the streams, and wait for its end."""
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()

    def poll(self) -> int | None:
        """Its exit code, or None while it goes on."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        if self.returncode is None:
            self.returncode = self._number(timeout)
            self._talk.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """What it writes from now on until its end, on stdout and stderr, as text.

        Raises:
            subprocess.TimeoutExpired: it did not end in time, and was killed.
        """
        with self:
            out, err = self.outputs(timeout)
        return out.decode(), err.decode()

    def outputs(self, timeout: float) -> tuple[bytes, bytes]:
        """As `communicate`, but as bytes.

        Raises:
            subprocess.TimeoutExpired: it did not end in time, and was killed.
        """
        assert self.stdout is not None
        assert self.stderr is not None
        deadline = time.monotonic() + timeout
        try:
            out, err = _read_all((self.stdout.fileno(), self.stderr.fileno()), deadline)
            self.wait(max(0.001, deadline - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            self.kill()
            raise subprocess.TimeoutExpired(self._words, timeout) from None
        return out, err

    def _number(self, timeout: float | None) -> int:
        """The next number that the fork server tells."""
        while b"\n" not in self._told:
            ready, _, _ = select.select([self._talk], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired(self._words, timeout or 0.0)
            piece = self._talk.recv(64)
            assert piece, "the fork server has ended"
            self._told += piece
        line, _, self._told = self._told.partition(b"\n")
        return int(line)


def _read_all(sources: Sequence[int], deadline: float) -> list[bytes]:
    """What comes from pipes until all are closed at their other ends.

    Raises:
        TimeoutError: it took too long.
    """
    texts = {number: bytearray() for number in sources}
    with selectors.DefaultSelector() as open_ones:
        for number in sources:
            open_ones.register(number, selectors.EVENT_READ)
        while open_ones.get_map():
            ready = open_ones.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                piece = os.read(key.fd, 65536)
                texts[key.fd] += piece
                if not piece:
                    open_ones.unregister(key.fd)
    return [bytes(text) for text in texts.values()]
