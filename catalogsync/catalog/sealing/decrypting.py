"""From age files back to clear text, one file at a time: first it is written, then the encrypted one is removed."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from catalogsync.catalog.files import Folder
from catalogsync.catalog.pool_names import AGE, is_encrypted, is_sops_name
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.saving import Content, remove_files, save_files
from catalogsync.catalog.sealed.age import is_age, seal_age
from catalogsync.catalog.sealing.plain_files import is_pool_file
from catalogsync.catalog.sealing.pool_texts import PoolTexts, located, plain_name
from catalogsync.catalog.sealing.references import renamed
from catalogsync.ports.keys import PoolKeys

_KEEP_ONE: Final = "see which of the two is right, and remove the other"


class Decryption:
    """Decrypts files of a catalog.

    Args:
        root: the catalog's folder.
        keys: what opens them.
        recipients: to whom an encrypted pool is encrypted anew where the name of its accounts file changes.
        sops: gives what a SOPS file holds.

    Raises:
        UsageError: a key is none.
    """

    def __init__(
        self,
        root: Path,
        keys: PoolKeys,
        recipients: Callable[[str], Sequence[str]],
        sops: Callable[[Path], bytes],
    ) -> None:
        self._root = root
        self._keys = keys
        self._recipients = recipients
        self._sops = sops

    def check(self, name: str) -> None:
        """See that a file can be decrypted, before any is. Raises as `decrypt` does."""
        self._read(name)

    def decrypt(self, name: str) -> str:
        """Put a file in clear text in the place of an encrypted one, for nobody else on this machine to read.

        Returns:
            Its name.

        Raises:
            CatalogError: no key opens it, a file of other content is there, or it cannot be written.
            UsageError: it is a SOPS file, and the sops program cannot open it.
        """
        texts, data, text = self._read(name)
        target = plain_name(name)
        contents: dict[str, Content] = {}
        if not os.path.lexists(self._root / target):
            contents[target] = Content(None, text, private=True)
        if not is_pool_file(name) and (pool := texts.naming(name)) is not None:
            before = texts.data(pool)
            with located(pool):
                after = renamed(texts.opened(pool, before), lambda raw: raw.removesuffix(AGE))
            contents[pool] = Content(before, seal_age(after, self._recipients(pool)) if is_age(before) else after)
        save_files(self._root, contents)
        remove_files(self._root, {name: data})
        return target

    def _read(self, name: str) -> tuple[PoolTexts, bytes, bytes]:
        """The catalog's files as they are now, the bytes of this one, and what is in it."""
        texts = PoolTexts(Folder(self._root), self._keys)
        data = texts.data(name)
        target = plain_name(name)
        if not is_encrypted(name):
            with located(name):
                raise Refused("not-encrypted", "this file is not encrypted")
        text = self._sops(self._root / name) if is_sops_name(name) else texts.opened(name, data)
        if os.path.lexists(self._root / target) and texts.data(target) != text:
            with located(target):
                raise Refused("encrypted-twin", "this holds something else than the encrypted file", _KEEP_ONE)
        return texts, data, text
