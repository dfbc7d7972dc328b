"""The pool files that somebody names: relative to where they are, and in the catalog."""

import os
from collections.abc import Sequence
from pathlib import Path

from catalogsync.model.errors import UsageError


def names_of(root: Path, paths: Sequence[Path], *, missing: bool = False) -> list[str]:
    """Files as the catalog calls them, each once.

    Args:
        root: the catalog's folder.
        paths: as they were typed; one that is not there may be relative to the catalog.
        missing: whether those that are nowhere will do.

    Raises:
        UsageError: one is not there, or not below `pools/` of the catalog.
    """
    names = []
    for path in paths:
        found = next((place for place in (path, root / path) if os.path.lexists(place)), path)
        if (name := _name(root, found)) is None:
            name = _name(root, root / path)
        if name is None:
            raise UsageError(
                f"{path} is not below pools/ of the catalog", "name files there, or choose it with `-C DIR`"
            )
        if not missing and not os.path.lexists(root / name):
            # It may be called here as it is in clear text.
            name += ".age"
        if not missing and not os.path.lexists(root / name):
            raise UsageError(f"there is no file {path}", "see how it is called: `ls pools/`")
        if (root / name).is_dir():
            raise UsageError(f"{path} is a folder", "name the files in it, or none for all")
        names.append(name)
    return list(dict.fromkeys(names))


def _name(root: Path, path: Path) -> str | None:
    # The last part may be a link, which is looked at elsewhere.
    place = os.path.join(os.path.realpath(path.parent), path.name)
    name = os.path.relpath(place, os.path.realpath(root)).replace(os.sep, "/")
    return name if name.startswith("pools/") else None
