"""Renames that nobody wrote down: a key that is gone from the catalog, and a new one whose product is alike.

Without a word the old listing would be taken away with its sales and reviews, and another one created.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from catalogsync.core.compare import STOCK, desired_values
from catalogsync.core.match import SOURCE
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change, Notice
from catalogsync.model.product import Product
from catalogsync.model.state import Binding

_MOST = 8
"""What more of the products that are gone have in common tells none of them from the others."""

_Facet = tuple[str, Value]
_Rank = tuple[bool, int]
"""How alike two products are: whether the catalog says that they are of one source, and how many fields are equal."""


def maybe_renamed(
    changes: Sequence[Change],
    products: Mapping[str, Product],
    bindings: Mapping[str, Binding],
    listed: Collection[str],
    uploaded: Mapping[str, str],
) -> Iterator[Notice]:
    """A warning for each new product that may be one that is gone.

    They are alike if the catalog gives both one `source_product_id`; or if they have the same title, description or
    pool, which no product has that keeps its listing, and most of all that is known of both is equal. Of several the
    one that is most alike counts, both ways. It takes no longer for a hundred thousand products than to look at each.

    Args:
        changes: what is decided.
        products: desired, by key.
        bindings: the managed listings of this marketplace, by key; renames that were written down are followed.
        listed: the product_ids of all listings.
        uploaded: sha256 to the marketplace's path.
    """
    gone = {key: binding for key, binding in bindings.items() if key not in products and _at_stake(binding, listed)}
    fresh = [
        product
        for change in changes
        if change.action is Action.CREATE and change.key not in bindings
        for product in [products[change.key]]
        if product.previous_key is None
    ]
    if not gone or not fresh:
        return
    kept = {
        facet for key, product in products.items() if key in bindings for facet in _facets(product.fields, product.pool)
    }
    holders: dict[_Facet, list[str]] = defaultdict(list)
    for key, binding in gone.items():
        for facet in _facets(binding.applied, binding.keepsake.pool):
            if facet not in kept:
                holders[facet].append(key)
    ranks = {product.key: _ranked(product, desired_values(product, uploaded), gone, holders) for product in fresh}
    claims: dict[str, dict[str, _Rank]] = defaultdict(dict)
    for new, found in ranks.items():
        for old in _best(found):
            claims[old][new] = found[old]
    heirs = {old: _best(found) for old, found in claims.items()}
    fates = {change.key: change.action for change in changes if change.key in heirs}
    for product in fresh:
        if olds := [old for old in sorted(ranks[product.key]) if product.key in heirs.get(old, ())]:
            others = sorted({heir for old in olds for heir in heirs[old]} - {product.key})
            yield Notice("maybe-renamed", product.key, _told(product, olds, others, gone, fates))


def _at_stake(binding: Binding, listed: Collection[str]) -> bool:
    """Whether a listing whose product is gone would be lost: it is there, and nothing else protects it."""
    keep = binding.keepsake
    return binding.product_id in listed and not keep.prevent_delete and keep.on_remove != "keep"


def _facets(values: Mapping[str, Value], pool: str | None) -> Iterator[_Facet]:
    """What tells a product from most others."""
    for name in ("title", "description", SOURCE):
        if value := values.get(name):
            yield name, value
    if pool is not None:
        yield "pool", pool


def _ranked(
    product: Product,
    values: Mapping[str, Value],
    gone: Mapping[str, Binding],
    holders: Mapping[_Facet, Sequence[str]],
) -> dict[str, _Rank]:
    """Those that are gone and alike, and how much."""
    found: dict[str, _Rank] = {}
    for facet in _facets(values, product.pool):
        holding = holders.get(facet, ())
        for key in holding if len(holding) <= _MOST else ():
            binding = gone[key]
            names = (values.keys() & binding.applied.keys()) - {STOCK, SOURCE}
            equal = sum(1 for name in names if values[name] == binding.applied[name])
            pools = {product.pool, binding.keepsake.pool}
            known = len(names) + (pools != {None})
            equal += len(pools) == 1 and pools != {None}
            same_source = facet[0] == SOURCE
            if same_source or 2 * equal > known:
                found[key] = max(found.get(key, (False, 0)), (same_source, equal))
    return found


def _best(found: Mapping[str, _Rank]) -> list[str]:
    """The keys of the highest rank; none where they are too many to mean anything."""
    most = max(found.values(), default=None)
    best = [key for key, rank in found.items() if rank == most]
    return best if len(best) <= _MOST else []


def _told(
    product: Product,
    olds: Sequence[str],
    others: Sequence[str],
    gone: Mapping[str, Binding],
    fates: Mapping[str, Action],
) -> str:
    where = f"{product.place.file}:{product.place.line}"
    rivals = f" ({_named(others)} {'looks' if len(others) == 1 else 'look'} alike, too)" if others else ""
    if len(olds) > 1:
        return (
            f"looks like {_named(olds)}, which are gone from the catalog{rivals}: if it is one of them, write "
            f"`previous_key: KEY` in {where}, with its name for KEY (or `catalogsync state mv KEY {product.key}`), "
            "so that it keeps its listing, with sales and reviews"
        )
    (old,) = olds
    fate = {Action.DELETE: " and would be deleted", Action.RETIRE: " and would be retired"}.get(
        fates.get(old, Action.FORGET), " and was retired" if gone[old].retired is not None else ""
    )
    return (
        f"looks like {old}, which is gone from the catalog{fate}{rivals}: if it is the same product, write "
        f"`previous_key: {old}` in {where} (or `catalogsync state mv {old} {product.key}`), "
        "so that it keeps its listing, with sales and reviews"
    )


def _named(keys: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(keys[:-1]), keys[-1])))
