"""Categories as people write them: by name, or by the marketplace's id."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from catalogsync.core.nearest import suggestion
from catalogsync.core.sheet_values import CellRefused

_ID: Final = re.compile("[0-9A-Fa-f-]{6,200}")


def category_names(categories: Mapping[str, str]) -> dict[str, str]:
    """The name of each id; of several the first."""
    return {identifier: name for name, identifier in reversed(list(categories.items()))}


def category_id(written: str, categories: Mapping[str, str], used: Collection[str]) -> str:
    """The id that is meant.

    Args:
        written: a name or an id.
        categories: ids by name.
        used: ids that products have.

    Raises:
        CellRefused: it is neither.
    """
    if written in categories:
        return categories[written]
    if written in used or written in categories.values() or _ID.fullmatch(written):
        return written
    hint = suggestion(written, categories) or "name it under `categories:` in catalogsync.yaml, or write the id"
    raise CellRefused(f"there is no category `{written[:60]}`", hint)
