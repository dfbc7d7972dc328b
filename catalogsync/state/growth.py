"""When a snapshot is due."""

from typing import Final

from catalogsync.state.codec import LIMIT, Record

_RECORDS: Final = 200


class Growth:
    """Weighs the records since the newest snapshot against that snapshot.

    A record weighs what it costs a reader: a fetch, and its bytes. The first snapshot is due after some 200 small
    records or 1 MiB; each later one when the records since the last outweigh it. So reading costs at most about twice
    the snapshot, and all snapshots together at most about twice the records, however large the state grows.
    """

    def __init__(self, records: int = _RECORDS) -> None:
        """Begin without a snapshot.

        Args:
            records: after how many small records a small state is due for a snapshot.
        """
        self._fetch = 1 / records
        self._snapshot = 0.0
        self._parts = 0.0
        self._tail = 0.0

    @property
    def due(self) -> bool:
        """Whether the next record should begin a snapshot."""
        return self._tail >= max(1.0, self._snapshot)

    def take(self, record: Record, size: int) -> None:
        """Weigh a record that was read or written."""
        weight = self._fetch + size / LIMIT
        self._tail += weight
        if record.type == "snapshot":
            self._parts = weight if record.body.get("part") == 0 else self._parts + weight
            if record.body.get("last"):
                self._snapshot, self._tail = self._parts, 0.0
