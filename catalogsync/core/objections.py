"""Why nothing is done about one product until a person has decided, with the words that decide it."""

from collections.abc import Sequence
from typing import Final

from catalogsync.core.allocate import Stocktake
from catalogsync.core.match import Match
from catalogsync.core.pasting import pasted
from catalogsync.model.counted import counted
from catalogsync.model.plan import Blocked
from catalogsync.model.problem import Place
from catalogsync.model.product import Product
from catalogsync.model.state import Binding

_LINES: Final = 8
"""So many lines of a file are told."""


def missing_listing(binding: Binding, key: str, missing: int) -> Blocked:
    """A listing that was there is gone.

    Args:
        binding: the listing.
        key: its product.
        missing: how many are gone in all.
    """
    return Blocked(
        "missing-listing",
        key,
        f"listing {binding.product_id} is gone from the marketplace; if it is there under another id, "
        f"`catalogsync state bind {key} PRODUCT_ID`; to create it anew, "
        f"`--allow missing-listing={missing}`; to let go of it, `catalogsync state rm {key}`",
    )


def look_alike(match: Match, key: str, alike: int) -> Blocked:
    """A listing that nobody manages may be the product's.

    Args:
        match: what was found.
        key: the product.
        alike: how many products there are of which that is said.
    """
    which = pasted(match.product_ids[0]) if len(match.product_ids) == 1 else "PRODUCT_ID"
    return Blocked(
        "look-alike",
        key,
        f"{match.why}; to take it over, `catalogsync state bind {key} {which}`; "
        f"to create another, `--allow look-alike={alike}`",
    )


def unknown_pool(product: Product, product_id: str) -> Blocked:
    """Accounts may lie at a listing of which nothing is remembered."""
    pool = product.pool
    return Blocked(
        "pool-unknown",
        product.key,
        f"listing {product_id} had stock or sales when it was bound, so nobody can tell which accounts of pool "
        f"{pool} are there already: `catalogsync pools mark {pool} --sent` if all are, "
        f"`catalogsync pools mark {pool} --new` if none is, "
        f"`catalogsync pools mark {pool} --sent --file FILE` if those in FILE are",
    )


def already_sent(stocktake: Stocktake, key: str, destination: str) -> Blocked | None:
    """Accounts of a pool went elsewhere, from another pool; None if none did.

    Args:
        stocktake: the pool.
        key: the product that has it.
        destination: its listing, in the ledger's words.
    """
    strays = [position for position, where in stocktake.elsewhere.items() if where != destination]
    if not strays:
        return None
    places = [stocktake.places[position] for position in strays if position in stocktake.places]
    first = places[0] if places else None
    them = "it" if len(strays) == 1 else "them"
    where = _lines(places) or _ordinals(strays)
    return Blocked(
        "account-already-sent",
        key,
        f"{counted(len(strays), 'account')} of pool {stocktake.pool} went to {stocktake.elsewhere[strays[0]]} "
        f"from another pool; move {them} back there, or take {them} out of this one{where}",
        first.file if first else None,
        first.line if first else None,
    )


def _ordinals(positions: Sequence[int]) -> str:
    """Which accounts of an encrypted pool are to go, counted from 1 in file order."""
    named = ", ".join(f"{position + 1:,}" for position in positions[:_LINES])
    more = f" and {len(positions) - _LINES:,} more" if len(positions) > _LINES else ""
    return f" (number{'s' if len(positions) > 1 else ''} {named}{more} in it)"


def _lines(places: Sequence[Place]) -> str:
    """Where accounts stand that are to go, in the first file that has some."""
    if not places:
        return ""
    lines = [str(place.line) for place in places if place.file == places[0].file][:_LINES]
    more = f" and {len(places) - len(lines):,} more" if len(places) > len(lines) else ""
    return f" ({places[0].file}, line{'s' if len(places) > 1 else ''} {', '.join(lines)}{more})"
