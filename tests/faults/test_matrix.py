"""The fault matrix: each fault of a marketplace, and of the way to it, at each call, through the whole engine."""

from pathlib import Path

import pytest

from tests.faults.cells import run_cell
from tests.faults.faults import FAULTS
from tests.faults.matrix import Cell, read_matrix
from tests.faults.wired import CALLS, READING

MATRIX = read_matrix()
CELLS = [cell for row in MATRIX for cell in row.cells]


def test_the_matrix_is_whole() -> None:
    """Every fault has its row, every row a fault; each of the 51 kinds is there, and enough cells are filled in."""
    numbers = [row.number for row in MATRIX]
    assert sorted(numbers) == sorted(FAULTS)
    assert len(set(numbers)) == len(numbers)
    assert {int(number.rstrip("abcdefghi")) for number in numbers} == set(range(1, 52))
    assert len({row.name for row in MATRIX}) == len(MATRIX)
    assert all(row.cells for row in MATRIX)
    assert len(CELLS) >= 840
    assert all(sum(cell.call == call for cell in CELLS) >= 80 for call in CALLS)


def test_the_matrix_promises_what_it_must() -> None:
    """What no cell may ever say, whatever somebody fills in."""
    for cell in CELLS:
        if cell.call == "append":
            sent_again = FAULTS[cell.number].many == 1 and cell.kind not in ("C", "R") and cell.requests not in (0, 1)
            assert not sent_again, f"{cell}: accounts that may have arrived were sent again"
            assert cell.code != 0 or "done" in cell.told, f"{cell}: not done, and the exit code says that it is"
        if cell.call == "create" and cell.kind.startswith("U") and FAULTS[cell.number].many == 1:
            assert cell.requests in (0, 1), f"{cell}: a second create before the marketplace had time"
        if cell.kind == "N":
            assert (cell.requests, cell.code) == (0, 1), f"{cell}: nothing was sent"
        if cell.call in READING:
            assert cell.kind in {"ok", "again", "refused"}, cell


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(cell: Cell, certificates: Path) -> None:
    came = run_cell(FAULTS[cell.number], cell.call, certificates)
    assert (came.kind, came.code) == (cell.kind, cell.code), came.told
    assert cell.requests in (None, came.requests)
    for fragment in cell.fragments:
        assert fragment in came.told, came.told
    if came.code and cell.call != "orders":  # of orders nothing is quoted: anything may be a buyer's
        assert any(cause in came.told for cause in cell.cause), came.told
    if cell.call == "orders":
        assert ("the orders could not be read" in came.told) == (came.code == 3 and cell.kind != "ok"), came.told
