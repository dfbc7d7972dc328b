"""Where each field of a product is written, small enough to keep for a hundred thousand products."""

from array import array
from collections.abc import Iterator, Mapping, Sequence

from catalogsync.catalog.documents import spot_place
from catalogsync.model.problem import Place


class FieldPlaces(Mapping[str, Place]):
    """The places of a product's fields; each is made into a `Place` only when somebody asks.

    Args:
        fields: the product's fields.
        spots: for each field, in their order, where it stands.
        file: the product's file.
        files: for those fields that stand in another file, its name.
    """

    __slots__ = ("_fields", "_file", "_files", "_spots")

    def __init__(self, fields: Mapping[str, object], spots: Sequence[int], file: str, files: Mapping[str, str]) -> None:
        self._fields = fields
        self._file = file
        self._files = files
        self._spots = array("Q", spots)

    def __len__(self) -> int:
        return len(self._fields)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __getitem__(self, field: str) -> Place:
        for name, spot in zip(self._fields, self._spots, strict=True):
            if name == field:
                return spot_place(self._files.get(field, self._file), spot)
        raise KeyError(field)

    def __repr__(self) -> str:
        return f"FieldPlaces({dict(self)!r})"
