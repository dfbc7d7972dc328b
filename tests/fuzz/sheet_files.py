"""Spreadsheets made wrong: as bytes, and part by part in packages that are sound."""

import io
import os
import zipfile
from collections.abc import Sequence
from functools import cache
from itertools import islice
from random import Random
from typing import Final

from catalogsync.model.errors import UsageError
from catalogsync.model.sheet import Cell, CellKind
from catalogsync.sheets.reading import read_sheet
from catalogsync.sheets.writing import write_sheet
from tests.fuzz.ground import ground
from tests.fuzz.mutating import mutated
from tests.fuzz.trial import Target, Trial, Wrong, said

_HEADER: Final = ("key", "title", "price", "description")
_ROWS: Final = [
    {
        "key": Cell(CellKind.TEXT, f"seat-{number}"),
        "title": Cell(CellKind.TEXT, text),
        "price": Cell(CellKind.NUMBER, "9.99"),
    }
    for number, text in enumerate(("Seat, twelve months", "=cmd()", "a\nb", "'x", '"', "_x000D_", "\u00e9"))
]
_MOST_ROWS: Final = 2_000_000


def targets() -> tuple[Target, ...]:
    """Both kinds of sheet."""
    return (Target("csv", 6, _csv), Target("xlsx", 6, _xlsx))


@cache
def _written(ending: str) -> bytes:
    file = io.BytesIO()
    write_sheet(file, ending, _HEADER, _ROWS)
    return file.getvalue()


@cache
def _csvs() -> Sequence[bytes]:
    text = _written(".csv").decode("utf-8-sig")
    return [
        _written(".csv"),
        text.encode("utf-16"),
        text.replace(",", ";").encode(),
        b"sep=;\r\n" + text.replace(",", ";").encode(),
        text.replace(",", "\t").encode(),
    ]


@cache
def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_written(".xlsx"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _csv(dice: Random) -> Trial:
    data = mutated(dice.choice(_csvs()), _csvs(), dice)
    return Trial(data, lambda: _read("a.csv", data))


def _xlsx(dice: Random) -> Trial:
    if dice.random() < 0.3:
        data = mutated(_written(".xlsx"), [_written(".xlsx")], dice)
        return Trial(data, lambda: _read("a.xlsx", data))
    parts = dict(_parts())
    name = dice.choice(list(parts))
    parts[name] = mutated(parts[name], list(parts.values()), dice)
    if dice.random() < 0.1:
        parts[dice.choice(("../evil", "/etc/x", name.upper(), "xl/worksheets/sheet1.xml", ""))] = parts[name]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part or "x"), content, zipfile.ZIP_DEFLATED)
    return Trial((name, parts[name]), lambda: _read("a.xlsx", file.getvalue()))


def _read(name: str, data: bytes) -> None:
    path = ground() / f"{os.getpid()}-{name}"
    path.write_bytes(data)
    try:
        rows = read_sheet(path).rows
        number = sum(1 for _ in islice(rows, _MOST_ROWS))
    except UsageError as error:
        said(error)
        return
    if number == _MOST_ROWS:
        raise Wrong("a sheet without end")
