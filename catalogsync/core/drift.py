"""What a marketplace shows of a managed listing against what was last applied; the catalog has no say in it."""

from collections.abc import Collection, Iterator

from catalogsync.core.compare import STOCK
from catalogsync.model.drift import FieldDrift
from catalogsync.model.fields import FIELDS, Value
from catalogsync.model.listing import Listing
from catalogsync.model.state import Binding


def drifted_fields(binding: Binding, shown: Listing, ignored: Collection[str]) -> Iterator[FieldDrift]:
    """The fields that somebody changed at the marketplace, in the catalog's order of fields.

    A field counts once what was applied was seen to arrive; until then nobody can tell. Stock that is lower was sold;
    stock that is higher than it ever was, somebody raised.

    Args:
        binding: what is recorded.
        shown: the listing.
        ignored: fields that are left to the marketplace, or of which a call is open.
    """
    for name in FIELDS:
        applied, showing = binding.applied.get(name), shown.fields.get(name)
        if name in ignored or applied is None or showing is None or applied == showing:
            continue
        observed = binding.observed.get(name)
        if _raised(applied, observed, showing) if name == STOCK else observed not in {None, showing}:
            yield FieldDrift(name, applied, showing)


def _raised(applied: Value, observed: Value | None, showing: Value) -> bool:
    most = max(value for value in (applied, observed) if isinstance(value, int))
    return isinstance(showing, int) and showing > most


def off_sale(binding: Binding, shown: Listing, retired_status: str) -> bool:
    """Whether a listing is off sale though nobody here said anything of its status."""
    return "status" not in binding.applied and shown.fields.get("status") == retired_status
