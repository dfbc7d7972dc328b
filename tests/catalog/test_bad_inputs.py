"""Whatever is wrong in a catalog is told with its place and a code, and never with a line of a pool."""

from pathlib import Path

import pytest

from catalogsync.catalog import read_catalog
from catalogsync.model.problem import Problem
from tests.catalog.bad_inputs import CASES, GOOD, Case, GoodCase, remove_large, write
from tests.harness.canary import leaks


def assert_silent(problems: tuple[Problem, ...], secrets: tuple[str, ...] = ()) -> None:
    """No problem says anything of an account."""
    for problem in problems:
        said = f"{problem} {problem!r}"
        assert leaks(said) is None, f"{problem.code} shows an account"
        assert not any(secret in said for secret in secrets), f"{problem.code} shows a secret"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_bad_input(tmp_path: Path, case: Case) -> None:
    reading = read_catalog(write(tmp_path, case.files))
    remove_large(tmp_path, case.files)

    assert reading.catalog is None
    assert_silent(reading.problems, case.secrets)
    for problem in reading.problems:
        assert problem.place.file
        assert problem.place.line > 0
        assert problem.place.column > 0
        assert problem.message
    told = [(p.place.file, p.code, p.place.line) for p in reading.problems if p.severity == "error"]
    found = [p for p in reading.problems if (p.place.file, p.code) == (case.file, case.code)]
    if case.line is not None:
        found = [problem for problem in found if problem.place.line == case.line]
    assert found, told
    if case.hint is not None:
        assert any(case.hint in f"{p.message} {p.hint or ''}" for p in found), found


def test_ids_are_unique() -> None:
    for cases in (CASES, GOOD):
        names = [case.id for case in cases]
        assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.id)
def test_good_input(tmp_path: Path, case: GoodCase) -> None:
    reading = read_catalog(write(tmp_path, case.files))

    assert_silent(reading.problems)
    assert reading.catalog is not None, [str(problem) for problem in reading.problems]
    warnings = [problem.code for problem in reading.problems if problem.code != "pool-plaintext"]
    assert tuple(warnings) == case.warnings
    if case.accounts is not None:
        pool = reading.catalog.pools["paperbird"]
        accounts = tuple((account.username.reveal(), account.password.reveal()) for account in pool)
        assert accounts == case.accounts
    if case.fields:
        fields = reading.catalog.products["case"].fields
        assert {name: fields[name] for name in case.fields} == case.fields
