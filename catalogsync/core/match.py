"""Which unmanaged listings a new product may already have: equal ones are adopted, others must be looked at."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from catalogsync.core.compare import equal_as_shown
from catalogsync.core.limits import allowed_count
from catalogsync.core.select import selected
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.plan import Selection
from catalogsync.model.product import Product
from catalogsync.model.state import Binding


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a product: one equal listing, or why nobody can tell (empty: nothing is alike)."""

    equal: Listing | None = None
    message: str = ""


class Matches:
    """The unmanaged listings, by what they may be recognised by."""

    def __init__(
        self,
        by_source: Mapping[str, list[Listing]],
        by_face: Mapping[tuple[Value | None, ...], list[Listing]],
    ) -> None:
        self._by_source = by_source
        self._by_face = by_face
        self._claims: Counter[str] = Counter()
        self.alike = 0
        self.missing = 0

    def candidates(self, product: Product) -> list[Listing]:
        """The listings that may be this product's: by `source_product_id` (or key), else by title and category."""
        source = product.fields.get("source_product_id", product.key)
        return self._by_source.get(str(source)) or self._by_face.get(_face(product.fields), [])

    def claim(self, product: Product) -> bool:
        """Note which listings a product may have, so that two products with one listing are noticed."""
        found = self.candidates(product)
        self._claims.update(listing.product_id for listing in found)
        return bool(found)

    def of(self, product: Product, values: Mapping[str, Value]) -> Match:
        """What is there for a product."""
        found = self.candidates(product)
        if not found:
            return Match()
        ids = ", ".join(sorted(listing.product_id for listing in found))
        if len(found) == 1 and self._claims[found[0].product_id] == 1:
            if equal_as_shown(values, found[0]):
                return Match(equal=found[0])
            why = f"unmanaged listing {ids} looks like this product but is not equal"
        elif len(found) == 1:
            why = f"unmanaged listing {ids} looks like several products"
        else:
            why = f"unmanaged listings {ids} look like this product"
        return Match(
            message=f"{why}; to take it over, `catalogsync state bind {product.key} {found[0].product_id}`; "
            f"to create another, `--allow look-alike={self.alike}`"
        )

    def blocks(self, selection: Selection) -> bool:
        """Whether look-alikes block, or were let pass."""
        return self.alike > allowed_count(selection, "look-alike")

    def missing_pass(self, selection: Selection) -> bool:
        """Whether listings that vanished may be created anew."""
        return self.missing <= allowed_count(selection, "missing-listing")


def find_matches(
    products: Mapping[str, Product],
    bindings: Mapping[str, Binding],
    listings: Listings,
    selection: Selection,
) -> Matches:
    """Index the unmanaged listings by what new products may be recognised by, and count what a rule must let pass."""
    bound = {binding.product_id for binding in bindings.values()}
    by_source: dict[str, list[Listing]] = defaultdict(list)
    by_face: dict[tuple[Value | None, ...], list[Listing]] = defaultdict(list)
    for listing in listings.by_id.values():
        if listing.product_id not in bound:
            if source := listing.fields.get("source_product_id"):
                by_source[str(source)].append(listing)
            by_face[_face(listing.fields)].append(listing)
    matches = Matches(by_source, by_face)
    for key, product in products.items():
        binding = bindings.get(key)
        if binding is None:
            matches.alike += matches.claim(product) and selected(key, selection)
        elif binding.listed and binding.product_id not in listings.by_id:
            matches.missing += selected(key, selection)
    return matches


def _face(fields: Mapping[str, Value]) -> tuple[Value | None, ...]:
    return fields.get("title"), fields.get("category_id")
