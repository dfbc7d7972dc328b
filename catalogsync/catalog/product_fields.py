"""The managed fields of one product, with the place where each is written."""

import re
from collections.abc import Callable, Collection, Mapping
from sys import intern
from types import MappingProxyType
from typing import Any, Final

from catalogsync.catalog.defaults import Layered
from catalogsync.catalog.files import MEBIBYTE, Folder, text_of
from catalogsync.catalog.images import Images
from catalogsync.catalog.problems import Problems, Refused, shown, suggestion
from catalogsync.catalog.product_values import VALUES
from catalogsync.catalog.spots import FieldPlaces, Layouts
from catalogsync.model.config import Config
from catalogsync.model.fields import Value
from catalogsync.model.fields import text as text_value
from catalogsync.model.product import Image
from catalogsync.model.row import Row

CONTROL: Final = re.compile("[\0-\b\v\f\x0e-\x1f\x7f-\x9f]")
"""What no description may hold."""
_NO_FILES: Final[Mapping[str, str]] = MappingProxyType({})
REQUIRED: Final = {
    "title": "title",
    "category_id": "category",
    "description": "description",
    "price": "price",
}
"""Fields that a listing cannot do without, and what a catalog calls them."""
_REQUIRED: Final = frozenset(REQUIRED)


class FieldReader:
    """Reads the fields of products.

    Args:
        folder: the catalog's folder.
        config: its configuration; None if it could not be read, and then categories are not looked up.
        problems: where their problems go.
        looks: whether pictures and description files are looked at; if not, they are only named.

    Attributes:
        layouts: of all products that were read.
    """

    def __init__(self, folder: Folder, config: Config | None, problems: Problems, *, looks: bool = True) -> None:
        self._folder = folder
        self._config = config
        self._problems = problems
        self._images = Images(folder)
        self.layouts = Layouts()
        self._looks = looks
        self._galleries: dict[tuple[str, ...], tuple[Image, ...]] = {}
        self._descriptions: dict[str, str] = {}
        self._makers: dict[str, tuple[str, Callable[[Any], Value]]] = {
            **{name: (name, make) for name, make in VALUES.items()},
            "category": ("category_id", self._category),
            "description_file": ("description", self.description),
        }

    @property
    def files(self) -> set[str]:
        """The files that products have referred to so far."""
        return self._images.files | self._descriptions.keys()

    def read(self, source: Layered) -> tuple[Row, tuple[Image, ...], FieldPlaces]:
        """The fields of a product, its images, and where each field is written."""
        fields: dict[str, Value] = {}
        places: list[int] = []
        files: dict[str, str] = {}
        images: tuple[Image, ...] = ()
        nearest = source.documents[0]
        spots = nearest.spots
        makers = self._makers
        for name, raw in source.value.items():
            if (maker := makers.get(name)) is not None:
                field, make = maker
                try:
                    value = make(raw)
                except Refused as refused:
                    self._problems.refuse(source.place((name,)), refused)
                    continue
            elif name == "images":
                field = name
                images = self._images_of(source, raw)
                value = tuple([intern(image.ref) for image in images])
            else:
                continue
            if field in fields:
                self._twice(source, field)
                continue
            fields[field] = intern(value) if type(value) is str else value
            if name in spots:
                places.append(spots[name])
            else:
                files[field], spot = _spot_above(source, name)
                places.append(spot)
        if not fields.keys() >= _REQUIRED:
            self._require(source)
        layout = self.layouts.of(fields, nearest.start, places, files or _NO_FILES)
        return Row(layout.names, tuple(fields.values())), images, FieldPlaces(layout, nearest.file)

    def _category(self, name: str) -> str:
        if self._config is None:
            return name
        known = self._config.categories
        if name not in known:
            hint = suggestion(name, known) or "name it under `categories:` in catalogsync.yaml, or give `category_id`"
            raise Refused("unknown-category", f"there is no category `{shown(name)}`", hint)
        return known[name]

    def images(self, refs: tuple[str, ...]) -> tuple[Image, ...]:
        """The images of a product; products with the same ones share them.

        Raises:
            Refused: one of them is none.
        """
        if (known := self._galleries.get(refs)) is None:
            known = self._galleries[refs] = tuple([self._images.image(ref) for ref in refs])
        return known

    def description(self, reference: str) -> str:
        """What stands in a description file.

        Raises:
            Refused: it cannot be a description.
        """
        if not self._looks:
            return reference
        name = self._folder.locate(reference)
        text = self._descriptions.get(name)
        if text is None:
            text = text_of(self._folder.read(name, MEBIBYTE), name)
            if CONTROL.search(text):
                raise Refused("control-character", f"`{shown(name)}` holds a control character")
            self._descriptions[name] = text
        return text_value(text)

    def _images_of(self, source: Layered, refs: list[str]) -> tuple[Image, ...]:
        try:
            return self.images(tuple(refs)) if self._looks else tuple([Image(ref) for ref in refs])
        except Refused:
            images: list[Image] = []
        for number, ref in enumerate(refs):
            try:
                images.append(self._images.image(ref))
            except Refused as refused:
                self._problems.refuse(source.place(("images", number)), refused)
        return tuple(images)

    def _twice(self, source: Layered, field: str) -> None:
        ways = {"category_id": ("category", "category_id"), "description": ("description", "description_file")}
        one, other = ways[field]
        message = f"`{one}` and `{other}` are two ways to say one thing"
        self._problems.error(source.place((other,)), "said-twice", message, "keep one of them")

    def _require(self, source: Layered) -> None:
        if source.unread:
            return
        for field, name in REQUIRED.items():
            ways = {field, name, f"{name}_file"}
            if ways.isdisjoint(source.value) and not (source.damaged and _meant(ways, source)):
                other = {"category_id": " (or `category_id`)", "description": " (or `description_file`)"}.get(field, "")
                hint = f"write `{name}:` at the beginning of a line; an indented one belongs to what stands above it"
                self._problems.error(source.documents[0].place(), "missing-field", f"`{name}`{other} is missing", hint)


def _meant(ways: Collection[str], source: Layered) -> bool:
    """Whether a field was written after all: unsoundly, or under a name that is nearly its own."""
    written = {name for document in source.documents for name in document.value}
    return any(suggestion(name, ways) for name in written)


def _spot_above(source: Layered, name: str) -> tuple[str, int]:
    document = next(document for document in source.documents if name in document.spots)
    return document.file, document.spots[name]
