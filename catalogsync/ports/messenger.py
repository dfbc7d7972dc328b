"""The door to whoever is to be told something."""

from collections.abc import Sequence
from typing import Protocol

from catalogsync.model.message import Message


class Messenger(Protocol):
    """Brings messages to people."""

    def send(self, messages: Sequence[Message]) -> tuple[str, ...]:
        """Bring all of them, or give up in time. It raises nothing: nobody's work depends on a message.

        Args:
            messages: what is to be said.

        Returns:
            What did not arrive, and where, in words without a secret; a sentence each.
        """
        ...
