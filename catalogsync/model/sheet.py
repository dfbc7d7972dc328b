"""A spreadsheet as rows of cells, and what its rows come to when they are laid beside the catalog."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from catalogsync.model.fields import Value
from catalogsync.model.writing import Edit


class CellKind(Enum):
    """What a spreadsheet says of a cell: `PLAIN` is what a csv file says of everything, namely nothing."""

    PLAIN = "plain"
    TEXT = "text"
    NUMBER = "number"
    FORMULA = "formula"
    ERROR = "error"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in which something stands; `text` is a number's digits, or a text as it is meant."""

    kind: CellKind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet.

    Attributes:
        number: as spreadsheets count, from 1.
        line: of a csv file, where the row begins; None elsewhere.
        cells: by column, from 0; an empty cell is not there.
    """

    number: int
    line: int | None
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is being read.

    Attributes:
        name: of the file, and of the sheet in it where it can have several: `prices.xlsx: products`.
        header: what stands in the first row that is not empty.
        rows: those below it, read as they are asked for.
        decimal_comma: whether `9,99` can only be a number.
    """

    name: str
    header: Row
    rows: Iterable[Row]
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be taken from a sheet, or done to the catalog: `where` it stands, what is wrong, and what to do."""

    where: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that was changed here and there since the export.

    Attributes:
        where: the cell.
        key: the product.
        field: the sheet's column.
        exported: what it was then; "" where only its digest is known, None where it was not managed.
        sheet: what the sheet wants; None: not managed.
        catalog: what the catalog says now; None: not managed.
    """

    where: str
    key: str
    field: str
    exported: str | None
    sheet: Value | None
    catalog: Value | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a sheet and the catalog come to.

    Attributes:
        edits: what the sheet changes.
        cells: where each edit stands in the sheet, by its key and field.
        conflicts: what both changed; nothing is written where there is one.
        faults: what is wrong in the sheet; nothing is written where there is one.
        remarks: what is worth telling, but stops nothing.
    """

    edits: tuple[Edit, ...] = ()
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()
