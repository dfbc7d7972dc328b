"""Ctrl-C and its relatives: once to finish the call under way and record it, twice to stop at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


@contextmanager
def interruptible(flag: threading.Event) -> Iterator[None]:
    """While this is open, the first SIGINT, SIGTERM or SIGHUP sets the flag, and the second ends the process.

    Ending it at once is safe: intents are on disk before their calls are sent.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        if flag.is_set():
            os._exit(130)
        flag.set()
        # Not click.echo: a handler must not enter a stream that the main program may be writing to. And it must not
        # raise where nobody listens: it runs between any two steps, also between an answer and its record.
        with suppress(OSError):
            if sys.stderr is not None:
                os.write(sys.stderr.fileno(), b"\nstopping after the calls under way; once more stops at once\n")

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
