"""The fault matrix as it is written down in `matrix.md`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.wired import CALLS

TOLD: Final = {
    "done": "Applied: ",
    "failed": "\nFailed\n",
    "held": "\nIn doubt\n",
    "short": " short of accounts",
    "stop": "not started: ",
    "not-done": "\nNot done\n",
    "error": "error: ",
}
"""What each word of the last part of a cell stands for in what the user reads."""


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix.

    Attributes:
        number: of the fault.
        call: what it happens to.
        kind: the answer class, or what a reading call came to.
        requests: how many requests of the call reached the marketplace; None: any number.
        code: the exit code.
        told: words of TOLD.
        cause: what the user reads of the cause: any one of these.
    """

    number: str
    call: str
    kind: str
    requests: int | None
    code: int
    told: tuple[str, ...]
    cause: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number}-{self.call}"

    @property
    def fragments(self) -> Iterator[str]:
        """What must stand in what the user reads, the cause apart."""
        return (TOLD[word] for word in self.told)


@dataclass(frozen=True)
class Row:
    """One fault, and what it comes to. A call that it makes no sense for has no cell."""

    number: str
    name: str
    group: str
    cells: tuple[Cell, ...]


def read_matrix() -> list[Row]:
    """The rows, in their order."""
    rows: list[Row] = []
    group = ""
    for line in (Path(__file__).parent / "matrix.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ")
        texts = [text.strip() for text in line.split("|")[1:-1]]
        if group and len(texts) > 2 and re.fullmatch(r"[0-9]+[a-z]?", texts[0]):
            rows.append(_row(group, texts))
    return rows


def _row(group: str, texts: list[str]) -> Row:
    number, name, *filled, cause = texts
    causes = () if cause == "-" else tuple(cause.split(" / "))
    cells = tuple(_cell(number, call, text, causes) for call, text in zip(CALLS, filled, strict=True) if text != "-")
    return Row(number, name, group, cells)


def _cell(number: str, call: str, text: str, causes: tuple[str, ...]) -> Cell:
    kind, requests, code, *told = text.split()
    assert told, f"{number} {call}: what is told?"
    return Cell(number, call, kind, None if requests == "*" else int(requests), int(code), tuple(told), causes)
