"""Which listing is whose, when nobody remembers: by evidence, and only where it points both ways at one.

A listing's `source_product_id` decides, whether the List shows it or an order's snapshot does. Without it title and
category do, if no other product and no other listing has them; among several of those, the images, and then all else
that the List shows.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from catalogsync.core.compare import IMAGES, desired_values
from catalogsync.core.match import SOURCE, source_of
from catalogsync.core.pairing import told_apart
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.order import Order
from catalogsync.model.product import Product
from catalogsync.model.recovery import Evidence, Recognition, Unclear

Thing = TypeVar("Thing", Product, Listing)
Pairs = dict[str, str]
"""Key to product_id."""


def recognise(
    products: Mapping[str, Product], bound: Mapping[str, str], evidence: Evidence, uploaded: Mapping[str, str]
) -> Recognition:
    """Tell whose listing is whose.

    Args:
        products: desired, by key.
        bound: what the state knows: key to product_id.
        evidence: what the marketplace shows.
        uploaded: sha256 to the marketplace's path, as far as the state knows.
    """
    listed = evidence.listings.by_id
    kept = {key: product_id for key, product_id in bound.items() if product_id in listed}
    search = _Search(products, kept, evidence, uploaded)
    search.by_source()
    search.by_face()
    named = {one.key for one in search.unclear}
    known = {*kept, *search.found, *named}
    gone = tuple(sorted(key for key in products if key in bound and key not in known))
    return Recognition(
        kept=frozenset(kept),
        found=search.found,
        by=search.by,
        unclear=tuple(sorted(search.unclear, key=lambda one: one.key)),
        missing=tuple(sorted(products.keys() - known - set(gone))),
        gone=gone,
        unmanaged=len(listed.keys() - set(kept.values()) - set(search.found.values())),
    )


class _Search:
    """The products without a listing, the listings without a product, and what was found so far."""

    def __init__(
        self, products: Mapping[str, Product], kept: Pairs, evidence: Evidence, uploaded: Mapping[str, str]
    ) -> None:
        self.found: Pairs = {}
        self.by: dict[str, str] = {}
        self.unclear: list[Unclear] = []
        taken = set(kept.values())
        listings = evidence.listings.by_id
        self._uploaded = uploaded
        self._kept = kept
        self._products = [product for key, product in products.items() if key not in kept]
        self._listings = [listing for product_id, listing in listings.items() if product_id not in taken]
        self._sources = _sources(self._listings, evidence.orders)
        # A title that something else has too, however sure that one is, tells nothing.
        self._wanted = _by_face(products.values())
        self._shown = _by_face(listings.values())

    def by_source(self) -> None:
        """By `source_product_id`."""
        at: dict[Value, list[Listing]] = defaultdict(list)
        for listing in self._listings:
            if source := self._sources.get(listing.product_id):
                at[source].append(listing)
        candidates = {
            product.key: [listing for source in _sources_of(product) for listing in at.get(source, ())]
            for product in self._products
        }
        claims = Counter(product_id for found in candidates.values() for product_id in _ids(found))
        for key, found in candidates.items():
            if len(found) == 1 and claims[found[0].product_id] == 1:
                self._take(key, found[0], SOURCE)
            elif found:
                why = f"several listings, or several products, have the same {SOURCE}"
                self.unclear.append(Unclear(key, _ids(found), why))
        self._products = [product for product in self._products if not candidates[product.key]]
        self._listings = [listing for listing in self._listings if listing.product_id not in claims]

    def by_face(self) -> None:
        """By title and category, and among those that share them by images."""
        at, rivals, twins = _by_face(self._listings), _by_face(self._products), dict[Hashable, None]()
        for product in self._products:
            face: Hashable = _face(product.fields)
            alike = at.get(face, [])
            if not alike:
                continue
            strangers = [listing for listing in alike if self._sources.get(listing.product_id)]
            if strangers:
                why = f"it has this title and category, but another {SOURCE}"
                self.unclear.append(Unclear(product.key, _ids(alike), why))
            elif len(alike) == 1 and self._alone(product):
                self._take(product.key, alike[0], "title and category")
            elif not self._by_images(product, alike, rivals[face]):
                why = "other products or listings have the same title and category"
                self.unclear.append(Unclear(product.key, _ids(alike), why))
                twins[face] = None
        for face in twins:
            self._by_all(face)
        self.unclear = [one for one in self.unclear if one.key not in self.found]

    def _by_images(self, product: Product, alike: Sequence[Listing], rivals: Sequence[Product]) -> bool:
        images = self._images(product)
        same = [listing for listing in alike if images and listing.fields.get(IMAGES) == images]
        if len(same) == 1 and sum(self._images(rival) == images for rival in rivals) == 1:
            self._take(product.key, same[0], "title, category and images")
            return True
        return False

    def _by_all(self, face: Hashable) -> None:
        """By all else that is shown, if that tells every one of these apart, and agrees with what is known already.

        That something is left over is no evidence.
        """
        wanted = {product.key: self._shown_values(product) for product in self._wanted[face]}
        listings = {listing.product_id: listing for listing in self._shown[face]}
        pairs = told_apart(wanted, listings.values())
        known = {**self._kept, **self.found}
        owners = {product_id: key for key, product_id in known.items()}
        agrees = all(
            known.get(key, product_id) == product_id and owners.get(product_id, key) == key
            for key, product_id in pairs.items()
        )
        if len(pairs) == len(wanted) == len(listings) and agrees:
            for key in pairs.keys() - known.keys():
                self._take(key, listings[pairs[key]], "title, category and all else that is shown")

    def _shown_values(self, product: Product) -> Mapping[str, Value]:
        """What a product wants, but for pictures of which nobody remembers where they are."""
        values = desired_values(product, self._uploaded)
        if any(image.sha256 is not None and image.sha256 not in self._uploaded for image in product.images):
            return {name: value for name, value in values.items() if name != IMAGES}
        return values

    def _alone(self, product: Product) -> bool:
        face = _face(product.fields)
        return len(self._wanted[face]) == len(self._shown[face]) == 1

    def _images(self, product: Product) -> Value | None:
        return desired_values(product, self._uploaded).get(IMAGES)

    def _take(self, key: str, listing: Listing, by: str) -> None:
        self.found[key] = listing.product_id
        self.by[key] = by


def _sources(listings: Iterable[Listing], orders: Iterable[Order]) -> dict[str, Value]:
    """The `source_product_id` of listings: as the List shows it, else as all of a listing's orders say."""
    told: dict[str, set[str]] = defaultdict(set)
    for order in orders:
        if order.source_product_id:
            told[order.product_id].add(order.source_product_id)
    sources: dict[str, Value] = {
        product_id: next(iter(values)) for product_id, values in told.items() if len(values) == 1
    }
    for listing in listings:
        if shown := listing.fields.get(SOURCE):
            sources[listing.product_id] = shown
    return sources


def _sources_of(product: Product) -> Collection[Value]:
    """What a product's listing may have been created with: before it was renamed, its key was another."""
    names = {source_of(product)}
    if SOURCE not in product.fields and product.previous_key:
        names.add(product.previous_key)
    return names


def _face(fields: Mapping[str, Value]) -> tuple[Value | None, ...]:
    return fields.get("title"), fields.get("category_id")


def _by_face(things: Iterable[Thing]) -> dict[Hashable, list[Thing]]:
    groups: dict[Hashable, list[Thing]] = defaultdict(list)
    for thing in things:
        groups[_face(thing.fields)].append(thing)
    return groups


def _ids(listings: Iterable[Listing]) -> tuple[str, ...]:
    return tuple(sorted(listing.product_id for listing in listings))
