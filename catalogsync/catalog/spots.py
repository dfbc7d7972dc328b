"""Where each field of a product is written, small enough to keep for a hundred thousand products."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from catalogsync.catalog.documents import spot_place
from catalogsync.model.problem import Place
from catalogsync.model.product import Product

_SPOT: Final = "Q"


class Layout:
    """What many products have in common: which fields they have, and where in its file each is written.

    Attributes:
        names: the fields' names.
        start: where the document's map begins, as a spot (`documents.LINE`).
        files: for those fields that stand in another file, its name.
    """

    __slots__ = ("_spots", "files", "names", "start")

    def __init__(self, names: tuple[str, ...], start: int, spots: bytes, files: Mapping[str, str]) -> None:
        self.names = names
        self.start = start
        self.files = files
        self._spots = spots

    @property
    def spots(self) -> Sequence[int]:
        """For each field, in their order, where it stands."""
        return array(_SPOT, self._spots)


class Layouts:
    """All layouts of a catalog, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Layout] = {}

    def of(self, names: Iterable[str], start: int, spots: Sequence[int], files: Mapping[str, str]) -> Layout:
        """The layout that says this; see there."""
        packed = array(_SPOT, spots).tobytes()
        named = tuple(names)
        key = (named, start, packed, *files.items())
        if (known := self._known.get(key)) is None:
            known = self._known[key] = Layout(named, start, packed, files)
        return known


class FieldPlaces(Mapping[str, Place]):
    """The places of a product's fields; each is made into a `Place` only when somebody asks.

    Args:
        layout: where in its file each field stands.
        file: the product's file.
    """

    __slots__ = ("_file", "layout")

    def __init__(self, layout: Layout, file: str) -> None:
        self._file = file
        self.layout = layout

    def __len__(self) -> int:
        return len(self.layout.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout.names)

    def __getitem__(self, field: str) -> Place:
        layout = self.layout
        if field not in layout.names:
            raise KeyError(field)
        return spot_place(layout.files.get(field, self._file), layout.spots[layout.names.index(field)])

    def __repr__(self) -> str:
        return f"FieldPlaces({dict(self)!r})"


def layout_of(product: Product) -> Layout:
    """The layout of a product that was read from its file."""
    places = product.field_places
    if not isinstance(places, FieldPlaces):
        raise TypeError("this product was read from no file")
    return places.layout
