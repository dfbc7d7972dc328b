"""Records as objects in a bucket: each is created only if it is absent, which the store itself sees to."""

from typing import TYPE_CHECKING, Final

from catalogsync.model.errors import StateError
from catalogsync.ports.clock import Clock
from catalogsync.state.stores.buckets import Bucket
from catalogsync.state.stores.durable import LARGEST
from catalogsync.state.stores.object_words import ABSENT, CONFLICT, code_of, object_error

if TYPE_CHECKING:
    from obstore import GetResult

_PER_FOLDER: Final = 1000
_PAUSES: Final = (0.1, 0.2, 0.4, 0.8)
"""Seconds between looks at a record that somebody else is about to write."""
_UNKNOWN: Final = "; nobody can tell whether record {} was written"


class ObjectStore:
    """A RecordStore in a bucket: `records/000000/000000042.json`, and `head`, the number of the last record.

    A write is sent once. Whatever comes back but a plain yes, the record is read: what it holds is the answer. `head`
    is written after its record, so one that is ahead of the records proves that records were lost; one that is behind
    or missing costs some reads.
    """

    look_interval = 2.0

    def __init__(self, bucket: Bucket, clock: Clock, *, head: bool = True) -> None:
        """Take the place.

        Args:
            bucket: where the objects lie.
            clock: waits where somebody else writes the same record.
            head: whether `head` is heeded; it proves that a state is an old copy, which a recovery knows.
        """
        self._bucket = bucket
        self._clock = clock
        self._heeds_head = head

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none.

        Raises:
            StateError: the store cannot be asked, or does not say clearly that there is none.
        """
        return self._read(_name(number))

    def create(self, number: int, data: bytes) -> bool:
        """Write a record if there is none of this number.

        Raises:
            StateError: it could not be written, or nobody can tell whether it was.
        """
        import obstore

        try:
            obstore.put(self._bucket.writing, self._path(_name(number)), data, mode="create", use_multipart=False)
        except Exception as error:  # noqa: BLE001 - whatever it was: what the record holds now is what counts
            return self._look(number, data, error)
        return True

    def age(self, number: int) -> float:
        """Seconds since a record was written, by the store's clock: it stamps `head`, which is written anew for it.

        Raises:
            StateError: the store cannot be asked.
        """
        try:
            self._write_head(number)
            now, then = self._found("head"), self._found(_name(number))
        except Exception as error:  # noqa: BLE001 - the library has no common kind of error
            raise object_error(error, "read", self._bucket.place) from None
        return (now.meta["last_modified"] - then.meta["last_modified"]).total_seconds()

    def hint(self) -> int:
        """What `head` says; without one, whether there is a first record.

        Raises:
            StateError: the store cannot be asked.
        """
        text = (self._read("head") or b"").strip() if self._heeds_head else b""
        known = int(text) if text.isdigit() and len(text) < 12 else 0
        return known or (0 if self.get(1) is None else 1)

    def set_hint(self, number: int) -> None:
        """Remember a number in `head`; best effort, never fails."""
        try:
            self._write_head(number)
        except Exception:  # noqa: BLE001 - it is only a hint
            return

    def remove(self, number: int) -> bool:
        """Remove a record; whether that is allowed. Only a trial does that, of its own."""
        import obstore

        try:
            obstore.delete(self._bucket.writing, self._path(_name(number)))
        except Exception:  # noqa: BLE001 - the library has no common kind of error, and it may well be forbidden
            return False
        return True

    def _look(self, number: int, data: bytes, failure: Exception) -> bool:
        """What became of a write that was not plainly confirmed."""
        from obstore.exceptions import AlreadyExistsError

        error = object_error(failure, "written", self._bucket.place)
        # Where two write at once, a store may refuse both or one before the other's record is there.
        waits = _PAUSES if code_of(failure) in CONFLICT else ()
        for pause in (*waits, None):
            try:
                held = self.get(number)
            except StateError:
                raise StateError(f"{error.message}{_UNKNOWN.format(number)}", error.hint) from None
            if held is not None:
                return held == data
            if pause is not None:
                self._clock.sleep(pause)
        if waits:
            raise StateError(
                f"record {number} of the state in {self._bucket.place} is being written by somebody else",
                "run the command again when the other has ended",
            )
        if isinstance(failure, AlreadyExistsError):
            raise StateError(
                f"the store in {self._bucket.place} is not fit for a state: it says that record {number} is there, "
                "and does not show it",
                "put the state into another kind of store; nothing was sent",
            )
        raise error

    def _read(self, name: str) -> bytes | None:
        try:
            found = self._found(name)
            data = bytes(found.bytes()) if found.meta["size"] <= LARGEST else None
        except FileNotFoundError as error:
            # A bucket that is not there, and a page of somebody in between, are "not found" too.
            if code_of(error) in ABSENT:
                return None
            raise object_error(error, "read", self._bucket.place) from None
        except Exception as error:  # noqa: BLE001 - the library has no common kind of error
            raise object_error(error, "read", self._bucket.place) from None
        if data is None:
            raise StateError(
                f"the state in {self._bucket.place} cannot be read: {name} is larger than any record",
                "somebody else wrote it; put the newest copy of the state back, whole",
            )
        return data

    def _found(self, name: str) -> "GetResult":
        import obstore

        return obstore.get(self._bucket.reading, self._path(name))

    def _write_head(self, number: int) -> None:
        import obstore

        obstore.put(self._bucket.writing, self._path("head"), b"%d\n" % number, use_multipart=False)

    def _path(self, name: str) -> str:
        return f"{self._bucket.prefix}{name}"


def _name(number: int) -> str:
    return f"records/{number // _PER_FOLDER:06d}/{number:09d}.json"
