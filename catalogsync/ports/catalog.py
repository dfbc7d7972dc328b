"""The door to the catalog's files, for the one thing that is not read with the catalog: the images."""

from typing import Protocol

from catalogsync.model.product import Image


class ImageReader(Protocol):
    """Reads images when they are to be uploaded, so that a plan need not hold them."""

    def read(self, image: Image) -> bytes:
        """The bytes of a local image.

        Raises:
            CatalogError: the file is gone, or is no longer the one that was planned.
        """
        ...
