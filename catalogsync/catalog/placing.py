"""Where new products go: a folder for each category, in which nothing is inherited that a listing does not have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from catalogsync.catalog.defaults import Defaults, is_defaults
from catalogsync.catalog.files import Folder, is_yaml
from catalogsync.catalog.naming import unused
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.product_fields import FieldReader
from catalogsync.model.config import Config
from catalogsync.model.fields import Value

TOP: Final = "products"
_OF_ONE_PRODUCT: Final = ("pool", "pool_level", "marketplaces")
"""What a listing does not show, and what must not come to it from defaults unasked."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """What the products of a folder have without saying it.

    Attributes:
        fields: normalized.
        others: what else, of that which a new product must not get.
        files: where each of these stands, by name.
    """

    fields: Mapping[str, Value]
    others: frozenset[str]
    files: Mapping[str, str]


class Places:
    """The folders and files of a catalog's products.

    Args:
        folder: the catalog's folder.
        config: its configuration.
    """

    def __init__(self, folder: Folder, config: Config) -> None:
        problems = Problems()
        self.files = list(folder.walk(TOP, problems))
        self.defaults = [name for name in self.files if is_yaml(name) and is_defaults(name)]
        self._layers = Defaults(folder, self.defaults, problems)
        self._fields = FieldReader(folder, config, problems)
        self._inherited: dict[str, Inherited] = {}
        # To some file systems what differs by case only is one file.
        self._stems = {name.rpartition(".")[0].casefold() for name in self.files if is_yaml(name)}
        self._names = {name.casefold() for name in self.files}
        self._folders = {above.casefold(): above for name in self.files for above in _above(name)}
        self._last: dict[str, int] = {}

    def is_new(self, folder: str) -> bool:
        """Whether there is nothing in a folder yet."""
        return folder.casefold() not in self._folders

    def inherited(self, folder: str) -> Inherited:
        """What holds in a folder, whether it is there yet or not."""
        if (known := self._inherited.get(folder)) is None:
            known = self._inherited[folder] = self._read(folder)
        return known

    def folder_for(self, home: str, fields: Mapping[str, Value]) -> str:
        """The folder for a product: its category's, or a new one if it would inherit there what it does not have.

        Args:
            home: the category's folder below `products`; empty for `products` itself.
            fields: the product's fields.
        """
        folders = self._candidates(home)
        return next(folder for folder in folders if self.is_new(folder) or not self.unfit(folder, fields))

    def unfit(self, folder: str, fields: Mapping[str, Value]) -> list[str]:
        """What a product would inherit in a folder though it does not have it."""
        inherited = self.inherited(folder)
        return sorted({*(inherited.fields.keys() - fields.keys()), *inherited.others})

    def file_for(self, folder: str, key: str) -> str:
        """The name of a new product's file, which no other has: the key's own if it is free."""
        stem = unused(f"{folder.casefold()}/{key}", self._stems, self._last)
        self._stems.add(stem)
        return f"{folder}/{stem.rpartition('/')[2]}.yaml"

    def _candidates(self, home: str) -> Iterator[str]:
        for number in count():
            top = (TOP, f"{TOP}/imported")[min(number, 1)] + (f"-{number}" if number > 1 else "")
            folder = f"{top}/{home}" if home else top
            if folder.casefold() not in self._names:
                yield self._folders.get(folder.casefold(), folder)

    def _read(self, folder: str) -> Inherited:
        layered = self._layers.of(folder)
        if not layered.documents:
            return Inherited({}, frozenset(), {})
        fields, _, places = self._fields.read(layered)
        others = frozenset(name for name in _OF_ONE_PRODUCT if name in layered.value)
        files = {name: place.file for name, place in places.items()}
        return Inherited(fields, others, files | {name: layered.place((name,)).file for name in others})


def shared(drafts: Sequence[Mapping[str, Value]], names: Sequence[str]) -> dict[str, Value]:
    """The fields, among some, that all of several products have alike."""
    if len(drafts) < 2:
        return {}
    first, *others = drafts
    return {
        name: first[name] for name in names if name in first and all(other.get(name) == first[name] for other in others)
    }


def _above(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name
