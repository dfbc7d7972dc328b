"""What a person says about the state: which accounts are there, which listing is whose, what became of a call."""

from collections.abc import Callable, Iterable, Sequence

from catalogsync.core.compare import desired_values
from catalogsync.model.catalog import Catalog
from catalogsync.model.errors import UsageError
from catalogsync.model.events import Bound, Event, Forgotten, Marked, Remembered, Renamed, Resolved
from catalogsync.model.importing import UnknownPool
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.listing import Listing
from catalogsync.model.pool import Account
from catalogsync.model.product import KEY, Product
from catalogsync.model.state import Binding, Call, Run, State
from catalogsync.ports import Fingerprints, Journal
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.payload import is_stocked, keepsake_of, new_id, offset_of
from catalogsync.workflow.planning import read_listings


def write(journal: Journal, run: Run, events: Callable[[], Sequence[Event]]) -> None:
    """Write events under the lease. They are made with the lease held, so that they stand on the newest state."""
    journal.begin(run)
    try:
        for event in events():
            journal.write(event)
    finally:
        journal.end(applied=False)


def mark(
    catalog: Catalog,
    marketplace: str,
    journal: Journal,
    fingerprints: Fingerprints,
    pool: str,
    sent: Sequence[Account],
    *,
    whole: bool,
) -> list[Event]:
    """Which accounts of a pool are at the marketplace already.

    What a recovery held of the pool is decided by this. The accounts that are there are recorded before the others are
    new, so that at no moment one of them is.

    Args:
        catalog: for which product sells the pool.
        marketplace: the marketplace's name.
        journal: the state.
        fingerprints: made with its key.
        pool: the pool's name.
        sent: those that are there; what the ledger knows otherwise than by a recovery stays as it is.
        whole: they are the whole pool, so that what a recovery held of it is there, too, wherever it stands now.
    """
    recovered = [op.id for op in journal.state.ops.values() if op.recovered and op.pool == pool]
    resolved: list[Event] = [Resolved(op, sent=whole) for op in recovered]
    unknown: dict[bytes, bytes] = {}
    for account in sent:
        user = fingerprints.user(account)
        found = journal.state.ledger.find(user)
        if found is None or (not whole and any(found[0].of(op) for op in recovered)):
            unknown[user] = fingerprints.content(account)
    key = next((product.key for product in catalog.products.values() if product.pool == pool), pool)
    binding = journal.state.bindings.get(key)
    about = _about(catalog, binding, pool)
    if not unknown:
        return [*about, Marked(pool), *resolved]
    destination = f"{marketplace}/{binding.product_id if binding else 'before'}"
    batch = Batch(f"mark-{new_id()}", destination, key, pool, len(unknown), Fate.SENT)
    return [*about, Marked(pool, batch, b"".join(unknown), b"".join(unknown.values())), *resolved]


def _about(catalog: Catalog, binding: Binding | None, pool: str) -> list[Event]:
    """Remember that a pool is a listing's, before what is said of it: that is about this listing, and ends with it."""
    product = catalog.products.get(binding.key) if binding else None
    if binding is None or product is None or binding.keepsake.pool == pool:
        return []
    return [Remembered({binding.key: keepsake_of(product)})]


def bind(desk: Desk, journal: Journal, key: str, product_id: str) -> list[Event]:
    """Bind a key to a listing that is there. What is equal counts as applied, so that a plan shows what differs.

    A create of that key in doubt ends with it: this is the listing that it made.

    Raises:
        UsageError: there is no such product or listing, or the listing belongs to another key.
        MarketplaceError: the listings could not be read.
    """
    product = desk.catalog.products.get(key)
    if product is None:
        raise UsageError(f"the catalog has no product {key}", "its key must stand in products/ first")
    listing = read_listings(desk).by_id.get(product_id)
    if listing is None:
        raise UsageError(f"the marketplace lists no product_id {product_id}")
    for other in journal.state.bindings.values():
        if other.product_id == product_id and other.marketplace == desk.settings.name and other.key != key:
            raise UsageError(
                f"listing {product_id} is bound to {other.key}", f"`catalogsync state rm {other.key}` lets it go first"
            )
    open_creates = [op for op in journal.state.ops.values() if op.key == key and op.call is Call.CREATE]
    binding = binding_as_shown(desk, journal.state, product, listing)
    return [Bound((binding,)), *(Resolved(op.id, sent=True) for op in open_creates)]


def displaced(catalog: Catalog, state: State, key: str, product_id: str) -> list[str]:
    """What a person should know who binds another listing to a product that has one, or was to have one."""
    product, former = catalog.products.get(key), state.bindings.get(key)
    if former is not None and former.product_id != product_id:
        return [
            f"listing {former.product_id}, which it had until now, is no longer managed. If it is there, it stays as "
            "it is, with its accounts"
        ]
    name = product.previous_key if product is not None and former is None else None
    earlier = state.bindings.get(name or "")
    if earlier is None or earlier.product_id == product_id or earlier.key in catalog.products:
        return []
    return [
        f"listing {earlier.product_id} was to be this product's, by its `previous_key`, and has no product now: the "
        f"next plan would take it off sale or delete it; `catalogsync state rm {earlier.key}` lets go of it instead"
    ]


def binding_as_shown(desk: Desk, state: State, product: Product, listing: Listing) -> Binding:
    """A binding of a listing that was not made by us: what it shows as the catalog says counts as applied."""
    values = desired_values(product, state.images.get(desk.settings.name, {}))
    shown = {name: listing.fields[name] for name in values if name in listing.fields}
    return Binding(
        key=product.key,
        marketplace=desk.settings.name,
        product_id=listing.product_id,
        applied={name: value for name, value in shown.items() if value == values[name]},
        observed=shown,
        applied_at=desk.timestamp(),
        listed=True,
        stocked=is_stocked(state, desk.settings.name, listing),
        offset=offset_of(state, desk.settings.name, product, listing),
        keepsake=keepsake_of(product),
    )


def unknown_pools(catalog: Catalog, state: State, keys: Iterable[str]) -> tuple[UnknownPool, ...]:
    """Pools that get no account before somebody says which ones are at the listings that were bound to these keys."""
    found: list[UnknownPool] = []
    for key in keys:
        product, binding = catalog.products[key], state.bindings[key]
        waits = product.pool is not None and product.delivery == "auto" and product.pool not in state.marked_pools
        if product.pool is not None and waits and binding.stocked:
            found.append(UnknownPool(key, product.pool, binding.product_id))
    return tuple(found)


def forget(journal: Journal, key: str) -> Forgotten:
    """Let go of a listing.

    Raises:
        UsageError: no listing is bound to the key.
    """
    if key not in journal.state.bindings:
        raise UsageError(f"no listing is bound to {key}", "`catalogsync state list` shows what is")
    return Forgotten((key,))


def rename(journal: Journal, old: str, new: str) -> Renamed:
    """Call a listing, or one that may have been created, otherwise. Open operations go with it.

    Raises:
        UsageError: there is none of the old name, or the new name is taken or cannot be a key.
    """
    if not KEY.fullmatch(new):
        raise UsageError(
            f"{new} cannot be a key",
            "a key has up to 100 lower-case letters, digits, `.`, `_` and `-`, and begins with a letter or digit",
        )
    if new == old:
        raise UsageError(f"{old} is called that already", "give the name that it has from now on")
    state = journal.state
    creating = {op.key: op.id for op in state.ops.values() if op.call is Call.CREATE}
    if old not in state.bindings and old not in creating:
        raise UsageError(f"no listing is bound to {old}", "`catalogsync state list` shows what is")
    if new in state.bindings:
        raise UsageError(
            f"listing {state.bindings[new].product_id} is bound to {new}",
            f"`catalogsync state rm {new}` lets it go first; or give {old} another name",
        )
    if new in {op.key for op in state.ops.values() if op.order is None}:
        raise UsageError(f"a call about {new} is in doubt", "`catalogsync state doubts` shows it; settle it first")
    return Renamed({old: new})


def misnamed(catalog: Catalog, old: str, new: str) -> list[str]:
    """What a person should know who renamed a listing that the catalog calls otherwise."""
    warnings = []
    if new not in catalog.products:
        warnings.append(
            f"the catalog has no product {new} yet; until it has, the next plan would take this listing off sale or "
            "delete it: rename the product first, by its file or its `key:`"
        )
    if old in catalog.products:
        place = catalog.products[old].place
        warnings.append(
            f"the catalog still has {old} ({place.file}:{place.line}), which has no listing now: "
            "the next plan would create one anew"
        )
    return warnings


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
