"""What is to be written into a catalog's files: collected, proven and looked at before anything is saved."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from catalogsync.catalog.adding import files_for
from catalogsync.catalog.config_reader import CONFIG_FILE
from catalogsync.catalog.field_editing import FieldEditor
from catalogsync.catalog.files import YAML_LIMIT, text_of
from catalogsync.catalog.image_keeping import ImageKeeper
from catalogsync.catalog.naming import keys_for
from catalogsync.catalog.overlay import Overlay
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.product_file import NotByItself, ProductFile
from catalogsync.catalog.reading import read_catalog
from catalogsync.catalog.saving import Content, save_files
from catalogsync.model.catalog import Catalog
from catalogsync.model.errors import CatalogError
from catalogsync.model.problem import Place, Problem
from catalogsync.model.writing import Draft, Edit, FileChange, Remark
from catalogsync.ports.keys import NoKeys, PoolKeys

_OVERTAKEN: Final = Problem(
    Place("products", 1, 1),
    "error",
    "changed-meanwhile",
    "somebody else wrote products meanwhile, and what was to be written does not fit to them",
    "run the command again",
)


class Edition:
    """One catalog's files as they will be. Nothing but images is written before `save`.

    Args:
        root: the catalog's folder.
        catalog: what it says now, if that was read already; else it is read when the first product is edited.
        ci_public, keys: as in `read_catalog`.
    """

    def __init__(
        self, root: Path, catalog: Catalog | None = None, *, ci_public: bool = False, keys: PoolKeys | None = None
    ) -> None:
        self._root = root
        self._catalog = catalog
        self._read_catalog = partial(read_catalog, root, ci_public=ci_public, keys=keys or NoKeys())
        self._before: dict[str, bytes | None] = {}
        self._after: dict[str, bytes] = {}
        self._folder = Overlay(root, self._after)
        self._images = ImageKeeper(self._folder)
        self._editor: FieldEditor | None = None
        self._added: dict[str, str] = {}

    def keys_for(self, titles: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
        """A key for each listing that a person might have chosen, none of them taken, all of them different.

        Args:
            titles: product_id to title, in any script.
            taken: keys that are used elsewhere; those of the catalog are known.

        Raises:
            CatalogError: the catalog has errors already.
        """
        products = self._known().products
        former = {product.previous_key for product in products.values() if product.previous_key is not None}
        sent = self._source_ids()
        return keys_for(titles, {*taken, *former, *products, *sent, *sent.values()})

    def add(self, drafts: Sequence[Draft]) -> tuple[Remark, ...]:
        """Products to be written into new files; what they share becomes defaults of their folder.

        Returns:
            What a catalog cannot say: a product with a remark without a field is not written.

        Raises:
            CatalogError: the catalog has errors already.
        """
        # A category's name is written into it, so it must still hold these bytes then.
        self._read(self._own_name(CONFIG_FILE))
        added = files_for(self._root, self._after, drafts, self._source_ids())
        for name, data in added.files.items():
            if name == CONFIG_FILE:
                self.put(self._own_name(name), data)
            else:
                # It was not there when its name was chosen. If it is now, it is somebody else's, and `save` refuses.
                self._before[name] = None
                self._after[name] = data
        self._added |= {str(draft.fields.get("source_product_id", draft.key)): draft.key for draft in drafts}
        return added.remarks

    def keep_image(self, ref: str, content: bytes) -> str:
        """Store an image that the marketplace shows, and give its path in the catalog; equal content is stored once.

        Raises:
            CatalogError: it is no image, or it cannot be written.
        """
        return self._images.keep(ref, content)

    def put(self, name: str, data: bytes) -> None:
        """Have a file hold this, whatever it holds now.

        Args:
            name: its name in the catalog; of a file that is a link, that of the file it leads to.
            data: its whole content.

        Raises:
            CatalogError: there is such a file, and it cannot be read.
        """
        if name not in self._before:
            self._before[name] = None
            if (self._root / name).exists():
                self._read(name)
        self._after[name] = data

    def edit(self, edits: Sequence[Edit]) -> tuple[Remark, ...]:
        """Fields to be changed, each in the file where the product stands.

        Returns:
            What cannot be edited there, and why; it stays as it is.

        Raises:
            CatalogError: a file cannot be read, or the catalog has errors already.
        """
        catalog = self._known()
        if self._editor is None:
            self._editor = FieldEditor(catalog, self._folder, self._read, self.put)
        remarks: list[Remark] = []
        by_file: dict[str, list[Edit]] = {}
        for edit in edits:
            product = catalog.products.get(edit.key)
            if product is None:
                remarks.append(Remark(edit.key, None, "there is no such product in the catalog"))
            else:
                by_file.setdefault(product.place.file, []).append(edit)
        for name, group in by_file.items():
            remarks += self._edit_file(self._editor, name, group)
        return tuple(remarks)

    def outcome(self) -> Catalog:
        """The catalog as it will be, read by the same reader as any.

        Raises:
            CatalogError: it would have errors, perhaps because of what others wrote meanwhile; nothing was written.
        """
        reading = self._read_catalog(pending=self._after)
        if reading.catalog is None:
            raise CatalogError((_OVERTAKEN,) if self._overtaken() else reading.problems)
        return reading.catalog

    def changes(self) -> Iterator[FileChange]:
        """What will be written, in the order of the names; one text after the other, since all take much memory."""
        for name, content in sorted(self._contents().items()):
            before = None if content.before is None else text_of(content.before, name)
            yield FileChange(name, before, text_of(content.after, name))

    def save(self, interrupted: Callable[[], bool] = lambda: False) -> None:
        """Write the files, each whole or not at all.

        Args:
            interrupted: whether somebody asked to stop; heeded while nothing was written yet.

        Raises:
            Interrupted: somebody did; nothing was written.
            CatalogError: one was changed meanwhile by somebody else, or cannot be written; the text says what was
                written.
        """
        self._images.settle()
        save_files(self._root, self._contents(), interrupted)

    def _source_ids(self) -> dict[str, str]:
        """What no further product can have as its `source_product_id`, and the key of the product that has it."""
        products = self._known().products
        known = {str(product.fields.get("source_product_id", key)): key for key, product in products.items()}
        return known | self._added

    def _contents(self) -> dict[str, Content]:
        contents = {name: Content(self._before[name], after) for name, after in self._after.items()}
        return {name: content for name, content in contents.items() if content.before != content.after}

    def _overtaken(self) -> bool:
        """Whether it is others who have written products meanwhile, so that what is to be written does not fit."""
        there = self._read_catalog().catalog
        return there is not None and there.products.keys() != self._known().products.keys()

    def _known(self) -> Catalog:
        if self._catalog is None:
            reading = self._read_catalog(pending=self._after)
            if reading.catalog is None:
                raise CatalogError(reading.problems)
            self._catalog = reading.catalog
        return self._catalog

    def _read(self, name: str) -> bytes:
        try:
            data = self._folder.read(name, YAML_LIMIT)
        except Refused as refused:
            problem = Problem(Place(name, 1, 1), "error", refused.code, refused.message, refused.hint)
            raise CatalogError((problem,)) from None
        if name not in self._after:
            # What is written later is made from these bytes, so they must still be there then.
            self._before[name] = data
        return data

    def _own_name(self, name: str) -> str:
        return self._folder.real_name(name) if (self._root / name).is_symlink() else name

    def _edit_file(self, editor: FieldEditor, name: str, edits: Sequence[Edit]) -> list[Remark]:
        real = self._own_name(name)
        remarks: list[Remark] = []
        file = ProductFile(name, self._read(real))
        for edit in edits:
            try:
                editor.apply(edit, file)
            except NotByItself as reason:
                remarks.append(Remark(edit.key, edit.field, reason.message))
        if len(remarks) < len(edits):
            self.put(real, file.data)
        return remarks
