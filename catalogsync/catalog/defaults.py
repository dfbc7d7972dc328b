"""`_defaults.yaml`: what the products of a folder share."""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from catalogsync.catalog.documents import Document, Path
from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.product_values import price
from catalogsync.catalog.validation import Schema
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.problem import Place

_OTHER_WAY: Final[Mapping[str, str]] = {
    "category": "category_id",
    "category_id": "category",
    "description": "description_file",
    "description_file": "description",
}
"""Two ways to say one thing: a nearer file that says it in either way wins."""


@cache
def _schema() -> Schema:
    return Schema(
        "defaults", dict.fromkeys(("key", "previous_key", "source_product_id"), "not-in-defaults"), {"price": price}
    )


class Layered:
    """Values that come from several documents.

    Attributes:
        value: the values, merged.
        documents: where they come from, the nearest first.
        damaged: something that was said is not sound, and was reported.
        unread: something that may have been said could not even be read.
    """

    __slots__ = ("damaged", "documents", "unread", "value")

    def __init__(
        self,
        value: dict[str, Any],
        documents: tuple[Document, ...] = (),
        *,
        damaged: bool = False,
        unread: bool = False,
    ) -> None:
        self.value = value
        self.documents = documents
        self.damaged = damaged or unread
        self.unread = unread

    def over(self, document: Document, value: dict[str, Any]) -> "Layered":
        """These values under those of a nearer document; `value` is what of it is sound."""
        damaged = value is not document.value or self.damaged
        merged = _merged(self.value, value) if self.value else value
        unread = document.damaged or self.unread
        return Layered(merged, (document, *self.documents), damaged=damaged, unread=unread)

    def place(self, path: Path) -> Place:
        """Where a value stands: in the nearest document that has it."""
        for document in self.documents:
            if document.has(path):
                return document.place(path)
        return self.documents[0].place(path)


def _merged(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    value = {name: item for name, item in outer.items() if _OTHER_WAY.get(name) not in inner}
    for name, item in inner.items():
        below = value.get(name)
        both = isinstance(item, dict) and isinstance(below, dict)
        value[name] = _merged(below, item) if both and below else item
    return value


class Defaults:
    """All defaults of a catalog.

    Args:
        folder: the catalog's folder.
        names: the `_defaults.yaml` files in it.
        problems: where their problems go; each is told once, at its own place.
    """

    def __init__(self, folder: Folder, names: Sequence[str], problems: Problems) -> None:
        self._folder = folder
        self._problems = problems
        self._said = b""
        self._files = {name.rpartition("/")[0]: name for name in names}
        self._layers: dict[str, Layered] = {"": Layered({})}
        self._digests: dict[str, bytes | None] = {"": b""}

    def of(self, folder: str) -> Layered:
        """What holds for the products of a folder."""
        if (known := self._layers.get(folder)) is None:
            known = self._read(folder, self.of(folder.rpartition("/")[0]))
            self._layers[folder] = known
        return known

    def digest(self, folder: str) -> bytes | None:
        """A digest of all that holds for the products of a folder; None if something of it is not sound."""
        self.of(folder)
        return self._digests[folder]

    def _read(self, folder: str, above: Layered) -> Layered:
        before = len(self._problems)
        digest = self._digests[folder.rpartition("/")[0]]
        self._digests[folder] = None
        layered = self._layer(folder, above)
        if len(self._problems) == before and digest is not None:
            self._digests[folder] = (
                digest if layered is above else blake2b(digest + self._said, digest_size=32).digest()
            )
        return layered

    def _layer(self, folder: str, above: Layered) -> Layered:
        name = self._files.get(folder)
        if name is None:
            return above
        try:
            data = self._folder.read(name, YAML_LIMIT)
            self._said = name.encode() + b"\0" + data
            documents, complete = read_documents(name, data, self._problems)
        except Refused as refused:
            self._problems.refuse(Place(name), refused)
            return Layered(above.value, above.documents, unread=True)
        if len(documents) > 1:
            hint = "remove the `---` and what follows"
            self._problems.error(documents[1].place(), "multi-document", "one document is due here", hint)
        if not documents:
            return Layered(above.value, above.documents, unread=True)
        layered = above.over(documents[0], _schema().check(documents[0], self._problems))
        return layered if complete else Layered(layered.value, layered.documents, unread=True)


def is_defaults(name: str) -> bool:
    """Whether a file holds defaults and no product."""
    return name.endswith(("/_defaults.yaml", "/_defaults.yml"))
