"""Waiting for another run to end, for as long as the user said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalogsync.model.errors import StateLocked
from catalogsync.ports.clock import Clock

_PAUSE: Final = 1.0


def _nobody(_text: str) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Patience:
    """How long a run waits for the lease.

    Attributes:
        seconds: so long; 0 is not at all.
        tell: is told whom the run waits for, and when that changes.
    """

    seconds: float = 0.0
    tell: Callable[[str], None] = _nobody

    def until(self, attempt: Callable[[], None], clock: Clock) -> None:
        """Try to take the lease, again and again.

        Raises:
            StateLocked: another run still holds it.
            Interrupted: the user asked the run to stop.
        """
        end = clock.monotonic() + self.seconds
        told = ""
        while True:
            try:
                return attempt()
            except StateLocked as locked:
                left = end - clock.monotonic()
                if left <= 0:
                    raise
                if locked.message != told:
                    told = locked.message
                    self.tell(f"{told}; waiting up to {left:.0f} s for it to end")
            clock.sleep(min(left, _PAUSE))
