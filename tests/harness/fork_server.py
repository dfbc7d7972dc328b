"""A process that has loaded the whole program, and forks for each run: `python -m tests.harness.fork_server FD`.

Nine tenths of a short run are imports. Here they are done once, no command is run, and whoever asks at the socket gets
a process that becomes the command line where an ordinary one stands after its imports: with words, surroundings and
streams of its own, and every signal at its default. The server is single-threaded, and ends, with what it forked, when
the other end of its socket is closed.
"""

import atexit
import fcntl
import gc
import io
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import termios
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Final, TextIO

LAZY: Final = (
    "ctypes",
    "deepdiff",
    "difflib",
    "encodings.ascii",
    "encodings.idna",
    "jsonschema.validators",
    "openpyxl.styles",
    "openpyxl.writer.excel",
    "resource",
    "rich.console",
    "rich.progress",
    "shutil",
    "tempfile",
)
"""What the program itself imports only where it is needed."""


def load() -> None:
    """Import the whole command line; the sandbox, which runs seldom and long, loads itself."""
    import catalogsync

    for module in pkgutil.walk_packages(catalogsync.__path__, "catalogsync."):
        if not module.name.startswith(("catalogsync.sandbox", "catalogsync.__main__")):
            import_module(module.name)
    for name in LAZY:
        import_module(name)
    warm()
    gc.collect()
    gc.freeze()  # pages that no collection touches stay shared


def warm() -> None:
    """Have the validators made, which take as long as half a plan and are the same for every catalog."""
    from catalogsync.catalog import read_catalog

    read_catalog(Path(__file__).parents[2] / "examples" / "catalog")


def serve(control: socket.socket) -> list[int] | None:
    """Fork for whoever asks, and tell process ids and exit codes.

    A request is a byte with four descriptors: the three standard streams, and a socket on which the process finds its
    task, and the asker two lines: its id, and the code it ended with (negative: the signal).

    Returns:
        In a forked process its four descriptors; in the server, at its end, None.
    """
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    askers: dict[int, socket.socket] = {}
    doors: list[socket.socket | int] = [control, woken]
    while True:
        ready, _, _ = select.select(doors, [], [])
        if woken in ready:
            os.read(woken, 4096)
            _reap(askers)
        if control in ready:
            asked, descriptors, _, _ = socket.recv_fds(control, 1, 4)
            if not asked:
                break
            pid = os.fork()
            if pid == 0:
                return descriptors
            for number in descriptors[:3]:
                os.close(number)
            askers[pid] = socket.socket(fileno=descriptors[3])
            _tell(askers[pid], pid)
    for pid in askers:
        os.kill(pid, signal.SIGKILL)
    return None


def _reap(askers: dict[int, socket.socket]) -> None:
    for pid in list(askers):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with askers.pop(pid) as asker:
                _tell(asker, os.waitstatus_to_exitcode(status))


def _tell(asker: socket.socket, number: int) -> None:
    with suppress(OSError):  # who does not wait for the answer has closed it
        asker.sendall(f"{number}\n".encode())


def become(descriptors: list[int]) -> None:
    """In the forked process: be what `exec` would have made."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=descriptors[3]) as asker, asker.makefile("rb") as task:
        wanted = json.load(task)
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    for standard, number in enumerate(descriptors[:3]):
        os.dup2(number, standard)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    if wanted["leads"]:  # only the leader of a session can take a terminal for it, and only so does Ctrl-C reach it
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = _stream(number, getattr(sys, name))
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv = [wanted["program"], *wanted["words"]]


def _stream(number: int, before: TextIO) -> TextIO:
    """A standard stream as the interpreter opens it at its start."""
    raw = os.fdopen(number, "wb" if number else "rb", closefd=False)
    return io.TextIOWrapper(raw, before.encoding, before.errors, "\n", line_buffering=number == 2 or os.isatty(number))


class _ShortEnd:
    """Spares a forked process the demolition of all that was loaded, which costs more than most runs.

    It is registered before anything is loaded and so comes last: threads have been waited for, and exit functions run.
    """

    def __init__(self) -> None:
        self.code: int | None = None
        atexit.register(self)

    def __call__(self) -> None:
        if self.code is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self.code)


if __name__ == "__main__":
    end = _ShortEnd()
    load()
    forked = serve(socket.socket(fileno=int(sys.argv[1])))
    if forked is not None:
        become(forked)
        from catalogsync.cli.main import main

        try:
            main()
        except SystemExit as wanted:
            if isinstance(wanted.code, int):
                end.code = wanted.code
            raise
