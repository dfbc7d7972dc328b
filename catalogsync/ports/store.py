"""The door to where records lie."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable


class RecordStore(Protocol):
    """Numbered, immutable records with one way to write: create if absent. Numbers begin at 1 and have no gaps."""

    @property
    def look_interval(self) -> float:
        """Seconds for which one look at the end of the log will do: each is a trip over the network, if there is one.

        A run that was taken over by force may learn of it that much later. Its next record is refused in any case.
        """
        ...

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none. Sees every create that has returned.

        Raises:
            StateError: the store cannot be read.
        """
        ...

    def create(self, number: int, data: bytes) -> bool:
        """Write a record if there is none of this number, durably.

        Returns:
            True: record `number` now holds exactly `data`. False: it holds something else, of somebody else.

        Raises:
            StateError: it could not be written, or nobody can tell whether it was.
        """
        ...

    def age(self, number: int) -> float | None:
        """Seconds since a record that is there was written, by the store's own clock.

        Machines that share a store share this clock, whatever their own say. None if the store has none.

        Raises:
            StateError: the store cannot be asked.
        """
        ...

    def hint(self) -> int:
        """A number at or before the last record; best effort, 0 if nothing is known."""
        ...

    def set_hint(self, number: int) -> None:
        """Remember a number for `hint`; best effort, never fails."""
        ...


@runtime_checkable
class BulkStore(RecordStore, Protocol):
    """A RecordStore for which many records are one trip, where each alone would be one."""

    def create_all(self, records: Mapping[int, bytes]) -> bool:
        """Write records that are absent, all of them or none, durably.

        Returns:
            True: each number now holds exactly its bytes. False: one holds something else, of somebody else.

        Raises:
            StateError: they could not be written, or nobody can tell whether they were.
        """
        ...
