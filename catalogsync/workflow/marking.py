"""What a person says about the state: which accounts are there, which listing is whose, what became of a call."""

from collections.abc import Callable
from dataclasses import replace

from catalogsync.core.compare import desired_values
from catalogsync.model.errors import UsageError
from catalogsync.model.events import Bound, Event, Forgotten, Marked, Resolved
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.pool import Account, Pool
from catalogsync.model.state import Binding, Call, Run
from catalogsync.ports import Fingerprints, Journal
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.payload import keepsake_of, new_id
from catalogsync.workflow.planning import read_listings


def write(journal: Journal, run: Run, event: Callable[[], Event]) -> None:
    """Write one event under the lease. `event` is called with the lease held, so that it sees the newest state."""
    journal.begin(run)
    try:
        journal.write(event())
    finally:
        journal.end(applied=False)


def mark(
    journal: Journal, fingerprints: Fingerprints, pool: Pool, destination: str, key: str, *, sent: list[Account] | None
) -> Marked:
    """Which accounts of a pool are at the marketplace already.

    Args:
        journal: the state.
        fingerprints: made with its key.
        pool: the pool.
        destination: the listing that has them, in the ledger's words.
        key: the product's key.
        sent: those that are there; None: none is.
    """
    unknown: dict[bytes, bytes] = {}
    for account in sent or ():
        user = fingerprints.user(account)
        if journal.state.ledger.find(user) is None:
            unknown[user] = fingerprints.content(account)
    if not unknown:
        return Marked(pool.name)
    batch = Batch(f"mark-{new_id()}", destination, key, pool.name, len(unknown), Fate.SENT)
    return Marked(pool.name, batch, b"".join(unknown), b"".join(unknown.values()))


def bind(desk: Desk, key: str, product_id: str) -> Bound:
    """The binding of a key to a listing that is there. Nothing counts as applied, so that a plan shows what differs.

    Raises:
        UsageError: there is no such product or listing, or the listing belongs to another key.
        MarketplaceError: the listings could not be read.
    """
    listing = read_listings(desk).by_id.get(product_id)
    if listing is None:
        raise UsageError(
            f"the marketplace lists no product_id {product_id}", "`catalogsync status` shows what is managed"
        )
    for other in desk.state.bindings.values():
        if other.product_id == product_id and other.marketplace == desk.settings.name and other.key != key:
            raise UsageError(
                f"listing {product_id} is bound to {other.key}", f"`catalogsync state rm {other.key}` lets it go first"
            )
    product = desk.catalog.products.get(key)
    if product is None:
        raise UsageError(
            f"the catalog has no product {key}", "add it first, or look for the key with `catalogsync validate`"
        )
    fields = {**desired_values(product, {}), "status": ""}
    binding = Binding(
        key=key,
        marketplace=desk.settings.name,
        product_id=product_id,
        applied={},
        observed={name: listing.fields[name] for name in fields if name in listing.fields},
        applied_at=desk.timestamp(),
        listed=True,
        stocked=bool(listing.stock or listing.sales),
        keepsake=keepsake_of(product),
    )
    known = desk.state.bindings.get(key)
    if known is not None and known.product_id == product_id:
        binding = replace(binding, applied=known.applied, stocked=known.stocked)
    return Bound((binding,))


def forget(journal: Journal, key: str) -> Forgotten:
    """Let go of a listing.

    Raises:
        UsageError: no listing is bound to the key.
    """
    if key not in journal.state.bindings:
        raise UsageError(f"no listing is bound to {key}", "`catalogsync state list` shows what is")
    return Forgotten((key,))


def resolve(journal: Journal, op_id: str, *, sent: bool, who: str) -> Resolved:
    """What a person says that became of a call in doubt.

    Raises:
        UsageError: there is no such doubt, or it is a create that can only be bound.
    """
    op = journal.state.ops.get(op_id)
    if op is None:
        raise UsageError(f"there is no doubt {op_id}", "`catalogsync state doubts` lists them")
    if op.call is Call.CREATE and sent:
        raise UsageError(
            f"{op_id} is a create: which listing did it make?",
            f"`catalogsync state bind {op.key} PRODUCT_ID` says so, and ends the doubt",
        )
    return Resolved(op_id, sent, who)
