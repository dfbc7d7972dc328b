"""A spreadsheet file to a sheet, told by its content and not by its name."""

import os
import stat
from pathlib import Path
from typing import Final

from catalogsync.model.errors import UsageError
from catalogsync.model.sheet import Sheet
from catalogsync.sheets.csv_text import read_csv
from catalogsync.sheets.limits import LARGEST_FILE, MEBIBYTE
from catalogsync.sheets.xlsx_reading import read_xlsx

_ZIP: Final = b"PK"
_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""Old .xls files begin with it, and so do .xlsx files with a password."""


def read_sheet(path: Path) -> Sheet:
    """Open a .csv or .xlsx file; its rows are read as they are asked for.

    Raises:
        UsageError: it cannot be read, is neither, or too large; the rows raise it too.
    """
    name = path.name
    try:
        # Without waiting, in case that it is a pipe.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path} is no file", "save the sheet as a file, and name that")
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise UsageError(f"{name} is larger than {LARGEST_FILE // MEBIBYTE} MiB", "split it")
    if content.startswith(_ZIP):
        return read_xlsx(content, name)
    if content.startswith(_COMPOUND):
        raise UsageError(
            f"{name} has a password, or is in the old .xls format",
            "save it as .xlsx without a password, or as “CSV UTF-8”",
        )
    if _is_html(content[:512]):
        raise UsageError(f"{name} is a web page and no sheet", "save it as .xlsx, or as “CSV UTF-8”")
    return read_csv(content, name)


def _is_html(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html", b"<table"))
