"""Processes that feed inputs, under limits that no input may meet: whatever becomes of a process is a finding.

An input's time and memory are limited by the kernel, so that a reader in C that hangs or runs wild is found as well.
Each process says on a page of shared memory which input it is at.
"""

import gc
import mmap
import os
import resource
import signal
import struct
import sys
import tempfile
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz.trial import MEBIBYTES, PATIENCE, SECONDS, Target, Trial, Wrong
from tests.harness.canary import leaks

BLOCK: Final = 2000
"""So many inputs a process feeds."""
_MEBIBYTE: Final = 1 << 20
_ROOM: Final = 3 << 30
"""Bytes of addresses that a process may have on top: a bomb must not take the whole machine."""
_UNIT: Final = 1 if sys.platform == "darwin" else 1024
_ENDS: Final = {
    int(signal.SIGPROF): "it took too much processor time",
    int(signal.SIGALRM): f"it did nothing for {PATIENCE} s",
}


@dataclass(frozen=True)
class Finding:
    """An input that broke a promise.

    Attributes:
        target: what was to read it.
        seed: its number.
        what: what happened.
    """

    target: str
    seed: int
    what: str


class Inputs:
    """All inputs: what the input of a number is, is the same for ever.

    Args:
        targets: what reads them; each gets its share.
        seconds: the most processor time that one may take.
    """

    def __init__(self, targets: Sequence[Target], seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.targets = targets
        self._wheel = [target for target in targets for _ in range(target.share)]
        Random(0).shuffle(self._wheel)

    def target(self, seed: int) -> Target:
        """Which target reads the input of a number."""
        return self._wheel[seed % len(self._wheel)]

    def trial(self, seed: int) -> Trial:
        """The input of a number."""
        target = self.target(seed)
        return target.draw(Random(f"{target.name} {seed}"))


def warm(inputs: Inputs) -> None:
    """Have made what is made once, the corpus too: each forked process finds it."""
    for target in inputs.targets:
        target.prepare()
        for seed in range(20):
            target.draw(Random(seed))
    gc.collect()
    gc.freeze()


def feed(inputs: Inputs, seeds: range, jobs: int) -> Iterator[Finding]:
    """Feed inputs in one process after another, several at a time, and give what was found."""
    waiting = deque(range(first, min(first + BLOCK, seeds.stop)) for first in range(seeds.start, seeds.stop, BLOCK))
    at_work: dict[int, _Block] = {}
    while waiting or at_work:
        while waiting and len(at_work) < jobs:
            block = _Block(waiting.popleft())
            at_work[block.start(inputs)] = block
        process, status = os.wait()
        block = at_work.pop(process)
        for seed, what in block.found():
            yield Finding(inputs.target(seed).name, seed, what)
        if status != 0:
            at = block.at
            yield Finding(inputs.target(at).name, at, _end(os.waitstatus_to_exitcode(status)))
            if at + 1 < block.seeds.stop:
                waiting.appendleft(range(at + 1, block.seeds.stop))


class _Block:
    """Inputs that one process feeds, and what it says of them."""

    def __init__(self, seeds: range) -> None:
        self.seeds = seeds
        self.at = seeds.start
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # both processes have it

    def start(self, inputs: Inputs) -> int:
        """The id of the process."""
        process = os.fork()
        if process == 0:
            self._work(inputs)
        return process

    def found(self) -> list[tuple[int, str]]:
        """What the process found before its end."""
        (self.at,) = struct.unpack_from("q", self._page)
        self._file.seek(0)
        lines = [line.partition(" ") for line in self._file.read().decode().splitlines()]
        self._page.close()
        self._file.close()
        return [(int(seed), what) for seed, _, what in lines]

    def _work(self, inputs: Inputs) -> None:
        """Feed the inputs, and end the process."""
        try:
            for number in (signal.SIGPROF, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)  # which ends the process, wherever it is
            _limit()
            meter = _Meter()
            for seed in self.seeds:
                struct.pack_into("q", self._page, 0, seed)
                what = _fed(inputs, seed, meter)
                if what is not None:
                    line = f"{seed} {' '.join(what.split())}\n"
                    os.write(self._file.fileno(), line.encode("utf-8", "backslashreplace"))
            os._exit(0)
        except BaseException:  # noqa: BLE001  # nothing of pytest's or of the loop's may go on in this process
            traceback.print_exc()
            os._exit(1)


class _Meter:
    """The most memory that an input took, beyond what the process had at its beginning."""

    def __init__(self) -> None:
        self._reset = -1
        with suppress(OSError):
            self._reset = os.open("/proc/self/clear_refs", os.O_WRONLY)
        self._base = self._before = _most()

    def begin(self) -> None:
        """An input begins. Where the kernel can forget the most memory that there ever was, it does."""
        if self._reset >= 0:
            os.write(self._reset, b"5")
        self._before = _most()

    def taken(self) -> int:
        """MiB that the input took."""
        most = _most()
        return (most - self._base) // _MEBIBYTE if most > self._before else 0


def _most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _end(code: int) -> str:
    """What it means that a process ended before its time."""
    if code >= 0:
        return f"the process ended with exit code {code}"
    return _ENDS.get(-code, f"the process died of {signal.Signals(-code).name}")


def _limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + _ROOM, hard))


def _fed(inputs: Inputs, seed: int, meter: _Meter) -> str | None:
    """What was wrong with an input, in words that hold no secret; None if nothing was."""
    trial = inputs.trial(seed)
    meter.begin()
    signal.setitimer(signal.ITIMER_PROF, inputs.seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        trial.run()
        what = None
    except Wrong as wrong:
        what = str(wrong)
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        what = f"{type(error).__name__} at {_where(error)}"
        if leaks(f"{error}"):
            what += ", with a planted secret in it"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    taken = meter.taken()
    return f"it took {taken} MiB of memory" if taken > MEBIBYTES else what


def _where(error: Exception) -> str:
    """The last line of our own that an error came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/site-packages/" not in frame.filename]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-3:]))
