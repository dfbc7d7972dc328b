"""Unmanaged listings that may be second copies of managed ones: what comes of a request that was handled late."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from catalogsync.core.compare import STOCK
from catalogsync.core.match import SOURCE
from catalogsync.core.pasting import pasted
from catalogsync.core.sequence import Kind, kind_of
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Notice
from catalogsync.model.state import Binding


def duplicates(
    bindings: Mapping[str, Binding], listed: Mapping[str, Listing], known: Collection[str], doubtful: Collection[Kind]
) -> Iterator[Notice]:
    """A warning for each managed listing that seems to be there twice.

    Shops have real twins, and two catalogs may use one key. So a copy has the `source_product_id` of the managed
    listing, and is younger or shows the same category, title and price; where that is not shown it must be and do both,
    and hold nothing that the creation did not give it.

    Args:
        bindings: the managed listings that were asked about, by key.
        listed: all listings, by product_id.
        known: the product_ids that are managed, or of which something else is said.
        doubtful: what may have been created and nobody knows yet.
    """
    by_source: dict[Value, list[Listing]] = defaultdict(list)
    by_title: dict[Value | None, list[Listing]] = defaultdict(list)
    for product_id, listing in listed.items():
        if product_id in known or kind_of(listing.fields) in doubtful:
            continue
        if source := listing.fields.get(SOURCE):
            by_source[source].append(listing)
        else:
            by_title[listing.fields.get("title")].append(listing)
    if not by_source and not by_title:
        return
    for key, binding in bindings.items():
        ours = listed.get(binding.product_id)
        if ours is None:
            continue
        source = ours.fields.get(SOURCE) or binding.applied.get(SOURCE)
        for other in by_source.get(source, ()) if source else ():
            if _younger(other, ours) or kind_of(other.fields) == kind_of(ours.fields):
                yield _notice(key, binding, other)
        for other in by_title.get(ours.fields.get("title"), ()):
            if kind_of(other.fields) == kind_of(ours.fields) and _younger(other, ours) and _as_created(other, binding):
                yield _notice(key, binding, other)


def _as_created(listing: Listing, binding: Binding) -> bool:
    """Whether a listing shows nothing that the creation of ours would not have given it."""
    return not listing.sales and listing.stock in {None, 0, binding.applied.get(STOCK)}


def _younger(listing: Listing, than: Listing) -> bool:
    try:
        made, before = (datetime.fromisoformat(one.created_at or "").timestamp() for one in (listing, than))
    except ValueError:
        return False
    return made > before


def _notice(key: str, binding: Binding, other: Listing) -> Notice:
    return Notice(
        "duplicate-listing",
        key,
        f"unmanaged listing {other.product_id} looks like {binding.product_id}, the listing of this product: the "
        "marketplace may have made it from a request that it carried out late. If it is empty and was never sold, "
        f"delete it there by hand; if it is the one to keep, `catalogsync state bind {key} {pasted(other.product_id)}`",
    )
