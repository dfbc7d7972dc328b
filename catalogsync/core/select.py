"""Which names the user asked about."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from catalogsync.model.plan import Selection


def selected(key: str, selection: Selection) -> bool:
    """Whether a key matches `--only` (or there is none) and no `--exclude`."""
    if not selection.only and not selection.exclude:
        return True
    return (not selection.only or fits(key, selection.only)) and not fits(key, selection.exclude)


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name matches one of these patterns; it fits itself, though it may hold `[`."""
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)
