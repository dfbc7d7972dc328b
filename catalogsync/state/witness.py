"""What a machine has seen of a state: enough to notice an old copy of it, or one that went another way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalogsync.model.errors import StateError


@dataclass(frozen=True, slots=True)
class Head:
    """The newest record that was seen.

    Attributes:
        number: its number.
        digest: what the next record says of its bytes.
    """

    number: int
    digest: str


Witness = Callable[[str], Head | None]
"""By lineage: the newest record of a state that was ever seen here; None if none was."""

_RECOVER: Final = (
    "if there is no such copy, `catalogsync state recover` finds out what can be known. "
    "Nothing was changed; accounts that were sent since would count as new"
)


def no_witness(_lineage: str) -> Head | None:
    """The witness who has seen nothing."""
    return None


def outdated(place: str, last: int, seen: Head) -> StateError:
    """The error for a state that was longer once."""
    return StateError(
        f"the state in {place} ends with record {last}, but record {seen.number} of it was seen on this machine: "
        "an old copy was put back",
        f"put the newest copy back, whole; {_RECOVER}",
    )


def parted(place: str, seen: Head) -> StateError:
    """The error for a state that is not the one that was seen."""
    return StateError(
        f"record {seen.number} of the state in {place} is another one than was seen on this machine: "
        "there are two copies of this state, and both were worked with",
        f"go on with the copy that has sent everything, and remove the other; {_RECOVER}",
    )
