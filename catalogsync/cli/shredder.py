"""Removes a folder of plain copies; as a program, once the run that made it has ended, however it ended.

`python shredder.py FOLDER` says with one byte that it is there, and waits for the end of its input, which comes when
whoever holds the other end closes it or is killed. It has a session of its own, so that no key on the terminal ends it,
and knows nothing but the folder's name.
"""

import os
import signal
import stat
import sys
from contextlib import suppress
from typing import Final

_TRIES: Final = 5
"""An editor that is just ending may still put something into the folder."""
_ZEROS: Final = bytes(1 << 16)


def shred(folder: str) -> bool:
    """Write zeros over the files of a folder and remove it with all that is in it. Gives back whether it is gone."""
    for _ in range(_TRIES):
        for place, folders, files in os.walk(folder, topdown=False):
            for name in files:
                _shred_file(os.path.join(place, name))
            for name in folders:
                path = os.path.join(place, name)
                with suppress(OSError):
                    os.unlink(path) if os.path.islink(path) else os.rmdir(path)
        with suppress(OSError):
            os.rmdir(folder)
        if not os.path.lexists(folder):
            return True
    return False


def _shred_file(path: str) -> None:
    with suppress(OSError):
        # Never through a link, and never waiting for whoever reads a pipe.
        number = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(number)
            left = status.st_size if stat.S_ISREG(status.st_mode) else 0
            while left > 0:
                left -= os.write(number, _ZEROS[:left])
            os.fsync(number)
        finally:
            os.close(number)
    with suppress(OSError):
        os.unlink(path)


def main() -> None:
    """Wait for the end of the input, then remove the folder."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.write(1, b".")
    while os.read(0, 1):
        pass
    shred(sys.argv[1])


if __name__ == "__main__":
    main()
