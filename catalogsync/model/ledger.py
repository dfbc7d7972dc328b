"""The ledger: which accounts went where, as keyed fingerprints; never the accounts themselves."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate, compress, repeat
from operator import or_
from struct import Struct
from sys import byteorder
from typing import Final

FINGERPRINT: Final = 16
"""Length of one fingerprint in bytes."""

_REST: Final = FINGERPRINT + 4
_ROW: Final = FINGERPRINT + _REST
_BUCKETS: Final = 1 << 16
_FEW: Final = 16
"""So few are looked up one by one: there may be as many small pools as listings."""
_PIECE: Final = 8192
"""So many accounts are looked up together; enough to lose no time, and nothing that fills the memory."""
_ONE: Final = Struct(f"{FINGERPRINT}s")
_NEW: Final = b"\xff" * _REST
"""What is known of an account that is new: batch -1."""


class Fate(StrEnum):
    """What became of the accounts of a batch. An account that is in no batch, or only in freed ones, is new."""

    BOUND = "bound"
    """An intent names them; whether they arrived is open."""
    SENT = "sent"
    HELD = "held"
    """Nobody can tell; a person decides."""
    FREE = "free"
    """Proven, or decided by a person, not to have arrived: they are new again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Accounts that share one fate, because they travelled (or were marked) together.

    Attributes:
        id: the id of the operation that carried them, perhaps with a number after a dot.
        destination: `marketplace/product_id` or `marketplace/order/order_id`.
        key: the product's key at that time.
        pool: the pool they came from.
        count: how many they are.
        fate: what became of them.
        told: a person or an order says that they went out; no answer of the marketplace, and nothing that it shows,
            says that they went to this destination.
        listing: for an order, what was bought there, by the marketplace's id; it outlives a rename of the product.
        others: for an order, how many units it showed before, beyond what the ledger knew there: somebody else, or the
            listing itself, had delivered them.
    """

    id: str
    destination: str
    key: str
    pool: str
    count: int
    fate: Fate
    told: bool = False
    listing: str = ""
    others: int = 0

    def of(self, op: str) -> bool:
        """Whether an operation carried it: one with more accounts than a record can hold has several batches."""
        return self.id == op or self.id.startswith(f"{op}.")


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of some accounts.

    Attributes:
        batches: for each account, the number of the batch that holds it, from 0; -1: the account is new.
        contents: for each account, the fingerprint of username and password then; of no meaning for one that is new.
    """

    batches: "array[int]"
    contents: bytes


class Ledger:
    """Batches of fingerprints, with look-up by username.

    A million accounts must not become a million Python objects, so they lie in 65,536 buckets by the first two bytes
    of the username's fingerprint: these fingerprints in one list, what is known of them (the content's fingerprint, the
    number of the batch) in another. A look-up searches some 250 bytes, and the whole takes 42 MB a million.
    """

    def __init__(self) -> None:
        self._batches: list[Batch] = []
        self._numbers: dict[str, int] = {}
        self._size = 0
        self._pieces: dict[str, list[int]] = {}
        self._there: dict[str, list[int]] | None = None
        self._freed: set[bytes] = set()
        self._users: dict[int, bytes] = {}
        self._rests: dict[int, bytes] = {}
        self._by_pool: Counter[str] = Counter()
        self._by_destination: Counter[str] = Counter()
        self._by_orders: Counter[tuple[str, str]] = Counter()
        self._others: dict[str, int] = {}

    def __len__(self) -> int:
        """How many accounts are in batches that were not freed."""
        return self._by_pool.total()

    @property
    def batches(self) -> tuple[Batch, ...]:
        """All batches, oldest first."""
        return tuple(self._batches)

    def batch(self, id_: str) -> Batch | None:
        """The batch of an operation."""
        number = self._numbers.get(id_)
        return None if number is None else self._batches[number]

    def numbered(self, number: int) -> Batch:
        """The batch of a number, as a look-up of many accounts gives it."""
        return self._batches[number]

    def of(self, op: str) -> tuple[Batch, ...]:
        """The batches that an operation carried, oldest first."""
        numbers = {*self._pieces.get(op.partition(".")[0], ()), self._numbers.get(op, 0)} if self._batches else ()
        return tuple(batch for number in sorted(numbers) if (batch := self._batches[number]).of(op))

    def at(self, destination: str) -> tuple[Batch, ...]:
        """The batches for a destination, oldest first."""
        if self._there is None:
            # Few ask for this, and a million lists are not made for nothing.
            self._there = {}
            for number, batch in enumerate(self._batches):
                self._there.setdefault(batch.destination, []).append(number)
        return tuple(self._batches[number] for number in self._there.get(destination, ()))

    def count_from(self, pool: str) -> int:
        """How many accounts of a pool are in batches that were not freed."""
        return self._by_pool[pool]

    def count_at(self, destination: str) -> int:
        """How many accounts with a destination are in batches that were not freed."""
        return self._by_destination[destination]

    def units_at(self, order: str) -> int:
        """How many units an order has, or may have, by all that was ever seen of it: ours, and those of others.

        What an order shows may be older than what it was given since.
        """
        return self._by_destination[order] + self._others.get(order, 0)

    def count_by_orders(self, marketplace: str, product_id: str) -> int:
        """How many accounts are in batches for orders of a listing that were not freed."""
        return self._by_orders[marketplace, product_id]

    def count_for(self, marketplace: str, product_id: str) -> int:
        """How many accounts went, or may have gone, to a listing or to orders of it.

        A marketplace counts a unit as sold whether it was taken from the listing's accounts or delivered by hand, so
        this is what stock and sales together can show.
        """
        return self.count_at(f"{marketplace}/{product_id}") + self.count_by_orders(marketplace, product_id)

    def count_sent_to(self, destination: str) -> int:
        """How many accounts were sent to a destination, without those that are only told to be there."""
        theirs = self.at(destination)
        return sum(batch.count for batch in theirs if batch.fate is not Fate.FREE and not batch.told)

    def add(self, batch: Batch, users: bytes, contents: bytes) -> None:
        """Remember a batch.

        Args:
            batch: what they share.
            users: the username fingerprints, one after another.
            contents: the fingerprints of username and password, in the same order.

        Raises:
            ValueError: the lengths do not fit the count, or the batch is known already.
        """
        if len(users) != batch.count * FINGERPRINT or len(contents) != len(users) or batch.id in self._numbers:
            raise ValueError("a batch that does not fit the ledger")
        tail = self._append(batch).to_bytes(4)
        all_users, all_rests = self._users, self._rests
        for bucket, user, content in zip(_buckets_of(users), _each(users), _each(contents), strict=True):
            all_users[bucket] = all_users.get(bucket, b"") + user
            all_rests[bucket] = all_rests.get(bucket, b"") + content + tail

    def set_fate(self, id_: str, fate: Fate, *, told: bool = False) -> None:
        """Change what became of a batch; `told`: somebody says so.

        Raises:
            KeyError: there is no such batch.
        """
        number = self._numbers[id_]
        self._count(self._batches[number], -1)
        self._batches[number] = replace(self._batches[number], fate=fate, told=told or self._batches[number].told)
        self._count(self._batches[number], 1)
        if fate is Fate.FREE:
            self._freed.add(number.to_bytes(4))
        else:
            self._freed.discard(number.to_bytes(4))

    def find(self, user: bytes) -> tuple[Batch, bytes] | None:
        """The batch that holds an account, and the fingerprint of its content then; None if the account is new."""
        known = self._known(user[0] << 8 | user[1], user)
        if known is _NEW:
            return None
        return self._batches[int.from_bytes(known[FINGERPRINT:])], known[:FINGERPRINT]

    def look_up(self, users: bytes) -> Known:
        """What `find` would say of very many accounts, at a fraction of its cost.

        Args:
            users: the username fingerprints, one after another.
        """
        if len(users) <= _FEW * FINGERPRINT:
            found = [self._known(user[0] << 8 | user[1], user) for user in _each(users)]
            batches = array("i", [int.from_bytes(rest[FINGERPRINT:], signed=True) for rest in found])
            return Known(batches, b"".join(rest[:FINGERPRINT] for rest in found))
        numbers, contents = array("i"), bytearray()
        for start in range(0, len(users), _PIECE * FINGERPRINT):
            known = b"".join(self._all_known(users[start : start + _PIECE * FINGERPRINT]))
            contents += _columns(known, _REST, 0, FINGERPRINT)
            numbers.frombytes(_columns(known, _REST, FINGERPRINT, _REST))
        if byteorder == "little":
            numbers.byteswap()
        return Known(numbers, bytes(contents))

    def few_users(self, most: int) -> frozenset[bytes] | None:
        """The username fingerprints of all accounts, freed ones too; None where they are more than so many."""
        if self._size > most:
            return None
        return frozenset(user for users in self._users.values() for user in _each(users))

    def chunks(self, size: int) -> Iterator[tuple[int, tuple[int, ...], bytes]]:
        """The rows in pieces for a snapshot, in the order of buckets.

        Args:
            size: about how many bytes of rows a piece may hold.

        Yields:
            First bucket, the number of bytes in each bucket from there on, and the rows: of each account the
            fingerprints of username and content, and the number of its batch, in 36 bytes.
        """
        all_users = [self._users.get(bucket, b"") for bucket in range(_BUCKETS)]
        lengths = [len(users) // FINGERPRINT * _ROW for users in all_users]
        all_rests = [self._rests.get(bucket, b"") for bucket in range(_BUCKETS)]
        ends = [*accumulate(lengths)]
        first = 0
        while first < _BUCKETS and ends[-1] > (before := ends[first] - lengths[first]):
            after = min(bisect_left(ends, before + size, first) + 1, _BUCKETS)
            yield first, tuple(lengths[first:after]), _woven(all_users[first:after], all_rests[first:after])
            first = after

    def restore(self, batches: list[Batch]) -> None:
        """Begin anew with the batches of a snapshot; their rows follow by `restore_rows`."""
        self.__init__()  # type: ignore[misc]
        for batch in batches:
            self._append(batch)

    def restore_rows(self, first: int, lengths: tuple[int, ...], rows: bytes) -> None:
        """Take back a piece that `chunks` gave.

        Raises:
            ValueError: the piece does not fit together.
        """
        filled = [*compress(range(first, first + len(lengths)), lengths)]
        sizes = [*filter(None, lengths)]
        if sum(sizes) != len(rows) or first + len(lengths) > _BUCKETS or any(size % _ROW for size in sizes):
            raise ValueError("a piece of a snapshot that does not fit together")
        users, rests = _columns(rows, _ROW, 0, FINGERPRINT), _columns(rows, _ROW, FINGERPRINT, _ROW)
        start = 0
        for bucket, size in zip(filled, sizes, strict=True):
            end = start + size // _ROW
            self._users[bucket] = users[start * FINGERPRINT : end * FINGERPRINT]
            self._rests[bucket] = rests[start * _REST : end * _REST]
            start = end

    def _known(self, bucket: int, user: bytes) -> bytes:
        """What is known of an account by the newest batch that has it and was not freed."""
        users = self._users.get(bucket, b"")
        end = len(users)
        while (at := users.rfind(user, 0, end)) >= 0:
            if at % FINGERPRINT == 0:
                start = at // FINGERPRINT * _REST
                rest = self._rests[bucket][start : start + _REST]
                if rest[FINGERPRINT:] not in self._freed:
                    return rest
            end = at + FINGERPRINT - 1
        return _NEW

    def _all_known(self, users: bytes) -> list[bytes]:
        """The same of many accounts."""
        buckets, each, rests = _buckets_of(users), _each(users), self._rests
        places = list(map(bytes.rfind, map(self._users.get, buckets, repeat(b"")), each))
        known = [
            _NEW if at < 0 else rests[bucket][(start := at // FINGERPRINT * _REST) : start + _REST]
            for bucket, at in zip(buckets, places, strict=True)
        ]
        # What was found may lie across two fingerprints, or have been freed; then an older one may do.
        across = (at >= 0 and at % FINGERPRINT for at in places)
        freed = (rest[FINGERPRINT:] in self._freed for rest in known) if self._freed else repeat(False)
        for one in compress(range(len(each)), map(or_, across, freed)):
            known[one] = self._known(buckets[one], each[one])
        return known

    def _append(self, batch: Batch) -> int:
        number = self._numbers[batch.id] = len(self._batches)
        self._batches.append(batch)
        self._size += batch.count
        self._count(batch, 1)
        op, dot, _ = batch.id.partition(".")
        if dot:
            self._pieces.setdefault(op, []).append(number)
        if self._there is not None:
            self._there.setdefault(batch.destination, []).append(number)
        if batch.fate is Fate.FREE:
            self._freed.add(number.to_bytes(4))
        if batch.others:
            self._others[batch.destination] = max(batch.others, self._others.get(batch.destination, 0))
        return number

    def _count(self, batch: Batch, times: int) -> None:
        if batch.fate is not Fate.FREE:
            self._by_pool[batch.pool] += times * batch.count
            self._by_destination[batch.destination] += times * batch.count
            marketplace, order, _ = batch.destination.partition("/order/")
            if order:
                self._by_orders[marketplace, batch.listing] += times * batch.count


def _each(fingerprints: bytes) -> list[bytes]:
    return [one for (one,) in _ONE.iter_unpack(fingerprints)]


def _buckets_of(users: bytes) -> "array[int]":
    """The bucket of each account."""
    numbers = array("H")
    numbers.frombytes(_columns(users, FINGERPRINT, 0, 2))
    if byteorder == "little":
        numbers.byteswap()
    return numbers


def _columns(rows: bytes, width: int, first: int, after: int) -> bytes:
    """Some columns of rows of bytes, as rows; by columns, for there are far fewer of these than rows."""
    out = bytearray(len(rows) // width * (after - first))
    for column in range(first, after):
        out[column - first :: after - first] = rows[column::width]
    return bytes(out)


def _woven(users: Sequence[bytes], rests: Sequence[bytes]) -> bytes:
    """Rows of what lies in some buckets."""
    left, right = b"".join(users), b"".join(rests)
    out = bytearray(len(left) + len(right))
    for column in range(FINGERPRINT):
        out[column::_ROW] = left[column::FINGERPRINT]
    for column in range(_REST):
        out[FINGERPRINT + column :: _ROW] = right[column::_REST]
    return bytes(out)
