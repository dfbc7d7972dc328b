"""Products and listings that share their titles, told apart by everything else that the listings show."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping

from catalogsync.core.compare import STOCK
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing

Face = tuple[Hashable, ...]


def told_apart(
    values: Mapping[str, Mapping[str, Value]],
    listings: Iterable[Listing],
    *,
    same: Collection[str] = (),
    spare: bool = False,
) -> dict[str, str]:
    """Key to product_id of those that are equal to one another, and to nothing else.

    Products that say the same are one another's equals, and so are their listings: where it does not matter which has
    which, they are paired in order.

    Args:
        values: what each product wants, in the marketplace's terms (`core.compare.desired_values`).
        listings: those that may be theirs.
        same: keys of products of which it does not matter which of several equal listings they have.
        spare: so many equal listings may be left over as there are; else products and listings must be as many.
    """
    shelves = _Shelves(listings)
    rivals: dict[Face, list[str]] = defaultdict(list)
    for key, wanted in values.items():
        rivals[_face(wanted, sorted(wanted.keys() - {STOCK}), with_names=True)].append(key)
    fitting = {face: shelves.equal_to(values[keys[0]]) for face, keys in rivals.items()}
    claims = Counter(product_id for ids in fitting.values() for product_id in ids)
    found: dict[str, str] = {}
    for face, keys in rivals.items():
        ids = fitting[face]
        enough = len(ids) == len(keys) or (spare and len(ids) > len(keys))
        settled = len(keys) == len(ids) == 1 or all(key in same for key in keys)
        if enough and settled and all(claims[product_id] == 1 for product_id in ids):
            found |= zip(sorted(keys), sorted(ids), strict=False)
    return found


class _Shelves:
    """Listings by what they show, so that those that are equal to a product are found without looking at each."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._by_fields: dict[tuple[str, ...], list[Listing]] = defaultdict(list)
        self._by_face: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[Face, list[str]]] = {}
        for listing in listings:
            self._by_fields[tuple(sorted(listing.fields))].append(listing)

    def equal_to(self, wanted: Mapping[str, Value]) -> list[str]:
        """The listings that show nothing that differs from what is wanted, by product_id."""
        found: list[str] = []
        for shown in self._by_fields:
            names = tuple(name for name in shown if name in wanted and name != STOCK)
            found += self._faces(shown, names).get(_face(wanted, names), [])
        return found

    def _faces(self, shown: tuple[str, ...], names: tuple[str, ...]) -> dict[Face, list[str]]:
        faces = self._by_face.get((shown, names))
        if faces is None:
            faces = self._by_face[shown, names] = defaultdict(list)
            for listing in self._by_fields[shown]:
                faces[_face(listing.fields, names)].append(listing.product_id)
        return faces


def _face(values: Mapping[str, Value], names: Iterable[str], *, with_names: bool = False) -> Face:
    return tuple((name, values[name]) if with_names else values[name] for name in names)
