"""Which accounts may be at a marketplace, when nobody remembers: those that orders hold surely, all others perhaps."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from catalogsync.core.recognise import recognise
from catalogsync.model.ledger import FINGERPRINT
from catalogsync.model.order import Order
from catalogsync.model.pool import Account, Pool
from catalogsync.model.product import Product
from catalogsync.model.recovery import Evidence, PoolRecovery, Prints, Recognition, Recovery
from catalogsync.model.state import State

Fingerprint = Callable[[Account], bytes]


def recollect(
    products: Mapping[str, Product],
    pools: Mapping[str, Pool],
    state: State,
    marketplace: str,
    evidence: Evidence,
    user: Fingerprint,
    content: Fingerprint,
) -> Recovery:
    """All that is to be recorded, so that nothing which may be at the marketplace counts as new.

    Args:
        products: desired, by key.
        pools: the catalog's, by name.
        state: what is known still; empty where the state is lost.
        marketplace: the marketplace's name.
        evidence: what the marketplace shows.
        user: the fingerprint that decides whether two accounts are the same.
        content: the fingerprint that tells that a password changed.
    """
    bound = {binding.key: binding.product_id for binding in state.bindings.values()}
    bound = {key: product_id for key, product_id in bound.items() if state.bindings[key].marketplace == marketplace}
    recognition = recognise(products, bound, evidence, state.images.get(marketplace, {}))
    listing_of = {**bound, **recognition.found}
    owner = {product.pool: product.key for product in products.values() if product.pool}
    sold = _Delivered(state, evidence.orders, user, content)
    rows = []
    for name, pool in sorted(pools.items()):
        users, contents = bytearray(), bytearray()
        known = seen = 0
        for account in pool:
            print_ = user(account)
            if sold.claim(print_, name):
                seen += 1
            elif state.ledger.find(print_) is not None:
                known += 1
            else:
                users += print_
                contents += content(account)
        key = owner.get(name)
        held = Prints(bytes(users), bytes(contents), len(users) // FINGERPRINT)
        rows.append(PoolRecovery(name, key, listing_of.get(key or ""), len(pool), seen, known, held))
    unseen = {name for product in products.values() if product.pool for name in product.marketplaces}
    delivered = sold.by_pool(_pool_of(products, recognition, listing_of))
    return Recovery(recognition, tuple(rows), delivered, tuple(sorted(unseen - {marketplace})))


def _pool_of(
    products: Mapping[str, Product], recognition: Recognition, listing_of: Mapping[str, str]
) -> dict[str, str]:
    """product_id to the pool that its product sells."""
    keys = recognition.kept | recognition.found.keys()
    return {listing_of[key]: products[key].pool or "" for key in keys if key in products}


class _Delivered:
    """The accounts that orders hold, each once."""

    def __init__(self, state: State, orders: Iterable[Order], user: Fingerprint, content: Fingerprint) -> None:
        self._found: dict[bytes, tuple[bytes, str]] = {}
        self._pools: dict[bytes, str] = {}
        for order in orders:
            for account in order.accounts:
                print_ = user(account)
                self._found.setdefault(print_, (content(account), order.product_id))
        self._new = {print_ for print_ in self._found if state.ledger.find(print_) is None}

    def claim(self, user: bytes, pool: str) -> bool:
        """Whether an account of a pool was delivered."""
        if user not in self._found:
            return False
        self._pools[user] = pool
        return True

    def by_pool(self, pool_of: Mapping[str, str]) -> dict[tuple[str, str], Prints]:
        """Those that the state does not know, by pool and product_id.

        Those of no pool of the catalog belong to the one that the listing's product sells now.
        """
        groups: dict[tuple[str, str], tuple[bytearray, bytearray]] = defaultdict(lambda: (bytearray(), bytearray()))
        for user, (content, product_id) in self._found.items():
            if user not in self._new:
                continue
            users, contents = groups[self._pools.get(user, pool_of.get(product_id, "")), product_id]
            users += user
            contents += content
        return {
            group: Prints(bytes(users), bytes(contents), len(users) // FINGERPRINT)
            for group, (users, contents) in groups.items()
        }
