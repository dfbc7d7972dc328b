"""Numbers as people say them."""

from collections.abc import Sequence
from typing import Final

_NAMED: Final = 5


def counted(count: int, noun: str) -> str:
    """A number and its noun: `1 account`, `2,000 accounts`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def some_of(names: Sequence[str]) -> str:
    """Names, of which there may be thousands: the first few, and how many more there are."""
    more = f" and {counted(len(names) - _NAMED, 'other')}" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
