"""Calls that a `hang` fault holds until a test lets them go or their client does."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class HeldCall:
    """One call that waits.

    Attributes:
        n: its number in the log of calls.
        call: what it is: create, append, ...
        path: without the query.
        when: before or after the marketplace did what was asked.
    """

    n: int
    call: str
    path: str
    when: str
    proceed: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class HeldCalls:
    """All calls that wait at this moment."""

    def __init__(self) -> None:
        self.waiting: list[HeldCall] = []

    async def hold(self, held: HeldCall, client_left: Awaitable[None]) -> bool:
        """Waits for a release, or for the client to go away; says whether the call is to go on."""
        self.waiting.append(held)
        release = asyncio.ensure_future(held.over.wait())
        left = asyncio.ensure_future(client_left)
        try:
            await asyncio.wait((release, left), return_when=asyncio.FIRST_COMPLETED)
            return held.proceed and release.done()
        finally:
            release.cancel()
            left.cancel()
            if held in self.waiting:
                self.waiting.remove(held)

    def release(self, n: int | None = None, *, proceed: bool = True) -> int:
        """Lets held calls go, and says how many.

        Args:
            n: the one with this number in the log of calls; None lets all of them go.
            proceed: False breaks them off instead.
        """
        chosen = [held for held in self.waiting if n is None or held.n == n]
        for held in chosen:
            # off the list at once: a test that releases and then asks what is held must not see it again
            self.waiting.remove(held)
            held.proceed = proceed
            held.over.set()
        return len(chosen)
