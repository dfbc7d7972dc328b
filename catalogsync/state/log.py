"""The chain of records in a store: finds its end, reads it from the newest snapshot on, and adds to it."""

from collections.abc import Iterator
from typing import Final

from catalogsync import __version__
from catalogsync.model.errors import StateError
from catalogsync.ports.store import RecordStore
from catalogsync.state.codec import JSON, Record, check_key, damaged, decode, digest, encode
from catalogsync.state.keys import StateKey
from catalogsync.state.witness import Head, Witness, no_witness, outdated, parted

_LOOK_AHEAD: Final = tuple(2**power + 1 for power in range(12))


class RecordLog:
    """Records of one state, verified: each is authentic, of this lineage, and follows on the one before it.

    Without a key it can only be read, and nobody knows whether the records are authentic.

    Attributes:
        place: where the state is, in words for the user.
        lineage: the identity of the state; empty until it is known.
        last: number of the last record that was read or written.
        snap: number of the first record of the newest complete snapshot; 0 if there is none.
        check: which key the state was made with, as record 1 says; known once the log is open.
    """

    def __init__(self, store: RecordStore, key: StateKey | None, place: str) -> None:
        self.place = place
        self.lineage = ""
        self.last = 0
        self.snap = 0
        self.check = ""
        self._store = store
        self._key = key
        self._seen = 0
        self._digest: str | None = None

    def open(self, expect_lineage: str | None, witness: Witness = no_witness) -> bool:
        """Find the records. Nothing is read yet but the first and the last.

        Args:
            expect_lineage: the only lineage that will do, or None for any.
            witness: knows how far this state had come before.

        Returns:
            Whether there is a state.

        Raises:
            StateError: the key does not fit, the lineage is another one, a record is missing or damaged, or this is
                not the state that was seen before.
        """
        known = self._store.hint()
        first = self._store.get(1)
        if first is None:
            if known:
                raise self._missing(1)
            return False
        if self._key is not None:
            check_key(first, self._key, f"the state in {self.place}")
        init = decode(first, self._key, self.where(1))
        self.lineage, self.check = init.lineage, str(init.body.get("kcv", ""))
        if expect_lineage is not None and self.lineage != expect_lineage:
            raise StateError(
                f"the state in {self.place} is {self.lineage}, but the catalog belongs to {expect_lineage}",
                "put the right state there, or correct `state:` in catalogsync.yaml",
            )
        self._seen = self._find_end(known)
        last = self._decode(self._seen, self._get(self._seen))
        self._require_seen(witness(self.lineage), closed=last.type == "close")
        self.snap = last.snap
        self.last, self._digest = max(self.snap, 1) - 1, None
        return True

    def found(self, lineage: str, at: str) -> bool:
        """Write the first record of a new state; False if there is one already.

        Raises:
            StateError: it could not be written, or the store is not fit for a state.
        """
        self.lineage = lineage
        body = {"kcv": self._writing_key.check, "tool": __version__}
        if self.add("init", body, run="", epoch=0, at=at) is None:
            return False
        self.prove_exclusive()
        return True

    def read(self) -> Iterator[tuple[Record, int]]:
        """The records that were not read yet, with their sizes, up to the end of the log as it is by now.

        Raises:
            StateError: one of them is missing or damaged.
        """
        while True:
            number = self.last + 1
            data = self._get(number) if number <= self._seen else self._store.get(number)
            if data is None:
                return
            record = self._decode(number, data)
            if self._digest is not None and record.prev != self._digest:
                raise damaged(self.where(number), f"does not follow on record {number - 1}: one was exchanged")
            self._advance(record, data)
            yield record, len(data)

    def whole(self) -> Iterator[tuple[Record, bytes]]:
        """Every record and its bytes, from the first to the last that was read or written.

        Raises:
            StateError: one of them is missing or damaged, or does not follow on the one before it.
        """
        before: str | None = None
        for number in range(1, max(self.last, self._seen) + 1):
            data = self._get(number)
            record = self._decode(number, data)
            if record.prev != before:
                raise damaged(self.where(number), f"does not follow on record {number - 1}: one was exchanged")
            if b"\n" in data:
                raise damaged(self.where(number), "is not in the one form that records have")
            before = digest(data)
            yield record, data

    def past(self) -> Iterator[tuple[int, bytes]]:
        """The numbers and bytes of the records up to the last that was read or written, newest first.

        Nothing is proven of them yet, and those that are gone are passed over.

        Raises:
            StateError: the store cannot be read.
        """
        for number in range(self.last, 0, -1):
            data = self._store.get(number)
            if data is not None:
                yield number, data

    def record(self, number: int) -> Record:
        """A record by its number, proven to be authentic.

        Raises:
            StateError: it is missing or damaged.
        """
        return self._decode(number, self._get(number))

    def add(
        self, record_type: str, body: JSON, *, run: str, epoch: int, at: str, snap: int | None = None
    ) -> tuple[Record, int] | None:
        """Add a record to the end, durably.

        Args:
            record_type: what it says.
            body: what it says.
            run: who writes it.
            epoch: how many runs have begun.
            at: when.
            snap: if a snapshot is complete with this record, the number of its first record.

        Returns:
            The record and its size, or None if somebody else has written a record of that number.

        Raises:
            StateError: it could not be written.
        """
        record = Record(
            number=self.last + 1,
            lineage=self.lineage,
            prev=self._digest,
            run=run,
            epoch=epoch,
            at=at,
            type=record_type,
            body=body,
            snap=self.snap if snap is None else snap,
        )
        data = encode(record, self._writing_key)
        if not self._store.create(record.number, data):
            return None
        self._advance(record, data)
        self._store.set_hint(record.number)
        return record, len(data)

    @property
    def head(self) -> Head:
        """The last record that was read or written; there is one once a state was read."""
        return Head(self.last, self._digest or "")

    def age(self) -> float | None:
        """Seconds since the last record was written, by the store's clock; None if it has none.

        Raises:
            StateError: the store cannot be asked.
        """
        return self._store.age(self.last)

    @property
    def look_interval(self) -> float:
        """Seconds for which one look whether it was overtaken will do."""
        return self._store.look_interval

    def overtaken(self) -> bool:
        """Whether somebody else has written after the last record that was read or written here.

        Raises:
            StateError: the store cannot be read.
        """
        return self._store.get(self.last + 1) is not None

    def prove_exclusive(self) -> None:
        """Make sure that the last record is there, and cannot be written a second time.

        Raises:
            StateError: the store does not do what everything here stands on.
        """
        refused = not self._store.create(self.last, b"nobody may write here a second time")
        held = self._store.get(self.last)
        if not refused or held is None or digest(held) != self._digest:
            raise self.unfit()

    def unfit(self) -> StateError:
        """The error for a store that does not keep its promises."""
        return StateError(
            f"the store in {self.place} is not fit for a state: it loses records, or lets them be overwritten",
            "put the state into another kind of store; nothing was sent",
        )

    @property
    def _writing_key(self) -> StateKey:
        if self._key is None:
            raise AssertionError("a state is written with its key")
        return self._key

    def _advance(self, record: Record, data: bytes) -> None:
        self.last = record.number
        self.snap = record.snap
        self._digest = digest(data)

    def _require_seen(self, head: Head | None, *, closed: bool) -> None:
        """Refuse a state that is not, or no longer, what it was. One that was closed went on elsewhere."""
        if head is None or (closed and head.number > self._seen):
            return
        if head.number > self._seen:
            raise outdated(self.place, self._seen, head)
        if digest(self._get(head.number)) != head.digest:
            raise parted(self.place, head)

    def _find_end(self, known: int) -> int:
        """The number before the first that is absent. The hint may be behind; it can be ahead only of lost records."""
        if known and self._store.get(known) is None:
            raise StateError(
                f"record {known} of the state in {self.place} was written once and is gone: "
                "records are lost, or an old copy was put back",
                "nothing was changed; put the newest copy of the state back: accounts sent since would count as new. "
                "If there is none, `catalogsync state recover` goes on with this one",
            )
        low, step = max(known, 1), 1
        while self._store.get(low + step) is not None:
            low, step = low + step, step * 2
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._store.get(middle) is None else (middle, high)
        # The first gap may be a lost record and not the end; the less the hint was worth, the farther we look.
        steps = _LOOK_AHEAD if not known or low > known + 1 else _LOOK_AHEAD[:2]
        if any(self._store.get(low + step) is not None for step in steps):
            raise self._missing(low + 1)
        return low

    def _get(self, number: int) -> bytes:
        data = self._store.get(number)
        if data is None:
            raise self._missing(number)
        return data

    def _decode(self, number: int, data: bytes) -> Record:
        where = self.where(number)
        record = decode(data, self._key, where)
        if record.lineage != self.lineage:
            raise damaged(where, f"belongs to another state, {record.lineage}")
        if record.number != number:
            raise damaged(where, f"is a copy of record {record.number}")
        if (record.prev is None) != (number == 1) or record.snap > number:
            raise damaged(where, "does not fit its place in the log")
        return record

    def _missing(self, number: int) -> StateError:
        return damaged(self.where(number), "is missing, though later ones are there")

    def where(self, number: int) -> str:
        """Which record of which state, in words for the user."""
        return f"record {number} of the state in {self.place}"
