"""Cells and values at their edges: the least and the most, the longest text, ids that a spreadsheet has cut."""

import pytest

from catalogsync.core.sheet_digest import Exported, remembered
from catalogsync.core.sheet_values import CellRefused, cell_of, cut_by_spreadsheet, is_note, value_of
from catalogsync.model.fields import Value
from catalogsync.model.sheet import Cell, CellKind


def plain(text: str) -> Cell:
    return Cell(CellKind.PLAIN, text)


@pytest.mark.parametrize(
    ("column", "least", "below"),
    [("price", "0.01", "0.001"), ("min_quantity", "1", "0"), ("warranty_period_days", "0", "-1"), ("stock", "0", "-1")],
)
def test_the_least_and_the_most(column: str, least: str, below: str) -> None:
    for digits in (least, "1000000000"):
        assert str(value_of(column, Cell(CellKind.NUMBER, digits))).removesuffix(".00") == digits
    for digits in (below, "1000000000.01", "1000000001"):
        with pytest.raises(CellRefused):
            value_of(column, Cell(CellKind.NUMBER, digits))


@pytest.mark.parametrize("column", ["title", "category", "status", "source_product_id"])
def test_texts_that_cannot_be_empty(column: str) -> None:
    with pytest.raises(CellRefused, match="cannot be empty"):
        value_of(column, Cell(CellKind.TEXT, ""))
    assert value_of("supplier_name", Cell(CellKind.TEXT, "")) == ""
    assert value_of("images", Cell(CellKind.TEXT, "")) == ()
    assert value_of("images", plain("a.png\n\n b.png ")) == ("a.png", "b.png")


@pytest.mark.parametrize(("written", "hint"), [("1,234", "a point"), ("6E+3", "all its digits"), ("five", "alone")])
def test_a_number_that_is_none_comes_with_a_hint(written: str, hint: str) -> None:
    with pytest.raises(CellRefused) as told:
        value_of("price", plain(written))
    assert hint in str(told.value.hint)
    with pytest.raises(CellRefused):
        value_of("price", plain("12,345"), decimal_comma=True)


def test_whole_numbers_are_texts_up_to_fifteen_digits() -> None:
    assert value_of("title", Cell(CellKind.NUMBER, "999999999999999")) == "999999999999999"
    with pytest.raises(CellRefused, match="cut this id"):
        value_of("title", Cell(CellKind.NUMBER, "1000000000000000"))


@pytest.mark.parametrize(
    ("before", "after", "cut"),
    [
        ("0071", "71", True),
        ("000", "0", True),
        ("0071", "72", False),
        ("71", "71", False),
        ("1234567890123456", "1234567890123450", True),
        ("12345678901234567", "12345678901234500", True),
        ("1234567890123456", "1234567890123451", False),
        ("1234567890123456", "1234567890123490", False),
        ("1234567890123456", "1234567890123410", False),
        ("1234567890123456", "1234567890123056", False),
        ("123456789012345", "123456789012340", False),
        ("1234567890123456", "12345678901234500", False),
        ("7", "8", False),
        ("a071", "71", False),
        ("0071", "b", False),
        (7, "7", False),
        (None, "7", False),
        ("07", None, False),
    ],
)
def test_an_id_that_the_spreadsheet_has_cut(before: Value | None, after: Value | None, cut: bool) -> None:
    assert cut_by_spreadsheet(before, after) is cut


@pytest.mark.parametrize(
    ("text", "fits"),
    [("x" * 32_766, True), ("x" * 32_767, False), ("🍵" * 16_383, True), ("🍵" * 16_384, False), ("_x" * 4096, False)],
)
def test_the_longest_text_of_a_cell(text: str, fits: bool) -> None:
    cell = cell_of("description", text, "a.yaml")
    assert cell is not None
    assert (cell.text == text) is fits
    assert is_note(cell) is not fits


def test_what_is_remembered_is_read_back() -> None:
    values: dict[str, Value | None] = {
        "price": "9.50",
        "stock": 0,
        "title": "A tea",
        "images": ("a", "b"),
        "status": None,
    }
    exported = Exported.read(remembered("tea", values))
    assert exported is not None
    assert exported.is_of("tea")
    assert not exported.is_of("te")
    for column, value in values.items():
        assert exported.was(column, value)
        assert not exported.was(column, "other")
        assert exported.was(column, None) is (value is None)
    assert [exported.shown(column) for column in ("price", "title", "status")] == ["9.50", "", None]
    assert not exported.was("images", ("a\nb", "c"))


@pytest.mark.parametrize("text", ["", " ", "v2 key#0", "v1", "v1 price=9.50", "v1 key#0 price", "v1 key#0 price=", "x"])
def test_what_is_damaged_is_not_read(text: str) -> None:
    assert Exported.read(text) is None


def test_a_cell_full_of_blanks_is_read_in_one_go() -> None:
    for column in ("price", "min_quantity"):
        with pytest.raises(CellRefused):
            value_of(column, plain(f"+1{' ' * 1_000_000}x"))
