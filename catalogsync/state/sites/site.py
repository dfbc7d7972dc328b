"""What a backend must tell so that a state can be found there, or made."""

from pathlib import Path
from typing import Protocol

from catalogsync.model.finding import Fitness
from catalogsync.ports.store import RecordStore


class Site(Protocol):
    """Where a state is, or is to be. To have one is to have looked at nothing yet."""

    @property
    def place(self) -> str:
        """Where that is, in words for the user; it never holds a secret."""
        ...

    @property
    def way_back(self) -> str:
        """How somebody may bring a state back that was here once, in words for the user."""
        ...

    @property
    def key_folder(self) -> Path | None:
        """The folder in which the state's key may lie beside the records; None where it must not."""
        ...

    def store(self, *, heed_head: bool = True) -> RecordStore:
        """The records.

        Args:
            heed_head: whether records that were seen once and are gone are an error. A recovery knows that they are.

        Raises:
            StateError: nobody can get there.
        """
        ...

    def prepare(self) -> None:
        """Make what must be there before the first record, and before a key.

        Raises:
            StateError: it cannot be made.
        """
        ...

    def trial(self) -> Fitness:
        """See by a trial whether this is fit for a state. Nothing of a state that is there is touched.

        Raises:
            StateError: it is not.
        """
        ...
