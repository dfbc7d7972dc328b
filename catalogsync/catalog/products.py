"""Product files to products."""

from collections.abc import Sequence

from catalogsync.catalog.defaults import Defaults, Layered
from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.kept.feed import Feed
from catalogsync.catalog.kept.slices import Slice, digest_of
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.product_documents import DocumentReader
from catalogsync.catalog.product_fields import FieldReader
from catalogsync.catalog.relations import Relations
from catalogsync.model.config import Config
from catalogsync.model.problem import Place
from catalogsync.model.product import Product


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
        self._documents = DocumentReader(self.fields, config, defaults, problems)
        self._folder = folder
        self._relations = relations
        self._problems = problems

    def read(self, names: Sequence[str]) -> dict[str, Product]:
        """The products of these files by key; those with an error are left out."""
        return {product.key: product for name in names for product in self._file(name, None)}

    def read_fed(self, feed: Feed) -> dict[str, Product]:
        """The products of all files of a catalog, of which some have been read before, or by somebody else."""
        products: dict[str, Product] = {}
        for batch in feed.batches:
            known = feed.take(batch, self.fields)
            for name in batch.names:
                for product in self._file(name, known):
                    products[product.key] = product
            feed.keep(batch, known)
        feed.sweep()
        return products

    def _file(self, name: str, known: Slice | None) -> list[Product]:
        if known is not None and known.fresh and (products := known.products(name, None)) is not None:
            return self._sound([(product, None, True) for product in products])
        try:
            data = self._folder.read(name, YAML_LIMIT)
        except Refused as refused:
            self._problems.refuse(Place(name), refused)
            self._relations.incomplete = True
            return []
        if known is None:
            return self._sound(list(self._documents.read(name, data)))
        digest = digest_of(data)
        if not known.fresh and (products := known.products(name, digest)) is not None:
            return self._sound([(product, None, True) for product in products])
        before = len(self._problems)
        found = list(self._documents.read(name, data))
        if len(self._problems) == before and all(sound for _, _, sound in found):
            known.add(name, digest, found)
        return self._sound(found)

    def _sound(self, found: Sequence[tuple[Product, Layered | None, bool]]) -> list[Product]:
        products: list[Product] = []
        for product, source, sound in found:
            before = self._problems.errors
            self._relations.take(product, source)
            if sound and self._problems.errors == before:
                products.append(product)
        if self._documents.incomplete:
            self._relations.incomplete = True
        return products
