"""The files below pools/ as texts, in clear text or opened with a key: what they say, and which names which."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from yaml import YAMLError

from catalogsync.catalog import accounts_file
from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.overlay import Overlay
from catalogsync.catalog.pool_names import AGE, is_age_name, is_encrypted, is_sops_name
from catalogsync.catalog.pools import PoolReader
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.sealed.age import is_age, open_age
from catalogsync.catalog.sealed.keyring import Keyring
from catalogsync.catalog.sealed.vault import Vault
from catalogsync.catalog.sealing.plain_files import glance, is_plain_pool, is_pool_file, look
from catalogsync.catalog.yaml_faults import Fault, check_bytes
from catalogsync.model.errors import CatalogError
from catalogsync.model.pool import Pool, opened
from catalogsync.model.problem import Place, Problem
from catalogsync.ports.keys import PoolKeys

_OVERHEAD: Final = 1 << 16
"""Bytes of keys that an encrypted file may have besides what is in it; and one byte of a thousand."""


class PoolTexts:
    """The files below `pools/`.

    Args:
        folder: the catalog's folder.
        keys: what opens encrypted ones.

    Attributes:
        folder: the catalog's folder.
        names: all files.
        keyring: the age keys at hand.

    Raises:
        UsageError: a key is none.
    """

    def __init__(self, folder: Folder, keys: PoolKeys) -> None:
        self.folder = folder
        self.names = tuple(folder.walk("pools", Problems()))
        self.keyring = Keyring(keys.identities())
        self._keys = keys
        self._naming: dict[str, str] | None = None
        self._unread: list[str] = []

    def data(self, name: str) -> bytes:
        """A file as it is.

        Raises:
            CatalogError: it cannot be read, or is a link.
        """
        limit = YAML_LIMIT if is_pool_file(name) else accounts_file.LIMIT
        with located(name):
            if (self.folder.root / name).is_symlink():
                hint = "name the file that it leads to, or put that here"
                raise Refused("linked-file", "a symbolic link is neither encrypted nor decrypted", hint)
            return self.folder.read(name, limit + limit // 1000 + _OVERHEAD)

    def opened(self, name: str, data: bytes) -> bytes:
        """What an age file holds; of a file in clear text, the same.

        Raises:
            CatalogError: no key at hand opens it, or it is damaged.
        """
        with located(name):
            return open_age(data, self.keyring) if is_age(data) else data

    def strictly(self, name: str, text: bytes | None = None) -> Pool:
        """A pool as every command reads it, its accounts file too.

        Args:
            name: the pool file; encrypted, if no text is given.
            text: what it holds in clear text.

        Raises:
            CatalogError: it has errors.
        """
        problems = Problems()
        folder = self.folder
        if text is not None:
            name = plain_name(name)
            folder = Overlay(folder.root, {name: text})
        pools = PoolReader(folder, problems, Vault(self._keys)).read([name])
        if problems.errors:
            raise CatalogError(problems.sorted(), f"{name} is left as it is: it has errors")
        return opened(next(iter(pools.values())))

    def check_lines(self, name: str, data: bytes) -> None:
        """See that a file in clear text holds accounts, a line each.

        Raises:
            CatalogError: it does not.
        """
        problems = Problems()
        deque(accounts_file.accounts_in(BytesIO(data).read, name, problems), maxlen=0)
        if problems.errors:
            raise CatalogError(problems.sorted(), f"{name} is left as it is: it has errors")

    def accounts_of(self, name: str) -> str | None:
        """The accounts file in clear text that a pool file names, as far as one can tell, and if it is there."""
        found = self._reference(name)
        return found if found in self.names and not is_encrypted(found) else None

    def naming(self, accounts: str) -> str | None:
        """The pool file that names an accounts file.

        Returns:
            Its name; None if no pool does.

        Raises:
            CatalogError: none of those that can be read here does, and there are others.
        """
        if self._naming is None:
            self._naming = {}
            for name in filter(is_pool_file, self.names):
                if (found := self._reference(name)) is not None:
                    self._naming[found] = name
        if accounts not in self._naming and self._unread:
            hint = f"whoever has the key of {self._unread[0]} can do this: it may name this file"
            message = "nobody can tell here which pool names this file"
            raise CatalogError((Problem(Place(accounts, 1, 1), "error", "unnamed-accounts", message, hint),))
        return self._naming.get(accounts)

    def _reference(self, name: str) -> str | None:
        if is_plain_pool(name):
            return glance(self.folder, name).accounts_file
        try:
            if not is_sops_name(name):
                data = self.folder.read(name, YAML_LIMIT)
                return look(check_bytes(open_age(data, self.keyring) if is_age(data) else data), name).accounts_file
        except (Refused, YAMLError):
            pass
        self._unread.append(name)
        return None


def plain_name(name: str) -> str:
    """What a file is called in clear text."""
    if is_sops_name(name):
        stem, _, ending = name.rpartition(".sops.")
        return f"{stem}.{ending}"
    return name.removesuffix(AGE)


def age_name(name: str) -> str:
    """What a file is called once it is an age file."""
    return name if is_age_name(name) else name + AGE


def sops_name(name: str) -> str:
    """What a pool file is called once it is a SOPS file."""
    stem, _, ending = plain_name(name).rpartition(".")
    return f"{stem}.sops.{ending}"


@contextmanager
def located(name: str) -> Iterator[None]:
    """Make a refusal an error that says in which file, and where."""
    try:
        yield
    except Refused as refused:
        place = refused.place(name) if isinstance(refused, Fault) else Place(name, 1, 1)
        raise CatalogError((Problem(place, "error", refused.code, refused.message, refused.hint),)) from None
