"""The canary: on every test, planted accounts and keys must appear in no output, log, file or traceback.

Tests take their secrets from here (`username`, `password`, `API_KEY`), so that all of them carry one of a few marks.
After each phase of a test the marks are looked for, also in disguise, in what was captured, in the report itself and in
every file below the test's temporary folder, but for the places where secrets belong (the pools, the sandbox's data).
"""

import base64
import binascii
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

USER_MARK = "canaryuser"
PASSWORD_MARK = "canarypass"
API_KEY = "canarykey-7f4c1a9e"
MARKS = (USER_MARK, PASSWORD_MARK, "canarykey")

HOMES = ("pools", "sandbox.sqlite", "sandbox.sqlite-wal", "sandbox.sqlite-shm", "sandbox.sqlite-journal", ".api-key")
"""Names of files and folders where secrets belong."""


def username(number: int) -> str:
    """A planted username."""
    return f"{USER_MARK}{number:04d}@example.test"


def password(number: int) -> str:
    """A planted password."""
    return f"{PASSWORD_MARK}-{number:04d}|x"


def disguises(mark: str) -> Iterator[str]:
    """The forms in which a leak may look."""
    raw = mark.encode()
    yield mark
    yield quote("".join(f"%{byte:02x}" for byte in raw), safe="%")
    yield binascii.hexlify(raw).decode()
    yield mark[::-1]
    for shift in range(3):
        # Base64 depends on where in a triple of bytes the mark begins; the ends, which mix with neighbours, are cut.
        whole = base64.b64encode(b"\0" * shift + raw).decode()
        yield whole[4 if shift else 0 : len(whole) - 4]


_LEAK = re.compile("|".join(re.escape(form) for mark in MARKS for form in disguises(mark)), re.IGNORECASE)


def leaks(text: str) -> str | None:
    """The first sign of a planted secret in a text, shown without more of it; None if there is none."""
    found = _LEAK.search(text)
    return None if found is None else f"a planted secret at offset {found.start()}"


def leaking_files(folder: Path) -> list[str]:
    """Files below a folder that hold a planted secret and are none of its homes."""
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part in HOMES for part in inside.parts) or path.is_symlink() or not path.is_file():
            continue
        if leaks(path.read_bytes().decode("utf-8", "replace")) or leaks(inside.as_posix()):
            found.append(inside.as_posix())
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose output or files hold a planted secret."""
    report = yield
    if item.get_closest_marker("plants_a_leak") is None:
        where = [name for name, text in report.sections if leaks(text)]
        if report.longreprtext and leaks(report.longreprtext):
            where.append("the traceback")
            report.longrepr = "(withheld: it holds a planted secret)"
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        if report.when == "call" and isinstance(folder, Path):
            where += leaking_files(folder)
        if where:
            report.outcome = "failed"
            report.sections = []
            report.longrepr = f"a planted secret leaked into: {', '.join(where)}\n{report.longrepr or ''}"
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest about our marker."""
    config.addinivalue_line("markers", "plants_a_leak: leaks on purpose, to test the canary itself")
