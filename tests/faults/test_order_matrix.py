"""The fault matrix of orders: each fault of a marketplace, at each call about orders, through engine and socket."""

from pathlib import Path

import pytest

from tests.faults.faults import FAULTS
from tests.faults.matrix import read_matrix
from tests.faults.order_cells import CALLS, READING, run_cell

NAMES = {row.number: row.name for row in read_matrix()}
TABLE = [
    [text.strip() for text in line.split("|")[1:-1]]
    for line in (Path(__file__).parent / "orders.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and line.split("|")[1].strip() in FAULTS
]
CELLS = [(row[0], call, cell) for row in TABLE for call, cell in zip(CALLS, row[2:], strict=True) if cell != "-"]


def test_the_matrix_is_whole() -> None:
    assert all(NAMES[row[0]] == row[1] for row in TABLE)
    assert len({row[0] for row in TABLE}) == len(TABLE)
    assert len(CELLS) >= 260
    assert all(sum(cell[1] == call for cell in CELLS) in range(32, 42) for call in CALLS)


def test_the_matrix_promises_what_it_must() -> None:
    """What no cell may ever say, whatever somebody fills in."""
    for number, call, cell in CELLS:
        kind, requests, code, came, _ = cell.split()
        if kind == "N":
            assert requests == "0", cell
        if call in ("set-status", "refund") and kind == "U":
            assert requests in ("0", "1"), f"{number} {call}: it was sent again by itself"
        if call in ("deliver", "fill") and kind == "U" and FAULTS[number].many == 1:
            assert int(requests) <= 2, f"{number} {call}: it was sent more than twice in a run"
        if code == "0":
            assert came in ("applied", "nothing"), f"{number} {call}: not done, and the exit code says that it is"
        if call in READING and call != "order" and kind == "refused":
            assert (code, came) == ("1", "error"), f"{number} {call}: orders were not read, and something was done"


@pytest.mark.parametrize(("number", "call", "cell"), CELLS, ids=[f"{number}-{call}" for number, call, _ in CELLS])
def test_cell(number: str, call: str, cell: str, certificates: Path) -> None:
    came = run_cell(FAULTS[number], call, certificates)
    words = came.cell.split()
    assert [word if wanted != "*" else "*" for word, wanted in zip(words, cell.split(), strict=True)] == cell.split(), (
        came.told
    )
