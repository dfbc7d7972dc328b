"""The columns of a sheet: which there are, and which of them a header names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogsync.core.nearest import suggestion
from catalogsync.model.sheet import Fault, Row, Sheet

EXPORTED: Final = "catalogsync"
"""The column that remembers what was exported."""
INFORMATION: Final = ("pool", "file")
"""Columns that are only for reading."""
COLUMNS: Final = (
    "key",
    "title",
    "category",
    "price",
    "min_quantity",
    "warranty_period_days",
    "status",
    "stock",
    "pool",
    "images",
    "supplier_name",
    "source_product_id",
    "source_product_url",
    "description",
    "file",
    EXPORTED,
)
EDITABLE: Final = tuple(name for name in COLUMNS if name not in {"key", *INFORMATION, EXPORTED})

_SECRET: Final = re.compile("account|password|passwor[dt]|kennwort|username|login|credential|secret|apikey")
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known column of a sheet stands, from 0, and what is to be said of its header."""

    places: Mapping[str, int]
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()


def columns_of(sheet: Sheet) -> Columns:
    """The columns that a sheet's header names, in any order and spelling (`Min quantity`); others are left alone."""
    places: dict[str, int] = {}
    faults: list[Fault] = []
    unknown: list[str] = []
    for place, cell in sorted(sheet.header.cells.items()):
        title = " ".join(cell.text.split())
        name = re.sub(r"[\s_-]+", "_", title.casefold())
        if _SECRET.search(name.replace("_", "")):
            faults.append(
                Fault(
                    cell_name(sheet, sheet.header, place),
                    "a column of accounts or passwords does not belong into a sheet",
                    "delete the column; accounts live in `pools/`",
                )
            )
        elif name not in COLUMNS:
            unknown += [title] if title else []
        elif name in places:
            message = f"there is a column `{name}` already, at {letters(places[name])}"
            faults.append(Fault(cell_name(sheet, sheet.header, place), message, "keep one of them"))
        else:
            places[name] = place
    if "key" not in places and not faults:
        hint = "the first row holds the names of the columns; `catalogsync export FILE` writes such a sheet"
        faults.append(Fault(cell_name(sheet, sheet.header, 0), "there is no column `key`", hint))
    elif not faults and not places.keys() & set(EDITABLE):
        hint = f"columns that can be edited are called {', '.join(EDITABLE)}"
        faults.append(Fault(cell_name(sheet, sheet.header, places["key"]), "beside `key` no column is known", hint))
    return Columns(places, tuple(faults), tuple(_remarks(unknown, places)))


def cell_name(sheet: Sheet, row: Row, column: int) -> str:
    """A cell as people find it: `prices.xlsx: products!C5`, or `prices.csv!C5 (line 12)` where the line is another."""
    line = f" (line {row.line})" if row.line not in {None, row.number} else ""
    return f"{sheet.name}!{letters(column)}{row.number}{line}"


def letters(column: int) -> str:
    """What a spreadsheet calls a column that is counted from 0: `A`, `Z`, `AA`."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _remarks(unknown: list[str], places: Mapping[str, int]) -> list[str]:
    remarks = []
    left_alone = []
    for title in unknown:
        short = title if len(title) <= _LONGEST_SHOWN else f"{title[:_LONGEST_SHOWN]}…"
        meant = (
            "did you mean `category`?" if title == "category_id" else suggestion(title, set(COLUMNS) - places.keys())
        )
        if meant:
            remarks.append(f"the column `{short}` is ignored: {meant}")
        else:
            left_alone.append(f"`{short}`")
    # Without keys the file may be anything, and its first row an account.
    if left_alone and "key" in places:
        more = f" and {len(left_alone) - 5} more" if len(left_alone) > 5 else ""
        remarks.append(f"columns of your own are ignored: {', '.join(left_alone[:5])}{more}")
    return remarks
