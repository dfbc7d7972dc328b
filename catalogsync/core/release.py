"""Which accounts of deleted listings may be set free, and why the others may not.

Free is what surely lies nowhere: the marketplace itself said that it deleted the listing, and nothing of it was sold.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from catalogsync.model.counted import counted
from catalogsync.model.ledger import Fate
from catalogsync.model.listing import Listings
from catalogsync.model.order import Order
from catalogsync.model.plan import Change, Notice
from catalogsync.model.product import Product
from catalogsync.model.state import Deletion, State
from catalogsync.model.survey import Leftover


def leftovers(state: State, listings: Listings, orders: Iterable[Order]) -> list[Leftover]:
    """The accounts of deleted listings that still count as sent, oldest deletion first.

    Args:
        state: what is recorded.
        listings: a complete List, read just now.
        orders: all orders, read just now.
    """
    at = _accounts(state)
    ordered = {order.product_id for order in orders}
    return [
        Leftover(deletion, dict(at[destination]), _why_kept(state, deletion, listings, ordered))
        for destination, deletion in state.deletions.items()
        if at[destination]
    ]


def returning(state: State, products: Mapping[str, Product], changes: Iterable[Change]) -> Iterator[Notice]:
    """Warn of products that get a listing while accounts of their pools count as sent to one that was deleted."""
    at = _accounts(state)
    for change in changes if at else ():
        pool = products[change.key].pool if change.key in products else None
        if pool is None or change.key in state.bindings or change.renamed_from is not None:
            continue
        for destination, pools in at.items():
            if pools[pool]:
                deletion = state.deletions[destination]
                yield Notice(
                    "accounts-of-deleted",
                    change.key,
                    f"{counted(pools[pool], 'account')} of pool {pool} went to listing {deletion.product_id}, which "
                    "was deleted; they count as sent, so this listing does not get them. "
                    f"`catalogsync pools release --deleted {deletion.key}` makes them new",
                )


def _accounts(state: State) -> defaultdict[str, Counter[str]]:
    """Destination of a deletion to the pools of the accounts there, and how many they are."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    if all(deletion.released for deletion in state.deletions.values()):
        return found
    for batch in state.ledger.batches:
        # Those that are only told to have been there may lie elsewhere.
        if batch.fate is not Fate.FREE and not batch.told and batch.destination in state.deletions:
            found[batch.destination][batch.pool] += batch.count
    return found


def _why_kept(state: State, deletion: Deletion, listings: Listings, ordered: Collection[str]) -> str:
    if deletion.product_id in listings.by_id:
        return "the marketplace still lists it"
    if not deletion.confirmed:
        return "the marketplace never confirmed that it deleted it, it was only seen to be gone"
    if deletion.product_id in ordered:
        return "there is an order for it, so something of it was sold"
    if deletion.sales != 0:
        return "the marketplace did not show that nothing of it was sold"
    if any(op.destination == deletion.destination and not op.held for op in state.ops.values()):
        return "a call to it is still open, and the next `catalogsync apply` looks what became of it"
    return ""
