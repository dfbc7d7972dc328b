"""age files: a whole file, encrypted to its recipients and authenticated. https://age-encryption.org/v1."""

import base64
import re
from binascii import Error
from collections.abc import Sequence
from typing import Final

import pyrage
from pyrage.x25519 import Identity, Recipient

from catalogsync.catalog.sealed.keyring import Keyring
from catalogsync.catalog.sealed.no_key import no_key_fits
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.errors import UsageError

ENDING: Final = ".age"
HEADS: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_HEAD: Final = 1 << 18
"""Bytes in which the head of an age file ends, even with a thousand recipients."""
_STANZA: Final = re.compile(rb"^-> (\S+)", re.MULTILINE)
_OTHERS: Final = ((b"scrypt", "a passphrase"), (b"ssh-", "SSH keys"))


def is_age(data: bytes) -> bool:
    """Whether a file begins as age files do, binary or armored."""
    return data.startswith(HEADS)


def open_age(data: bytes, keyring: Keyring) -> bytes:
    """What an age file holds. All of it is authenticated before any of it is given back.

    Raises:
        NoKeyFits: none of the keys opens it.
        Fault: it is no age file, is not for keys of this kind, or was damaged.
    """
    if data.startswith(b"<<<<<<< "):
        raise Fault(
            1,
            1,
            "damaged-encryption",
            "git has put both sides of a merge into the encrypted file",
            "`git checkout --ours` of the file, then `catalogsync pools edit` puts both sides together",
        )
    if not is_age(data):
        raise Fault(
            1,
            1,
            "not-encrypted",
            "the file's name says that it is encrypted with age, and it is not",
            "`catalogsync pools encrypt` encrypts it; or rename it",
        )
    kinds = _recipients(data)
    if kinds and b"X25519" not in kinds:
        to = next((name for mark, name in _OTHERS if any(mark in kind for kind in kinds)), "keys of age plugins")
        raise Fault(
            1,
            1,
            "no-age-recipient",
            f"the file is encrypted to {to} alone, and pools are opened with age's own keys",
            "decrypt it with `age --decrypt`; then `catalogsync pools encrypt` encrypts it to a key `age1…`",
        )
    try:
        # Without the end of its head in sight it is not tried: a head as long as a file would take minutes.
        if kinds:
            return pyrage.decrypt(data, keyring.identities)
    except pyrage.DecryptError as error:
        if "matching" in str(error):
            raise no_key_fits(len(keyring)) from None
    raise Fault(
        1,
        1,
        "damaged-encryption",
        "the encrypted file was damaged, cut off or changed",
        "take it from the repository again",
    )


def readers_of(data: bytes) -> int:
    """To how many recipients of any kind an age file is encrypted; its head says how many, and not to whom."""
    # Some programs put in what no key opens, so that everybody learns to pass over what they do not know.
    return sum(1 for kind in _recipients(data) if not kind.endswith(b"-grease"))


def strangers_of(data: bytes, keyring: Keyring) -> int:
    """How many recipients an age file has besides these keys; none where they do not open it, so that nothing tells."""
    ours = sum(1 for identity in keyring.identities if _opens(identity, data))
    return readers_of(data) - ours if ours else 0


def _opens(identity: Identity, data: bytes) -> bool:
    try:
        pyrage.decrypt(data, [identity])
    except pyrage.DecryptError:
        return False
    return True


def _recipients(data: bytes) -> tuple[bytes, ...]:
    """The kind of each recipient that an age file names; empty where its head cannot be read."""
    head = data[:_HEAD]
    if head.startswith(HEADS[1]):
        body = b"".join(head.removeprefix(HEADS[1]).partition(b"-----END")[0].split())
        try:
            head = base64.b64decode(body[: len(body) // 4 * 4])
        except Error:
            return ()
    head, found, _ = head.partition(b"\n---")
    return tuple(_STANZA.findall(head)) if found else ()


def seal_age(data: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt to recipients (`age1…`), in age's binary form, with a new key of the file's own.

    Raises:
        UsageError: one is no recipient of age's, or there is none.
    """
    if not recipients:
        raise UsageError("there is nobody to encrypt to", "name a recipient: `age1…`")
    return pyrage.encrypt(data, [recipient(text) for text in recipients])


def recipient(text: str) -> Recipient:
    """A recipient from its text.

    Raises:
        UsageError: it is none.
    """
    try:
        return Recipient.from_str(text)
    except pyrage.RecipientError:
        raise UsageError(
            "this is no recipient of age's",
            "a recipient is a public key that begins with `age1`; `age-keygen -y KEYFILE` prints that of a key",
        ) from None
