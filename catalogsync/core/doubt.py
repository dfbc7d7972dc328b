"""Evidence to verdict: what became of a call that was recorded and whose answer never came.

Nothing here guesses. A verdict that would let something be sent again stands on proof, or on a state that sending
again cannot spoil; everything else is held for a person. The reasoning and its limits are in docs/guarantees.md.
"""

from collections.abc import Collection
from dataclasses import dataclass

from catalogsync.model.events import Verdict
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.state import Call, Op


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, why, and the listing that a create turned out to have made."""

    verdict: Verdict
    evidence: str
    product_id: str | None = None


def judge(op: Op, listings: Listings, bound: Collection[str], *, settled: bool) -> Ruling | None:
    """Judge one open operation by a complete List.

    Args:
        op: the operation.
        listings: a complete List, read after the call can have been sent.
        bound: the product_ids that the state binds.
        settled: whether a write has had its time to show, so that absence counts.

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
            return _append(op, _listing(op, listings), settled=settled)


def judge_refused(op: Op, listings: Listings, reason: str) -> Ruling:
    """Judge an append that the marketplace refused: believed if the counts say the same."""
    shown = _listing(op, listings)
    if shown is not None and shown.stock is not None and (shown.stock, shown.sales) == (op.stock, op.sales):
        return Ruling(Verdict.ABORTED, reason)
    return Ruling(Verdict.HELD, f"the marketplace refused it ({reason}), but its stock does not say the same")


def gained(before: Listing, now: Listing) -> int | None:
    """By how many units stock and sales moved together, or None where the marketplace does not show them."""
    if before.stock is None or now.stock is None:
        return None
    return now.stock - before.stock + (now.sales or 0) - (before.sales or 0)


def alike(op: Op, listing: Listing) -> bool:
    """Whether a listing may be the one that a create made.

    Where the marketplace shows `source_product_id` that decides; else category, title and price do. The description
    does not count, since it may have been cleaned.
    """
    source = listing.fields.get("source_product_id")
    if source is not None:
        return source == op.fields.get("source_product_id")
    return all(listing.fields.get(field) == op.fields.get(field) for field in ("category_id", "title", "price"))


def _listing(op: Op, listings: Listings) -> Listing | None:
    return listings.by_id.get(op.product_id or "")


def _create(op: Op, listings: Listings, bound: Collection[str], *, settled: bool) -> Ruling | None:
    candidates = [
        listing.product_id
        for listing in listings.by_id.values()
        if listing.product_id not in bound and listing.product_id not in op.alike and alike(op, listing)
    ]
    if len(candidates) == 1:
        return Ruling(Verdict.COMMITTED, f"listing {candidates[0]} appeared as it was sent", candidates[0])
    if not settled:
        return None
    if candidates:
        names = ", ".join(sorted(candidates))
        return Ruling(Verdict.HELD, f"{len(candidates)} listings appeared that may be it: {names}")
    return Ruling(Verdict.ABORTED, "no such listing appeared")


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


def _append(op: Op, shown: Listing | None, *, settled: bool) -> Ruling | None:
    if not settled:
        return None
    if shown is None or shown.stock is None or op.stock is None:
        return Ruling(Verdict.HELD, "the marketplace shows no stock to tell by")
    if shown.sales is None or shown.sales != op.sales:
        return Ruling(Verdict.HELD, "units were sold meanwhile, so the stock cannot tell")
    gained = shown.stock - op.stock
    if gained == op.count:
        return Ruling(Verdict.COMMITTED, f"the stock rose by exactly {op.count}")
    if gained == 0:
        return Ruling(Verdict.HELD, f"the stock did not rise from {op.stock}: probably not sent")
    return Ruling(Verdict.HELD, f"the stock went from {op.stock} to {shown.stock}, but {op.count} were sent")
