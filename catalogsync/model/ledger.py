"""The ledger: which accounts went where, as keyed fingerprints; never the accounts themselves."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import compress
from typing import Final

FINGERPRINT: Final = 16
"""Length of one fingerprint in bytes."""

_ROW: Final = 2 * FINGERPRINT + 4
_BUCKETS: Final = 1 << 16


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


class Ledger:
    """Batches of fingerprints, with look-up by username.

    A million accounts must not become a million Python objects, so rows of 36 bytes (username's fingerprint,
    content's fingerprint, number of the batch) lie in up to 65,536 buckets by the first two bytes: a look-up searches
    some 500 bytes, and the whole takes 40 MB a million.
    """

    def __init__(self) -> None:
        self._batches: list[Batch] = []
        self._numbers: dict[str, int] = {}
        self._buckets: dict[int, bytes] = {}
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
        return sum(
            batch.count
            for batch in self._batches
            if batch.destination == destination and batch.fate is not Fate.FREE and not batch.told
        )

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
        for start in range(0, len(users), FINGERPRINT):
            user = users[start : start + FINGERPRINT]
            number = user[0] << 8 | user[1]
            self._buckets[number] = self._buckets.get(number, b"") + user + contents[start : start + FINGERPRINT] + tail

    def set_fate(self, id_: str, fate: Fate, *, told: bool = False) -> None:
        """Change what became of a batch; `told`: somebody says so.

        Raises:
            KeyError: there is no such batch.
        """
        number = self._numbers[id_]
        self._count(self._batches[number], -1)
        self._batches[number] = replace(self._batches[number], fate=fate, told=told or self._batches[number].told)
        self._count(self._batches[number], 1)

    def find(self, user: bytes) -> tuple[Batch, bytes] | None:
        """The batch that holds an account, and the fingerprint of its content then; None if the account is new."""
        bucket = self._buckets.get(user[0] << 8 | user[1], b"")
        end = len(bucket)
        while (at := bucket.rfind(user, 0, end)) >= 0:
            if at % _ROW == 0:
                batch = self._batches[int.from_bytes(bucket[at + 2 * FINGERPRINT : at + _ROW])]
                if batch.fate is not Fate.FREE:
                    return batch, bucket[at + FINGERPRINT : at + 2 * FINGERPRINT]
            end = at + FINGERPRINT - 1
        return None

    def chunks(self, size: int) -> Iterator[tuple[int, tuple[int, ...], bytes]]:
        """The rows in pieces for a snapshot, in the order of buckets.

        Args:
            size: about how many bytes of rows a piece may hold.

        Yields:
            First bucket, the number of bytes in each bucket from there on, and the rows.
        """
        first, lengths, rows = 0, list[int](), bytearray()
        for number in sorted(self._buckets):
            bucket = self._buckets[number]
            lengths += [0] * (number - first - len(lengths))
            lengths.append(len(bucket))
            rows += bucket
            if len(rows) >= size:
                yield first, tuple(lengths), bytes(rows)
                first, lengths, rows = number + 1, [], bytearray()
        if rows:
            lengths += [0] * (_BUCKETS - first - len(lengths))
            yield first, tuple(lengths), bytes(rows)

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
        at = 0
        for number, size in zip(filled, sizes, strict=True):
            self._buckets[number] = rows[at : at + size]
            at += size

    def _append(self, batch: Batch) -> int:
        self._numbers[batch.id] = len(self._batches)
        self._batches.append(batch)
        self._count(batch, 1)
        if batch.others:
            self._others[batch.destination] = max(batch.others, self._others.get(batch.destination, 0))
        return len(self._batches) - 1

    def _count(self, batch: Batch, times: int) -> None:
        if batch.fate is not Fate.FREE:
            self._by_pool[batch.pool] += times * batch.count
            self._by_destination[batch.destination] += times * batch.count
            marketplace, order, _ = batch.destination.partition("/order/")
            if order:
                self._by_orders[marketplace, batch.listing] += times * batch.count
