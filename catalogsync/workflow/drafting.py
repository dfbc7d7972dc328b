"""From a listing to a product that a person might have written."""

from collections.abc import Mapping
from typing import Final

from catalogsync.core.compare import IMAGES, STOCK
from catalogsync.model.fields import FIELDS, Value
from catalogsync.model.listing import Listing
from catalogsync.model.writing import Draft
from catalogsync.workflow.pictures import Pictures

REQUIRED: Final = ("title", "category_id", "description", "price")


def why_unwritable(listing: Listing) -> str:
    """Why no product can be written for a listing; empty if one can."""
    hidden = [field for field in REQUIRED if field not in listing.fields]
    if hidden:
        return f"the marketplace does not show its {' and '.join(hidden)}, which a product must have"
    return "" if listing.fields["title"] else "it has no title, which a product must have; give it one there"


def draft(key: str, listing: Listing, pictures: Pictures) -> Draft:
    """A product that manages what a listing shows.

    Its stock is left out: it comes from accounts, or is a number that sales lower. So is what is empty: nobody would
    write it down, and to manage it would mean to keep it empty.
    """
    fields: Mapping[str, Value] = {
        field: value
        for field in FIELDS
        if (value := listing.fields.get(field)) is not None
        if field != STOCK and (value not in ("", ()) or field in REQUIRED)
    }
    shown = fields.get(IMAGES)
    if isinstance(shown, tuple):
        fields = {**fields, IMAGES: pictures.refs(shown)}
    return Draft(key, fields, listing.category_path or "")
