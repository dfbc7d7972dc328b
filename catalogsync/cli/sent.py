"""How many changing calls this process has sent: who breaks off after one must not say that nothing was changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol


class Counts(Protocol):
    """A client of a marketplace."""

    @property
    def calls(self) -> int:
        """How many changing calls it has sent."""
        ...


class SentCalls:
    """The calls of all clients, those that are at work and those that were."""

    def __init__(self) -> None:
        self._at_work: list[Counts] = []
        self._before = 0

    @property
    def count(self) -> int:
        """How many changing calls were sent so far."""
        return self._before + sum(client.calls for client in self._at_work)

    @contextmanager
    def counted(self, client: Counts) -> Iterator[None]:
        """Count the calls of a client, while this is open and afterwards."""
        self._at_work.append(client)
        try:
            yield
        finally:
            self._at_work = [other for other in self._at_work if other is not client]
            self._before += client.calls


SENT: Final = SentCalls()
"""Those of this process."""
