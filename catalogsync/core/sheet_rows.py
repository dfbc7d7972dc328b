"""Products to the rows of a sheet."""

from collections.abc import Iterable, Iterator, Mapping

from catalogsync.core.categories import category_names
from catalogsync.core.sheet_columns import EDITABLE, EXPORTED
from catalogsync.core.sheet_digest import remembered
from catalogsync.core.sheet_values import cell_of, column_value
from catalogsync.model.product import Product
from catalogsync.model.sheet import Cell, CellKind


def sheet_rows(products: Iterable[Product], categories: Mapping[str, str]) -> Iterator[dict[str, Cell]]:
    """The cells of each product by column; what is not managed has none.

    Args:
        products: in the order of the rows.
        categories: ids by name.
    """
    names = category_names(categories)
    for product in products:
        values = {column: column_value(product, column, names) for column in EDITABLE}
        row = {"key": Cell(CellKind.TEXT, product.key), "file": Cell(CellKind.TEXT, product.place.file)}
        if product.pool is not None:
            row["pool"] = Cell(CellKind.TEXT, product.pool)
        for column, value in values.items():
            if (cell := cell_of(column, value, product.place.file)) is not None:
                row[column] = cell
        row[EXPORTED] = Cell(CellKind.TEXT, remembered(product.key, values))
        yield row
