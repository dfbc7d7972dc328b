"""Csv as spreadsheets write it: any separator, byte order marks, quoted line breaks."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Final, TextIO

from catalogsync.model.errors import UsageError
from catalogsync.model.sheet import Cell, CellKind, Row, Sheet
from catalogsync.sheets.apostrophe import in_csv, is_formula, taken_off
from catalogsync.sheets.limits import MEBIBYTE, MOST_COLUMNS, MOST_ROWS

_AS_IT_STANDS: Final = frozenset({CellKind.NUMBER, CellKind.DATE})
_SEPARATORS: Final = (",", ";", "\t")
_SAID: Final = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_LONGEST_CELL: Final = 16 * MEBIBYTE
_HEAD: Final = 65_536
"""So many characters are looked at to tell the separator, and read at once."""
_SAVE_AS: Final = "save it as “CSV UTF-8”, or as .xlsx, which needs no choice"


def write_csv(file: BinaryIO, header: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write a header and rows, in UTF-8 with the mark by which spreadsheets know it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_written(row.get(name)) for name in header])
    text.flush()
    text.detach()


def read_csv(content: bytes, name: str) -> Sheet:
    """A csv file, read row by row as it is asked for.

    Args:
        content: of the file.
        name: of the file, for messages.

    Raises:
        UsageError: it is no csv, or nothing stands in it. The rows raise it too.
    """
    source = _opened(content, name)
    begin = source.tell()
    head = source.read(_HEAD)
    source.seek(begin)
    if "\0" in head[:1000]:
        raise UsageError(f"{name} is no csv file in UTF-8", _SAVE_AS)
    said = _SAID.match(head)
    if said:
        source.readline()
    separator = said.group(1) if said else _separator(head, name)
    rows = _rows(source, separator, name, skipped=1 if said else 0)
    header = next(rows, None)
    if header is None:
        raise UsageError(f"{name} is empty", "`catalogsync export FILE` writes a sheet with all products")
    return Sheet(name, header, rows, decimal_comma=separator == ";")


def _written(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return cell.text if cell.kind in _AS_IT_STANDS else in_csv(cell.text)


def _opened(content: bytes, name: str) -> TextIO:
    """The text, decoded as it is read: as a whole it would take four times the file's memory, twice."""
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    source = io.TextIOWrapper(io.BytesIO(content), encoding="utf-16" if utf16 else "utf-8", newline="")
    try:
        while source.read(_HEAD):
            pass
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not in UTF-8", _SAVE_AS) from None
    source.seek(0)
    if source.read(1) != "\ufeff":
        source.seek(0)
    return source


def _separator(head: str, name: str) -> str:
    """The one by which the header falls into the most columns that have a name."""

    def columns(separator: str) -> int:
        try:
            header = next(_rows(io.StringIO(head, newline=""), separator, name), None)
        except UsageError:
            return 0
        return sum(any(map(str.isalnum, cell.text)) for cell in header.cells.values()) if header else 0

    return max(_SEPARATORS, key=columns)


def _rows(source: TextIO, separator: str, name: str, skipped: int = 0) -> Iterator[Row]:
    """The rows in which something stands, after so many lines that were read already."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(source, delimiter=separator, strict=True)
    line = skipped + 1
    number = 0
    try:
        for fields in reader:
            number += 1
            if number > MOST_ROWS:
                raise UsageError(f"{name} has more than {MOST_ROWS:,} rows", "split it")
            known = enumerate(fields[:MOST_COLUMNS])
            cells = {column: _cell(field) for column, field in known if field and not field.isspace()}
            if cells:
                yield Row(number, line, cells)
            line = skipped + reader.line_num + 1
    except csv.Error:
        where = f"line {line}"
        raise UsageError(
            f"{name} is no csv file that can be read: {where}, a quote is not closed, or stands in the wrong place",
            "save it again from the spreadsheet, as “CSV UTF-8” or as .xlsx",
        ) from None


def _cell(field: str) -> Cell:
    if field[0] == "'":
        return Cell(CellKind.TEXT, taken_off(field))
    return Cell(CellKind.FORMULA if is_formula(field) else CellKind.PLAIN, field)
