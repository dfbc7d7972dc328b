"""Which known name somebody may have meant."""

from collections.abc import Iterable
from typing import Final

_MANY: Final = 100
_LONGEST_NAME: Final = 200


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name, or None if none is near."""
    import difflib

    names = list(known)
    if len(names) > _MANY:
        # Comparing all with all would take minutes where a thousand products misname one of thousands.
        names = [other for other in names if other[:1] == name[:1] and abs(len(other) - len(name)) <= 1][:_MANY]
    close = difflib.get_close_matches(name, names, n=1) if len(name) <= _LONGEST_NAME else []
    return f"did you mean `{close[0]}`?" if close else None
