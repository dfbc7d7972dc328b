"""The cache's files: one slice each, in a folder that is ours alone.

It is of use only, never needed: whatever is odd about it counts as nothing, and nothing that goes wrong here is told.
"""

import os
import re
import stat
from collections.abc import Set
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

_MARK: Final = b"catalogsync products 1 "
_HEAD: Final = _MARK + b"%s %s\n"
_HEAD_LENGTH: Final = len(_HEAD % (b"0" * 32, b"0" * 32))
_LARGEST: Final = 1 << 26
_NAME: Final = re.compile(r"\.?[0-9a-f]{32}(\.[0-9]+)?")
_SPARE: Final = 16
"""How many files may lie there that the last run had no use for; and how many catalogs there may be."""
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class Shelf:
    """The slices of one catalog.

    Args:
        base: the folder for all catalogs; made if it is not there.
        root: the catalog's folder.
    """

    def __init__(self, base: Path, root: Path) -> None:
        self._base = base
        self._own = blake2b(os.fsencode(os.path.realpath(root)), digest_size=16).hexdigest()
        self._folder: int | None = None
        self._wrote = False
        with suppress(OSError):
            for folder in (*reversed(base.parents[:2]), base, base / self._own):
                folder.mkdir(mode=0o700, exist_ok=True)
            self._folder = _opened(base / self._own)

    def has(self, name: str, context: bytes) -> bool:
        """Whether there is a slice of this name that was made where the same counted."""
        return self._bytes(name, _HEAD_LENGTH).startswith(_MARK + context.hex().encode())

    def read(self, name: str, context: bytes) -> bytes:
        """The slice's bytes; none if there is none, or if it is not as it was written."""
        data = self._bytes(name, _LARGEST)
        return data[_HEAD_LENGTH:] if data[:_HEAD_LENGTH] == _head(context, data[_HEAD_LENGTH:]) else b""

    def write(self, name: str, context: bytes, data: bytes) -> None:
        """Put a slice there, whole or not at all. Once that has failed, it is not tried again."""
        folder = self._folder
        if folder is None:
            return
        draft = f".{name}.{os.getpid()}"
        try:
            with suppress(FileNotFoundError):
                os.unlink(draft, dir_fd=folder)
            number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
            with open(number, "wb") as file:
                file.write(_head(context, data))
                file.write(data)
            os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            self._wrote = True
        except OSError:
            with suppress(OSError):
                os.unlink(draft, dir_fd=folder)
            self.close()

    def sweep(self, used: Set[str]) -> None:
        """Take away what nobody asks for any more, if much of it has gathered."""
        if self._folder is None or not self._wrote:
            return
        with suppress(OSError):
            unused = [name for name in os.listdir(self._folder) if _NAME.fullmatch(name) and name not in used]
            if len(unused) > _SPARE + len(used):
                _remove(self._folder, unused)
            self._sweep_others()

    def close(self) -> None:
        """No more is read or written."""
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    def _sweep_others(self) -> None:
        catalogs = [
            entry for entry in os.scandir(self._base) if _NAME.fullmatch(entry.name) and entry.name != self._own
        ]
        oldest = sorted(catalogs, key=lambda entry: entry.stat(follow_symlinks=False).st_mtime_ns)
        for entry in oldest[:-_SPARE]:
            with suppress(OSError):
                folder = _opened(Path(entry.path))
                try:
                    _remove(folder, [name for name in os.listdir(folder) if _NAME.fullmatch(name)])
                finally:
                    os.close(folder)
                os.rmdir(entry.path)

    def _bytes(self, name: str, most: int) -> bytes:
        if self._folder is None:
            return b""
        try:
            # O_NONBLOCK: a FIFO must be found out, not waited for.
            flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
            number = os.open(name, flags, dir_fd=self._folder)
            with open(number, "rb") as file:
                status = os.fstat(number)
                if not stat.S_ISREG(status.st_mode) or not _ours(status) or status.st_size > _LARGEST:
                    return b""
                return file.read(most)
        except OSError:
            return b""


def _opened(folder: Path) -> int:
    """A folder, if it is one, is ours, and nobody else can write there."""
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW)
    if not _ours(os.fstat(number)):
        os.close(number)
        raise PermissionError
    return number


def _ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE


def _head(context: bytes, data: bytes) -> bytes:
    return _HEAD % (context.hex().encode(), blake2b(data, digest_size=16).hexdigest().encode())


def _remove(folder: int, names: list[str]) -> None:
    for name in names:
        os.unlink(name, dir_fd=folder)
