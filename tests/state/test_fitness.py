"""The trial of a folder: it finds out what a state cannot live with, and leaves nothing behind."""

import errno
import os
from pathlib import Path

import pytest

from catalogsync.model.errors import StateError
from catalogsync.state.stores.durable import Link
from catalogsync.state.stores.fitness import try_folder


def no_links(_source: Path, _target: Path) -> None:
    raise OSError(errno.EOPNOTSUPP, "no hard links here")


def overwrites(source: Path, target: Path) -> None:
    os.replace(source, target)


def loses(source: Path, target: Path) -> None:
    """The name is said to be made, and holds nothing of what was written."""
    target.write_bytes(b"")


def fails(_source: Path, _target: Path) -> None:
    raise OSError(errno.ENOSPC, "full")


@pytest.mark.parametrize(("link", "how"), [(os.link, "with hard links"), (no_links, "without hard links, by a lock")])
def test_a_fit_folder(tmp_path: Path, link: Link, how: str) -> None:
    fitness = try_folder(tmp_path, link)
    assert (fitness.place, fitness.how, fitness.made) == (str(tmp_path), how, True)
    assert fitness.free
    assert fitness.free > 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    fitness = try_folder(tmp_path / "a" / "b")
    assert (fitness.place, fitness.made) == (str(tmp_path), False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("link", "said"), [(overwrites, "overwritten"), (loses, "not fit"), (fails, "the disk is full")]
)
def test_an_unfit_folder_is_told(tmp_path: Path, link: Link, said: str) -> None:
    with pytest.raises(StateError, match=said) as caught:
        try_folder(tmp_path, link)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []
