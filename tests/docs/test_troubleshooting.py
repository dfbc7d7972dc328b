"""Troubleshooting has one entry for every code that a user can meet, and what it shows is really printed."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import pytest

from catalogsync.catalog import read_catalog
from catalogsync.model.report import Outcome
from catalogsync.render.problems import render_problems
from tests.catalog.bad_inputs import CASES, GOOD, Case, GoodCase, remove_large, write
from tests.docs.codes import FILE_WARNINGS, ORDERS, PROBLEMS, RULES, WARNINGS
from tests.docs.pages import page
from tests.docs.said import is_said

PAGE: Final = "docs/troubleshooting.md"
RESULTS: Final = frozenset(get_args(Outcome)) - {"applied"}
CORPUS: Final = {case.code for case in CASES} | {code for case in GOOD for code in case.warnings} | {"pool-plaintext"}
"""The codes of inputs that tests know. Others come of what happens after a catalog was read."""


@dataclass(frozen=True)
class Entry:
    """One entry: the heading above it, its own heading, its example, and what it says."""

    part: str
    title: str
    example: str
    text: str

    @property
    def code(self) -> str:
        """The code that it is about; empty for an error without one."""
        found = re.fullmatch(r"`([\w-]+)`", self.title)
        return found.group(1) if found else ""


def entries() -> list[Entry]:
    found = []
    for part in page(PAGE).split("\n## ")[1:]:
        title, *rest = re.split(r"^### (.*)\n", part, flags=re.MULTILINE)
        for heading, body in zip(rest[::2], rest[1::2], strict=True):
            match = re.fullmatch(r"\n```text\n(.*?)```\n\n(.+?)\n+", f"{body.rstrip()}\n", re.DOTALL)
            assert match, f"{heading}: an entry is an example and a paragraph"
            found.append(Entry(title.partition("\n")[0], heading, match.group(1), match.group(2)))
    return found


ENTRIES: Final = entries()


def test_every_code_has_one_entry_and_no_entry_is_about_none() -> None:
    told = [entry.code for entry in ENTRIES if entry.code]
    codes = PROBLEMS | WARNINGS | RULES | RESULTS | ORDERS
    missing = sorted((codes | CORPUS) - set(told))
    assert not missing, f"{PAGE} has no entry for {', '.join(f'`{code}`' for code in missing)}"
    needless = sorted(set(told) - codes)
    assert not needless, f"{PAGE} is about {', '.join(f'`{code}`' for code in needless)}, which nothing tells any more"
    assert len(told) == len(set(told)), f"{PAGE} has two entries for one code"


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ("Files: warnings", FILE_WARNINGS),
        ("A safety rule blocks", RULES),
        ("Warnings of a plan or an apply", WARNINGS),
        ("Orders that are not filled", ORDERS - RULES - WARNINGS),
    ],
)
def test_what_stops_a_run_and_what_does_not_are_told_apart(part: str, codes: frozenset[str]) -> None:
    assert sorted(entry.code for entry in ENTRIES if entry.part == part) == sorted(codes)


def test_every_entry_can_be_linked_to() -> None:
    titles = [entry.title.lower() for entry in ENTRIES]
    assert sorted(titles) == sorted(set(titles))


def is_printed(entry: Entry, folder: Path) -> bool:
    """Whether one of the inputs that tests know to have a code is answered with the example of its entry."""
    known: list[Case | GoodCase] = [case for case in CASES if case.code == entry.code]
    known += [case for case in GOOD if entry.code in (*case.warnings, "pool-plaintext")]
    for number, case in enumerate(known):
        reading = read_catalog(write(folder / str(number), case.files))
        remove_large(folder / str(number), case.files)
        if entry.example in {render_problems((problem,), "text") for problem in reading.problems}:
            return True
    return False


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.code in PROBLEMS], ids=lambda entry: entry.code)
def test_the_problem_shown_is_a_real_one(entry: Entry, tmp_path: Path) -> None:
    message = entry.example.split(": ", 2)[2].partition("\n")[0].removeprefix("warning: ")
    assert is_printed(entry, tmp_path) if entry.code in CORPUS else is_said(message)


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if "error: " in entry.example], ids=lambda e: e.title)
def test_the_error_shown_is_what_the_source_says(entry: Entry) -> None:
    match = re.fullmatch(r"error: (.*)\n(?:  hint: (.*)\n)?", entry.example)
    assert match
    for said in match.groups():
        assert said is None or is_said(said), said


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if entry.code in RULES | WARNINGS | ORDERS], ids=lambda e: e.code
)
def test_the_rule_or_warning_shown_is_what_the_source_says(entry: Entry) -> None:
    match = re.fullmatch(r"  [✗!] ([\w-]+)( [\w.-]+)?: (.*)\n", re.sub(r"\n +", " ", entry.example))
    assert match, entry.example
    assert match.group(1) == entry.code
    assert is_said(match.group(3)), match.group(3)
