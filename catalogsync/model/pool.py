"""Pools and accounts. The only nouns that hold secrets."""

import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import overload

from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret


def identity_of(username: str) -> str:
    """The form of a username that decides whether two accounts are the same: NFKC, case-folded."""
    if username.isascii():
        return username.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold())


@dataclass(frozen=True, slots=True)
class Account:
    """One unit of inventory."""

    username: Secret
    password: Secret

    @property
    def identity(self) -> Secret:
        """What the account is known by: its username, NFKC and case-folded."""
        return Secret(identity_of(self.username.reveal()))


class Pool:
    """A named list of accounts, in file order.

    The texts lie in one block of bytes and become objects only on demand, since a pool may hold a million.

    Attributes:
        name: the pool's name.
        place: where the pool is declared.
        plain: whether any of its accounts stood in a file in clear text.
    """

    __slots__ = ("_block", "_files", "_lines", "_offsets", "name", "place", "plain")

    def __init__(self, name: str, place: Place, rows: Iterable[tuple[str, str, Place]], *, plain: bool = True) -> None:
        """Take the accounts.

        Args:
            name: the pool's name.
            place: where the pool is declared.
            rows: username, password and place of each account.
            plain: whether any account stood in a file in clear text.
        """
        self.name = name
        self.place = place
        self.plain = plain
        self._offsets = array("Q", [0])
        self._lines = array("L")
        self._files: list[tuple[int, str]] = []
        block = bytearray()
        for username, password, where in rows:
            block += username.encode() + b"\0" + password.encode()
            self._offsets.append(len(block))
            if not self._files or self._files[-1][1] != where.file:
                self._files.append((len(self._lines), where.file))
            self._lines.append(where.line)
        self._block = bytes(block)

    def __len__(self) -> int:
        return len(self._lines)

    def __repr__(self) -> str:
        return f"<pool {self.name}: {len(self)} accounts>"

    def __iter__(self) -> Iterator[Account]:
        return (self[index] for index in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Account: ...
    @overload
    def __getitem__(self, index: slice) -> list[Account]: ...
    def __getitem__(self, index: int | slice) -> Account | list[Account]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError("no such account")
        username, _, password = self._block[self._offsets[index] : self._offsets[index + 1]].partition(b"\0")
        return Account(Secret(username.decode()), Secret(password.decode()))

    def place_of(self, index: int) -> Place:
        """Where an account is written: file and line, never its content."""
        file = next(name for first, name in reversed(self._files) if first <= index)
        return Place(file, self._lines[index])
