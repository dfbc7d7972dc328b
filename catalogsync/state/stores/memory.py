"""Records in memory, for simulations and tests."""

import threading


class MemoryStore:
    """A RecordStore that lives as long as its process."""

    def __init__(self) -> None:
        self._records: dict[int, bytes] = {}
        self._hint = 0
        self._lock = threading.Lock()

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none."""
        return self._records.get(number)

    def create(self, number: int, data: bytes) -> bool:
        """Write a record if there is none of this number."""
        with self._lock:
            return self._records.setdefault(number, data) == data

    def hint(self) -> int:
        """The number that was remembered last."""
        return self._hint

    def set_hint(self, number: int) -> None:
        """Remember a number."""
        self._hint = number
