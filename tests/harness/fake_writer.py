"""The files of a catalog in memory, written as the real ones are: when they are saved, and half if the run dies."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from catalogsync.model.catalog import Catalog
from catalogsync.model.problem import Place
from catalogsync.model.product import Image, Product
from catalogsync.model.writing import Draft, Edit, FileChange, Remark
from tests.harness.fake_shop import FakeShop


class FakeWriter:
    """Writes into the products of a shop.

    Attributes:
        dies_after: the process dies when so many products were saved; None: it does not.
        unfit: fields that no file can say, and why.
        pictures: the pictures that are files: content by path.
    """

    def __init__(self, shop: FakeShop) -> None:
        self._shop = shop
        self._products: dict[str, Product] = {}
        self.dies_after: int | None = None
        self.unfit: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}

    def keys_for(self, titles: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
        """The title in small letters, with a number where several have it."""
        used = {*taken, *self._shop.products}
        keys: dict[str, str] = {}
        for product_id, title in titles.items():
            stem = "-".join(title.lower().split()) or "product"
            number, key = 1, stem
            while key in used:
                number, key = number + 1, f"{stem}-{number + 1}"
            used.add(key)
            keys[product_id] = key
        return keys

    def keep_image(self, ref: str, content: bytes) -> str:
        """Equal content is stored once."""
        path = f"images/{sha256(content).hexdigest()[:8]}.png"
        self.pictures[path] = content
        return path

    def add(self, drafts: Sequence[Draft]) -> tuple[Remark, ...]:
        """New products, without the fields that cannot be said."""
        remarks: list[Remark] = []
        for draft in drafts:
            if "product" in self.unfit:
                remarks.append(Remark(draft.key, None, self.unfit["product"]))
                continue
            remarks += (Remark(draft.key, name, why) for name, why in self.unfit.items() if name in draft.fields)
            fields = {name: value for name, value in draft.fields.items() if name not in self.unfit}
            place = Place(f"products/{draft.key}.yaml", 1, 1)
            self._products[draft.key] = self._with_images(Product(draft.key, fields, place))
        return tuple(remarks)

    def edit(self, edits: Sequence[Edit]) -> tuple[Remark, ...]:
        """Fields of products that are there."""
        remarks: list[Remark] = []
        for edit in edits:
            if edit.field in self.unfit:
                remarks.append(Remark(edit.key, edit.field, self.unfit[edit.field]))
                continue
            product = self._products.get(edit.key, self._shop.products[edit.key])
            assert edit.value is not None
            fields = {**product.fields, edit.field: edit.value}
            self._products[edit.key] = self._with_images(replace(product, fields=fields))
        return tuple(remarks)

    def outcome(self) -> Catalog:
        """The shop's catalog with what is to be written."""
        return Catalog(Path("/nowhere"), self._shop.config, {**self._shop.products, **self._products}, self._shop.pools)

    def changes(self) -> Iterator[FileChange]:
        """One file a product."""
        for key in sorted(self._products):
            yield FileChange(f"products/{key}.yaml", "old" if key in self._shop.products else None, "new")

    def save(self) -> None:
        """Write, one product after the other."""
        for number, key in enumerate(sorted(self._products)):
            if number == self.dies_after:
                self._shop.market.life.end()
            self._shop.products[key] = self._products[key]
        if self.dies_after is not None:
            self._shop.market.life.end()

    def _with_images(self, product: Product) -> Product:
        refs = product.fields.get("images", ())
        assert isinstance(refs, tuple)
        known = {image.ref: image for image in product.images}
        return replace(product, images=tuple(known.get(ref) or self._image(ref) for ref in refs))

    def _image(self, ref: str) -> Image:
        content = self.pictures.get(ref)
        return Image(ref, None if content is None else sha256(content).hexdigest())
