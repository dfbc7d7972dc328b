"""Which files below pools/ hold accounts in clear text: found by a short look, without a key, in spite of mistakes."""

import os
import posixpath
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from catalogsync.catalog.accounts import split
from catalogsync.catalog.accounts_file import LIMIT
from catalogsync.catalog.files import YAML_LIMIT, Folder, is_yaml
from catalogsync.catalog.pool_names import AGE, is_age_name, is_encrypted, is_sops_name
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.sealed.age import is_age
from catalogsync.catalog.yaml_events import Events
from catalogsync.catalog.yaml_faults import check_bytes

_LOOK: Final = 1 << 16
"""Bytes of a text file that are looked at to tell accounts from anything else."""
_SOPS_MARKS: Final = (b"ENC[AES256_GCM,", b"sops:")


@dataclass(frozen=True, slots=True)
class Glance:
    """What a short look at a pool file tells.

    Attributes:
        own: it holds accounts itself, or what may be some.
        accounts_file: the name of the accounts file that it names, relative to the catalog.
    """

    own: bool
    accounts_file: str | None


def plain_files(folder: Folder, names: Sequence[str] | None = None) -> list[str]:
    """The files that hold accounts in clear text.

    Args:
        folder: the catalog's folder.
        names: where to look; everywhere below `pools/` if None. One that is not there counts too: git may have it.
    """
    walked = list(folder.walk("pools", Problems()))
    named = _named(folder, walked)
    return [name for name in (walked if names is None else names) if _is_plain(folder, name, named)]


def plain_texts(folder: Folder, texts: Mapping[str, bytes]) -> list[str]:
    """Of texts that files of a catalog had or will have, the names of those with accounts in clear text."""
    named = _named(folder, folder.walk("pools", Problems()))
    return [name for name, data in texts.items() if _speaks_plain(name, data, named)]


def is_pool_file(name: str) -> bool:
    """Whether a file's name says that it is a pool file, encrypted or not, and no accounts file."""
    return is_yaml(name.removesuffix(AGE))


def is_plain_pool(name: str) -> bool:
    """Whether a file's name says that it is a pool file in clear text."""
    return is_yaml(name) and not is_encrypted(name)


def glance(folder: Folder, name: str) -> Glance:
    """Look at a pool file in clear text. One that cannot be read may hold anything."""
    try:
        return _glance(name, folder.read(name, YAML_LIMIT))
    except Refused:
        return Glance(own=True, accounts_file=None)


def _glance(name: str, data: bytes) -> Glance:
    try:
        return look(check_bytes(data), name)
    except (Refused, YAMLError):
        return Glance(own=True, accounts_file=None)


def look(data: bytes, name: str) -> Glance:
    """Look at the text of a pool file.

    Args:
        data: its bytes, checked by `check_bytes`.
        name: its name, to which that of the accounts file is relative.

    Raises:
        YAMLError: it is no YAML.
        Refused: it is nested too deeply.
    """
    own, found = False, None
    for key, value, empty in _fields(data):
        if key == "accounts_file":
            found = posixpath.normpath(posixpath.join(posixpath.dirname(name), value))
        elif key != "pool":
            own = own or not empty
    return Glance(own, found)


def _fields(data: bytes) -> Iterator[tuple[str, str, bool]]:
    """Name and text of what stands in the outermost map, and whether it is empty."""
    events = Events("", data, Problems())
    take = events.take
    while type(event := take()) is not MappingStartEvent:
        if type(event) is StreamEndEvent:
            return
        if type(event) in {ScalarEvent, SequenceStartEvent, AliasEvent}:
            # No map, so no pool: whatever it is, it may be accounts.
            yield "", "", False
            return
    while type(key := take()) is not MappingEndEvent:
        events.skip(key, 1)
        value: Any = take()
        empty = type(value) is ScalarEvent and not value.value.strip()
        if type(value) is SequenceStartEvent:
            empty = type(first := take()) is SequenceEndEvent
            while type(first) is not SequenceEndEvent:
                events.skip(first, 2)
                first = take()
        else:
            events.skip(value, 1)
        yield getattr(key, "value", ""), getattr(value, "value", ""), empty


def _is_plain(folder: Folder, name: str, named: Container[str | None]) -> bool:
    if not os.path.lexists(folder.root / name):
        return not is_encrypted(name)
    if is_plain_pool(name):
        return glance(folder, name).own
    return _speaks_plain(name, _head(folder, name, YAML_LIMIT if is_sops_name(name) else _LOOK), named)


def _speaks_plain(name: str, data: bytes, named: Container[str | None]) -> bool:
    if is_age_name(name):
        return not is_age(data)
    if is_encrypted(name):
        return not all(mark in data for mark in _SOPS_MARKS)
    if is_yaml(name):
        return _glance(name, data).own
    return name in named or _holds_accounts(data[:_LOOK])


def _named(folder: Folder, names: Iterable[str]) -> frozenset[str | None]:
    return frozenset(glance(folder, file).accounts_file for file in names if is_plain_pool(file))


def _holds_accounts(head: bytes) -> bool:
    """Whether each line of a text is an account."""
    whole = head if len(head) < _LOOK else head[: head.rfind(b"\n")]
    found = False
    for line in whole.decode(errors="replace").removeprefix("\ufeff").splitlines():
        if line.strip(" "):
            try:
                split(line)
            except Refused:
                return False
            found = True
    return found


def _head(folder: Folder, name: str, size: int = _LOOK) -> bytes:
    """The beginning of a file; of one that cannot be read, nothing."""
    try:
        descriptor, _ = folder.open(name, LIMIT)
    except Refused:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read(size)
