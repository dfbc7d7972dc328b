"""An encrypted file of a catalog whose content is edited: found, opened, read as strictly as ever, and saved."""

import os
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from catalogsync.catalog.accounts_file import LIMIT, accounts_in
from catalogsync.catalog.files import Folder
from catalogsync.catalog.overlay import Overlay
from catalogsync.catalog.pool_names import is_encrypted, pool_files, pool_stem
from catalogsync.catalog.pools import PoolReader
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.saving import Content, save_files, save_new
from catalogsync.catalog.sealed.age import open_age, seal_age
from catalogsync.catalog.sealed.keyring import Keyring
from catalogsync.catalog.sealed.vault import Vault
from catalogsync.catalog.sealing.pool_texts import located
from catalogsync.model.counted import some_of
from catalogsync.model.errors import CatalogError, UsageError
from catalogsync.model.pool import opened
from catalogsync.model.problem import Problem
from catalogsync.ports.keys import PoolKeys

_POOLS: Final = "pools"
_MOST_BESIDE: Final = 100


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An encrypted file that was opened.

    Attributes:
        name: its own name in the catalog, which leads through no link.
        sealed: its bytes as they were found.
        text: what is in it.
    """

    name: str
    sealed: bytes = field(repr=False)
    text: bytes = field(repr=False)


def find(root: Path, which: str, keys: PoolKeys) -> str:
    """The encrypted file that is meant, by its own name in the catalog.

    Args:
        root: the catalog's folder.
        which: a file, seen from here or from the catalog's folder, or a pool's name.
        keys: what opens pools, whose names may stand in them.

    Raises:
        UsageError: there is none such, it is not encrypted, or a pool has several.
    """
    folder = Folder(root)
    if path := next((path for path in (Path(which), root / which) if path.is_file()), None):
        name = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
        if not name.startswith(f"{_POOLS}/"):
            raise UsageError(f"{which} is not in the pools of this catalog", "-C names the catalog's folder")
        found = {name}
    elif not (
        found := {name for name in filter(is_encrypted, folder.walk(_POOLS, Problems())) if pool_stem(name) == which}
    ):
        # It is not called as its file is, or only its accounts file is encrypted.
        pools = _Pools(folder, keys).by_name
        if which not in pools:
            raise UsageError(
                f"there is no file and no pool {which}", f"the catalog has {some_of([*pools]) or 'no pools'}"
            )
        place = pools[which].place.file
        found = {place, *opened(pools[which]).files}
    sealed = sorted(folder.real_name(name) for name in found if is_encrypted(name))
    if not sealed:
        name = min(found)
        raise UsageError(
            f"{name} is not encrypted", f"edit it with any editor; `catalogsync pools encrypt {name}` encrypts it"
        )
    if len(sealed) > 1:
        raise UsageError(f"pool {which} has several encrypted files", f"name one: {', '.join(sealed)}")
    return sealed[0]


def open_file(root: Path, name: str, keys: PoolKeys) -> OpenedFile:
    """Open an age file of a catalog.

    Raises:
        UsageError: one of the keys at hand cannot be read.
        CatalogError: the file cannot be read, or no key at hand opens it.
    """
    with located(name):
        sealed = Folder(root).read(name, LIMIT)
        return OpenedFile(name, sealed, open_age(sealed, Keyring(keys.identities())))


def errors_in(root: Path, name: str, keys: PoolKeys, text: bytes | None = None) -> tuple[Problem, ...]:
    """What is wrong with an encrypted file, or would be wrong with the catalog's pools because of it.

    Args:
        root: the catalog's folder.
        name: the file.
        keys: what opens the pools.
        text: what the file is to hold, as an age file; if None, it is read as it is. Positions are those in the text.
    """
    folder = Folder(root)
    pending = {} if text is None else {name: seal_age(text, Keyring(keys.identities()).recipients)}
    after = _Pools(Overlay(root, pending), keys)
    if text is not None and name not in after.met:
        # No pool names it yet.
        problems = Problems()
        deque(accounts_in(BytesIO(text).read, name, problems), maxlen=0)
        return problems.sorted()
    if all(folder.real_name(problem.place.file) == name for problem in after.errors):
        return after.errors
    before = _Pools(folder, keys).errors
    return tuple(one for one in after.errors if one not in before or folder.real_name(one.place.file) == name)


class _Pools:
    """A catalog's pools, the errors in them, and the files that were met while they were read."""

    def __init__(self, folder: Folder, keys: PoolKeys) -> None:
        problems = Problems()
        reader = PoolReader(folder, problems, Vault(keys))
        names = pool_files(folder.walk(_POOLS, problems), problems)
        self.by_name = reader.read(names)
        self.errors = tuple(problem for problem in problems.sorted() if problem.severity == "error")
        self.met = {folder.real_name(name) for name in (*names, *reader.files)}


def save(root: Path, opened: OpenedFile, text: bytes, recipients: Sequence[str]) -> None:
    """Encrypt the new text and put it in the old one's place, unless somebody changed the file meanwhile.

    In that case it is kept beside the file, encrypted too: `x.yaml.age.edited`.

    Raises:
        UsageError: somebody changed it; the text says where the edit is.
        CatalogError: it cannot be written.
    """
    sealed = seal_age(text, recipients)
    try:
        save_files(root, {opened.name: Content(opened.sealed, sealed)})
    except CatalogError as error:
        if all(problem.code != "changed-meanwhile" for problem in error.problems):
            raise
        beside = _keep_beside(root, opened.name, sealed)
        raise UsageError(
            f"somebody else wrote {opened.name} meanwhile, so it was left as it is now; your edit is in {beside}, "
            "encrypted to the same keys",
            f"edit {opened.name} again and remove {beside}; or, if yours alone is right, move it over {opened.name}",
        ) from None


def _keep_beside(root: Path, name: str, sealed: bytes) -> str:
    for number in range(_MOST_BESIDE):
        beside = f"{name}.edited{number or ''}"
        with suppress(Refused):
            save_new(root / beside, sealed)
            return beside
    raise UsageError(f"{name} was changed meanwhile, and {_MOST_BESIDE} edits lie beside it already", "remove them")
