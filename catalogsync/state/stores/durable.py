"""Files that are either wholly there or not at all, whatever happens while they are written."""

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from catalogsync.model.errors import StateError

_NO_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_ABANDONED: Final = 3600.0
LARGEST: Final = 1 << 24
"""Bytes; many times what a record may have, and nothing that fills the memory."""
_WORDS: Final = {
    errno.ENOSPC: ("the disk is full", "make room and run the command again"),
    errno.EDQUOT: ("the disk quota is used up", "make room and run the command again"),
    errno.EFBIG: ("the limit for the size of a file is too low", "raise it (`ulimit -f`) and run the command again"),
    errno.EROFS: ("the file system is read-only", "make it writable, or set `state.path` to a folder that is"),
    errno.EACCES: ("permission is denied", "make it yours to read and write, and run the command again"),
    errno.EPERM: ("permission is denied", "make it yours to read and write, and run the command again"),
    errno.EIO: ("the disk reports an error", "check the disk before anything else"),
}

Link = Callable[[Path, Path], None]


def publish(final: Path, data: bytes, link: Link = os.link) -> bool:
    """Write a file that is not there yet; it is durable when this returns.

    The content is complete on the disk before its name appears, so a reader, or a crash, never meets a part of it.

    Args:
        final: the file; its folder exists.
        data: the content.
        link: how a file gets a second name.

    Returns:
        True: the file holds exactly `data`. False: it holds something else already.

    Raises:
        OSError: nobody can tell whether it was written.
    """
    draft = final.with_name(f".{final.name}.{secrets.token_hex(8)}.tmp")
    try:
        _write(draft, data)
        try:
            link(draft, final)
        except FileExistsError:
            # A network file system may say so of the very link that it has just made.
            won = _holds(final, data)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            won = _rename_if_absent(draft, final, data)
        else:
            won = True
        if won:
            sync_folder(final.parent)
    finally:
        # A draft that stays is swept later; it must not make a record that is there look as if it were not.
        with suppress(OSError):
            draft.unlink()
    return won


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a file; a pipe is not waited for, and a device not read.

    Raises:
        OSError: it cannot be read, is no file, or is larger than `most` bytes.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is no file")
        data = os.read(handle, most + 1)
        while 0 < len(data) <= most and (more := os.read(handle, most + 1 - len(data))):
            data += more
    finally:
        os.close(handle)
    if len(data) > most:
        raise OSError(0, f"it is larger than {most:,} bytes")
    return data


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it, for this user alone; durable when this returns."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems keep names durable by themselves and refuse to be asked.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(handle)


def sweep(folder: Path, fresh: Path) -> None:
    """Remove what killed writers left in a folder; best effort.

    Args:
        folder: where to look.
        fresh: a file that was written just now: the file system's own idea of the time, whatever the wall clock says.
    """
    try:
        now = fresh.stat().st_mtime
        for draft in folder.glob(".*.tmp"):
            if now - draft.stat().st_mtime > _ABANDONED:
                draft.unlink(missing_ok=True)
    except OSError:
        return


def state_error(error: OSError, doing: str, path: Path) -> StateError:
    """A file system's refusal in words for the user.

    Args:
        error: what came.
        doing: `read` or `written`.
        path: which file or folder.
    """
    why, hint = _WORDS.get(
        error.errno or 0, (error.strerror or type(error).__name__, "look at the file system that the state lies on")
    )
    return StateError(f"the state cannot be {doing}: {why} ({path})", hint)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_file(path, len(data)) == data
    except OSError as error:
        if error.errno:
            raise
        return False


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(handle)


def _rename_if_absent(draft: Path, final: Path, data: bytes) -> bool:
    """Where there are no hard links: look and rename under a lock, which the kernel lets go of if we are killed."""
    handle = os.open(final.with_name(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if final.exists():
            return _holds(final, data)
        draft.rename(final)
        return True
    finally:
        os.close(handle)
