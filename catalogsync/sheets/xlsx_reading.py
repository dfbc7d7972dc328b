"""An .xlsx file to rows of cells, exactly as they are stored.

openpyxl writes our sheets but does not read them: it hands out numbers as floats, loses what looks like an escape in
shared texts, and unpacks whatever it is given.
"""

import re
from collections.abc import Iterator
from typing import Final

from catalogsync.model.errors import UsageError
from catalogsync.model.sheet import Cell, CellKind, Row, Sheet
from catalogsync.sheets.apostrophe import taken_off
from catalogsync.sheets.limits import MOST_COLUMNS, MOST_ROWS
from catalogsync.sheets.package import Attributes, Package

SHEET_NAME: Final = "products"
"""The sheet that is read where there are several; else the first."""

_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE: Final = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_DATE_IDS: Final = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Number formats that every spreadsheet knows by number, and that show dates or times."""
_NO_CODE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')
_KINDS: Final = {
    "s": CellKind.TEXT,
    "inlineStr": CellKind.TEXT,
    "str": CellKind.TEXT,
    "b": CellKind.BOOLEAN,
    "e": CellKind.ERROR,
    "d": CellKind.DATE,
}


def read_xlsx(content: bytes, name: str) -> Sheet:
    """The sheet `products` of an .xlsx file, or its first; read row by row as they are asked for.

    Raises:
        UsageError: the file cannot be read, or nothing stands in it. The rows raise it too.
    """
    package = Package(content, name)
    book = next((r.target for r in package.relations("").values() if r.kind == "officeDocument"), None)
    if book is None:
        raise package.damaged()
    related = package.relations(book)
    parts = {relation.kind: relation.target for relation in related.values()}
    title, target = _chosen(package, book, {rid: r.target for rid, r in related.items() if r.kind == "worksheet"})
    texts = list(_shared_texts(package, parts["sharedStrings"])) if "sharedStrings" in parts else []
    dates = _date_styles(package, parts["styles"]) if "styles" in parts else frozenset()
    full = f"{name}: {title}"
    rows = _Rows(package, full, texts, dates).read(target)
    header = next(rows, None)
    if header is None:
        raise UsageError(f"{full} is empty", "`catalogsync export FILE` writes a sheet with all products")
    return Sheet(full, header, rows)


def _chosen(package: Package, book: str, parts: dict[str, str]) -> tuple[str, str]:
    """The title and the part of the sheet to be read."""
    sheets: list[tuple[str, str]] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet" and attributes.get("id") in parts:
            sheets.append((attributes.get("name", ""), parts[attributes["id"]]))

    for _ in package.parse(book, start):
        pass
    if not sheets:
        raise package.damaged()
    return next((sheet for sheet in sheets if sheet[0].casefold() == SHEET_NAME), sheets[0])


def _shared_texts(package: Package, part: str) -> Iterator[str]:
    """The texts that cells name by number; how they are pronounced is left out."""
    pieces: list[str] = []
    found: list[str] = []
    inside: list[str] = []

    def start(tag: str, _: Attributes) -> None:
        if tag in {"t", "rPh"}:
            inside.append(tag)

    def end(tag: str) -> None:
        if tag in {"t", "rPh"}:
            inside.pop()
        elif tag == "si":
            found.append(_unescaped("".join(pieces)))
            pieces.clear()

    def text(piece: str) -> None:
        if inside == ["t"]:
            pieces.append(piece)

    for _ in package.parse(part, start, end, text):
        yield from found
        found.clear()


def _date_styles(package: Package, part: str) -> frozenset[int]:
    """The styles, by number, in which a number is shown as a date or a time."""
    custom: set[int] = set()
    dates: set[int] = set()
    counted = 0
    inside = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal counted, inside
        if tag == "numFmt" and re.search("[dmyhs]", _NO_CODE.sub("", attributes.get("formatCode", "")), re.IGNORECASE):
            custom.add(int(attributes.get("numFmtId", "0")))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            number = int(attributes.get("numFmtId", "0"))
            if number in _DATE_IDS or number in custom:
                dates.add(counted)
            counted += 1

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    for _ in package.parse(part, start, end):
        pass
    return frozenset(dates)


class _Rows:
    """The rows of a worksheet as they are parsed."""

    def __init__(self, package: Package, name: str, texts: list[str], dates: frozenset[int]) -> None:
        self._package = package
        self._name = name
        self._texts = texts
        self._dates = dates
        self._done: list[Row] = []
        self._number = 0
        self._column = -1
        self._cells: dict[int, Cell] = {}
        self._kind: str | None = None
        self._style = 0
        self._formula = False
        self._inside = ""
        self._pieces: list[str] = []

    def read(self, part: str) -> Iterator[Row]:
        """The rows in which something stands."""
        for _ in self._package.parse(part, self._start, self._end, self._text):
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._column = -1
            self._cells = {}
            if self._number > MOST_ROWS:
                raise UsageError(f"{self._name} has more than {MOST_ROWS:,} rows", "split it")
        elif tag == "c":
            self._column = _column(attributes["r"]) if "r" in attributes else self._column + 1
            self._kind = attributes.get("t")
            self._style = int(attributes.get("s", "0"))
            self._formula = False
            self._pieces.clear()
        elif tag in {"v", "t", "f", "rPh"}:
            self._formula = self._formula or tag == "f"
            # How an inline text is pronounced stands in a `t` of its own.
            self._inside = tag if self._inside != "rPh" else "rPh"

    def _text(self, piece: str) -> None:
        if self._inside in {"v", "t"}:
            self._pieces.append(piece)

    def _end(self, tag: str) -> None:
        if tag == "c":
            cell = self._cell("".join(self._pieces))
            if cell is not None and self._column < MOST_COLUMNS:
                self._cells[self._column] = cell
        elif tag == "row" and self._cells:
            self._done.append(Row(self._number, None, self._cells))
        elif tag in {"v", "f", "rPh"} or (tag == "t" and self._inside == "t"):
            self._inside = ""

    def _cell(self, stored: str) -> Cell | None:
        if self._formula:
            return Cell(CellKind.FORMULA, "")
        kind = _KINDS.get(self._kind or "n", CellKind.NUMBER)
        if kind is CellKind.TEXT:
            text = self._texts[int(stored)] if self._kind == "s" and stored else _unescaped(stored)
            return Cell(kind, taken_off(text)) if text and not text.isspace() else None
        if not stored:
            return None
        if kind is CellKind.NUMBER and self._style in self._dates:
            kind = CellKind.DATE
        return Cell(kind, stored.strip())


def _column(reference: str) -> int:
    """`C5` to 2."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError("no cell")
    number = 0
    for letter in match.group(1):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _unescaped(text: str) -> str:
    """`_x000D_` stands for what XML cannot hold, and `_x005F_` for an underline that would begin such an escape."""
    if "_x" not in text:
        return text
    whole = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
