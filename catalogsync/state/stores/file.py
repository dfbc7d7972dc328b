"""Records as files in a folder: one file a record, made complete or not at all."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from catalogsync.state.stores.durable import (
    LARGEST,
    Link,
    make_private_folder,
    publish,
    read_file,
    state_error,
    sweep,
    sync_folder,
)

_FOLDER: Final = re.compile(r"[0-9]{6,15}")
_RECORD: Final = re.compile(r"([0-9]{9,18})\.json")
_PER_FOLDER: Final = 1000
_ABUNDANT: Final = 100
"""Bytes; no `head` has so many."""


def make_state_folder(folder: Path) -> None:
    """Make the folder of a state: for this user alone, and nothing in it for git.

    Raises:
        StateError: it cannot be made.
    """
    try:
        make_private_folder(folder)
        publish(folder / ".gitignore", b"# The state and its key are not for git.\n*\n")
    except OSError as error:
        raise state_error(error, "written", folder) from None


class FileStore:
    """A RecordStore in a folder: `records/000000/000000042.json`, and `head`, the number of the last record.

    `head` is written after its record is durable. A `head` that is ahead of the records therefore proves that
    records were lost, and a folder where it is missing or behind is simply listed.
    """

    look_interval = 0.0

    def __init__(self, folder: Path, link: Link = os.link, *, head: bool = True) -> None:
        """Take the place.

        Args:
            folder: made when the first record is written.
            link: how a file gets a second name.
            head: whether `head` is heeded; it proves that a folder is an old copy, which a recovery knows.
        """
        self._folder = folder
        self._records = folder / "records"
        self._link = link
        self._heeds_head = head
        self._entered = False

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none.

        Raises:
            StateError: the file cannot be read.
        """
        path = self._path(number)
        try:
            return read_file(path, LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise state_error(error, "read", path) from None

    def create(self, number: int, data: bytes) -> bool:
        """Write a record if there is none of this number, durably.

        Raises:
            StateError: it could not be written, or nobody can tell whether it was.
        """
        path = self._path(number)
        try:
            make_private_folder(path.parent)
            if not self._entered:
                self._secure(number)
            won = publish(path, data, self._link)
        except OSError as error:
            raise state_error(error, "written", path) from None
        if not self._entered:
            self._entered = True
            for folder in {self._path(number - 1).parent, path.parent, self._folder}:
                sweep(folder, path)
        return won

    def age(self, number: int) -> float:
        """Seconds since a record was written, by the clock of the file system: on a network drive, the server's.

        Raises:
            StateError: the file system cannot be asked what time it is.
        """
        path = self._path(number)
        probe = path.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            probe.touch(0o600, exist_ok=False)
            # Written to, because that is when a server looks at its clock; as the record was.
            probe.write_bytes(b"?")
            passed = probe.stat().st_mtime - path.stat().st_mtime
            probe.unlink()
        except OSError as error:
            raise state_error(error, "written", path) from None
        return passed

    def hint(self) -> int:
        """The larger of what `head` says and the last file that is there.

        Raises:
            StateError: the folder cannot be read.
        """
        try:
            return max(self._head() if self._heeds_head else 0, self._newest())
        except OSError as error:
            raise state_error(error, "read", self._records) from None

    def set_hint(self, number: int) -> None:
        """Remember a number in `head`; best effort, never fails."""
        draft = self._folder / f".head.{os.getpid()}.tmp"
        try:
            draft.touch(0o600)
            draft.write_text(f"{number}\n", "ascii")
            draft.replace(self._folder / "head")
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _secure(self, number: int) -> None:
        """Make durable what a writer that was killed may have named, but not synced; records are to follow on it."""
        before = self._path(number - 1).parent
        for folder in {before, self._records, self._folder}:
            if folder.is_dir():
                sync_folder(folder)

    def _path(self, number: int) -> Path:
        return self._records / f"{number // _PER_FOLDER:06d}/{number:09d}.json"

    def _head(self) -> int:
        try:
            text = read_file(self._folder / "head", _ABUNDANT).strip()
        except FileNotFoundError:
            return 0
        return int(text) if text.isdigit() and len(text) < 12 else 0

    def _newest(self) -> int:
        try:
            folders = sorted((name for name in os.listdir(self._records) if _FOLDER.fullmatch(name)), key=int)
        except FileNotFoundError:
            return 0
        for folder in reversed(folders):
            names = (_RECORD.fullmatch(name) for name in os.listdir(self._records / folder))
            numbers = [int(match.group(1)) for match in names if match]
            if numbers:
                return max(numbers)
        return 0
