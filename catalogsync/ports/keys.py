"""The door to the keys that reading a catalog may use: nothing is asked for before it is needed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from catalogsync.model.config import StateConfig
    from catalogsync.model.secret import Secret
    from catalogsync.ports.journal import Fingerprints


class PoolKeys(Protocol):
    """What is at hand to open pools and to check their manifests."""

    def identities(self) -> Sequence["Secret"]:
        """The age identities at hand (`AGE-SECRET-KEY-1…`); none is no error.

        Raises:
            UsageError: where they are said to be, they cannot be read.
        """
        ...

    def fingerprints(self, config: "StateConfig") -> "Fingerprints | None":
        """Fingerprints with the key of the catalog's state; None where that is not at hand.

        Raises:
            StateError: what is at hand is no key.
        """
        ...


class NoKeys:
    """Nothing is at hand."""

    def identities(self) -> Sequence["Secret"]:
        """None."""
        return ()

    def fingerprints(self, config: "StateConfig") -> "Fingerprints | None":  # noqa: ARG002
        """None."""
        return None
