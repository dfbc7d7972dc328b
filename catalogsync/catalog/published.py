"""The published formats and the example catalog, wherever this installation has them."""

from functools import cache
from pathlib import Path
from typing import Final

import catalogsync
from catalogsync.catalog.problems import suggestion
from catalogsync.model.errors import CatalogsyncError, UsageError

SCHEMA_NAMES: Final = ("config", "product", "defaults", "pool", "plan", "drift", "orders", "manifest", "state-record")


@cache
def schema_text(name: str) -> str:
    """The JSON Schema of a format, as text.

    Raises:
        UsageError: there is no format of that name.
    """
    if name not in SCHEMA_NAMES:
        known = ", ".join(SCHEMA_NAMES)
        raise UsageError(f"there is no schema `{name}`", suggestion(name, SCHEMA_NAMES) or f"there are {known}")
    return _published("schemas", f"{name}.schema.json").read_text(encoding="utf-8")


def example_catalog() -> Path:
    """The folder of the example catalog."""
    return _published("examples", "catalog")


def ci_example(*parts: str) -> str:
    """The text of a file that CI needs: `action.yml`, or one by its path in the examples."""
    places = ("action.yml",) if parts == ("action.yml",) else ("examples", "ci", *parts)
    return _published(*places).read_text(encoding="utf-8")


def _published(*parts: str) -> Path:
    # A wheel carries them inside the package; an editable installation runs beside them.
    package = Path(catalogsync.__file__).parent
    for base in (package, package.parent):
        if (path := base.joinpath(*parts)).exists():
            return path
    raise CatalogsyncError(f"this installation has no `{'/'.join(parts)}`", "install catalogsync again")
