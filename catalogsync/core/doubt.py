"""Evidence to verdict: what became of a call that was recorded and whose answer never came.

Nothing here guesses. A verdict that would let something be sent again stands on proof, or on a state that sending
again cannot spoil; everything else is held for a person. The reasoning and its limits are in docs/guarantees.md.
"""

import re
from collections.abc import Collection
from typing import Final

from catalogsync.core.arrival import OrderBook, Ruling, arrival
from catalogsync.core.entities import unescaped
from catalogsync.core.match import SOURCE
from catalogsync.model.events import Verdict
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.state import Call, Op

_TAG = re.compile(r"<[^<>]*>")
_LETTERS: Final = 40
"""So many letters of a title tell it from others; what comes after them may have been cut."""


def judge(
    op: Op,
    listings: Listings,
    bound: Collection[str],
    *,
    settled: bool,
    orders: OrderBook | None = None,
    before: int | None = None,
    trusted: bool = False,
) -> Ruling | None:
    """Judge one open operation by a complete List.

    Args:
        op: the operation.
        listings: a complete List, read after the call can have been sent.
        bound: the product_ids that the state binds.
        settled: whether a write has had its time to show, so that absence counts.
        orders: the orders, where they were read too.
        before: how many accounts had arrived at the listing before a batch; None if that is not known.
        trusted: whether a stock that did not move proves that a batch did not arrive.

    Returns:
        The ruling, or None where waiting may tell more.
    """
    match op.call:
        case Call.CREATE:
            return _create(op, listings, bound, settled=settled)
        case Call.UPDATE | Call.RETIRE:
            return _update(op, _listing(op, listings), settled=settled)
        case Call.DELETE:
            return _delete(_listing(op, listings), settled=settled)
        case Call.APPEND:
            shown = _listing(op, listings)
            return arrival(op, shown, orders, before=before, trusted=trusted) if settled else None
        case Call.DELIVER | Call.REFUND | Call.SET_STATUS:
            return None  # the List says nothing of orders


def gained(before: Listing, now: Listing) -> int | None:
    """By how many units stock and sales moved together, or None where the marketplace does not show them."""
    if before.stock is None or now.stock is None:
        return None
    return now.stock - before.stock + (now.sales or 0) - (before.sales or 0)


def accounted(listing: Listing, units: int) -> bool:
    """Whether a listing's stock and sales are together what was sent to it.

    Then the List is no older than the last append, and what its stock will have gained is gained by the next one.
    """
    return listing.stock is not None and listing.stock + (listing.sales or 0) == units


def alike(op: Op, listing: Listing) -> bool:
    """Whether a listing is, by all that shows, the one that a create made.

    Where the marketplace shows `source_product_id` that decides; else category, title and price do. The description
    does not count, since it may have been cleaned.
    """
    if source := listing.fields.get(SOURCE):
        return source == op.fields.get(SOURCE)
    return all(listing.fields.get(field) == op.fields.get(field) for field in ("category_id", "title", "price"))


def looks(listing: Listing) -> tuple[str, Value]:
    """What a listing is recognised by, even if the marketplace changed what was sent."""
    if source := listing.fields.get(SOURCE):
        return SOURCE, source
    return "title", _letters(listing.fields.get("title"))


def looked_for(op: Op) -> tuple[tuple[str, Value], ...]:
    """By what the listing that a create makes may be recognised: see `looks`."""
    return (SOURCE, op.fields.get(SOURCE, "")), ("title", _letters(op.fields.get("title")))


def _listing(op: Op, listings: Listings) -> Listing | None:
    return listings.by_id.get(op.product_id or "")


def _create(op: Op, listings: Listings, bound: Collection[str], *, settled: bool) -> Ruling | None:
    sought = looked_for(op)
    appeared = [
        listing
        for listing in listings.by_id.values()
        if listing.product_id not in bound and listing.product_id not in op.alike and looks(listing) in sought
    ]
    candidates = [listing.product_id for listing in appeared if alike(op, listing)]
    if len(candidates) == 1:
        return Ruling(Verdict.COMMITTED, f"listing {candidates[0]} appeared as it was sent", candidates[0])
    if not settled:
        return None
    if appeared:
        names = ", ".join(sorted(listing.product_id for listing in appeared))
        return Ruling(Verdict.HELD, f"what appeared and may be it: {names}")
    return Ruling(Verdict.ABORTED, op.refused or "no such listing appeared")


def _update(op: Op, shown: Listing | None, *, settled: bool) -> Ruling | None:
    # Absolute values may be sent again, so "not proven" simply means that the next plan sends what still differs.
    if shown is not None and all(shown.fields.get(field) == value for field, value in op.fields.items()):
        return Ruling(Verdict.COMMITTED, "the listing shows what was sent")
    return Ruling(Verdict.ABORTED, "the listing does not show what was sent; it may be sent again") if settled else None


def _delete(shown: Listing | None, *, settled: bool) -> Ruling | None:
    if not settled:
        return None
    if shown is None:
        return Ruling(Verdict.COMMITTED, "the listing is gone")
    return Ruling(Verdict.ABORTED, "the listing is still there; it may be deleted again")


def _letters(title: Value | None) -> str:
    """A title's letters and digits: what is left of it, whatever is done to its blanks, signs and tags."""
    text = _TAG.sub("", unescaped(str(title or "")))
    return "".join(char for char in text.casefold() if char.isalnum())[:_LETTERS]
