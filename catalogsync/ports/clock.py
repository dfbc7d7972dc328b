"""The door to time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, as the cli (or a simulation) gives it."""

    def now(self) -> datetime:
        """The wall clock, in UTC. For records and people; no decision stands on it alone."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait. Ends early, by raising, when the user interrupts."""
        ...
