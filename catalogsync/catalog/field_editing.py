"""Which entry of which file says what a field of a product is to be."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, Final

from catalogsync.catalog.defaults import Defaults, Layered, is_defaults
from catalogsync.catalog.descriptions import description_users, with_description
from catalogsync.catalog.files import Folder
from catalogsync.catalog.images import Images
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.product_fields import CONTROL
from catalogsync.catalog.product_file import NotByItself, ProductFile
from catalogsync.catalog.product_values import VALUES
from catalogsync.model.catalog import Catalog
from catalogsync.model.fields import Value
from catalogsync.model.writing import Edit

_WAYS: Final = {"category_id": ("category", "category_id"), "description": ("description", "description_file")}
_NOWHERE: Final = re.compile(f"{CONTROL.pattern}|[\ud800-\udfff]")
_REQUIRED: Final = frozenset({"title", "category_id", "description", "price"})


class FieldEditor:
    """Edits fields of the products of one catalog.

    Args:
        catalog: what it says now.
        folder: its folder, as it will be.
        read: gives a file's bytes.
        put: takes what another file than the product's is to hold.
    """

    def __init__(
        self, catalog: Catalog, folder: Folder, read: Callable[[str], bytes], put: Callable[[str, bytes], None]
    ) -> None:
        self._products = catalog.products
        self._categories = catalog.config.categories
        self._names = {category_id: name for name, category_id in reversed(list(self._categories.items()))}
        self._folder = folder
        self._read = read
        self._put = put
        self._images = Images(folder)
        self._defaults: Defaults | None = None
        self._users: Counter[str] | None = None

    def apply(self, edit: Edit, file: ProductFile) -> None:
        """Make one edit.

        Args:
            edit: of a product of the catalog.
            file: the product's file.

        Raises:
            NotByItself: it cannot be made; nothing was changed.
        """
        document = file.document(edit.key)
        if document is None:
            raise NotByItself("the product is no longer in its file: run the command again")
        if edit.value is None:
            self._remove(edit, file, document.keys())
            return
        _check(edit.field, edit.value)
        if isinstance(edit.value, tuple):
            self._check_images(edit.value)
        if edit.field == "description" and "description_file" in document:
            self._describe(edit, edit.value, file, str(document["description_file"]))
        else:
            self._write(edit, edit.value, file)

    def _write(self, edit: Edit, value: Value, file: ProductFile) -> None:
        product = self._products[edit.key]
        if edit.field == "stock" and product.pool is not None and product.delivery == "auto":
            raise NotByItself("a pool counts its own stock: take `pool` out, or say `delivery: manual`")
        ways = _WAYS.get(edit.field, (edit.field,))
        if edit.field == "category_id" and (name := self._names.get(str(value))) is not None:
            file.write(edit.key, ways, "category", name, lambda raw: self._categories.get(raw) == value)
        else:
            file.write(edit.key, ways, edit.field, value, lambda raw: _normal(edit.field, raw) == value)

    def _describe(self, edit: Edit, value: Value, file: ProductFile, reference: str) -> None:
        """Write a description into the product's description file, if no other product shares it."""
        if self._users is None:
            self._users = description_users(self._folder)
        try:
            name = self._folder.locate(reference)
        except Refused as refused:
            raise NotByItself(refused.message) from None
        if self._users[name] > 1:
            self._write(edit, value, file)
            self._users[name] -= 1
            return
        data = with_description(self._read(name), str(value))
        if data is None:
            raise NotByItself(f"cannot be edited by itself: change {name} by hand")
        self._put(name, data)

    def _check_images(self, refs: tuple[str, ...]) -> None:
        try:
            for ref in refs:
                self._images.image(ref)
        except Refused as refused:
            raise NotByItself(f"it does not fit into a catalog: {refused.message}") from None

    def _remove(self, edit: Edit, file: ProductFile, entries: Collection[str]) -> None:
        if edit.field in _REQUIRED:
            raise NotByItself(f"a product cannot do without its `{edit.field.removesuffix('_id')}`")
        shared = self._shared(self._products[edit.key].place.file)
        if edit.field in shared.value:
            place = shared.place((edit.field,))
            raise NotByItself(f"it stands in {place.file}:{place.line}, for all products there: change it by hand")
        if edit.field in entries:
            file.remove(edit.key, edit.field)

    def _shared(self, file: str) -> Layered:
        if self._defaults is None:
            names = [name for name in self._folder.walk("products", Problems()) if is_defaults(name)]
            self._defaults = Defaults(self._folder, names, Problems())
        return self._defaults.of(file.rpartition("/")[0])


def _check(field: str, value: Value) -> None:
    """See that a value is one that the catalog's reader takes, as far as it tells by the value alone."""
    texts = (value,) if isinstance(value, str) else () if isinstance(value, int) else value
    if any(_NOWHERE.search(text) for text in texts):
        raise NotByItself("it holds a control character, which a catalog does not: change it at the marketplace")
    try:
        if field in VALUES:
            VALUES[field](value)
    except Refused as refused:
        raise NotByItself(f"it does not fit into a catalog: {refused.message}") from None


def _normal(field: str, raw: Any) -> Value | None:
    """What the reader makes of an entry; None if it refuses it."""
    if field == "images":
        return tuple(raw) if isinstance(raw, list) else None
    try:
        return VALUES[field](raw)
    except (Refused, ValueError):
        return None
