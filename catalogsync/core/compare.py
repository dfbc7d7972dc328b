"""Field by field, three ways: what is desired, what was last applied and observed, and what is shown now.

With `d` desired, `a` last applied, `o` observed once that had arrived, `r` shown now:

    1. d == r                  no change
    2. r is not shown          change if and only if d != a
    3. d == a and r == o       no change: the marketplace keeps it in a form of its own
    4. d == a and r != o       drift
    5. d != a and r == o       the catalog changed
    6. d != a and r != o       both

Until what was applied has been seen to arrive there is no `o`, and 3 to 6 read as "no change" when d == a.
"""

from collections.abc import Iterator, Mapping

from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Cause, FieldChange
from catalogsync.model.product import Product
from catalogsync.model.state import Binding

STOCK = "stock"
IMAGES = "images"


def desired_values(product: Product, uploaded: Mapping[str, str]) -> Mapping[str, Value]:
    """What the product wants, in the marketplace's terms: an image that was uploaded is the path it got.

    Args:
        product: the product.
        uploaded: sha256 to the marketplace's path.
    """
    if not any(image.sha256 is not None for image in product.images):
        return product.fields
    paths = (
        image.ref if image.sha256 is None else uploaded.get(image.sha256, f"sha256:{image.sha256}")
        for image in product.images
    )
    return {**product.fields, IMAGES: tuple(paths)}


def without_ignored(values: Mapping[str, Value], product: Product) -> Mapping[str, Value]:
    """What of these values is to be compared: a product may leave fields alone."""
    ignored = product.lifecycle.ignore_changes
    return {name: value for name, value in values.items() if name not in ignored} if ignored else values


def in_step(values: Mapping[str, Value], binding: Binding, shown: Listing) -> bool:
    """Whether it is plain that a managed listing differs in nothing, and that all of it was seen to arrive.

    So it is with nearly all, and it is quickly seen. Whatever it says no to is compared field by field.
    """
    applied = binding.applied
    if values != applied and any(applied.get(field) != value for field, value in values.items()):
        return False
    observed = binding.observed
    for field, showing in shown.fields.items():
        if field in values and field != STOCK and (field not in observed or observed[field] != showing):
            return False
    return True


def differences(
    product: Product, values: Mapping[str, Value], binding: Binding, shown: Listing | None
) -> Iterator[FieldChange]:
    """The fields of a managed listing that differ, by the rules above, in the catalog's order of fields.

    Args:
        product: the product, for what the catalog writes.
        values: `desired_values` of it, without the fields that are to be left alone.
        binding: what is recorded.
        shown: the listing, or None where it is not listed yet.
    """
    listed: Mapping[str, Value] = shown.fields if shown else {}
    for field, desired in values.items():
        showing = listed.get(field)
        if desired == showing:
            continue
        cause = _cause(field, desired, binding.applied.get(field), binding.observed.get(field), showing)
        if cause is not None:
            before = binding.applied.get(field) if showing is None else showing
            yield FieldChange(field, before, product.fields[IMAGES] if field == IMAGES else desired, cause)


def unseen(values: Mapping[str, Value], binding: Binding, shown: Listing) -> list[str]:
    """The fields that were applied, are shown, and still show something else although nobody saw them arrive."""
    return [
        field
        for field, desired in values.items()
        if field != STOCK
        and field not in binding.observed
        and binding.applied.get(field) == desired
        and shown.fields.get(field, desired) != desired
    ]


def equal_as_shown(values: Mapping[str, Value], shown: Listing) -> bool:
    """Whether a listing shows nothing that differs from what is desired. Stock does not count: sales lower it."""
    return all(field == STOCK or shown.fields.get(field, desired) == desired for field, desired in values.items())


def agreed(values: Mapping[str, Value], binding: Binding, shown: Listing) -> dict[str, Value]:
    """The fields that show what is desired although something else, or nothing, was last applied."""
    return {
        field: desired
        for field, desired in values.items()
        if shown.fields.get(field) == desired != binding.applied.get(field)
    }


def arrived(sent: Mapping[str, Value], before: Mapping[str, Value], shown: Listing) -> dict[str, Value]:
    """What a listing shows of the fields that were sent and have visibly arrived.

    A field has arrived when it shows what was sent, or anything but what it showed before: a marketplace may keep a
    value in a form of its own, such as cleaned HTML.
    """
    return {
        field: showing
        for field, value in sent.items()
        if (showing := shown.fields.get(field)) is not None and (showing == value or showing != before.get(field))
    }


def _cause(
    field: str, desired: Value, applied: Value | None, observed: Value | None, showing: Value | None
) -> Cause | None:
    if showing is None or field == STOCK:
        return None if desired == applied else "catalog"
    if desired == applied:
        return None if observed is None or showing == observed else "drift"
    return "catalog" if observed is None or showing == observed else "both"
