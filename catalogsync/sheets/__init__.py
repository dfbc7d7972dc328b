"""Spreadsheets to rows of cells and back."""

from catalogsync.sheets.reading import read_sheet
from catalogsync.sheets.writing import ENDINGS, write_sheet

__all__ = ["ENDINGS", "read_sheet", "write_sheet"]
