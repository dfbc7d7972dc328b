"""age files: a whole file, encrypted to its recipients and authenticated. https://age-encryption.org/v1."""

from collections.abc import Sequence
from typing import Final

import pyrage
from pyrage.x25519 import Recipient

from catalogsync.catalog.sealed.keyring import Keyring
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.errors import UsageError

ENDING: Final = ".age"
HEADS: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")


def is_age(data: bytes) -> bool:
    """Whether a file begins as age files do, binary or armored."""
    return data.startswith(HEADS)


def open_age(data: bytes, keyring: Keyring) -> bytes:
    """What an age file holds. All of it is authenticated before any of it is given back.

    Raises:
        Fault: it is no age file, none of the keys opens it, or it was damaged.
    """
    if not is_age(data):
        raise Fault(
            1,
            1,
            "not-encrypted",
            "the file's name says that it is encrypted with age, and it is not",
            "`catalogsync pools encrypt` encrypts it; or rename it",
        )
    try:
        return pyrage.decrypt(data, keyring.identities)
    except pyrage.DecryptError as error:
        if "matching" in str(error):
            raise Fault(
                1,
                1,
                "no-fitting-key",
                "none of the age keys at hand opens this file",
                "it was encrypted to other recipients: whoever can open it adds yours by `catalogsync pools rotate`",
            ) from None
        raise Fault(
            1,
            1,
            "damaged-encryption",
            "the encrypted file was damaged, cut off or changed",
            "take it from the repository again",
        ) from None


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
