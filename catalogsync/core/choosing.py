"""Which listings a new catalog is to manage, from a person's words for them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catalogsync.core.select import fits
from catalogsync.model.listing import Listing

ALL: Final = "all"
NONE: Final = "none"
CATEGORY: Final = "category:"


def chosen(listings: Mapping[str, Listing], words: Sequence[str]) -> tuple[str, ...]:
    """The product_ids of the listings that one of these words means, in the order of the listings.

    Args:
        listings: those that there are.
        words: `all`, `none`, `category:NAME`, or a pattern for whole titles; capitals do not count. The name of a
            category is its id, its words, or the last of them, and may be a pattern, too.
    """
    return tuple(product_id for product_id, listing in listings.items() if any(_meant(listing, word) for word in words))


def unmet(listings: Mapping[str, Listing], words: Sequence[str]) -> tuple[str, ...]:
    """The words that mean no listing, but for `none`."""
    return tuple(word for word in words if word != NONE and not any(_meant(one, word) for one in listings.values()))


def by_category(listings: Iterable[Listing]) -> list[tuple[str, int]]:
    """The categories with how many listings each has, the largest first."""
    counts = Counter(category_of(listing) for listing in listings)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0].casefold()))


def category_of(listing: Listing) -> str:
    """A listing's category in words, or else its id; empty where neither is shown."""
    return listing.category_path or str(listing.fields.get("category_id", ""))


def _meant(listing: Listing, word: str) -> bool:
    if word in (ALL, NONE):
        return word == ALL
    names, pattern = [str(listing.fields.get("title", ""))], word
    if word.startswith(CATEGORY):
        path = category_of(listing)
        names = [path, path.rpartition(">")[2].strip(), str(listing.fields.get("category_id", ""))]
        pattern = word.removeprefix(CATEGORY).strip()
    return any(fits(name.casefold(), [pattern.casefold()]) for name in names)
