"""Editing the catalog: everything is made and proven before anything is shown, and shown before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogsync.core.edit_outcome import changes_between, edit_notices, unlike
from catalogsync.model.catalog import Catalog
from catalogsync.model.plan import Change, Notice
from catalogsync.model.sheet import Fault
from catalogsync.model.writing import Edit
from catalogsync.ports import CatalogEditor


@dataclass(frozen=True, slots=True)
class Prepared:
    """What saving would do.

    Attributes:
        changes: the products whose fields change, by key.
        notices: what is worth telling about them.
        faults: what cannot be edited; nothing must be saved where there is one.
        files: the names of the files that would be written.
    """

    changes: tuple[Change, ...]
    notices: tuple[Notice, ...]
    faults: tuple[Fault, ...]
    files: tuple[str, ...]


def prepare(editor: CatalogEditor, catalog: Catalog, edits: Sequence[Edit]) -> Prepared:
    """Make the edits, and look at what comes of them. Nothing is saved.

    Raises:
        CatalogError: the catalog would have errors.
    """
    remarks = editor.edit(edits)
    faults = []
    for remark in remarks:
        product = catalog.products[remark.key]
        place = product.field_places.get(remark.field or "", product.place)
        what = f"{remark.key}: `{remark.field}`" if remark.field else remark.key
        faults.append(Fault(str(place), f"{what}: {remark.message}"))
    if faults:
        return Prepared((), (), tuple(faults), ())
    after = editor.outcome()
    changes = changes_between(catalog, after)
    return Prepared(
        changes,
        tuple(edit_notices(catalog, changes)),
        tuple(unlike(catalog, after, edits)),
        tuple(change.name for change in editor.changes()),
    )
