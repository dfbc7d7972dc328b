"""Runs of the command line in processes of their own that are forked from one that has loaded it."""

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

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

    def serves(self, env: dict[str, str], stdin: bytes) -> bool:
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
        deadline = time.monotonic() + timeout
        with ExitStack() as stack:
            talk, out, err = self._start(stack, words, env, stdin)
            lines = stack.enter_context(talk.makefile("r"))
            pid = int(lines.readline())
            try:
                texts = _read_all((out, err), deadline)
                talk.settimeout(max(0.001, deadline - time.monotonic()))
                return subprocess.CompletedProcess(words, int(lines.readline()), *texts)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(words, timeout) from None

    def _start(
        self, stack: ExitStack, words: Sequence[str], env: dict[str, str], stdin: bytes
    ) -> tuple[socket.socket, int, int]:
        """Have a process forked; gives its socket, and where to read its output."""
        (given, feed), (out, said), (err, cried) = (os.pipe() for _ in range(3))
        for number in (out, err):
            stack.callback(os.close, number)
        talk, theirs = socket.socketpair()
        stack.enter_context(talk)
        os.write(feed, stdin)
        os.close(feed)
        with theirs, self._turn:
            socket.send_fds(self._control, [b"r"], [given, said, cried, theirs.fileno()])
        for number in (given, said, cried):
            os.close(number)
        task = {"program": str(ROOT / "catalogsync" / "__main__.py"), "words": words, "env": env, "cwd": os.getcwd()}
        talk.sendall(json.dumps(task).encode())
        talk.shutdown(socket.SHUT_WR)
        return talk, out, err


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
