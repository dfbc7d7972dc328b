"""The doors of the operating system through which files are written, with somebody at them who strikes at the n-th use.

Only what leads out of the process is wrapped (`os.open`, `os.fsync`, `os.link` ...), nothing of the program's own. It
must happen before the program is imported, which remembers some of these functions.
"""

import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

DOORS: Final = ("read", "open", "write", "fsync", "link", "unlink", "rename", "mkdir")
"""What is counted: `read` is opening to read, `open` opening to write; a folder is synced by `fsync` too."""

_WRITING: Final = {"open", "write", "link", "rename", "mkdir"}
_LASTING: Final = {
    "ENOSPC": _WRITING,
    "EDQUOT": _WRITING,
    "EROFS": _WRITING - {"write"} | {"unlink"},
    "EACCES": _WRITING - {"write"} | {"unlink", "read"},
    "EIO": set(DOORS),
}
"""Which doors stay shut once a disk is full, read-only, forbidden or broken."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a door.

    Attributes:
        door: one of DOORS.
        file: what kind of file it concerns: record, folder, head, key, ignore, config, product.
    """

    door: str
    file: str


@dataclass(frozen=True, slots=True)
class Strike:
    """What happens, and when.

    Attributes:
        nth: at which use of a watched door, from 1.
        what: KILL, SHORT (a write takes only a part), or the name of an error, such as ENOSPC.
        when: before the real thing, after it, or `half`: after a write of half of the data.
        lasting: an error goes on, at all doors that it shuts.
    """

    nth: int
    what: str
    when: str = "before"
    lasting: bool = False


class Watch:
    """Counts the uses of doors to a catalog's own files, and strikes.

    Args:
        root: the catalog; its state lies in it.
        strike: what happens, or None to watch only.
        log: a file that gets a line for each use.
    """

    def __init__(self, root: Path, strike: Strike | None, log: Path | None) -> None:
        self._root = str(root) + os.sep
        self._strike = strike
        self._log = None if log is None else _real_open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._count = 0
        self.files: dict[int, str] = {}

    def kind(self, path: object) -> str | None:
        """What kind of file a path is, or None if nobody watches it."""
        if isinstance(path, int):
            path = self.files.get(path)
        text = str(path)
        if not text.startswith(self._root):
            return None
        inside, name = text[len(self._root) :], os.path.basename(text)
        if "catalogsync.yaml" in name:
            return "config"
        if inside.startswith("products"):
            return "product"
        if not inside.startswith(".catalogsync"):
            return None
        for part, kind in ((".json", "record"), ("head", "head"), ("key", "key"), ("ignore", "ignore")):
            if part in name:
                return kind
        return "folder"

    def use(self, door: str, path: object, real: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:
        """Go through a door."""
        kind = self.kind(path)
        if kind is None or (kind, door) == ("product", "read"):
            return real()
        self._count += 1
        if self._log is not None:
            os.write(self._log, f"{door} {kind}\n".encode())
        strike = self._strike
        if strike is None or not self._due(strike, door):
            return real()
        if strike.what == "SHORT":
            return half() if half else real()
        try:
            if strike.when != "before":
                (half if half and strike.when == "half" else real)()
        finally:
            if strike.what == "KILL":
                os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, strike.what)
        raise OSError(number, os.strerror(number), str(path))

    def _due(self, strike: Strike, door: str) -> bool:
        if self._count == strike.nth:
            return True
        return strike.lasting and self._count > strike.nth and door in _LASTING[strike.what]


_real_open = os.open
_watch: list[Watch] = []


def watch(root: Path, strike: Strike | None, log: Path | None) -> None:
    """Watch the doors to a catalog's files from now on."""
    _watch[:] = [Watch(root, strike, log)]


def wrap() -> None:
    """Put somebody at the doors of this process; they do nothing until `watch` is called."""
    for name in ("fsync", "unlink", "mkdir"):
        setattr(os, name, _first_is_the_file(name, getattr(os, name)))
    for name, door in (("link", "link"), ("rename", "rename"), ("replace", "rename")):
        setattr(os, name, _second_is_the_file(door, getattr(os, name)))
    os.open = _opening(os.open)
    builtins.open = io.open = _opening_files(io.open)


def _first_is_the_file(door: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def through(path: Any, *args: Any, **named: Any) -> Any:
        return _watch[0].use(door, path, lambda: real(path, *args, **named)) if _watch else real(path, *args, **named)

    return through


def _second_is_the_file(door: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def through(source: Any, path: Any, **named: Any) -> Any:
        return _watch[0].use(door, path, lambda: real(source, path, **named)) if _watch else real(source, path, **named)

    return through


def _opening(real: Callable[..., int]) -> Callable[..., int]:
    def through(path: Any, flags: int, mode: int = 0o777, **named: Any) -> int:
        if not _watch:
            return real(path, flags, mode, **named)
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        opened: int = _watch[0].use("open" if writes else "read", path, lambda: real(path, flags, mode, **named))
        _watch[0].files[opened] = os.fspath(path)
        return opened

    return through


class _StruckFile(io.FileIO):
    """A file whose writes are doors."""

    def __init__(self, file: Any, mode: str, path: object) -> None:
        super().__init__(file, mode)
        self._path = path

    def write(self, data: Any) -> int:
        """Write, or what is left of it."""
        bytes_ = memoryview(data).cast("B")
        written: int = _watch[0].use(
            "write",
            self._path,
            lambda: super(_StruckFile, self).write(bytes_),
            lambda: super(_StruckFile, self).write(bytes_[: max(1, len(bytes_) // 2)]),
        )
        return written


def _opening_files(real: Callable[..., Any]) -> Callable[..., Any]:
    def through(
        file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, *rest: Any, **n: Any
    ) -> Any:
        if not _watch or _watch[0].kind(file) is None:
            return real(file, mode, buffering, encoding, *rest, **n)
        path = _watch[0].files.get(file, file) if isinstance(file, int) else os.fspath(file)
        raw_mode = mode.replace("b", "").replace("t", "")
        door = "read" if raw_mode == "r" else "open"

        def opened() -> _StruckFile:
            return _StruckFile(file, raw_mode, path)

        raw = opened() if isinstance(file, int) else _watch[0].use(door, path, opened)
        if buffering == 0:
            return raw
        whole = io.BufferedReader(raw) if door == "read" else io.BufferedWriter(raw)
        return whole if "b" in mode else io.TextIOWrapper(whole, encoding or "utf-8")

    return through
