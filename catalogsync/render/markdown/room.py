"""How much fits into one comment."""

from collections.abc import Iterable
from typing import Final

LIMIT: Final = 60_000
"""Bytes in UTF-8 that a comment stays under. GitHub refuses 65,536 characters, and a character is at least a byte."""


class Room:
    """Room that is left.

    Args:
        left: bytes in UTF-8.
    """

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, text: str) -> bool:
        """Take room for a text; False if there is not enough, and then none is taken."""
        size = bytes_of(text)
        if size > self.left:
            return False
        self.left -= size
        return True

    def fill(self, entries: Iterable[tuple[str, int]], most: int = LIMIT) -> tuple[list[str], int]:
        """Take the first entries that fit; no further one is made.

        Args:
            entries: each a text, and for how many things it stands.
            most: so many bytes are taken at most.

        Returns:
            The texts, and for how many things they stand.
        """
        part = Room(min(most, self.left))
        start, texts, stand_for = part.left, [], 0
        for text, count in entries:
            if not part.take(text):
                break
            texts.append(text)
            stand_for += count
        self.left -= start - part.left
        return texts, stand_for


def bytes_of(text: str) -> int:
    """How long a text is in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
