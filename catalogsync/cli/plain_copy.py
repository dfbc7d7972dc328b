"""A private folder for a plain copy of something encrypted: in memory where there is such a place, and gone at the end.

Also after SIGKILL: a process of its own (`shredder`) waits for the end of this one, and is there before anything is
written. A computer that loses its power forgets what was in memory.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogsync.cli import shredder
from catalogsync.model.errors import UsageError

_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_SHARED: Final = "/dev/shm"  # noqa: S108 - the folder is made with a name of its own, for its owner alone
_PREFIX: Final = "catalogsync-edit-"


@dataclass(frozen=True, slots=True)
class PlainFolder:
    """Where a plain copy may lie.

    Attributes:
        path: the folder, which only its owner can enter.
        in_memory: whether what lies there never reaches a disk (but for swap).
    """

    path: Path
    in_memory: bool

    def put(self, name: str, data: bytes) -> Path:
        """A new file that only its owner can read.

        Raises:
            UsageError: it cannot be written.
        """
        path = self.path / name
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(data)
        except OSError as error:
            raise UsageError(f"the plain copy cannot be written into {self.path}: {error.strerror}") from None
        return path

    def take(self, path: Path) -> bytes:
        """What a file in it holds by now.

        Raises:
            UsageError: it is there no more, or is no regular file.
        """
        try:
            number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(number, "rb") as file:
                return file.read()
        except OSError as error:
            raise UsageError(f"what was edited cannot be read: {error.strerror}; nothing was changed") from None


@contextmanager
def plain_folder(environ: Mapping[str, str]) -> Iterator[PlainFolder]:
    """A folder that is gone in the end, whatever happens.

    Args:
        environ: says where such folders belong (`XDG_RUNTIME_DIR`, `TMPDIR`).

    Raises:
        UsageError: it cannot be made or watched over, or could not be removed; the text says where it is.
    """
    parent = _memory(environ)
    try:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent or environ.get("TMPDIR") or None))
    except OSError as error:
        raise UsageError(
            f"a folder for the plain copy cannot be made: {error.strerror}", "TMPDIR names where folders may be made"
        ) from None
    try:
        with _watched(path):
            yield PlainFolder(path, parent is not None)
    finally:
        if not shredder.shred(str(path)):
            raise UsageError(f"the plain copy in {path} could not be removed", "remove that folder now")


@contextmanager
def _watched(folder: Path) -> Iterator[None]:
    # -I: neither this folder nor the one where the user stands has anything that is imported.
    words = [sys.executable, "-I", "-S", str(Path(shredder.__file__)), str(folder)]
    try:
        watch = subprocess.Popen(
            words,
            env={},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _unwatched(error.strerror or "") from None
    with watch:
        if watch.stdout is None or not watch.stdout.read(1):
            raise _unwatched("it ended at once")
        yield


def _unwatched(why: str) -> UsageError:
    return UsageError(f"nothing could be started that removes the plain copy if this run is killed: {why}")


def _memory(environ: Mapping[str, str]) -> str | None:
    """A folder of ours, or one where everybody may make folders, that lies in memory."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    for folder in (runtime, _SHARED):
        try:
            status = os.stat(folder)
        except OSError:
            continue
        ours = status.st_uid == os.getuid() and not status.st_mode & 0o077
        if (ours or folder == _SHARED) and os.access(folder, os.W_OK | os.X_OK) and _lies_in_memory(status.st_dev):
            return folder
    return None


def _lies_in_memory(device: int) -> bool:
    """Whether a file system is one in memory; where the system does not tell, it counts as none."""
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = Path("/proc/self/mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return False
    kinds = [line.partition(" - ")[2].partition(" ")[0] for line in mounts if line.split(" ", 3)[2] == number]
    return bool(kinds) and _IN_MEMORY.issuperset(kinds)
