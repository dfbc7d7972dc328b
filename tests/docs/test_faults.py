"""The page about a misbehaving marketplace says what the fault matrix says."""

import re

import pytest

from tests.docs.pages import page, rows, section
from tests.faults.matrix import Row, read_matrix

PAGE = "docs/faults.md"
MATRIX = read_matrix()
GROUPS = list(dict.fromkeys(row.group for row in MATRIX))
SAID = {
    "N not-done": "not sent",
    "N failed": "not sent",
    "N failed stop": "not sent",
    "- error": "not sent",
    "C done": "sent",
    "C short": "short",
    "U done": "found",
    "U held": "held",
    "U held stop": "held",
    "R held": "held",
    "R failed": "refused",
    "R failed stop": "refused",
}
"""The word for what becomes of accounts, by the cell of their call."""


def told() -> dict[str, tuple[str, str]]:
    """By the name of each fault: the heading it stands under, and the cell about accounts."""
    found: dict[str, tuple[str, str]] = {}
    for group in GROUPS:
        for names, accounts, *_ in rows(section(PAGE, group))[1:]:
            for name in names.split("; "):
                assert name not in found, f"{name} is told twice"
                found[name] = (group, accounts)
    return found


def test_every_fault_is_told_under_its_heading_and_none_else() -> None:
    assert {name: group for name, (group, _) in told().items()} == {row.name: row.group for row in MATRIX}
    assert re.findall(r"^## (.*)$", page(PAGE), re.MULTILINE) == GROUPS


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.number)
def test_what_becomes_of_accounts_is_told_as_it_is(row: Row) -> None:
    (cell,) = [cell for cell in row.cells if cell.call == "append"]
    word = SAID[f"{cell.kind} {' '.join(cell.told)}"]
    assert told()[row.name][1].startswith(f"**{word}**")
