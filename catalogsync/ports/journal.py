"""The doors to the state: the journal that is written before and after every call, and the fingerprints in it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from catalogsync.model.events import Event
    from catalogsync.model.pool import Account
    from catalogsync.model.state import Run, State


class Fingerprints(Protocol):
    """Keyed fingerprints of accounts, 16 bytes each."""

    @property
    def check(self) -> str:
        """Which key they are made with; no secret."""
        ...

    def user(self, account: "Account") -> bytes:
        """What decides whether two accounts are the same: made of the username's identity."""
        ...

    def content(self, account: "Account") -> bytes:
        """What tells that a password changed: made of the username's identity and the password."""
        ...

    def users(self, identities: Iterable[bytes]) -> list[bytes]:
        """`user` of many accounts, by what each is known by, in UTF-8."""
        ...

    def contents(self, contents: Iterable[bytes]) -> list[bytes]:
        """`content` of many accounts, by the identity, a zero and the password of each, in UTF-8."""
        ...

    def authenticator(self, text: bytes) -> str:
        """What only who has the key can make of a pool's manifest: it tells that nobody else wrote it."""
        ...


class Recorded(Protocol):
    """What is recorded, to be read."""

    @property
    def state(self) -> "State":
        """The folded state. After every write it includes what was written."""
        ...


class Journal(Recorded, Protocol):
    """The record log, folded. Writing needs the lease, which `begin` takes and `end` gives back."""

    @property
    def look_interval(self) -> float:
        """Seconds for which a run that was taken over may go on before it notices. No record of its is taken."""
        ...

    def await_free(self) -> None:
        """Read what was written by now, and make sure that no other run is at work; nothing is taken, or written.

        Raises:
            StateLocked: another run holds the lease, and our patience is at its end.
            StateError: the state lives on elsewhere, or cannot be read.
        """
        ...

    def catch_up(self) -> None:
        """Read what others wrote by now; nothing is taken, or written.

        Raises:
            StateError: it cannot be read.
        """
        ...

    def begin(self, run: "Run") -> None:
        """Take the lease; a dead run's is taken over where that is safe.

        Raises:
            StateLocked: another run holds it.
        """
        ...

    def write(self, event: "Event") -> None:
        """Make an event durable, then fold it. Split into several records where it is too large for one.

        Raises:
            StateFenced: another run took over; nothing more may be done.
            StateError: it could not be written; nothing more may be sent.
        """
        ...

    def assure(self, seconds: float) -> None:
        """Make sure that the lease holds for a call of so many seconds; renews it if need be.

        Raises:
            StateFenced: another run took over.
        """
        ...

    def end(self, *, applied: bool, complete: bool = False) -> None:
        """Give the lease back.

        Args:
            applied: this run was an apply that came to its end.
            complete: and all that it was to do is done.
        """
        ...
