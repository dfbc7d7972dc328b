"""Pools and accounts. The only nouns that hold secrets."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, NoReturn, overload

from catalogsync.model.account_block import AccountBlock, AccountLines, Stretch
from catalogsync.model.account_block import identity_of as identity_of
from catalogsync.model.errors import PoolSealed
from catalogsync.model.ledger import FINGERPRINT
from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret

CONTENT_PREFIX: Final = 4
"""Bytes of a content's fingerprint that a manifest keeps."""

_KEY_ID: Final = 16
_PIECE: Final = 512


def key_id(check: str) -> str:
    """Which key the fingerprints of a manifest are made with, short enough to be read; no secret.

    Args:
        check: what tells which key it is.
    """
    return check[:_KEY_ID]


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

    __slots__ = ("_block", "name", "place", "plain")

    def __init__(
        self,
        name: str,
        place: Place,
        rows: Iterable[tuple[str, str, Place] | AccountLines],
        *,
        plain: bool = True,
    ) -> None:
        """Take the accounts.

        Args:
            name: the pool's name.
            place: where the pool is declared.
            rows: username, password and place of each account; or many lines of accounts at once.
            plain: whether any account stood in a file in clear text.
        """
        self.name = name
        self.place = place
        self.plain = plain
        self._block = AccountBlock()
        for row in rows:
            if isinstance(row, AccountLines):
                self._block.extend(row)
            else:
                self._block.add(*row)

    def __len__(self) -> int:
        return len(self._block)

    def __repr__(self) -> str:
        return f"<pool {self.name}: {len(self)} accounts>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a pool cannot be pickled or copied")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a pool cannot be pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a pool cannot be pickled or copied")

    def __iter__(self) -> Iterator[Account]:
        return (Account(Secret(username), Secret(password)) for username, password in self._block)

    @overload
    def __getitem__(self, index: int) -> Account: ...
    @overload
    def __getitem__(self, index: slice) -> list[Account]: ...
    def __getitem__(self, index: int | slice) -> Account | list[Account]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        username, password = self._block.halves(index)
        return Account(Secret(username), Secret(password))

    @property
    def files(self) -> tuple[str, ...]:
        """The files in which its accounts are written."""
        return self._block.files

    def place_of(self, index: int) -> Place:
        """Where an account is written: file and line, never its content."""
        return self._block.place_of(index)

    def stretches(self) -> Iterator[Stretch]:
        """All accounts in file order, some hundreds at a time: for fingerprints."""
        return self._block.stretches()


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

    def pieces(self) -> Iterator[tuple[list[bytes], Callable[[Sequence[int]], list[bytes]]]]:
        """All accounts, some hundreds at a time.

        Yields:
            The usernames' fingerprints, and what gives the beginnings of the contents' by positions among these.
        """
        users = self.users()
        for first in range(0, len(self), _PIECE):
            contents = self._contents[first * CONTENT_PREFIX : (first + _PIECE) * CONTENT_PREFIX]
            yield [*islice(users, _PIECE)], partial(_picked, contents)

    def place_of(self, index: int) -> Place:  # noqa: ARG002
        """Where an account is written: in this file, on a line that only who can open it knows."""
        return self.place


def _picked(contents: bytes, positions: Sequence[int]) -> list[bytes]:
    return [contents[at * CONTENT_PREFIX : (at + 1) * CONTENT_PREFIX] for at in positions]


AnyPool = Pool | SealedPool


def opened(pool: AnyPool) -> Pool:
    """A pool whose accounts are needed.

    Raises:
        PoolSealed: it could not be opened here.
    """
    if isinstance(pool, SealedPool):
        raise PoolSealed(pool.name)
    return pool
