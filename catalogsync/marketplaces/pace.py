"""How fast a marketplace is asked: waiting as it asks, backing off with jitter, and an end to patience."""

import math
import random
import re
import threading
from typing import Final

from catalogsync.marketplaces.dates import http_date
from catalogsync.model.errors import Interrupted
from catalogsync.ports.clock import Clock

TRIES: Final = 4
"""How often a call is tried that fails for another reason than going too fast."""

_LONGEST_WAIT = 120.0
_LONGEST_NAP = 4.0
"""Seconds after which whoever waits looks whether there is still something to wait for."""
_BUDGET = 600.0
_SECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)


class Pace:
    """The pace of one run, shared by its threads: when a marketplace says "slower", it says so to all of them."""

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311  # spreads the load; nothing secret depends on it
        self._lock = threading.Lock()
        self._open_at = clock.monotonic()
        self._spent = 0.0
        self._ended = False

    def end(self) -> None:
        """Nobody asks any more: whoever waits, or is about to ask, is interrupted."""
        self._ended = True

    def wait(self, until: float = math.inf) -> float | None:
        """Wait until the marketplace may be asked.

        Args:
            until: the last moment at which asking still makes sense.

        Returns:
            The seconds that were waited, or None: that moment would pass.

        Raises:
            Interrupted: nobody asks any more.
        """
        self._check()
        waited = 0.0
        while (now := self._clock.monotonic()) < (open_at := self._open_at):
            if open_at > until:
                return None
            self._sleep(open_at - now)
            waited += open_at - now
        return waited if now <= until else None

    def slow_down(self, refusals: int, retry_after: str | None) -> bool:
        """Nobody asks for a while, since the marketplace asked for that.

        Args:
            refusals: how often this call was refused for going too fast.
            retry_after: the header that came with it, if any.

        Returns:
            False: the run has waited for as long as it may.
        """
        seconds = self._asked(retry_after) or self._jitter(refusals, longest=60.0, first=2.0)
        with self._lock:
            now = self._clock.monotonic()
            longer = now + min(seconds, _LONGEST_WAIT) - max(self._open_at, now)
            if longer > 0:
                if self._spent + longer > _BUDGET:
                    return False
                self._spent += longer
                self._open_at = max(self._open_at, now) + longer
        return True

    def back_off(self, failures: int) -> None:
        """Wait a little after a failure; the more failures, the longer.

        Raises:
            Interrupted: nobody asks any more.
        """
        self._sleep(self._jitter(failures, longest=20.0, first=1.0))

    def _sleep(self, seconds: float) -> None:
        while seconds > 0:
            self._check()
            self._clock.sleep(min(seconds, _LONGEST_NAP))
            seconds -= _LONGEST_NAP
        self._check()

    def _check(self) -> None:
        if self._ended:
            raise Interrupted("the marketplace is asked no more: this run ends")

    def _jitter(self, count: int, *, longest: float, first: float) -> float:
        return self._random.uniform(0.05, min(longest, first * 2.0 ** min(count - 1, 16)))

    def _asked(self, retry_after: str | None) -> float | None:
        """Seconds that a Retry-After header asks for; None if it asks for nothing that makes sense."""
        if retry_after is None:
            return None
        text = retry_after.strip()
        if _SECONDS.fullmatch(text):
            return float(text)
        when = http_date(text)
        return None if when is None else max((when - self._clock.now()).total_seconds(), 0.0)
