"""A SOPS file's events with their values decrypted: all of it is verified before the first is given on."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from typing import Any, Final

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from catalogsync.catalog.problems import Problems
from catalogsync.catalog.sealed.keyring import Keyring
from catalogsync.catalog.sealed.no_key import no_key_fits
from catalogsync.catalog.sealed.sops_file import Leaf, SopsFile
from catalogsync.catalog.sealed.sops_metadata import SOPS, Metadata, Spot
from catalogsync.catalog.sealed.sops_value import COMMENT, TEXT, open_value
from catalogsync.catalog.yaml_events import Events
from catalogsync.catalog.yaml_faults import Fault

_ONLY_ENCRYPTED: Final = hashlib.sha256(b"sops").digest()
"""What the MAC of values begins with where those in clear text do not count."""
_KEY: Final = 32
"""Bytes of a data key."""
_STARTS: Final = frozenset({MappingStartEvent, SequenceStartEvent})
_ENDS: Final = frozenset({MappingEndEvent, SequenceEndEvent})
_AGAIN: Final = "take it from the repository again; whoever edits such a file uses `sops` or `catalogsync pools edit`"


def open_sops(name: str, data: bytes, problems: Problems, keyring: Callable[[], Keyring]) -> Events | None:
    """The events of what a SOPS file holds, every value a text in quotes, in its place in the encrypted file.

    Args:
        name: the file's.
        data: its bytes, checked by `check_bytes`.
        problems: where goes what is wrong with single values.
        keyring: gives the keys, if it comes to that.

    Returns:
        The events, or None if something was reported.

    Raises:
        NoKeyFits: no key at hand opens it.
        Fault: it is no SOPS file, none of a kind that is read, or it was changed.
        YAMLError: it is no YAML.
    """
    file = SopsFile(name, data, problems)
    if not file.sound:
        return None
    plain = _verified(file, AESGCM(_data_key(file.metadata, keyring())))
    texts = [_text(leaf, value) for leaf, value in zip(file.leaves, plain, strict=True)]
    faults = [text for text in texts if isinstance(text, Fault)]
    for fault in faults:
        problems.refuse(fault.place(name), fault)
    if faults:
        return None
    return _Opened(name, data, problems, (text for text in texts if not isinstance(text, Fault)))


class _Opened(Events):
    """The events with texts in the place of encrypted values; without `sops:`, and without comments."""

    def __init__(self, file: str, data: bytes, problems: Problems, texts: Iterator[str | None]) -> None:
        super().__init__(file, data, problems)
        self._texts = texts
        self._encrypted = self.take
        self.stream = self._opened()
        self.take = self.stream.__next__

    def _opened(self) -> Iterator[Any]:
        for event in iter(self._encrypted, None):
            yield event
            if type(event) is MappingStartEvent:
                yield from self._map(top=True)

    def _map(self, *, top: bool = False) -> Iterator[Any]:
        while type(key := self._encrypted()) is not MappingEndEvent:
            if top and key.value == SOPS:
                _pass(self._encrypted)
            else:
                yield key
                yield from self._value(self._encrypted())
        yield key

    def _value(self, event: Any) -> Iterator[Any]:
        if type(event) is ScalarEvent:
            text = next(self._texts)
            if text is not None:
                event.value, event.style = text, '"'
                yield event
            return
        yield event
        if type(event) is MappingStartEvent:
            yield from self._map()
            return
        while type(item := self._encrypted()) is not SequenceEndEvent:
            yield from self._value(item)
        yield item


def _pass(take: Callable[[], Any]) -> None:
    """Take a value that is not given on."""
    opened = 0
    while True:
        kind = type(take())
        opened += (kind in _STARTS) - (kind in _ENDS)
        if not opened:
            return


def _data_key(metadata: Metadata, keyring: Keyring) -> bytes:
    damaged = False
    for key in metadata.keys if len(keyring) else ():
        try:
            plain = pyrage.decrypt(key, keyring.identities)
        except pyrage.DecryptError as error:
            damaged = damaged or "matching" not in str(error)
            continue
        if len(plain) == _KEY:
            return plain
        damaged = True
    if damaged:
        raise _changed(metadata.mac_at)
    raise no_key_fits(len(keyring))


def _verified(file: SopsFile, cipher: AESGCM) -> list[bytes]:
    """What each value holds, comments too, once it is sure that nothing was changed, left out or moved."""
    digest = hashlib.sha512(_ONLY_ENCRYPTED if file.metadata.only_encrypted else b"")
    plain = []
    for leaf in file.leaves:
        value = open_value(cipher, leaf.value, leaf.bound_to)
        if value is None:
            raise _changed(leaf.spot)
        if leaf.value.kind != COMMENT:
            digest.update(value)
        plain.append(value)
    mac = open_value(cipher, file.metadata.mac, file.metadata.last_modified)
    if mac is None or not hmac.compare_digest(mac, digest.hexdigest().upper().encode()):
        raise _changed(file.metadata.mac_at)
    return plain


def _text(leaf: Leaf, value: bytes) -> str | Fault | None:
    """A value as text; None for a comment, and what is wrong with it if it was no text."""
    if leaf.value.kind == COMMENT:
        return None
    if leaf.value.kind != TEXT:
        hint = "decrypt it, put quotes around it, and encrypt it again: digits may have been lost already"
        return Fault(*leaf.spot, "sops-not-text", "this was no text when sops encrypted it", hint)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return Fault(*leaf.spot, "not-utf-8", "the value is not UTF-8", "encrypt it anew, from a file in UTF-8")


def _changed(spot: Spot) -> Fault:
    return Fault(*spot, "damaged-encryption", "the encrypted file was damaged, or changed without sops", _AGAIN)
