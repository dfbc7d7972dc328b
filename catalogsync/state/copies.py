"""A copy of a state in one file: each line is the bytes of one record, from the first on."""

import os
from array import array
from pathlib import Path
from typing import Final

from catalogsync.model.errors import StateError
from catalogsync.state.codec import LIMIT

_START: Final = b'{"at":'
"""So the canonical form of every record begins."""


class CopyStore:
    """A RecordStore that is read from a copy; nothing is ever added to it.

    Args:
        path: the file.

    Raises:
        StateError: it cannot be read, or is no copy of a state.
    """

    look_interval = 0.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends = array("Q", [0])
        try:
            if not path.is_file():
                raise StateError(f"{path} is no file", "`catalogsync state pull FILE` makes a copy of a state")
            with open(path, "rb") as file:
                while line := file.readline(LIMIT + 2):
                    if not line.startswith(_START) or not line.endswith(b"\n"):
                        raise self._foreign()
                    self._ends.append(self._ends[-1] + len(line))
        except OSError as error:
            raise StateError(f"{path} cannot be read: {error.strerror}") from None
        if len(self._ends) == 1:
            raise self._foreign()

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none.

        Raises:
            StateError: the file cannot be read.
        """
        if not 0 < number < len(self._ends):
            return None
        start, end = self._ends[number - 1], self._ends[number] - 1
        try:
            with open(self._path, "rb", buffering=0) as file:
                return os.pread(file.fileno(), end - start, start)
        except OSError as error:
            raise StateError(f"{self._path} cannot be read: {error.strerror}") from None

    def create(self, number: int, data: bytes) -> bool:
        """Whether the copy holds this record; if not, it never will."""
        return self.get(number) == data

    def age(self, number: int) -> None:
        """Nobody knows when a record was written."""

    def hint(self) -> int:
        """The last record."""
        return len(self._ends) - 1

    def set_hint(self, number: int) -> None:
        """Nothing to remember."""

    def _foreign(self) -> StateError:
        line = len(self._ends)
        return StateError(
            f"{self._path}:{line}: this is no copy of a state, or one that was cut short",
            "`catalogsync state pull FILE` makes a whole one",
        )


def looks_like_a_copy(path: Path) -> bool:
    """Whether a file that is there begins as a copy does, or is empty.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(len(_START)) in {_START, b""}
