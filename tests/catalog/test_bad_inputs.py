"""Whatever is wrong in a catalog is told with its place and a code, and never with a line of a pool."""

from pathlib import Path

import pytest

from catalogsync.catalog import read_catalog
from catalogsync.model.problem import Problem
from tests.catalog.bad_inputs import CASES, GOOD, Case, GoodCase, remove_large, write
from tests.catalog.cases.case import config, document
from tests.harness.canary import leaks, username


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
    assert leaks(repr(reading)) is None
    assert reading.catalog is not None, [str(problem) for problem in reading.problems]
    warnings = [problem.code for problem in reading.problems if problem.code != "pool-plaintext"]
    assert tuple(warnings) == case.warnings
    if case.accounts is not None:
        pool = reading.catalog.open_pools()["paperbird"]
        accounts = tuple((account.username.reveal(), account.password.reveal()) for account in pool)
        assert accounts == case.accounts
    if case.fields:
        fields = reading.catalog.products["case"].fields
        assert {name: fields[name] for name in case.fields} == case.fields


def test_one_run_tells_every_problem_of_every_file(tmp_path: Path) -> None:
    files = {
        "catalogsync.yaml": config(drift="repair", colour="red"),
        "products/_defaults.yaml": "key: x\nwaranty: 1\n",
        "products/a.yaml": document(title='""', price="1,5", status="[x]"),
        "products/b.yaml": "title: x\n\tprice: 1\n",
        "products/c.yaml": f"{document(key='c', images='[images/none.png]')}---\n{document(key='c', pool='none')}",
        "pools/a.yaml": f'accounts: [{username(1)}, "{username(2)}: x"]\naccounts_text: |\n  :x\n',
        "pools/b.yaml": f"accounts:\n  - {username(3)}:\naccounts_file: b.txt\n",
        "pools/b.txt": f"{username(4)}\n{username(5)}|\n",
    }
    reading = read_catalog(write(tmp_path, files))

    assert_silent(reading.problems)
    told = [(p.place.file, p.place.line, p.code) for p in reading.problems if p.severity == "error"]
    assert told == [
        ("catalogsync.yaml", 12, "bad-value"),
        ("catalogsync.yaml", 13, "unknown-field"),
        ("pools/a.yaml", 1, "account-no-separator"),
        ("pools/a.yaml", 1, "account-outer-space"),
        ("pools/a.yaml", 3, "account-empty-half"),
        ("pools/b.txt", 1, "account-no-separator"),
        ("pools/b.txt", 2, "account-empty-half"),
        ("pools/b.yaml", 2, "account-quote-it"),
        ("products/_defaults.yaml", 1, "not-in-defaults"),
        ("products/_defaults.yaml", 2, "unknown-field"),
        ("products/a.yaml", 1, "empty-text"),
        ("products/a.yaml", 4, "bad-price"),
        ("products/a.yaml", 5, "wrong-type"),
        ("products/b.yaml", 2, "yaml-syntax"),
        ("products/c.yaml", 6, "missing-file"),
        ("products/c.yaml", 12, "duplicate-product"),
        ("products/c.yaml", 13, "unknown-pool"),
    ]


def test_problems_of_one_kind_are_counted_past_a_thousand(tmp_path: Path) -> None:
    lines = "".join(f"{username(number)}\n" for number in range(3000))
    reading = read_catalog(write(tmp_path, {"pools/a.yaml": "accounts_file: a.txt\n", "pools/a.txt": lines}))

    told = [problem for problem in reading.problems if problem.place.file == "pools/a.txt"]
    assert len(told) == 1001
    assert told[-1].message == "and 2000 more like this in this file"


def test_many_products_of_one_file_with_mistakes_are_told_at_once(tmp_path: Path) -> None:
    documents = "---\n".join(f"key: k{number}\n{document()}waranty: 3\n" for number in range(1500))
    reading = read_catalog(write(tmp_path, {"products/many.yaml": documents}))

    lines = [problem.place.line for problem in reading.problems if problem.code == "unknown-field"]
    assert lines == [*range(6, 6 + 7 * 1000, 7), lines[-1]]
