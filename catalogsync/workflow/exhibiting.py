"""Listings as they are and as they will be, for reports that show them whole."""

from collections.abc import Callable, Mapping

from catalogsync.model.catalog import Catalog
from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Change

Exhibitor = Callable[[Change], Exhibit]
"""What is known of the listing that a change is about."""


def exhibitor(catalog: Catalog, listings: Mapping[str, Listing]) -> Exhibitor:
    """Shows one listing after the other, so that none of the texts is held twice.

    Args:
        catalog: what is desired.
        listings: what the marketplace shows, by product_id; empty for a plan that was made without it.
    """
    names = {category_id: name for name, category_id in catalog.config.categories.items()}

    def show(change: Change) -> Exhibit:
        listing = listings.get(change.product_id or "")
        product = catalog.products.get(change.key)
        before = dict(listing.fields) if listing else {}
        after = _after(change, before, product.fields if product else {})
        name = names.get(str((after or before).get("category_id", "")))
        category = name or (listing.category_path if listing else None)
        images = product.images if product is not None and after else ()
        return Exhibit(change.key, before, after, images, category, listing.sales if listing else None)

    return show


def _after(change: Change, before: Mapping[str, Value], desired: Mapping[str, Value]) -> dict[str, Value]:
    if change.action in {Action.DELETE, Action.FORGET}:
        return {} if change.action is Action.DELETE else dict(before)
    after = {**desired, **before}
    for field in change.fields:
        if field.after is None:
            after.pop(field.field, None)
        else:
            after[field.field] = field.after
    return after
