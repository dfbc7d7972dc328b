"""Which unmanaged listings a new product may already have: equal ones are adopted, others must be looked at."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalogsync.core.compare import desired_values, equal_as_shown
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.product import Product

SOURCE = "source_product_id"


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a product: one equal listing, or listings that a person must look at, and why."""

    equal: Listing | None = None
    why: str = ""
    product_ids: tuple[str, ...] = ()


def source_of(product: Product) -> Value:
    """The `source_product_id` that a product is created with: its own, or its key, so that it can be found again."""
    return product.fields.get(SOURCE, product.key)


def find_matches(
    products: Sequence[Product], unmanaged: Iterable[Listing], uploaded: Mapping[str, str]
) -> dict[str, Match]:
    """What is there for new products, by key; those that nothing is alike to are left out.

    A listing may be a product's by `source_product_id`, where that is shown, else by title and category.

    Args:
        products: those that have no listing.
        unmanaged: the listings that have no product.
        uploaded: sha256 to the marketplace's path.
    """
    by_source: dict[Value, list[Listing]] = defaultdict(list)
    by_face: dict[tuple[Value | None, ...], list[Listing]] = defaultdict(list)
    for listing in unmanaged:
        if source := listing.fields.get(SOURCE):
            by_source[source].append(listing)
        by_face[_face(listing.fields)].append(listing)
    alike = {
        product.key: by_source.get(source_of(product)) or by_face.get(_face(product.fields), []) for product in products
    }
    claims = Counter(listing.product_id for found in alike.values() for listing in found)
    return {
        product.key: _match(product, desired_values(product, uploaded), alike[product.key], claims)
        for product in products
        if alike[product.key]
    }


def _match(product: Product, values: Mapping[str, Value], found: Sequence[Listing], claims: Mapping[str, int]) -> Match:
    ids = tuple(sorted(listing.product_id for listing in found))
    if len(found) > 1:
        return Match(why=f"unmanaged listings {', '.join(ids)} look like this product", product_ids=ids)
    shown = found[0]
    if claims[shown.product_id] > 1:
        return Match(why=f"unmanaged listing {shown.product_id} looks like several products", product_ids=ids)
    if shown.fields.get(SOURCE, "") not in {"", source_of(product)}:
        # Another catalog on the same account may have made it.
        why = f"unmanaged listing {shown.product_id} looks like this product but has another {SOURCE}"
        return Match(why=why, product_ids=ids)
    if not equal_as_shown(values, shown):
        why = f"unmanaged listing {shown.product_id} looks like this product but is not equal"
        return Match(why=why, product_ids=ids)
    return Match(equal=shown, product_ids=ids)


def _face(fields: Mapping[str, Value]) -> tuple[Value | None, ...]:
    return fields.get("title"), fields.get("category_id")
