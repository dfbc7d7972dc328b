"""The record store: one row of records that all engines share, and each engine's door to it."""

from catalogsync.model.errors import StateError
from catalogsync.ports.store import RecordStore
from tests.simulation.process import Process


class StoreDoor:
    """A RecordStore as one process sees it: whatever it does there may be its last, or be told wrongly."""

    def __init__(self, records: RecordStore, process: Process) -> None:
        self._records = records
        self._process = process

    @property
    def look_interval(self) -> float:
        """Seconds for which one look at the end of the log will do."""
        return self._records.look_interval

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none."""
        self._process.step("reads the state", quiet=True)
        return self._records.get(number)

    def create(self, number: int, data: bytes) -> bool:
        """Write a record if there is none of this number.

        Raises:
            StateError: nobody can tell whether it was written.
        """
        self._process.step("writes a record")
        fails = self._process.store_fails()
        if fails == "before":
            raise StateError("the disk is full")
        created = self._records.create(number, data)
        self._process.note(lambda: f"record {number}: {_kind(data) if created else 'refused'}")
        if fails == "after":
            raise StateError("the disk does not answer")
        self._process.step("has written a record", weight=3)
        return created

    def age(self, number: int) -> float | None:
        """Seconds since a record was written; None if the store has no clock."""
        return self._records.age(number)

    def hint(self) -> int:
        """A number at or before the last record."""
        return self._records.hint()

    def set_hint(self, number: int) -> None:
        """Remember a number."""
        self._records.set_hint(number)


def _kind(data: bytes) -> str:
    _, _, rest = data.partition(b'"type":"')
    return rest.partition(b'"')[0].decode()
