"""Records in memory, for simulations and tests."""

import threading
from collections.abc import Callable


class MemoryStore:
    """A RecordStore that lives as long as its process.

    Args:
        time: the store's own clock, in seconds; without one it knows no ages.
    """

    look_interval = 0.0

    def __init__(self, time: Callable[[], float] | None = None) -> None:
        self._time = time
        self._written: dict[int, float] = {}
        self._records: dict[int, bytes] = {}
        self._hint = 0
        self._lock = threading.Lock()

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none."""
        return self._records.get(number)

    def create(self, number: int, data: bytes) -> bool:
        """Write a record if there is none of this number."""
        with self._lock:
            if self._time is not None:
                self._written.setdefault(number, self._time())
            return self._records.setdefault(number, data) == data

    def age(self, number: int) -> float | None:
        """Seconds since a record was written, if there is a clock."""
        return None if self._time is None else self._time() - self._written[number]

    def hint(self) -> int:
        """The number that was remembered last."""
        return self._hint

    def set_hint(self, number: int) -> None:
        """Remember a number."""
        self._hint = number
