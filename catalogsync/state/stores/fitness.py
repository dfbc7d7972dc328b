"""A trial of a folder: whether files there behave as a state needs them to."""

import os
import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from catalogsync.model.errors import StateError
from catalogsync.model.finding import Fitness
from catalogsync.state.stores.durable import Link, publish, state_error

_RIVALS: Final = 8
_HINT: Final = "set `state.path` in catalogsync.yaml to a folder on a disk of this machine"


def try_folder(folder: Path, link: Link = os.link) -> Fitness:
    """Write, link, race for, read back and remove a few small files; nothing of them stays.

    Args:
        folder: a state's folder. Where it is not there yet, the nearest folder above it is tried; it is not made.
        link: how a file gets a second name.

    Raises:
        StateError: it cannot be written to, or does not keep what is written from being overwritten.
    """
    place = folder.absolute()
    while not place.is_dir() and place != place.parent:
        place = place.parent
    links: list[bool] = []

    def noted(draft: Path, final: Path) -> None:
        try:
            link(draft, final)
        except FileExistsError:
            raise
        except OSError:
            links.append(False)
            raise
        links.append(True)

    try:
        with _trial(place) as trial:
            for name in ("first", "again"):  # the second time after a removal
                record = trial / name
                first = publish(record, b"1", noted)
                second = publish(record, b"2", noted)
                if not first or second or record.read_bytes() != b"1":
                    raise _unfit(place)
                record.unlink()
            with ThreadPoolExecutor(_RIVALS) as rivals:
                won = list(rivals.map(lambda n: publish(trial / "race", b"%d" % n, noted), range(_RIVALS)))
            if won.count(True) != 1 or (trial / "race").read_bytes() != b"%d" % won.index(True):
                raise _unfit(place)
        _require_records(folder)
        how = "with hard links" if all(links) else "without hard links, by a lock"
        return Fitness(str(place), how, shutil.disk_usage(place).free, made=place == folder.absolute())
    except OSError as error:
        raise state_error(error, "written", place) from None


@contextmanager
def _trial(place: Path) -> Iterator[Path]:
    trial = place / f".catalogsync-trial-{secrets.token_hex(8)}"
    trial.mkdir(mode=0o700)
    try:
        yield trial
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _require_records(folder: Path) -> None:
    """The folders that the next record goes into may belong to somebody else, who made them."""
    for path in (folder, folder / "records", *sorted((folder / "records").glob("[0-9]*"))[-1:]):
        if path.is_dir() and not os.access(path, os.W_OK | os.X_OK):
            raise StateError(f"the state cannot be written: permission is denied ({path})", "make it yours to write")


def _unfit(place: Path) -> StateError:
    return StateError(f"{place} is not fit for a state: files there are lost, or let themselves be overwritten", _HINT)
