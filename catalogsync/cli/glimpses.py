"""A quick look at a catalog's files for names that a shell may offer: nothing is checked, and there is an end to it."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PATIENCE: Final = 0.5
"""Seconds in which files are looked into; of those that are left only their names count."""
_PIECE: Final = 256 * 1024
"""Bytes of a file that are looked at."""
_MOST: Final = 500_000
"""Files."""
_NAMED: Final = r'^%s:[ \t]*["\']?([a-z0-9][a-z0-9._-]{0,99})["\']?[ \t\r]*$'
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)


def keys(root: Path, start: str) -> Iterator[str]:
    """The keys of products that begin like this."""
    return _names(root / "products", "key", start)


def pools(root: Path, start: str) -> Iterator[str]:
    """The names of pools that begin like this."""
    return _names(root / "pools", "pool", start)


def _names(folder: Path, field: str, start: str) -> Iterator[str]:
    """What the files of a folder name in a field, or are called themselves."""
    named = re.compile((_NAMED % field).encode(), re.MULTILINE)
    until = time.monotonic() + _PATIENCE
    for path, stem in _files(str(folder)):
        found = named.findall(_head(path)) if time.monotonic() < until else []
        for name in [text.decode() for text in found] or [stem]:
            if name.startswith(start) and _NAME.fullmatch(name):
                yield name


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Path and stem of each YAML file in a folder and below."""
    waiting, seen = [folder], 0
    while waiting and seen < _MOST:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            stem, dot, ending = entry.name.rpartition(".")
            if entry.name.startswith((".", "_")):
                continue
            if dot and ending in ("yaml", "yml"):
                seen += 1
                yield entry.path, stem
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _head(path: str) -> bytes:
    try:
        # Without waiting, in case that it is a pipe.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(number, _PIECE)
    except OSError:
        return b""
    finally:
        os.close(number)
