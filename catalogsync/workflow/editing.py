"""Editing the catalog: everything is made and proven before anything is shown, and shown before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogsync.core.edit_outcome import changes_between, edit_notices, unlike
from catalogsync.model.catalog import Catalog
from catalogsync.model.counted import counted
from catalogsync.model.errors import CatalogError
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


def prepare(
    editor: CatalogEditor, catalog: Catalog, edits: Sequence[Edit], cells: Mapping[tuple[str, str], str] | None = None
) -> Prepared:
    """Make the edits, and look at what comes of them. Nothing is saved.

    Args:
        editor: writes them.
        catalog: what they are about.
        edits: at most one for each field of a product.
        cells: where an edit stands in a sheet, by its key and field; else the product's file is named.

    Raises:
        CatalogError: the catalog would have errors.
    """
    remarks = editor.edit(edits)
    faults = []
    for remark in remarks:
        product = catalog.products[remark.key]
        place = product.field_places.get(remark.field or "", product.place)
        what = f"{remark.key}: `{remark.field}`" if remark.field else remark.key
        where = (cells or {}).get((remark.key, remark.field or ""), str(place))
        faults.append(Fault(where, f"{what}: {remark.message}"))
    if faults:
        return Prepared((), (), tuple(faults), ())
    try:
        after = editor.outcome()
    except CatalogError as error:
        # Where they stand is told in the files as they would be: they are not written.
        errors = sum(problem.severity == "error" for problem in error.problems)
        message = f"edited so, the catalog would have {counted(errors, 'error')}; nothing was written"
        raise CatalogError(error.problems, message) from None
    changes = changes_between(catalog, after)
    return Prepared(
        changes,
        tuple(edit_notices(catalog, changes)),
        tuple(unlike(catalog, after, edits)),
        tuple(change.name for change in editor.changes()),
    )
