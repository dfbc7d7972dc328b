"""What sound files of products came to, as bytes: so it is handed over by workers, and lies in the cache.

It is JSON, for whatever reads it must not run it. Values are normalized; where each stands is said once for all files
of a slice that are laid out alike. What lies outside a file (pictures, description files, pools) is only named.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from sys import intern
from typing import Any, Final, get_args

import orjson

from catalogsync.catalog.defaults import Layered
from catalogsync.catalog.documents import spot_place
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.product_fields import FieldReader
from catalogsync.catalog.spots import FieldPlaces, Layout, layout_of
from catalogsync.model.fields import FIELDS, Value
from catalogsync.model.product import KEY, Image, Lifecycle, OnRemove, Product
from catalogsync.model.row import Row

_PLAIN: Final = Lifecycle()
_NONE: Final[Mapping[str, Any]] = {}
_NO_TEXTS: Final[Mapping[str, Any]] = {"pool": None, "delivery": "auto", "previous_key": None}
_UNSAID: Final = ((), False, "auto")
_ALL: Final = frozenset(FIELDS)


class NotKept(Exception):
    """These bytes are no slice, or one of its files cannot be made of it; it never leaves this room."""


class Slice:
    """Sound files of products.

    Args:
        fields: looks at what products refer to, and knows the layouts.
        data: a slice as bytes; nothing: an empty one.
        fresh: it was made in this run, of the files as they are.

    Attributes:
        fresh: as above.
        changed: it no longer is what these bytes say.

    Raises:
        NotKept: these bytes are no slice.
    """

    def __init__(self, fields: FieldReader, data: bytes = b"", *, fresh: bool = False) -> None:
        self.fresh = fresh
        self.changed = False
        self._data = data
        self._fields = fields
        self._layouts: list[tuple[Layout, int | None]] = []
        self._written: list[Any] = []
        self._numbers: dict[Layout, int] = {}
        self._files: dict[str, list[Any]] = {}
        if data:
            try:
                self._open(orjson.loads(data))
            except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
                raise NotKept from None

    def products(self, name: str, digest: str | None) -> list[Product] | None:
        """The products of a file; None if the file must be read.

        Args:
            name: the file.
            digest: of its bytes as they are now; None where they were read for this slice.
        """
        try:
            entry = self._files.get(name)
            if entry is None or (digest is not None and entry[0] != digest):
                return None
            return [self._product(name, *document) for document in entry[1:]]
        except (Refused, NotKept, TypeError, ValueError, LookupError, AttributeError):
            # What is wrong, only reading the file itself tells.
            return None

    def add(self, name: str, digest: str, products: Iterable[tuple[Product, Layered, bool]]) -> None:
        """A file that was read, and has no problem of its own."""
        self.changed = True
        self._files[name] = [digest, *[self._packed(product, source) for product, source, _ in products]]

    def keep(self, names: Sequence[str]) -> None:
        """Let go of all files but these."""
        if gone := self._files.keys() - set(names):
            self.changed = True
            for name in gone:
                del self._files[name]

    def data(self) -> bytes:
        """The slice as bytes."""
        if self._data and not self.changed:
            return self._data
        return orjson.dumps({"layouts": self._written, "files": self._files})

    def _open(self, raw: Any) -> None:
        for names, start, spots, files in raw["layouts"]:
            if len(names) != len(spots) or not _ALL.issuperset(names) or len({*names}) != len(names):
                raise NotKept
            named = tuple([intern(name) for name in names])
            layout = self._fields.layouts.of(named, start, spots, {str(name): str(files[name]) for name in files})
            self._layouts.append((layout, named.index("images") if "images" in named else None))
        self._written = raw["layouts"]
        self._files = dict(raw["files"])
        self._numbers = {layout: number for number, (layout, _) in enumerate(self._layouts)}

    def _product(self, name: str, key: str, number: int, raw: list[Any], rest: Mapping[str, Any] = _NONE) -> Product:
        layout, pictures = self._layouts[number]
        values: list[Value] = [intern(value) if type(value) is str else _other(value) for value in raw]
        images: tuple[Image, ...] = ()
        if pictures is not None:
            images = self._fields.images(tuple(raw[pictures]))
        if len(values) != len(layout.names) or not KEY.fullmatch(key):
            raise NotKept
        further: Any = _NONE
        if rest:
            if (reference := rest.get("description_file")) is not None:
                values[layout.names.index("description")] = intern(self._fields.description(reference))
            further = _further(rest)
        return Product(
            key,
            Row(layout.names, values),
            spot_place(name, layout.start),
            images,
            field_places=FieldPlaces(layout, name),
            **further,
        )

    def _packed(self, product: Product, source: Layered) -> list[Any]:
        layout = layout_of(product)
        number = self._numbers.get(layout)
        if number is None:
            number = self._numbers[layout] = len(self._written)
            self._written.append([layout.names, layout.start, list(layout.spots), dict(layout.files)])
        values = list(product.fields.values())
        rest: dict[str, Any] = {}
        if (reference := source.value.get("description_file")) is not None:
            values[layout.names.index("description")] = ""
            rest["description_file"] = reference
        if product.pool is not None or product.delivery != "auto" or product.previous_key is not None:
            rest["texts"] = {"pool": product.pool, "delivery": product.delivery, "previous_key": product.previous_key}
        if product.pool_level is not None:
            rest["pool_level"] = product.pool_level
        if product.marketplaces:
            rest["marketplaces"] = dict(product.marketplaces)
        if (cycle := product.lifecycle) != _PLAIN:
            rest["lifecycle"] = [sorted(cycle.ignore_changes), cycle.prevent_delete, cycle.on_remove]
        return [product.key, number, values, rest] if rest else [product.key, number, values]


def _other(value: Any) -> Value:
    if type(value) is int:
        return value
    if type(value) is list:
        return tuple([intern(item) for item in value])
    raise NotKept


def _further(rest: Mapping[str, Any]) -> dict[str, Any]:
    """What a product says besides its fields."""
    match rest.get("texts", _NO_TEXTS), rest.get("pool_level"), rest.get("marketplaces", _NONE):
        case {
            "pool": str() | None as pool,
            "delivery": "auto" | "manual" as delivery,
            "previous_key": str() | None as previous,
        }, (int() | None) as level, Mapping() as ids if all(type(each) is str for each in ids.values()):
            return {
                "pool": pool,
                "delivery": delivery,
                "previous_key": previous,
                "pool_level": level,
                "marketplaces": ids,
                "lifecycle": _lifecycle(*rest.get("lifecycle", _UNSAID)),
            }
        case _:
            raise NotKept


def _lifecycle(ignored: Any, prevent: Any, on_remove: Any) -> Lifecycle:
    if not _ALL.issuperset(ignored) or type(prevent) is not bool or on_remove not in get_args(OnRemove):
        raise NotKept
    return Lifecycle(frozenset(ignored), prevent, on_remove)


def digest_of(data: bytes) -> str:
    """The digest by which a file is known again."""
    return blake2b(data, digest_size=16).hexdigest()
