"""Pools and accounts. The only nouns that hold secrets."""

import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NoReturn, overload

from catalogsync.model.errors import PoolSealed
from catalogsync.model.ledger import FINGERPRINT
from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret

CONTENT_PREFIX: Final = 4
"""Bytes of a content's fingerprint that a manifest keeps."""

_KEY_ID: Final = 16


def key_id(check: str) -> str:
    """Which key the fingerprints of a manifest are made with, short enough to be read; no secret.

    Args:
        check: what tells which key it is.
    """
    return check[:_KEY_ID]


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

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a pool cannot be pickled or copied")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a pool cannot be pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a pool cannot be pickled or copied")

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

    @property
    def files(self) -> tuple[str, ...]:
        """The files in which its accounts are written."""
        return tuple(dict.fromkeys(file for _, file in self._files))

    def place_of(self, index: int) -> Place:
        """Where an account is written: file and line, never its content."""
        file = next(name for first, name in reversed(self._files) if first <= index)
        return Place(file, self._lines[index])


class SealedPool:
    """A pool that could not be opened here: what its manifest says of its accounts, in file order, and no account.

    Attributes:
        name: the pool's name.
        place: where the pool is declared.
        key: which key its fingerprints are made with.
        plain: whether any of its accounts stood in a file in clear text: no.
    """

    __slots__ = ("_contents", "_users", "key", "name", "place", "plain")

    def __init__(self, name: str, place: Place, key: str, users: bytes, contents: bytes) -> None:
        """Take what the manifest says.

        Args:
            name: the pool's name.
            place: where the pool is declared.
            key: which key the fingerprints are made with.
            users: the usernames' fingerprints, 16 bytes each.
            contents: the first 4 bytes of each content's fingerprint: enough to tell that a password changed.
        """
        self.name = name
        self.place = place
        self.key = key
        self.plain = False
        self._users = users
        self._contents = contents

    def __len__(self) -> int:
        return len(self._contents) // CONTENT_PREFIX

    def __repr__(self) -> str:
        return f"<sealed pool {self.name}: {len(self)} accounts>"

    def users(self) -> Iterator[bytes]:
        """The usernames' fingerprints."""
        return (self._users[at : at + FINGERPRINT] for at in range(0, len(self._users), FINGERPRINT))

    def fingerprints(self) -> Iterator[tuple[bytes, bytes]]:
        """Of each account the username's fingerprint, and the beginning of the content's."""
        at = range(0, len(self._contents), CONTENT_PREFIX)
        return zip(self.users(), (self._contents[start : start + CONTENT_PREFIX] for start in at), strict=True)

    def place_of(self, index: int) -> Place:  # noqa: ARG002
        """Where an account is written: in this file, on a line that only who can open it knows."""
        return self.place


AnyPool = Pool | SealedPool


def opened(pool: AnyPool) -> Pool:
    """A pool whose accounts are needed.

    Raises:
        PoolSealed: it could not be opened here.
    """
    if isinstance(pool, SealedPool):
        raise PoolSealed(pool.name)
    return pool
