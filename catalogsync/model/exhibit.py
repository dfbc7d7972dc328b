"""Listings to be looked at, as they are and as they will be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogsync.model.fields import Value
from catalogsync.model.product import Image


@dataclass(frozen=True, slots=True)
class Exhibit:
    """All that is known of a listing that a plan changes, for a reader who wants to see it and not only what changes.

    Attributes:
        key: the product.
        before: the fields that the marketplace shows; empty where there is no listing yet.
        after: the fields once the plan is applied; empty where the listing goes.
        images: the pictures of `after`, in order, where the catalog has their files.
        category: the category in words as the marketplace or the catalog says it, or None.
        sales: units or orders sold, as the marketplace counts them; None where it is not shown.
    """

    key: str
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)
    images: tuple[Image, ...] = ()
    category: str | None = None
    sales: int | None = None
