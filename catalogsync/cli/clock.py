"""Real time, and waiting that ends when the user interrupts."""

import threading
import time
from datetime import UTC, datetime

from catalogsync.model.errors import Interrupted


class SystemClock:
    """The computer's clocks.

    Args:
        interrupted: is set when the user asks the run to stop.
    """

    def __init__(self, interrupted: threading.Event) -> None:
        self._interrupted = interrupted

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            Interrupted: the user asked the run to stop.
        """
        if self._interrupted.wait(max(0.0, seconds)):
            raise Interrupted("interrupted; what was done is recorded, and running again is safe")
