"""Which known name somebody may have meant."""

from collections.abc import Iterable
from heapq import nlargest
from itertools import takewhile
from operator import eq
from typing import Final

_MANY: Final = 100
_LONGEST_NAME: Final = 200
_CLOSELY: Final = 1000


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name, or None if none is near."""
    import difflib

    names = list(known)
    if len(names) > _MANY:
        # Comparing all with all would take minutes where a thousand products misname one of thousands.
        names = [other for other in names if other[:1] == name[:1] and abs(len(other) - len(name)) <= 1][:_MANY]
    close = difflib.get_close_matches(name, names, n=1) if len(name) <= _LONGEST_NAME else []
    return f"did you mean `{close[0]}`?" if close else None


def several(name: str, known: Iterable[str]) -> list[str]:
    """Up to three known names like this one, the most alike first; a hundred thousand take half a second."""
    import difflib

    def ends_alike(other: str) -> int:
        return _common(name, other) + _common(name[::-1], other[::-1])

    # Comparing all of them closely would take seconds.
    names = nlargest(_CLOSELY, sorted(known), ends_alike)
    return difflib.get_close_matches(name, names, n=3, cutoff=0.7) if len(name) <= _LONGEST_NAME else []


def _common(one: str, other: str) -> int:
    """How many characters two names have in common before they part."""
    return sum(takewhile(bool, map(eq, one, other)))
