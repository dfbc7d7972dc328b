"""The documents of one product file to products."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from catalogsync.catalog import product_rules
from catalogsync.catalog.defaults import Defaults, Layered
from catalogsync.catalog.documents import Document
from catalogsync.catalog.files import stem
from catalogsync.catalog.problems import Problems, Refused, shown
from catalogsync.catalog.product_fields import FieldReader
from catalogsync.catalog.product_values import price, whole
from catalogsync.catalog.validation import Schema
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.config import Config
from catalogsync.model.product import KEY, Lifecycle, Product

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_PLAIN: Final = Lifecycle()


@cache
def _schema() -> Schema:
    return Schema("product", readers={"price": price})


class DocumentReader:
    """Reads product files, each by itself.

    Args:
        fields: reads the fields.
        config: the catalog's configuration; None if it could not be read, and then nothing is checked against it.
        defaults: what products share.
        problems: where their problems go.

    Attributes:
        incomplete: something of a file could not even be read.
    """

    def __init__(self, fields: FieldReader, config: Config | None, defaults: Defaults, problems: Problems) -> None:
        self.incomplete = False
        self._fields = fields
        self._config = config
        self._defaults = defaults
        self._problems = problems

    def read(self, name: str, data: bytes) -> Iterator[tuple[Product, Layered, bool]]:
        """The products of a file that have a key, and what each was made of.

        Yields:
            The product, incomplete where it is wrong; what it says; and whether that is sound as far as was seen.
        """
        documents, complete = read_documents(name, data, self._problems)
        if not complete:
            self.incomplete = True
        defaults = self._defaults.of(name.rpartition("/")[0])
        for document in documents:
            before = self._problems.errors
            source = defaults.over(document, _schema().check(document, self._problems))
            key = self._key(document, source, several=len(documents) > 1, complete=complete)
            product = self._product(key or "", source)
            if key is not None:
                yield product, source, self._problems.errors == before and not source.damaged

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
        fields, images, places = self._fields.read(source)
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
