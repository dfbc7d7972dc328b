"""Drift: where managed listings differ from what was last applied, as data."""

from dataclasses import dataclass
from typing import Literal

from catalogsync.model.config import DriftPolicy
from catalogsync.model.fields import Value
from catalogsync.model.plan import Ground, Notice, Selection

Kind = Literal["changed", "gone"]


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """A field that shows something else than was applied."""

    field: str
    applied: Value
    shown: Value


@dataclass(frozen=True, slots=True)
class ListingDrift:
    """A managed listing that is not as it was last applied.

    Attributes:
        key: the product it belongs to.
        product_id: its id at the marketplace.
        kind: it shows something else, or is gone from the list.
        file, line: where its product stands; None where it is gone, or the catalog cannot be read.
        fields: what differs.
    """

    key: str
    product_id: str
    kind: Kind
    file: str | None
    line: int | None
    fields: tuple[FieldDrift, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """All of it, at one marketplace. Listings are sorted by key.

    Attributes:
        tool_version: of this tool.
        created_at: ISO 8601, UTC.
        marketplace: its name in the config.
        ground: the state that it stands on; None before there is one.
        selection: which keys were looked at.
        policy: what an apply does about it.
        listings: those that differ.
        in_step: how many managed listings do not.
        unmanaged: how many are there that are not managed.
        warnings: what else was seen.
    """

    tool_version: str
    created_at: str
    marketplace: str
    ground: Ground | None
    selection: Selection
    policy: DriftPolicy
    listings: tuple[ListingDrift, ...]
    in_step: int = 0
    unmanaged: int = 0
    warnings: tuple[Notice, ...] = ()
