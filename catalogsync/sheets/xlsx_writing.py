"""Rows of cells to an .xlsx file: the same rows give the same bytes."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from catalogsync.model.fields import FIELDS, Kind
from catalogsync.model.sheet import Cell, CellKind
from catalogsync.sheets.apostrophe import in_xlsx, is_formula
from catalogsync.sheets.xlsx_reading import SHEET_NAME

_THEN: Final = datetime(2000, 1, 1)
_ZIP_THEN: Final = (2000, 1, 1, 0, 0, 0)
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\0-\b\v\f\r\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTHS: Final = {"key": 28, "title": 48, "description": 60, "images": 40, "file": 32, "source_product_url": 40}
_WIDTH: Final = 16
_AS_TEXT: Final = "@"


def write_xlsx(file: BinaryIO, header: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write a header that stays in sight, and rows: texts that are no formulas, and numbers that are numbers."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    book.properties.creator = "catalogsync"
    book.properties.created = book.properties.modified = _THEN
    sheet = book.create_sheet(SHEET_NAME)
    sheet.freeze_panes = "B2"
    for number, name in enumerate(header, 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = _WIDTHS.get(name, _WIDTH)
        if FIELDS.get(name) not in {Kind.DECIMAL, Kind.INTEGER}:
            # Or the zeros in front of an id would be lost that is typed into an empty cell.
            column.number_format = _AS_TEXT
    pens = _Pens(sheet)
    sheet.append(pens.header(header))
    for row in rows:
        sheet.append(pens.row([row.get(name) for name in header]))
    with _Archive(file, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()


class _Pens:
    """One cell object for each style, used again and again: a sheet has millions of cells."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        self._head = WriteOnlyCell(sheet)
        self._head.font = Font(bold=True)
        self._text, self._quoted, self._whole, self._places = (WriteOnlyCell(sheet) for _ in range(4))
        # As text, or the spreadsheet would make a number of what somebody types over an id.
        self._text.number_format = self._quoted.number_format = _AS_TEXT
        self._quoted.quotePrefix = True
        self._whole.number_format, self._places.number_format = "0", "0.00"

    def header(self, names: Iterable[str]) -> Iterator[Any]:
        """The cells of the header."""
        for name in names:
            self._head.value = name
            yield self._head

    def row(self, cells: Iterable[Cell | None]) -> Iterator[Any]:
        """The cells of a row; each is written before the next one is asked for."""
        for cell in cells:
            if cell is None:
                yield None
            elif cell.kind is CellKind.NUMBER:
                yield self._number(cell.text)
            else:
                pen = self._quoted if is_formula(cell.text) else self._text
                pen.value = _escaped(in_xlsx(cell.text))
                # Otherwise a text that begins with `=` would be written as a formula.
                pen.data_type = "s"
                yield pen

    def _number(self, digits: str) -> Any:
        pen = self._places if "." in digits else self._whole
        # As digits: openpyxl writes the number 0.69 as 0.6899999999999999.
        pen.value = digits
        pen.data_type = "n"
        return pen


class _Archive(zipfile.ZipFile):
    """A zip whose members are all of one moment."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Add a member."""
        super().writestr(self._member(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add a file."""
        with Path(filename).open("rb") as source, self.open(self._member(str(arcname)), "w") as target:
            while piece := source.read(65_536):
                target.write(piece)

    @staticmethod
    def _member(name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, _ZIP_THEN)
        member.compress_type = zipfile.ZIP_DEFLATED
        return member


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"_x{ord(match.group()):04X}_", text)
