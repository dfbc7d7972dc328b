"""A sheet to a file, in the format that the file's ending names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import BinaryIO, Final

from catalogsync.model.sheet import Cell
from catalogsync.sheets.csv_text import write_csv
from catalogsync.sheets.xlsx_writing import write_xlsx

Writer = Callable[[BinaryIO, Sequence[str], Iterable[Mapping[str, Cell]]], None]

ENDINGS: Final[Mapping[str, Writer]] = {".csv": write_csv, ".xlsx": write_xlsx}


def write_sheet(file: BinaryIO, ending: str, header: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write a header and rows of texts and numbers; the same ones give the same bytes.

    Args:
        file: where to.
        ending: one of ENDINGS.
        header: the columns.
        rows: the cells of each, by column; those that are not there stay empty.
    """
    ENDINGS[ending](file, header, rows)
