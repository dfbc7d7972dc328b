"""docs/sandbox.md names everything that there is to choose."""

from dataclasses import fields
from pathlib import Path

import pytest

from catalogsync.sandbox.admin import API
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.wire.calls import Entry
from catalogsync.sandbox.wire.faults import CALLS, KINDS, Rule

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
NAMES = {
    "setting": [entry.name for entry in fields(Settings)],
    "kind": KINDS,
    "call": CALLS,
    "rule": [entry.name for entry in fields(Rule) if entry.name != "id"],
    "log": [entry.name for entry in fields(Entry)],
}


@pytest.mark.parametrize(("what", "name"), [(what, name) for what, names in NAMES.items() for name in names])
def test_every_choice_is_documented(what: str, name: str) -> None:
    assert f"`{name}`" in PAGE, what


@pytest.mark.parametrize(("path", "method"), [(path, method) for path, methods in API.items() for method in methods])
def test_every_admin_request_is_documented(path: str, method: str) -> None:
    words = (f"`{method} {path}", f"### `{path}`", f"and `{path}`")
    assert any(word in PAGE for word in words)
    assert method in PAGE
