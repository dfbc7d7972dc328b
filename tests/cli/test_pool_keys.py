"""Where age keys are looked for, and which files are taken for key files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogsync.cli.pool_keys import SessionKeys
from catalogsync.cli.session import Session
from catalogsync.model.config import StateConfig
from catalogsync.model.errors import UsageError

ONE, TWO, THREE = (f"AGE-SECRET-KEY-1CANARYKEY{number}" for number in range(3))
STATE_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def keys(root: Path, **environ: str) -> SessionKeys:
    return Session(root, None, verbose=0, no_color=True, environ={"HOME": str(root), **environ}).pool_keys


def key_file(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder where keys belong: the canary does not look into it."""
    return tmp_path / "pools"


def test_all_that_are_there_count_together(folder: Path) -> None:
    named = key_file(folder / "named.txt", f"# one\n\n{TWO}\nAGE-PLUGIN-YUBIKEY-1X\n")
    key_file(folder / "base/sops/age/keys.txt", f"{THREE}\n")
    all_of = keys(folder, SOPS_AGE_KEY=f" {ONE}\n", SOPS_AGE_KEY_FILE=str(named), XDG_CONFIG_HOME=str(folder / "base"))
    assert [one.reveal() for one in all_of.identities()] == [ONE, TWO, THREE]
    assert "SECRET-KEY" not in repr(all_of.sources())


def test_none_is_no_error_and_home_is_looked_at(folder: Path) -> None:
    assert keys(folder, SOPS_AGE_KEY="").identities() == ()
    usual = key_file(folder / ".config/sops/age/keys.txt", ONE)
    assert [one.reveal() for one in keys(folder).identities()] == [ONE]
    assert [one.name for one in keys(folder).sources()] == ["SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", str(usual)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "which is not there"),
        (lambda path: key_file(path, ONE, 0o640), "open to other users"),
        (lambda path: key_file(path, "#" * (1 << 21)), "too large"),
        (lambda path: path.mkdir(parents=True), "is no file"),
        (lambda path: path.parent.mkdir() or os.mkfifo(path), "is no file"),  # type: ignore[func-returns-value]
    ],
    ids=["none", "open", "huge", "folder", "pipe"],
)
def test_what_is_no_key_file(folder: Path, make: Callable[[Path], object], said: str) -> None:
    make(folder / "key")
    with pytest.raises(UsageError, match=said):
        keys(folder, SOPS_AGE_KEY_FILE=str(folder / "key")).identities()


def test_fingerprints_need_the_key_alone(folder: Path) -> None:
    config = StateConfig()
    assert keys(folder).fingerprints(config) is None
    given = keys(folder, CATALOGSYNC_STATE_KEY=STATE_KEY).fingerprints(config)
    beside = key_file(folder / config.path / "key", STATE_KEY)
    found = keys(folder).fingerprints(config)
    assert given is not None
    assert found is not None
    assert (given.check, beside.exists()) == (found.check, True)
