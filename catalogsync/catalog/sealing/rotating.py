"""Encrypting anew what is encrypted: with a new key of the file's own, to the recipients that hold now."""

from collections.abc import Callable, Sequence
from pathlib import Path

from catalogsync.catalog.files import Folder
from catalogsync.catalog.pool_names import is_encrypted, is_sops_name
from catalogsync.catalog.saving import Content, save_files
from catalogsync.catalog.sealed.age import open_age, seal_age
from catalogsync.catalog.sealing.pool_texts import PoolTexts, located
from catalogsync.ports.keys import PoolKeys


class Rotation:
    """Encrypts a catalog's encrypted files anew.

    Args:
        root: the catalog's folder.
        keys: what opens them.
        sops: encrypts a SOPS file anew.

    Raises:
        UsageError: a key is none.
    """

    def __init__(self, root: Path, keys: PoolKeys, sops: Callable[[Path, Sequence[str]], bytes]) -> None:
        self._root = root
        self._texts = PoolTexts(Folder(root), keys)
        self._sops = sops

    def files(self) -> list[str]:
        """Every encrypted file."""
        return [name for name in self._texts.names if is_encrypted(name)]

    def rotate(self, name: str, recipients: Sequence[str]) -> None:
        """Encrypt one anew.

        Args:
            name: the file.
            recipients: `age1…` texts.

        Raises:
            CatalogError: no key at hand opens it, or it cannot be written; it is what it was.
            UsageError: it is a SOPS file, and the sops program cannot do it.
        """
        before = self._texts.data(name)
        if is_sops_name(name):
            after = self._sops(self._root / name, recipients)
        else:
            after = seal_age(self._open(name, before), recipients)
        save_files(self._root, {name: Content(before, after)})

    def _open(self, name: str, data: bytes) -> bytes:
        with located(name):
            return open_age(data, self._texts.keyring)
