"""The doors to the catalog's files: the images, which are not read with the catalog, and writing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.product import Image
    from catalogsync.model.writing import Draft, Edit, FileChange, Remark


class ImageReader(Protocol):
    """Reads images when they are to be uploaded, so that a plan need not hold them."""

    def read(self, image: "Image") -> bytes:
        """The bytes of a local image.

        Raises:
            CatalogError: the file is gone, or is no longer the one that was planned.
        """
        ...


class CatalogEditor(Protocol):
    """Changes files of the catalog; comments, order and quoting stay. Nothing is written before `save`."""

    def edit(self, edits: Sequence["Edit"]) -> tuple["Remark", ...]:
        """Fields to be changed, each in the file where the product stands.

        Returns:
            What cannot be edited there, and why; it stays as it is.
        """
        ...

    def outcome(self) -> "Catalog":
        """The catalog as it will be, read by the same reader as any.

        Raises:
            CatalogError: it would have errors; nothing was written.
        """
        ...

    def changes(self) -> Iterator["FileChange"]:
        """What will be written, in the order of the names; one text after the other, since all take much memory."""
        ...

    def save(self) -> None:
        """Write the files, each whole or not at all.

        Raises:
            CatalogError: one was changed meanwhile by somebody else, or cannot be written; the text says which were.
        """
        ...


class CatalogWriter(CatalogEditor, Protocol):
    """Writes new products as well. Nothing but images is written before `save`."""

    def keys_for(self, titles: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
        """A key for each listing that a person might have chosen, none of them taken, all of them different.

        Args:
            titles: product_id to title, in any script.
            taken: keys that are used elsewhere; those of the catalog are known.
        """
        ...

    def keep_image(self, ref: str, content: bytes) -> str:
        """Store an image that the marketplace shows, and give its path in the catalog; equal content is stored once.

        Raises:
            CatalogError: it is no image, or it cannot be written.
        """
        ...

    def add(self, drafts: Sequence["Draft"]) -> tuple["Remark", ...]:
        """Products to be written into new files; what they share becomes defaults of their folder.

        Returns:
            What a catalog cannot say: a product with a remark without a field is not written.
        """
        ...
