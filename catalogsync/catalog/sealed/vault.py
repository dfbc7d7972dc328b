"""Opening a catalog's encrypted files; the keys, and what works with them, are fetched when the first one comes."""

from functools import cached_property
from typing import TYPE_CHECKING

from catalogsync.catalog.problems import Problems
from catalogsync.catalog.sealed.no_key import NoKeyFits
from catalogsync.catalog.yaml_events import Events
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.errors import UsageError
from catalogsync.ports.keys import PoolKeys

if TYPE_CHECKING:
    from catalogsync.catalog.sealed.keyring import Keyring


class Vault:
    """Opens files, in memory only.

    Args:
        keys: what is at hand.

    Attributes:
        files: every encrypted file that was met, and whether a key at hand opens it.
    """

    def __init__(self, keys: PoolKeys) -> None:
        self.files: dict[str, bool] = {}
        self._keys = keys

    def open_age(self, name: str, data: bytes) -> bytes:
        """What an age file holds.

        Raises:
            NoKeyFits: no key at hand opens it.
            Fault: it is no age file, or it was damaged.
        """
        from catalogsync.catalog.sealed.age import open_age

        self.files[name] = False
        try:
            plain = open_age(data, self._keyring)
        except NoKeyFits as fault:
            fault.file = name
            raise
        self.files[name] = True
        return plain

    def open_sops(self, name: str, data: bytes, problems: Problems) -> Events | None:
        """The events of what a SOPS file holds, all of it verified; None where something was reported.

        Args:
            name: the file's.
            data: its bytes, checked by `check_bytes`.
            problems: where goes what is wrong with single values.

        Raises:
            NoKeyFits: no key at hand opens it.
            Fault: it is no SOPS file, something in it is refused, or it was changed.
            YAMLError: it is no YAML.
        """
        from catalogsync.catalog.sealed.sops_events import open_sops

        self.files[name] = False
        try:
            events = open_sops(name, data, problems, lambda: self._keyring)
        except NoKeyFits as fault:
            fault.file = name
            raise
        self.files[name] = True
        return events

    @cached_property
    def _keyring(self) -> "Keyring":
        from catalogsync.catalog.sealed.keyring import Keyring

        try:
            return Keyring(self._keys.identities())
        except UsageError as error:
            raise Fault(1, 1, "unusable-age-key", error.message, error.hint) from None
