"""Processes that read files of products beside the main one. They write nothing, and nothing depends on them.

Each takes the next number off a pipe that all share, and hands over the bytes that came of it. So does whoever waits
for them. A worker that ends early, for whatever reason, leaves its number to be read by the main process.
"""

import fcntl
import gc
import os
import select
import signal
import struct
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Final, NoReturn

_TOKEN: Final = struct.Struct("=I")
_FRAME: Final = struct.Struct("=IQ")
_MOST_TOKENS: Final = 4096
"""So many fit into a pipe whose other end nobody reads yet."""
_AT_ONCE: Final = 1 << 20
_AHEAD: Final = 1 << 25
"""How many bytes a worker keeps before it waits for somebody to take them."""
_MOMENT: Final = 0.002
_SIGNALS: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


def processes() -> int:
    """How many workers do good here; none where a process with threads would have to be copied."""
    if sys.platform != "linux":
        return 0
    try:
        alone = len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return 0
    return max(1, min(4, len(os.sched_getaffinity(0)) - 1)) if alone else 0


class Workers:
    """Some processes at work.

    Args:
        count: how many processes.
        numbers: what is to be done, in the order in which it will be asked for.
        work: what gives the bytes for a number.
    """

    def __init__(self, count: int, numbers: Sequence[int], work: Callable[[int], bytes]) -> None:
        self._work = work
        self._due = set(numbers[:_MOST_TOKENS])
        self._done: dict[int, bytes] = {}
        self._pipes: dict[int, bytearray] = {}
        self._children: list[int] = []
        self._tokens = -1
        with suppress(OSError):
            self._tokens, end = os.pipe()
            os.write(end, b"".join(map(_TOKEN.pack, numbers[:_MOST_TOKENS])))
            os.close(end)
            for _ in range(min(count, len(numbers))):
                self._start()

    def take(self, number: int) -> bytes | None:
        """The bytes for a number; None if nobody has them, and whoever asks must do it."""
        if number not in self._due:
            return None
        self._due.discard(number)
        while number not in self._done:
            if self._gather(wait=False):
                continue
            if (other := self._next()) is None:
                if not self._gather(wait=True):
                    break
            elif other == number:
                return None
            else:
                self._done[other] = self._work(other)
        return self._done.pop(number, None)

    def close(self) -> None:
        """End all processes, whatever they do."""
        # Whatever interrupts this: no descriptor is closed twice, for its number may be another's by then.
        while self._pipes:
            number, _ = self._pipes.popitem()
            with suppress(OSError):
                os.close(number)
        if self._tokens >= 0:
            tokens, self._tokens = self._tokens, -1
            with suppress(OSError):
                os.close(tokens)
        for child in self._children:
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
            with suppress(OSError):
                os.waitpid(child, 0)
        self._children.clear()

    def _start(self) -> None:
        mine, others = os.pipe()
        with suppress(OSError):
            fcntl.fcntl(mine, fcntl.F_SETPIPE_SZ, _AT_ONCE)
        # A signal that a worker took before it is one would go its way through the main process' code.
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            child = os.fork()
            if child == 0:
                self._live([mine, *self._pipes], others, masked)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
            os.close(others)
        self._children.append(child)
        self._pipes[mine] = bytearray()

    def _next(self) -> int | None:
        token = os.read(self._tokens, _TOKEN.size)
        return _TOKEN.unpack(token)[0] if token else None

    def _gather(self, *, wait: bool) -> bool:
        """Take what workers have ready; whether there was anything."""
        if not self._pipes:
            return False
        ready, _, _ = select.select(list(self._pipes), [], [], None if wait else 0)
        for pipe in ready:
            if data := os.read(pipe, _AT_ONCE):
                self._pipes[pipe] += data
                self._open(self._pipes[pipe])
            else:
                del self._pipes[pipe]
                os.close(pipe)
        return bool(ready)

    def _open(self, received: bytearray) -> None:
        while len(received) >= _FRAME.size:
            number, length = _FRAME.unpack_from(received)
            end = _FRAME.size + length
            if len(received) < end:
                break
            self._done[number] = bytes(received[_FRAME.size : end])
            del received[:end]

    def _live(self, inherited: Sequence[int], pipe: int, masked: Collection[int]) -> NoReturn:
        """A worker's whole life. It leaves by the shortest way: what the main process had open is not its own."""
        try:
            gc.disable()
            for what in _SIGNALS:
                signal.signal(what, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
            for number in inherited:
                os.close(number)
            os.set_blocking(pipe, False)
            waiting = bytearray()
            while (due := self._next()) is not None:
                data = self._work(due)
                waiting += _FRAME.pack(due, len(data)) + data
                _hand_over(pipe, waiting, _AHEAD)
            _hand_over(pipe, waiting, 0)
        finally:
            os._exit(0)


def _hand_over(pipe: int, waiting: bytearray, most: int) -> None:
    """Write what can be written; more than `most` bytes are waited for."""
    while waiting:
        try:
            del waiting[: os.write(pipe, waiting)]
        except BlockingIOError:
            # Whoever waits for it takes it at once.
            _, ready, _ = select.select([], [pipe], [], _MOMENT if len(waiting) <= most else None)
            if not ready:
                return
