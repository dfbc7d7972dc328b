"""Time that passes only when somebody waits."""

import threading
from datetime import UTC, datetime, timedelta

from catalogsync.model.errors import Interrupted

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeClock:
    """A Clock whose `sleep` returns at once and lets the time pass.

    Attributes:
        waits: every wait so far, in seconds.
        interrupted: set it, and who waits is interrupted.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.interrupted = threading.Event()
        self._passed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return 1000.0 + self._passed

    def sleep(self, seconds: float) -> None:
        if self.interrupted.is_set():
            raise Interrupted("interrupted")
        with self._lock:
            self.waits.append(seconds)
            self._passed += max(0.0, seconds)

    def pass_time(self, seconds: float) -> None:
        """Let time pass in which nobody of ours waited."""
        with self._lock:
            self._passed += seconds
