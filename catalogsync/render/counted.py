"""Counts and names in a row: `1 listing`, `2 listings`, `a, b, … and 3 more`."""

from collections.abc import Sequence

from catalogsync.render.escape import inline


def counted(count: int, noun: str) -> str:
    """A number and its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Sequence[str], most: int) -> str:
    """Names in a row, harmless; those beyond `most` are counted."""
    row = ", ".join(inline(name) for name in names[:most])
    return row if len(names) <= most else f"{row}, … and {len(names) - most:,} more"
