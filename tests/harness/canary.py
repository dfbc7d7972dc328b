"""The canary: on every test, planted secrets must appear in no output, log, file or traceback.

Tests take their secrets from `planted.py`, so that all of them carry one of a few roots. After each phase of a test
they are looked for, in whichever disguise (`disguise.py`), in what was captured, in the report itself and in every file
below the test's folders (its own, its cache, its folder for temporary files), but for the places where secrets belong
(the pools, the sandbox's data).
"""

import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.harness.disguise import found_in
from tests.harness.planted import API_KEY, PLANTED, password, username

__all__ = ["API_KEY", "PLANTED", "leaking_files", "leaks", "password", "username"]

HOMES = frozenset(
    {"pools", "sandbox.sqlite", "sandbox.sqlite-wal", "sandbox.sqlite-shm", "sandbox.sqlite-journal", ".api-key"}
)
"""Names of files and folders where secrets belong."""

FOLDERS = ("tmp_path", "own_cache")
"""The fixtures that are folders of a test's own."""

_SCANNED = pytest.StashKey[dict[str, int]]()


def leaks(text: str) -> str | None:
    """The first sign of a planted secret in a text, without more of it; None if there is none."""
    return "a planted secret" if found_in(text.encode("utf-8", "surrogatepass")) else None


def leaking_files(folder: Path) -> list[str]:
    """Files and folders below a folder that hold a planted secret, in their name too, and are none of its homes."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in HOMES]
        found += [_inside(folder, Path(parent, name)) for name in folders if leaks(name)]
        for name in files:
            path = Path(parent, name)
            if name in HOMES or path.is_symlink() or not path.is_file():
                continue
            if leaks(name) or (found_in(path.read_bytes()) and not _committed(path)):
                found.append(_inside(folder, path))
    return sorted(found)


def _committed(path: Path) -> bool:
    """Whether all that git keeps of secrets in its objects stood at home: somebody committed a pool."""
    if "objects" not in path.parts:
        return False
    folder = Path(*path.parts[: len(path.parts) - path.parts[::-1].index("objects") - 1])
    listed = dict(
        line.partition(" ")[::2]
        for line in _git(folder, "rev-list", "--objects", "--all", "--indexed-objects").splitlines()
    )
    every = _git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    elsewhere = [name for name in every if HOMES.isdisjoint(Path(listed.get(name, "")).parts)]
    return bool(every) and not leaks(_git(folder, "cat-file", "--batch", given="\n".join(elsewhere)))


def _git(folder: Path, *words: str, given: str = "") -> str:
    done = subprocess.run(["git", "--git-dir", folder, *words], input=given.encode(), capture_output=True, check=False)
    return done.stdout.decode("latin-1")


def _inside(folder: Path, path: Path) -> str:
    name = path.relative_to(folder).as_posix()
    return "(a name that is withheld)" if leaks(name) else name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose output or files hold a planted secret."""
    report = yield
    where = []
    scanned = item.stash.setdefault(_SCANNED, {})
    for name, text in report.sections:  # each phase repeats what the phases before it brought
        if scanned.get(name) != len(text) and leaks(text):
            where.append(name)
        scanned[name] = len(text)
    if report.longreprtext and leaks(report.longreprtext):
        where.append("the traceback")
        report.longrepr = "(withheld: it holds a planted secret)"
    if report.when == "call":
        for fixture in FOLDERS:
            folder = getattr(item, "funcargs", {}).get(fixture)
            if isinstance(folder, Path) and folder.is_dir():
                where += leaking_files(folder)
    if where:
        report.outcome = "failed"
        report.sections = []
        report.longrepr = f"a planted secret leaked into: {', '.join(where)}\n{report.longrepr or ''}"
    return report
