"""A sheet beside the catalog: every way in which a cell and a field can have changed, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from catalogsync.core.sheet_columns import COLUMNS
from catalogsync.core.sheet_compare import compare_sheet
from catalogsync.core.sheet_digest import remembered
from catalogsync.core.sheet_rows import sheet_rows
from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config
from catalogsync.model.fields import Value
from catalogsync.model.problem import Place
from catalogsync.model.product import Product
from catalogsync.model.sheet import Cell, CellKind, Comparison, Row, Sheet
from catalogsync.model.writing import Edit

CATEGORIES = {"courses": "65f0c3", "vouchers": "65f0b2"}
TEA: dict[str, Value] = {
    "title": "Tea",
    "category_id": "65f0b2",
    "description": "<p>Tea.</p>",
    "price": "9.50",
    "stock": 5,
    "source_product_id": "0071",
    "images": ("images/a.png", "images/b.png"),
}


def catalog(**fields: Value | None) -> Catalog:
    """A catalog of one product, some of whose fields are other ones, or not there."""
    values = {name: value for name, value in {**TEA, **fields}.items() if value is not None}
    product = Product("tea-10", values, Place("products/tea.yaml", 2, 1), pool="tea")
    return Catalog(Path(), Config({}, categories=CATEGORIES), {"tea-10": product}, {})


def sheet(*rows: dict[str, Any], header: tuple[str, ...] = COLUMNS, decimal_comma: bool = False) -> Sheet:
    """A sheet of these rows; a text is what a csv file says."""

    def row(number: int, cells: dict[str, Any]) -> Row:
        found = {
            header.index(name): Cell(CellKind.PLAIN, cell) if isinstance(cell, str) else cell
            for name, cell in cells.items()
            if cell is not None
        }
        return Row(number, None, found)

    head = row(1, {name: name for name in header})
    return Sheet("a.csv", head, [row(number, cells) for number, cells in enumerate(rows, 2)], decimal_comma)


def exported(**cells: Any) -> dict[str, Any]:
    """The row as it was exported, and what was then written into its cells; None empties one."""
    (row,) = sheet_rows(catalog().products.values(), CATEGORIES)
    return {**row, **cells}


def compared(now: Catalog | None = None, **cells: Any) -> Comparison:
    return compare_sheet(sheet(exported(**cells)), now or catalog())


@pytest.mark.parametrize(
    ("cell", "now", "edits", "conflicts"),
    [
        ("9.50", "9.50", 0, 0),  # nothing changed
        ("8.00", "9.50", 1, 0),  # the sheet
        ("9.50", "7.00", 0, 0),  # the catalog
        ("8.00", "7.00", 0, 1),  # both, and to something else
        ("7.00", "7.00", 0, 0),  # both, to the same
    ],
)
def test_a_change_here_is_told_from_a_change_there(cell: str, now: str, edits: int, conflicts: int) -> None:
    found = compared(catalog(price=now), price=cell)
    assert found.edits == (Edit("tea-10", "price", cell),) * edits
    assert len(found.conflicts) == conflicts
    assert not found.faults
    assert not found.remarks
    for conflict in found.conflicts:
        assert (conflict.where, conflict.field) == ("a.csv!D2", "price")
        assert (conflict.exported, conflict.sheet, conflict.catalog) == ("9.50", cell, now)


def test_emptied_and_filled_cells() -> None:
    assert compared(stock=None).edits == (Edit("tea-10", "stock", None),)
    assert compared(status="inactive", stock="7").edits == (
        Edit("tea-10", "status", "inactive"),
        Edit("tea-10", "stock", 7),
    )
    assert compared(supplier_name=Cell(CellKind.TEXT, "")).edits == (Edit("tea-10", "supplier_name", ""),)
    assert compared(stock="7").cells == {("tea-10", "stock"): "a.csv!H2"}
    assert compared(images="images/b.png").edits == (Edit("tea-10", "images", ("images/b.png",)),)
    (gone,) = compared(catalog(stock=None), stock="6").conflicts
    assert (gone.exported, gone.catalog) == ("5", None)
    (text,) = compared(catalog(description="other"), description="mine").conflicts
    assert text.exported == ""


@pytest.mark.parametrize("name", ["courses", "65f0c3"])
def test_a_category_has_a_name_or_an_id(name: str) -> None:
    unnamed = compare_sheet(sheet({"key": "tea-10", "category": "c0ffee-1"}), catalog(category_id="c0ffee-1"))
    assert unnamed.edits == ()
    assert compared(category=name).edits == (Edit("tea-10", "category_id", "65f0c3"),)
    assert compared(category="65f0b2").edits == ()


def test_a_sheet_from_elsewhere_says_only_what_stands_in_it() -> None:
    found = compare_sheet(
        sheet({"Key": "tea-10", "Price": "8.00"}, header=("Note", "Price", "Min quantity", "Key")), catalog()
    )
    assert found.edits == (Edit("tea-10", "price", "8.00"),)
    assert [remark.split(":")[0] for remark in found.remarks] == [
        "columns of your own are ignored",
        "1 row without what `export` remembers in the column `catalogsync`",
    ]


def test_what_export_wrote_is_taken_back_even_where_it_could_not_be_typed() -> None:
    odd = catalog(title="=Tea", source_product_id="6.5E+10")
    (row,) = sheet_rows(odd.products.values(), CATEGORIES)
    row["title"] = Cell(CellKind.FORMULA, "=Tea")
    row["source_product_id"] = Cell(CellKind.PLAIN, "6.5E+10")
    assert compare_sheet(sheet(dict(row)), odd) == Comparison()
    del row["catalogsync"]
    assert not compare_sheet(sheet(dict(row)), odd).faults
    row["title"] = Cell(CellKind.FORMULA, "=Coffee")
    assert len(compare_sheet(sheet(dict(row)), odd).faults) == 1


def test_what_is_too_long_for_a_cell_is_left_out() -> None:
    long = catalog(description="x" * 32_767)
    (row,) = sheet_rows(long.products.values(), CATEGORIES)
    assert row["description"].text == "(too long for a cell: edit products/tea.yaml)"
    assert compare_sheet(sheet(dict(row)), long) == Comparison()


def number(digits: str) -> Cell:
    return Cell(CellKind.NUMBER, digits)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("price", "9,99", "a number is due"),
        ("price", "1,234.50", "a number is due"),
        ("price", "$5", "a number is due"),
        ("price", "1.000", "the point may stand for thousands"),
        ("stock", "1.000", "the point may stand for thousands"),
        ("price", "0", "a price is more than 0"),
        ("price", number("-5"), "a price is more than 0"),
        ("price", number("9.989"), "at most two decimal places"),
        ("price", number("1E-10"), "a price is more than 0"),
        ("price", number("9E999"), "a price is more than 0 and at most"),
        ("price", number("NaN"), "a number is due"),
        ("price", Cell(CellKind.FORMULA, ""), "a formula stands here"),
        ("price", Cell(CellKind.FORMULA, "+5%"), "a number without a sign is due"),
        ("price", Cell(CellKind.DATE, "45000"), "made a date of this"),
        ("price", Cell(CellKind.ERROR, "#REF!"), "an error of the spreadsheet"),
        ("price", None, "cannot do without `price`"),
        ("min_quantity", "0", "from 1 to"),
        ("min_quantity", "1.5", "a whole number is due"),
        ("stock", number("-1"), "from 0 to"),
        ("title", Cell(CellKind.FORMULA, "=1+1"), "begins like a formula"),
        ("title", Cell(CellKind.BOOLEAN, "1"), "TRUE or FALSE"),
        ("title", number("1.5"), "a text is due"),
        ("title", "#N/A", "an error of the spreadsheet"),
        ("title", "one\ntwo", "one line"),
        ("title", Cell(CellKind.TEXT, ""), "cannot be empty"),
        ("title", None, "cannot do without `title`"),
        ("category", None, "cannot do without `category`"),
        ("description", None, "cannot do without `description`"),
        ("category", "vuochers", "there is no category `vuochers`"),
        ("source_product_id", "6.5E+10", "has cut this id"),
        ("source_product_id", number("65000000000000000000"), "has cut this id"),
        ("source_product_id", "71", "another number of this id"),
        ("source_product_id", "71.00", "another number of this id"),
        ("key", None, "this row has no key"),
        ("key", number("1.5"), "a text is due"),
        ("key", "tea-11", "the catalog has no product `tea-11`"),
        ("catalogsync", "v1 price=1", "was changed"),
        ("catalogsync", remembered("tea-25", {}), "another product"),
        ("catalogsync", remembered("tea-10", {"price": "9.99"}).replace("9.99", "8.99"), "was changed"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_cell(column: str, cell: Any, message: str) -> None:
    found = compared(**{column: cell})
    assert [(fault.where, message in fault.message) for fault in found.faults] == [
        (f"a.csv!{chr(ord('A') + COLUMNS.index(column))}2", True)
    ], found
    assert found.edits == ()


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("price", number("9.9900000000000002"), "9.99"),
        ("price", number("9.9899999999999"), "9.99"),
        ("price", number("1.2E1"), "12.00"),
        ("price", "9.9", "9.90"),
        ("price", Cell(CellKind.TEXT, "7"), "7.00"),
        ("price", "9,9", "9.90"),
        ("stock", number("7.0"), 7),
        ("title", number("2027"), "2027"),
        ("title", "a\u00a0b ", "a\u00a0b"),
        ("description", "one\r\ntwo", "one\ntwo"),
    ],
)
def test_what_is_meant_is_taken(column: str, cell: Any, value: Value) -> None:
    found = compare_sheet(sheet(exported(**{column: cell}), decimal_comma=True), catalog())
    assert found.edits == (Edit("tea-10", column, value),)


@pytest.mark.parametrize("title", ["Password", "accounts", "User name", "pool_accounts", "passwort"])
def test_a_column_of_accounts_is_refused_and_never_shown(title: str) -> None:
    found = compare_sheet(sheet({"key": "tea-10", title: "ann:s3cret"}, header=("key", title, "x")), catalog())
    assert found.remarks == ("columns of your own are ignored: `x`",)
    assert [fault.where for fault in found.faults] == ["a.csv!B1"]
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (("ann@mail.example:s3cret", "s3cret"), {"s3cret": "s3cret"}),
        (("key",), {"key": "LICENCE-s3cret"}),
        (("key", "used"), {"key": "LICENCE-s3cret", "used": "no"}),
    ],
    ids=len,
)
def test_a_list_of_accounts_that_was_taken_for_a_sheet_is_not_shown(header: tuple[str, ...], row: Any) -> None:
    found = compare_sheet(sheet(row, header=header), catalog())
    assert [fault.where for fault in found.faults] == ["a.csv!A1"]
    assert "s3cret" not in repr(found)


def test_a_text_that_was_made_a_number_is_told_from_one_that_was_typed() -> None:
    for before, after in (("1e5", "100000"), ("+49170", "49170"), ("1.50", "1.5")):
        now = catalog(source_product_id=before)
        found = compare_sheet(sheet({"key": "tea-10", "source_product_id": after}), now)
        assert "another number of this id" in found.faults[0].message
        typed = compare_sheet(sheet({"key": "tea-10", "source_product_id": Cell(CellKind.TEXT, after)}), now)
        assert typed.edits == (Edit("tea-10", "source_product_id", after),)
    same = compare_sheet(sheet({"key": "tea-10", "images": "7"}), catalog(images=("7",)))
    assert same == compare_sheet(sheet({"key": "tea-10"}), catalog(images=("7",)))


def test_rows_and_columns_that_are_there_twice_or_not_at_all() -> None:
    twice = compare_sheet(sheet(exported(), {"key": "tea-10"}), catalog())
    assert "`tea-10` stands at a.csv!A2 already" in twice.faults[0].message
    assert compare_sheet(sheet(), catalog()) == Comparison()
    assert "no column `key`" in compare_sheet(sheet(header=("title",)), catalog()).faults[0].message
    notes = compare_sheet(sheet({"key": "tea-10"}, {"Sum": "=1"}, header=("key", "stock", "Sum")), catalog())
    assert notes.faults == ()
    (stray,) = compare_sheet(sheet({"price": "5"}, header=("key", "price")), catalog()).faults
    assert (stray.where, stray.message) == ("a.csv!A2", "this row has no key")
    (near,) = compare_sheet(sheet({"key": "tea-1O"}), catalog()).faults
    assert near.hint == "did you mean `tea-10`?"
    (far,) = compare_sheet(sheet({"key": "zzz"}), catalog()).faults
    assert "a new one is a new file" in str(far.hint)
    doubled = sheet(header=("key", "price"))
    doubled.header.cells[2] = Cell(CellKind.PLAIN, "Price")  # type: ignore[index]
    assert "a column `price` already, at B" in compare_sheet(doubled, catalog()).faults[0].message


def test_columns_for_reading_change_nothing() -> None:
    found = compared(pool="coffee", file="b.yaml")
    assert found.edits == ()
    assert found.remarks == ("the columns `pool` and `file` are for reading only: 2 changes left aside",)
