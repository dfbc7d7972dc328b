"""Ctrl-C and its relatives: once to finish the call under way and record it, twice to stop at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


@contextmanager
def interruptible(flag: threading.Event, *, after: str = "the calls under way") -> Iterator[None]:
    """While this is open, the first SIGINT, SIGTERM or SIGHUP sets the flag, and the second ends the process.

    Ending it at once is safe: intents are on disk before their calls are sent, and files are written whole.

    Args:
        flag: what is set.
        after: what will be brought to its end first, in plain ASCII.
    """
    told = f"\nstopping after {after}; once more stops at once\n".encode()

    def handle(_number: int, _frame: FrameType | None) -> None:
        if flag.is_set():
            os._exit(130)
        flag.set()
        # Not click.echo: a handler must not enter a stream that the main program may be writing to. And it must not
        # raise where nobody listens: it runs between any two steps, also between an answer and its record.
        with suppress(OSError):
            if sys.stderr is not None:
                os.write(sys.stderr.fileno(), told)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
