"""The catalog's folder: which files are in it, and reading them without being led out of it or made to wait."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from catalogsync.catalog.problems import Problems, Refused, shown
from catalogsync.model.problem import Place

MEBIBYTE: Final = 1 << 20
YAML_LIMIT: Final = 20 * MEBIBYTE

LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"
GIT_CRYPT: Final = b"\0GITCRYPT\0"

_YAML: Final = (".yaml", ".yml")
_BACKUPS: Final = ("~", ".swp", ".swo", ".bak", ".orig", ".rej", ".tmp")


class Folder:
    """A catalog's folder. Names are relative to it, with `/`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real = os.path.realpath(root)

    def read(self, name: str, limit: int) -> bytes:
        """All bytes of a file.

        Raises:
            Refused: it is no regular file of this folder, is larger than `limit`, or cannot be read.
        """
        number, size = self.open(name, limit)
        try:
            data = os.read(number, size + 1)
            while len(data) != size and (more := os.read(number, MEBIBYTE)):
                data += more
                if len(data) > limit:
                    raise _too_large(name, limit)
        finally:
            os.close(number)
        return data

    def open(self, name: str, limit: int) -> tuple[int, int]:
        """Open a regular file of this folder.

        Returns:
            Its descriptor, which the caller closes, and its size.

        Raises:
            Refused: as in `read`.
        """
        try:
            number = self._descriptor(name)
        except OSError as problem:
            raise Refused("unreadable-file", f"`{shown(name)}` cannot be read: {problem.strerror}") from None
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            os.close(number)
            raise _too_large(name, limit) if stat.S_ISREG(status.st_mode) else _no_regular_file(name)
        return number, status.st_size

    def _descriptor(self, name: str) -> int:
        # O_NONBLOCK: a FIFO must be found out, not waited for.
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
        try:
            return os.open(f"{self._real}/{name}", flags | os.O_NOFOLLOW)
        except OSError:
            if not os.path.islink(f"{self._real}/{name}"):
                raise
        return os.open(self._inside(name), flags | os.O_NOFOLLOW)

    def locate(self, reference: str, base: str = "") -> str:
        """The name of a file that the catalog refers to.

        Args:
            reference: a path as a user wrote it.
            base: the folder that it is relative to; the catalog's own if empty.

        Raises:
            Refused: it leads out of the catalog, or there is no such regular file.
        """
        parts = reference.split("/")
        if not reference or not reference.isprintable() or "\\" in reference:
            raise Refused("bad-path", "this is no path in the catalog", "write it with `/`, as in `images/a.png`")
        if reference.startswith("/") or ".." in parts:
            raise Refused(
                "outside-catalog", "the path leads out of the catalog", "write a path in the catalog, without `..`"
            )
        name = "/".join(part for part in [*base.split("/"), *parts] if part not in {"", "."})
        real = self._inside(name)
        try:
            mode = os.stat(real).st_mode
        except OSError as problem:
            if isinstance(problem, FileNotFoundError):
                raise Refused("missing-file", f"there is no file `{shown(name)}`") from None
            raise Refused("unreadable-file", f"`{shown(name)}` cannot be read: {problem.strerror}") from None
        if not stat.S_ISREG(mode):
            raise _no_regular_file(name)
        return self._relative(real)

    def real_name(self, name: str) -> str:
        """The name of the file that a name leads to by symbolic links, if any."""
        return self._relative(os.path.realpath(f"{self._real}/{name}"))

    def _relative(self, real: str) -> str:
        return os.path.relpath(real, self._real).replace(os.sep, "/")

    def _inside(self, name: str) -> str:
        real = os.path.realpath(f"{self._real}/{name}")
        if not real.startswith(self._real.rstrip(os.sep) + os.sep):
            raise Refused("outside-catalog", f"`{shown(name)}` leads out of the catalog by a symbolic link")
        return real

    def walk(self, folder: str, problems: Problems) -> Iterator[str]:
        """The names of all files in a folder and below, in a fixed order, without hidden files and backups."""
        if os.path.islink(f"{self._real}/{folder}"):
            hint = "put the files here, or make it a folder of its own"
            problems.error(Place(folder), "linked-folder", "a symbolic link to a folder is not followed", hint)
            return
        try:
            with os.scandir(f"{self._real}/{folder}") as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        except OSError as problem:
            problems.error(Place(folder), "unreadable-file", f"the folder cannot be read: {problem.strerror}")
            return
        for entry in found:
            name = f"{folder}/{entry.name}"
            if entry.name.startswith((".", "#")) or entry.name.endswith(_BACKUPS):
                continue
            if not entry.name.isprintable():
                problems.error(
                    Place(shown(name)), "bad-file-name", "the file's name holds characters that cannot be shown"
                )
            elif _is_folder(entry):
                yield from Folder.walk(self, name, problems)
            else:
                yield name


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads in a circle: reading it as a file will say so.
        return False


def is_yaml(name: str) -> bool:
    """Whether a file's name says that it is YAML."""
    return name.endswith(_YAML)


def stem(name: str) -> str:
    """A YAML file's name without folder and ending."""
    return name.rpartition("/")[2].rpartition(".")[0]


def yaml_files(names: list[str], problems: Problems) -> list[str]:
    """The YAML files among names; one stem in `.yml` and `.yaml` is an error, and the first of the two is taken."""
    stems: dict[str, str] = {}
    for name in names:
        if is_yaml(name):
            other = stems.setdefault(name.rpartition(".")[0], name)
            if other != name:
                problems.error(
                    Place(name), "same-stem", f"this file stands here twice, as `{other}` too", "remove one of them"
                )
    return list(stems.values())


def text_of(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, a byte order mark left out.

    Raises:
        Refused: it is not UTF-8, or only stands for a text that lies elsewhere.
    """
    if data.startswith(LFS_POINTER):
        raise Refused("git-lfs", f"`{shown(name)}` is a Git LFS pointer, not its content", "run `git lfs pull`")
    if data.startswith(GIT_CRYPT):
        raise Refused("git-crypt", f"`{shown(name)}` is still locked by git-crypt", "run `git-crypt unlock`")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not-utf-8", f"`{shown(name)}` is not UTF-8", "save it as UTF-8") from None


def _too_large(name: str, limit: int) -> Refused:
    return Refused("file-too-large", f"`{shown(name)}` is larger than {limit // MEBIBYTE} MiB")


def _no_regular_file(name: str) -> Refused:
    return Refused("no-regular-file", f"`{shown(name)}` is not a regular file")
