"""Writing files of the catalog, each whole or not at all, and none that somebody changed meanwhile."""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogsync.catalog.problems import Problems, Refused
from catalogsync.model.errors import CatalogError, Interrupted
from catalogsync.model.problem import Place

_DRAFT: Final = re.compile(r"\..+\.([0-9]{1,10})\.tmp", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds and is to hold.

    Attributes:
        before: None where it is new.
        after: what it is to hold.
        private: nobody else on this machine may read it.
    """

    before: bytes | None
    after: bytes
    private: bool = False


def save_files(root: Path, contents: Mapping[str, Content], interrupted: Callable[[], bool] = lambda: False) -> None:
    """Write files; all of them are written beside the old ones before the first takes its place.

    Args:
        root: the catalog's folder.
        contents: what to write, by the file's own name, which leads through no link.
        interrupted: whether somebody asked to stop, which is heeded until the first file takes its place.

    Raises:
        Interrupted: somebody did; nothing was changed.
        CatalogError: a file is no longer what it was, or cannot be written; the text says what was written.
    """
    problems = Problems()
    saved = 0
    try:
        for name, content in contents.items():
            with _told(name, problems):
                _prepare(root / name, content)
            if interrupted():
                raise Interrupted("interrupted; nothing was written")
        for name, content in contents.items() if not problems.errors else ():
            with _told(name, problems):
                _put(root / name, content)
                saved += 1
            if problems.errors:
                break
    finally:
        for name in contents:
            _discard(_draft(root / name))
        settle({(root / name).parent for name in contents})
    if problems.errors:
        written = f"{saved} of {len(contents)} files were written" if saved else "nothing was changed"
        raise CatalogError(problems.sorted(), f"the catalog cannot be written; {written}")


def save_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, whole or not at all.

    Raises:
        Refused: it is there.
        OSError: it cannot be written.
    """
    content = Content(None, data)
    try:
        _prepare(path, content)
        _put(path, content)
    finally:
        _discard(_draft(path))


def remove_files(root: Path, contents: Mapping[str, bytes]) -> None:
    """Remove files that still hold what they held when they were read.

    Args:
        root: the catalog's folder.
        contents: what each holds, by the file's own name.

    Raises:
        CatalogError: one does not, or cannot be removed; those before it in order are gone.
    """
    problems = Problems()
    for name, data in contents.items():
        with _told(name, problems, "removed"):
            _check(root / name, Content(data, b""))
            (root / name).unlink()
        settle([(root / name).parent])
        if problems.errors:
            raise CatalogError(problems.sorted(), f"{name} is still there in clear text")


def settle(folders: Iterable[Path]) -> None:
    """See that folders keep what was put into them, and that nothing is left there by writers that were killed."""
    for folder in folders:
        with suppress(OSError):
            with os.scandir(folder) as entries:
                drafts = [(entry.path, found) for entry in entries if (found := _DRAFT.fullmatch(entry.name))]
            for path, found in drafts:
                if not _runs(int(found[1])):
                    _discard(Path(path))
            number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(number)
            finally:
                os.close(number)


def _prepare(path: Path, content: Content) -> None:
    _check(path, content)
    draft = _draft(path)
    if content.before is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    _discard(draft)
    # What has a mode already gets it once it is there: before that, nobody else is to have it open.
    mode = 0o666 if content.before is None and not content.private else 0o600
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
        if content.before is not None and not content.private:
            os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
        file.write(content.after)
        file.flush()
        os.fsync(file.fileno())


def _put(path: Path, content: Content) -> None:
    _check(path, content)
    _draft(path).replace(path)


def _check(path: Path, content: Content) -> None:
    """See that a file still is what the new content was made from."""
    try:
        # What became a link or a pipe meanwhile is not looked into.
        same = stat.S_ISREG(path.lstat().st_mode) and path.read_bytes() == content.before
    except FileNotFoundError:
        same = content.before is None
    if not same:
        raise Refused("changed-meanwhile", "somebody else wrote this file meanwhile", "run the command again")


@contextmanager
def _told(name: str, problems: Problems, done: str = "written") -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        problems.refuse(Place(name), refused)
    except OSError as error:
        problems.error(Place(name), "unwritable-file", f"the file cannot be {done}: {error.strerror}")


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _discard(draft: Path) -> None:
    with suppress(OSError):
        draft.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
