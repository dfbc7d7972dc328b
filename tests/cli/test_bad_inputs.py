"""Bad inputs through the real command line: located, coded, exit 1, and no call was made.

One case of every code for every kind of file; tests/catalog holds the others, without a process for each.
"""

import json
from pathlib import Path

import pytest

from tests.catalog.bad_inputs import CASES, Case, remove_large, write
from tests.harness.command import catalogsync
from tests.harness.market import Market

SOME = list({(case.code, case.file.split("/", 1)[0]): case for case in reversed(CASES)}.values())


def numbered(case: Case) -> bool:
    """Which of the two commands a case is for: they take turns."""
    return SOME.index(case) % 2 == 0


@pytest.mark.parametrize("case", [case for case in SOME if numbered(case)], ids=lambda case: case.id)
def test_validate_tells(tmp_path: Path, sandbox: Market, case: Case) -> None:
    write(tmp_path, case.files, sandbox.base)

    outcome = catalogsync("validate", "--format", "json", root=tmp_path)

    remove_large(tmp_path, case.files)
    assert outcome.code == 1
    assert outcome.err == ""
    assert not any(secret in outcome.out for secret in case.secrets)
    problems = json.loads(outcome.out)
    assert all(problem["line"] > 0 and problem["column"] > 0 for problem in problems)
    found = [problem for problem in problems if (problem["file"], problem["code"]) == (case.file, case.code)]
    assert found, problems
    assert case.line is None or case.line in {problem["line"] for problem in found}
    assert sandbox.get("/calls")["calls"] == []


@pytest.mark.parametrize("case", [case for case in SOME if not numbered(case)], ids=lambda case: case.id)
def test_apply_refuses(tmp_path: Path, sandbox: Market, case: Case) -> None:
    write(tmp_path, case.files, sandbox.base)

    outcome = catalogsync("apply", "--auto-approve", root=tmp_path)

    remove_large(tmp_path, case.files)
    assert outcome.code == 1
    said = outcome.out + outcome.err
    assert not any(secret in said for secret in case.secrets)
    places = [line.split(": ")[0] for line in said.splitlines() if f": {case.code}: " in line]
    located = [place.rsplit(":", 2) for place in places]
    assert case.file in {file for file, _, _ in located}, said
    assert case.line is None or (case.file, str(case.line)) in {(file, line) for file, line, _ in located}
    assert all(column.isdecimal() for _, _, column in located)
    assert sandbox.get("/calls")["calls"] == []
    assert not (tmp_path / ".catalogsync").exists()
