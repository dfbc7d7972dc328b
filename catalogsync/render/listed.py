"""Names in a row: `a, b, … and 3 more`."""

from collections.abc import Sequence

from catalogsync.render.escape import inline


def listed(names: Sequence[str], most: int) -> str:
    """Names in a row, harmless; those beyond `most` are counted."""
    row = ", ".join(inline(name) for name in names[:most])
    return row if len(names) <= most else f"{row}, … and {len(names) - most:,} more"
