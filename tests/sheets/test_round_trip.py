"""What is written to a sheet is read back from it, whatever the texts are."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from catalogsync.core.sheet_values import value_of
from catalogsync.model.fields import text as normal
from catalogsync.model.sheet import Cell, CellKind, Sheet
from catalogsync.sheets import write_sheet
from catalogsync.sheets.csv_text import read_csv
from catalogsync.sheets.xlsx_reading import read_xlsx

ODD = [
    "=1+1",
    "+1",
    "-x",
    "@SUM(A1)",
    "＝1",
    "\t=1",
    "'",
    "''",
    "'=1",
    "007",
    "1-2",
    "MAR1",
    "TRUE",
    "1e5",
    "",
    " ",
    "#N/A",
]
ODD += ["a\r\nb\rc\n", "_x000D_", "_x005F_x0041_", "\x07", "\ufffe", "🍵\u200d", 'say "no"; yes, no', "a\tb"]

texts = st.one_of(st.sampled_from(ODD), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
cells = st.one_of(
    st.none(),
    texts.map(lambda text: Cell(CellKind.TEXT, text)),
    st.integers(0, 10**9).map(lambda number: Cell(CellKind.NUMBER, str(number))),
    st.decimals("0.01", 10**9, places=2).map(lambda number: Cell(CellKind.NUMBER, f"{number:f}")),
)
HEADER = ("key", "title", "price", "description")
rows = st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, cells)), max_size=5)


def written(ending: str, content: Sequence[Mapping[str, Cell]]) -> bytes:
    file = io.BytesIO()
    write_sheet(file, ending, HEADER, content)
    return file.getvalue()


def cells_of(sheet: Sheet) -> list[dict[str, Cell]]:
    assert [cell.text for _, cell in sorted(sheet.header.cells.items())] == list(HEADER)
    return [{HEADER[column]: cell for column, cell in row.cells.items()} for row in sheet.rows]


def filled(row: Mapping[str, Cell | None]) -> dict[str, Cell]:
    return {name: cell for name, cell in row.items() if cell is not None}


@settings(max_examples=40)
@given(rows)
@example([{name: Cell(CellKind.TEXT, text) for name in HEADER} for text in ODD])
@example([{"key": Cell(CellKind.TEXT, "x" * 32_767)}])
def test_an_xlsx_gives_back_every_cell_and_has_no_formula(content: list[dict[str, Cell | None]]) -> None:
    wanted = [row for row in map(filled, content) if row]
    file = written(".xlsx", [filled(row) for row in content])
    assert file == written(".xlsx", [filled(row) for row in content])
    assert cells_of(read_xlsx(file, "a.xlsx")) == wanted
    sheet: Any = load_workbook(io.BytesIO(file)).active
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}


@settings(max_examples=100)
@given(rows)
@example([{"key": Cell(CellKind.TEXT, text)} for text in ODD])
def test_a_csv_gives_back_every_value_and_has_no_formula(content: list[dict[str, Cell | None]]) -> None:
    wanted = [row for row in map(filled, content) if row]
    file = written(".csv", wanted)
    found = cells_of(read_csv(file, "a.csv"))
    assert [row.keys() for row in found] == [row.keys() for row in wanted]
    for one, other in zip(found, wanted, strict=True):
        for name, cell in one.items():
            assert cell.kind is not CellKind.FORMULA
            column = "price" if other[name].kind is CellKind.NUMBER and "." in other[name].text else "description"
            assert value_of(column, cell) == normal(other[name].text)


def test_what_is_typed_into_an_empty_cell_stays_a_text_unless_a_number_is_due() -> None:
    sheet: Any = load_workbook(io.BytesIO(written(".xlsx", [{}]))).active
    assert [sheet.column_dimensions[letter].number_format for letter in "ABCD"] == ["@", "@", "General", "@"]


def test_half_a_character_is_replaced_and_stops_nothing() -> None:
    half = [{"key": Cell(CellKind.TEXT, "a\ud83c")}]
    assert cells_of(read_xlsx(written(".xlsx", half), "a.xlsx"))[0]["key"].text == "a\ufffd"
    assert cells_of(read_csv(written(".csv", half), "a.csv"))[0]["key"].text == "a?"


@pytest.mark.parametrize(
    ("before", "after"),
    [("\ufeff", ""), (",", ";"), (",", "\t"), ("\r\n", "\n"), ("\r\n", "\r"), ("\ufeff", "sep=,\r\n")],
)
def test_what_spreadsheets_do_to_csv_is_survived(before: str, after: str) -> None:
    content = [{name: Cell(CellKind.TEXT, f"{name} =1") for name in HEADER}, {"key": Cell(CellKind.TEXT, "'a")}]
    text = written(".csv", content).decode().replace(before, after)
    for encoding in ("utf-8", "utf-16"):
        rows = [
            {name: cell.text for name, cell in row.items()} for row in cells_of(read_csv(text.encode(encoding), "a"))
        ]
        assert rows == [{name: f"{name} =1" for name in HEADER}, {"key": "'a"}]


def test_rows_are_counted_as_a_spreadsheet_does_and_lines_as_an_editor_does(tmp_path: Path) -> None:
    sheet = read_csv(b'key,title\n\na,"one\ntwo"\nb,\n,,\n', "a.csv")
    assert [(row.number, row.line) for row in sheet.rows] == [(3, 3), (4, 5)]


def test_columns_that_no_spreadsheet_has_are_not_read() -> None:
    assert len(read_csv(("x," * 20_000 + "x\n").encode(), "a.csv").header.cells) == 16_384
