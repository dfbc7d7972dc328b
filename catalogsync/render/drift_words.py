"""Drift in words, for every form: the verdict, what belongs together, and what can be done about it."""

from collections.abc import Iterator, Sequence
from typing import Final

from catalogsync.model.config import DriftPolicy
from catalogsync.model.counted import counted
from catalogsync.model.drift import Drift, FieldDrift, ListingDrift
from catalogsync.model.plan import FieldChange

_POLICIES: Final[dict[DriftPolicy, str]] = {
    "restore": "`catalogsync apply` puts back what your catalog says (`drift: restore`).",
    "warn": "`catalogsync apply` leaves it so and warns (`drift: warn`).",
    "ignore": "`catalogsync apply` leaves it so (`drift: ignore`).",
}

Group = Sequence[ListingDrift]
"""Listings of which the same fields went the same way."""


def verdict(drift: Drift) -> str:
    """Whether there is any, in a sentence."""
    if not drift.listings:
        return "No drift." if drift.in_step else "No drift: nothing is managed here."
    differ = "differs" if len(drift.listings) == 1 else "differ"
    return f"{counted(len(drift.listings), 'listing')} {differ} from what was applied."


def counts(drift: Drift) -> list[str]:
    """What else there is at the marketplace."""
    parts = [f"{drift.in_step:,} as applied"]
    return [*parts, f"{drift.unmanaged:,} not managed"] if drift.unmanaged else parts


def groups(changed: Sequence[ListingDrift], *, apart: bool = False) -> list[Group]:
    """Listings of which the same fields went the same way, together, in the order of their first keys."""
    if apart:
        return [[one] for one in changed]
    alike: dict[tuple[FieldDrift, ...], list[ListingDrift]] = {}
    for one in changed:
        alike.setdefault(one.fields, []).append(one)
    return list(alike.values())


def as_change(field: FieldDrift) -> FieldChange:
    """A field from what was applied to what is shown."""
    return FieldChange(field.field, field.applied, field.shown, "catalog")


def next_steps(drift: Drift) -> Iterator[str]:
    """What can be done about it, each with the words to type between backticks."""
    fields = list(dict.fromkeys(field.field for one in drift.listings for field in one.fields))
    if restorable := [field for field in fields if field != "stock"]:
        yield f"Nobody changed this from here. {_POLICIES[drift.policy]}"
        only = next(one.key for one in drift.listings if any(field.field in restorable for field in one.fields))
        yield (
            f"`catalogsync import --accept {restorable[0]} --only {only}` takes what is there into your file instead; "
            "`lifecycle.ignore_changes` in the product leaves a field to the marketplace for good."
        )
    if "stock" in fields:
        yield "A `stock` that was raised there stays: it is only sent when its number in your file changes."
    if any(one.kind == "gone" for one in drift.listings):
        yield "A listing that is gone is not made again by itself: `catalogsync plan` says what you can decide."
