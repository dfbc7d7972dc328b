"""Places in the catalog, and what is wrong there."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file of the catalog.

    Attributes:
        file: relative to the catalog, with `/`.
        line: from 1; 0 where the file as a whole is meant.
        column: from 1; 0 where the line as a whole is meant.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{max(self.line, 1)}:{max(self.column, 1)}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in the catalog. Its texts never hold a line of a pool.

    Attributes:
        place: where.
        severity: `error` stops every command, `warning` is only told.
        code: a stable, searchable word such as `unknown-field`.
        message: what is wrong.
        hint: what to do, or None.
    """

    place: Place
    severity: Severity
    code: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {self.code}: {self.message}{tail}"
