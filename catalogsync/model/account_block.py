"""The texts of very many accounts in one block of bytes, without an object for each."""

import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from catalogsync.model.problem import Place

STRETCH: Final = 1 << 14
"""Bytes of lines, about, that are worked on at once: some hundreds, so that few texts are objects at a time."""

_FORM: Final = bytes.maketrans(b"|ABCDEFGHIJKLMNOPQRSTUVWXYZ", b":abcdefghijklmnopqrstuvwxyz")
"""Makes identities of usernames in ASCII, and one of both separators."""


def identity_of(username: str) -> str:
    """The form of a username that decides whether two accounts are the same: NFKC, case-folded."""
    if username.isascii():
        return username.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold())


@dataclass(frozen=True, slots=True, repr=False)
class AccountLines:
    """Sound lines that follow each other in a file, each `username:password` or `username|password`, in ASCII.

    Attributes:
        file: the file's name.
        first: the number of the first line, from 1.
        text: the lines, each with a line feed.
        identities: what the accounts are known by, in UTF-8.
    """

    file: str
    first: int
    text: bytes
    identities: Sequence[bytes]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("accounts cannot be pickled or copied")

    def rows(self) -> Iterator[tuple[str, str, Place]]:
        """Username, password and place of each account."""
        for number, line in enumerate(self.text.splitlines(), self.first):
            username, password = _halves(line)
            yield username, password, Place(self.file, number, 1)


class Stretch:
    """Some accounts that follow each other in a block, for whoever makes fingerprints of them."""

    __slots__ = ("_identities", "_text")

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._identities: list[bytes] | None = None

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("accounts cannot be pickled or copied")

    def reveal_identities(self) -> list[bytes]:
        """What each account is known by, in UTF-8: to be hashed."""
        if self._identities is None:
            if self._is_plain():
                self._identities = _identities(self._text.translate(_FORM))
            else:
                self._identities = [identity_of(username).encode() for username, _ in map(_halves, self._lines())]
        return self._identities

    def feed(self, update: Callable[[bytes], object]) -> None:
        """Give all that these accounts are to a digest, as it lies here; equal bytes are equal accounts."""
        update(self._text)

    def reveal_contents(self, positions: Sequence[int]) -> list[bytes]:
        """Of some of the accounts the identity, a zero, and the password, in UTF-8: to be hashed."""
        names, lines = self.reveal_identities(), self._lines()
        if len(positions) < len(names):
            names, lines = [names[at] for at in positions], [lines[at] for at in positions]
        if self._is_plain():
            # An identity in ASCII is as long as the username.
            passwords = [line[len(name) + 1 :] for name, line in zip(names, lines, strict=True)]
        else:
            passwords = [_halves(line)[1].encode() for line in lines]
        return [*map(b"\0".join, zip(names, passwords, strict=True))]

    def _is_plain(self) -> bool:
        return self._text.isascii() and b"\0" not in self._text

    def _lines(self) -> list[bytes]:
        return self._text.split(b"\n")[:-1]


class AccountBlock:
    """Usernames and passwords, and the places where they are written. No text may hold a line feed or a zero.

    A line of an account is `username:password` or `username|password`, or, where the username holds one of these
    characters, a zero, the username, a zero and the password.
    """

    __slots__ = ("_count", "_files", "_firsts", "_last", "_line", "_lines", "_run_files", "_runs", "_starts", "_text")

    def __init__(self) -> None:
        self._text = bytearray()
        self._count = 0
        # Where each stretch begins: its first account, and its first byte.
        self._firsts = array("Q")
        self._starts = array("Q")
        # Where lines stop to follow each other: the first account, its file's number, and its line.
        self._runs = array("Q")
        self._run_files = array("L")
        self._lines = array("Q")
        self._files: list[str] = []
        self._line = 0
        # The stretch that was asked for last: accounts are mostly asked for one after another.
        self._last: tuple[int, list[bytes]] = (-1, [])

    def __len__(self) -> int:
        return self._count

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("accounts cannot be pickled or copied")

    @property
    def files(self) -> tuple[str, ...]:
        """The files in which the accounts are written."""
        return tuple(dict.fromkeys(self._files))

    def add(self, username: str, password: str, place: Place) -> None:
        """Take one more account."""
        before, between = ("\0", "\0") if ":" in username or "|" in username else ("", ":")
        self._append(f"{before}{username}{between}{password}\n".encode(), 1, place.file, place.line)

    def extend(self, lines: AccountLines) -> None:
        """Take more accounts."""
        self._append(lines.text, len(lines.identities), lines.file, lines.first)

    def halves(self, index: int) -> tuple[str, str]:
        """Username and password of an account.

        Raises:
            IndexError: there is none.
        """
        if not 0 <= index < self._count:
            raise IndexError("no such account")
        number = bisect_right(self._firsts, index) - 1
        if self._last[0] != number:
            self._last = (number, self._bytes(number).split(b"\n"))
        return _halves(self._last[1][index - self._firsts[number]])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for number in range(len(self._firsts)):
            yield from map(_halves, self._bytes(number).split(b"\n")[:-1])

    def stretches(self) -> Iterator[Stretch]:
        """All accounts, some hundreds at a time."""
        return (Stretch(self._bytes(number)) for number in range(len(self._firsts)))

    def place_of(self, index: int) -> Place:
        """Where an account is written: file and line."""
        run = bisect_right(self._runs, index) - 1
        return Place(self._files[self._run_files[run]], self._lines[run] + index - self._runs[run])

    def _append(self, text: bytes, count: int, file: str, line: int) -> None:
        if not self._starts or len(self._text) - self._starts[-1] >= STRETCH:
            self._firsts.append(self._count)
            self._starts.append(len(self._text))
        if not self._files or self._files[-1] != file:
            self._files.append(file)
            self._line = 0
        if line != self._line:
            self._runs.append(self._count)
            self._run_files.append(len(self._files) - 1)
            self._lines.append(line)
        self._text += text
        self._count += count
        self._line = line + count

    def _bytes(self, number: int) -> bytes:
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._text)
        return bytes(memoryview(self._text)[self._starts[number] : end])


def _identities(text: bytes) -> list[bytes]:
    count = text.count(b"\n")
    if text.count(b":") == count:
        # No password holds a separator, so that every second part is one: the fastest way by far.
        return text.replace(b"\n", b":").split(b":")[: 2 * count : 2]
    return [line.partition(b":")[0] for line in text.split(b"\n")[:count]]


def _halves(line: bytes) -> tuple[str, str]:
    if line.startswith(b"\0"):
        username, _, password = line[1:].decode().partition("\0")
        return username, password
    text = line.decode()
    colon, bar = text.find(":"), text.find("|")
    at = min(colon, bar) if colon >= 0 and bar >= 0 else max(colon, bar)
    return text[:at], text[at + 1 :]
