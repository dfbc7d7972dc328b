"""A sheet laid beside the catalog, three ways: as it was exported, what the sheet says, and what the catalog says now.

A cell that says what it said at the export changes nothing, whatever the catalog says by now. One that was changed is
an edit, unless the catalog has changed as well, and to something else. Rows that are not there change nothing.
"""

from collections.abc import Mapping
from typing import Final

from catalogsync.core.categories import category_id, category_names
from catalogsync.core.nearest import suggestion
from catalogsync.core.sheet_columns import EDITABLE, EXPORTED, INFORMATION, cell_name, columns_of
from catalogsync.core.sheet_digest import Exported
from catalogsync.core.sheet_values import CellRefused, column_value, cut_by_spreadsheet, is_note, value_of
from catalogsync.model.catalog import Catalog
from catalogsync.model.counted import counted
from catalogsync.model.fields import Value, text
from catalogsync.model.product import Product
from catalogsync.model.sheet import Cell, CellKind, Comparison, Conflict, Fault, Row, Sheet
from catalogsync.model.writing import Edit

REQUIRED: Final = frozenset(["title", "category", "price", "description"])
"""Columns whose cells cannot be emptied."""
_SUGGESTED: Final = 100
"""For so many faults it is looked up what may have been meant."""


def compare_sheet(sheet: Sheet, catalog: Catalog) -> Comparison:
    """What a sheet changes in a catalog.

    Raises:
        UsageError: the file turns out to be damaged while it is read.
    """
    columns = columns_of(sheet)
    if columns.faults:
        return Comparison(faults=columns.faults, remarks=columns.remarks)
    comparing = _Comparing(sheet, catalog, columns.places)
    for row in sheet.rows:
        comparing.row(row)
    return comparing.outcome(columns.remarks)


class _Comparing:
    """One comparison as it goes from row to row."""

    def __init__(self, sheet: Sheet, catalog: Catalog, places: Mapping[str, int]) -> None:
        self._sheet = sheet
        self._products = catalog.products
        self._categories = catalog.config.categories
        self._names = category_names(self._categories)
        self._used = {str(product.fields["category_id"]) for product in catalog.products.values()}
        self._places = places
        self._editable = [column for column in EDITABLE if column in places]
        self._seen: dict[str, str] = {}
        self._unremembered = 0
        self._information = 0
        self._edits: list[Edit] = []
        self._cells: dict[tuple[str, str], str] = {}
        self._conflicts: list[Conflict] = []
        self._faults: list[Fault] = []

    def outcome(self, remarks: tuple[str, ...]) -> Comparison:
        """What it has come to."""
        told = list(remarks)
        if self._unremembered:
            rows = counted(self._unremembered, "row")
            told.append(
                f"{rows} without what `export` remembers in the column `{EXPORTED}`: what stands there counts, "
                "whatever changed in the catalog meanwhile, and an empty cell changes nothing"
            )
        if self._information:
            names = " and ".join(f"`{name}`" for name in INFORMATION)
            told.append(f"the columns {names} are for reading only: {counted(self._information, 'change')} left aside")
        return Comparison(tuple(self._edits), self._cells, tuple(self._conflicts), tuple(self._faults), tuple(told))

    def row(self, row: Row) -> None:
        """Compare a row."""
        product = self._product(row)
        if product is None:
            return
        cell = self._cell(row, EXPORTED)
        exported = Exported.read(cell.text) if cell is not None else None
        if cell is not None and exported is None:
            hint = "did you replace something in the whole sheet? Undo that, or delete this column"
            self._fault(row, EXPORTED, "what `export` wrote here was changed", hint)
            return
        if exported is not None and not exported.is_of(product.key):
            hint = "was only a part of the sheet sorted, or a cell moved? Undo that, or export again"
            self._fault(row, EXPORTED, "this belongs to the row of another product", hint)
            return
        self._unremembered += exported is None
        for column in self._editable:
            self._field(row, product, column, exported)
        told = {"pool": product.pool or "", "file": product.place.file}
        for column in INFORMATION:
            cell = self._cell(row, column)
            if column in self._places and (cell.text if cell else "") != told[column]:
                self._information += 1

    def _product(self, row: Row) -> Product | None:
        cell = self._cell(row, "key")
        if cell is None:
            # Below the products people calculate: sums, notes. What stands in our columns may have been meant.
            if any(self._places[column] in row.cells for column in self._editable):
                self._fault(row, "key", "this row has no key", "write the product's key, or empty the row")
            return None
        try:
            key = str(value_of("key", cell))
        except CellRefused as refused:
            self._fault(row, "key", refused.message, refused.hint)
            return None
        here = cell_name(self._sheet, row, self._places["key"])
        if key in self._seen:
            self._fault(row, "key", f"`{_short(key)}` stands at {self._seen[key]} already", "keep one of the rows")
            return None
        self._seen[key] = here
        if key not in self._products:
            hint = "a sheet edits products; a new one is a new file in `products/`"
            # Looking for the nearest of many keys takes time, and a sheet of another catalog has thousands.
            if len(self._faults) < _SUGGESTED:
                hint = suggestion(key, self._products) or hint
            self._fault(row, "key", f"the catalog has no product `{_short(key)}`", hint)
            return None
        return self._products[key]

    def _field(self, row: Row, product: Product, column: str, exported: Exported | None) -> None:
        cell = self._cell(row, column)
        now = column_value(product, column, self._names)
        if (cell is None and exported is None) or (cell is not None and is_note(cell)):
            return
        wanted: Value | None = None
        if cell is not None:
            try:
                wanted = value_of(column, cell, decimal_comma=self._sheet.decimal_comma)
            except CellRefused as refused:
                if not _untouched(cell, column, now, exported):
                    self._fault(row, column, refused.message, refused.hint)
                return
        if wanted == now or (exported is not None and exported.was(column, wanted)):
            return
        if exported is not None and not exported.was(column, now):
            where = cell_name(self._sheet, row, self._places[column])
            self._conflicts.append(Conflict(where, product.key, column, exported.shown(column), wanted, now))
        elif wanted is None and column in REQUIRED:
            self._fault(row, column, f"a product cannot do without `{column}`", "write something into the cell")
        elif cell is not None and cell.kind is not CellKind.TEXT and cut_by_spreadsheet(now, wanted):
            hint = f"it is `{_short(str(now))}` in the catalog: write that again, or yours, with an apostrophe in front"
            self._fault(row, column, "the spreadsheet has made another number of this id", hint)
        else:
            self._edit(row, product, column, wanted)

    def _edit(self, row: Row, product: Product, column: str, wanted: Value | None) -> None:
        edit = Edit(product.key, column, wanted)
        if column == "category":
            try:
                identifier = category_id(str(wanted), self._categories, self._used)
            except CellRefused as refused:
                self._fault(row, column, refused.message, refused.hint)
                return
            if identifier == product.fields["category_id"]:
                return
            edit = Edit(product.key, "category_id", identifier)
        self._edits.append(edit)
        self._cells[edit.key, edit.field] = cell_name(self._sheet, row, self._places[column])

    def _cell(self, row: Row, column: str) -> Cell | None:
        return row.cells.get(self._places[column]) if column in self._places else None

    def _fault(self, row: Row, column: str, message: str, hint: str | None) -> None:
        self._faults.append(Fault(cell_name(self._sheet, row, self._places[column]), message, hint))


def _untouched(cell: Cell, column: str, now: Value | None, exported: Exported | None) -> bool:
    """Whether a cell that cannot be taken still says what was exported, such as a title that looks like a formula."""
    if cell.kind not in {CellKind.PLAIN, CellKind.FORMULA} or not cell.text:
        return False
    said = text(cell.text)
    return said == now if exported is None else exported.was(column, said)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:57]}…"
