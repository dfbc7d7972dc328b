"""Product files to products."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from catalogsync.catalog import product_rules
from catalogsync.catalog.defaults import Defaults, Layered
from catalogsync.catalog.documents import Document
from catalogsync.catalog.files import YAML_LIMIT, Folder, stem
from catalogsync.catalog.problems import Problems, Refused, shown
from catalogsync.catalog.product_fields import FieldReader
from catalogsync.catalog.product_values import price, whole
from catalogsync.catalog.relations import Relations
from catalogsync.catalog.validation import Schema
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.config import Config
from catalogsync.model.problem import Place
from catalogsync.model.product import KEY, Lifecycle, Product

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_PLAIN: Final = Lifecycle()


@cache
def _schema() -> Schema:
    return Schema("product", readers={"price": price})


class ProductReader:
    """Reads the products of one catalog.

    Args:
        folder: the catalog's folder.
        config: its configuration; None if it could not be read, and then nothing is checked against it.
        defaults: what products share.
        relations: what must be so between products, and between products and pools.
        problems: where their problems go.
    """

    def __init__(
        self, folder: Folder, config: Config | None, defaults: Defaults, relations: Relations, problems: Problems
    ) -> None:
        self.fields = FieldReader(folder, config, problems)
        self._folder = folder
        self._config = config
        self._defaults = defaults
        self._relations = relations
        self._problems = problems

    def read(self, names: Sequence[str]) -> dict[str, Product]:
        """The products of these files by key; those with an error are left out."""
        products: dict[str, Product] = {}
        for name in names:
            for product in self._file(name):
                products[product.key] = product
        return products

    def _file(self, name: str) -> list[Product]:
        try:
            data = self._folder.read(name, YAML_LIMIT)
        except Refused as refused:
            self._problems.refuse(Place(name), refused)
            self._relations.incomplete = True
            return []
        documents, complete = read_documents(name, data, self._problems)
        if not complete:
            self._relations.incomplete = True
        defaults = self._defaults.of(name.rpartition("/")[0])
        products: list[Product] = []
        for document in documents:
            before = self._problems.errors
            source = defaults.over(document, _schema().check(document, self._problems))
            key = self._key(document, source, several=len(documents) > 1, complete=complete)
            product = self._product(key or "", source)
            if key is not None:
                self._relations.take(product, source)
                if self._problems.errors == before and not source.damaged:
                    products.append(product)
        return products

    def _key(self, document: Document, source: Layered, *, several: bool, complete: bool) -> str | None:
        if "key" in document.value or not complete:
            return source.value.get("key")
        if several:
            message = "`key` is missing: a file of several products cannot give each its name"
            self._problems.error(document.place(), "missing-field", message)
            return None
        key = stem(document.file)
        if KEY.fullmatch(key):
            return key
        hint = "give the product a `key:` of lower-case letters, digits, `.`, `_` and `-`"
        self._problems.error(document.place(), "bad-key", f"the file's name `{shown(key)}` cannot be a key", hint)
        return None

    def _product(self, key: str, source: Layered) -> Product:
        value = source.value
        fields, images, places = self.fields.read(source)
        if "pool" in value or "pool_level" in value:
            product_rules.check_delivery(source, self._problems)
        further = _NONE
        if "marketplaces" in value:
            further = product_rules.marketplaces(source, self._config, self._problems)
            product_rules.check_ways_out(source, self._problems)
        return Product(
            key=key,
            fields=fields,
            place=source.documents[0].place(),
            images=images,
            pool=value.get("pool"),
            delivery=value.get("delivery", "auto"),
            pool_level=self._pool_level(source),
            marketplaces=further,
            lifecycle=product_rules.lifecycle(source, self._problems) if "lifecycle" in value else _PLAIN,
            previous_key=value.get("previous_key"),
            field_places=places,
        )

    def _pool_level(self, source: Layered) -> int | None:
        if "pool_level" not in source.value:
            return None
        try:
            return whole(source.value["pool_level"])
        except Refused as refused:
            self._problems.refuse(source.place(("pool_level",)), refused)
            return None
