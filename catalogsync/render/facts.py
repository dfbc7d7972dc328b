"""One thing as named facts, and these as JSON or as the cells of a sheet."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from catalogsync.core.takings import plain
from catalogsync.model.sheet import Cell, CellKind
from catalogsync.render.escape import inline

Fact = str | int | bool | Decimal | date | None
Facts = Mapping[str, Fact]


def in_json(facts: Facts) -> dict[str, Any]:
    """As JSON has it: an amount is a text, so that nothing rounds it."""
    return {name: _in_json(fact) for name, fact in facts.items()}


def in_cells(facts: Facts) -> dict[str, Cell]:
    """As a sheet has it; what is not known is not there."""
    return {name: _in_cell(fact) for name, fact in facts.items() if fact is not None and fact != ""}


def _in_json(fact: Fact) -> Any:
    if isinstance(fact, Decimal):
        return plain(fact)
    return fact.isoformat() if isinstance(fact, date) else fact


def _in_cell(fact: Fact) -> Cell:
    if isinstance(fact, bool):
        return Cell(CellKind.TEXT, "yes" if fact else "no")
    if isinstance(fact, Decimal):
        return Cell(CellKind.NUMBER, plain(fact))
    if isinstance(fact, int):
        return Cell(CellKind.NUMBER, str(fact))
    if isinstance(fact, date):
        return Cell(CellKind.DATE, fact.isoformat())
    return Cell(CellKind.TEXT, inline(str(fact)))
