"""Why nothing is done about one product until a person has decided, with the words that decide it."""

from shlex import quote

from catalogsync.core.allocate import Stocktake
from catalogsync.core.match import Match
from catalogsync.model.counted import counted
from catalogsync.model.plan import Blocked
from catalogsync.model.product import Product
from catalogsync.model.state import Binding


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
    which = quote(match.product_ids[0]) if len(match.product_ids) == 1 else "PRODUCT_ID"
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
        f"{pool} are there already: `catalogsync pools mark {pool} --sent` if all are, `--new` if none is, "
        "`--sent --file FILE` if those in FILE are",
    )


def already_sent(stocktake: Stocktake, key: str, destination: str) -> Blocked | None:
    """Accounts of a pool went elsewhere, from another pool; None if none did.

    Args:
        stocktake: the pool.
        key: the product that has it.
        destination: its listing, in the ledger's words.
    """
    strays = [where for where in stocktake.elsewhere.values() if where != destination]
    if not strays:
        return None
    return Blocked(
        "account-already-sent",
        key,
        f"{counted(len(strays), 'account')} of pool {stocktake.pool} went to {strays[0]} "
        "from another pool; move them back or take them out of this one",
    )
