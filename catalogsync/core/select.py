"""Which keys the user asked about."""

from fnmatch import fnmatchcase

from catalogsync.model.plan import Selection


def selected(key: str, selection: Selection) -> bool:
    """Whether a key matches `--only` (or there is none) and no `--exclude`."""
    included = not selection.only or any(fnmatchcase(key, pattern) for pattern in selection.only)
    return included and not any(fnmatchcase(key, pattern) for pattern in selection.exclude)
