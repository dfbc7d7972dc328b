"""Where something of a product stands, once its file is no longer at hand: told by reading it again."""

from catalogsync.catalog.defaults import Defaults
from catalogsync.catalog.documents import Path
from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.problem import Place
from catalogsync.model.product import Product


class Whereabouts:
    """Finds places in files that were read before, or by somebody else. Only a product that clashes needs it.

    Args:
        folder: the catalog's folder.
        defaults: what products share.
    """

    def __init__(self, folder: Folder, defaults: Defaults) -> None:
        self._folder = folder
        self._defaults = defaults

    def place(self, product: Product, path: Path) -> Place:
        """Where a value of a product stands; where the product does, if its file is another by now."""
        file = product.place.file
        try:
            documents, _ = read_documents(file, self._folder.read(file, YAML_LIMIT), Problems())
        except Refused:
            return product.place
        for document in documents:
            if document.place() == product.place:
                return self._defaults.of(file.rpartition("/")[0]).over(document, document.value).place(path)
        return product.place
