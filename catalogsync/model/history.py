"""How a listing came to be as it was last applied: which run set each of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from catalogsync.model.state import Run

Deed = Literal["create", "update", "retire", "bind"]
"""By which call a field was set; `bind`: by none, the listing showed that value when it was noted."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What last set a field.

    Attributes:
        deed: how.
        record: number of the record that says so.
        at: when that was written (ISO 8601, UTC).
        run: the run that did it; None where the record of its beginning is gone.
    """

    deed: Deed
    record: int
    at: str
    run: Run | None


@dataclass(frozen=True, slots=True)
class History:
    """The past of one listing.

    Attributes:
        settings: by field, what last set it; a field is missing where the records that say so are gone.
        names: the keys that the listing had before, the last one first, as far back as was looked.
    """

    settings: Mapping[str, Setting]
    names: tuple[str, ...] = ()
