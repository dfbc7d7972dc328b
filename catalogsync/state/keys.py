"""The state key: what is derived from it, and the fingerprints of accounts that are made with it."""

import base64
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogsync.model.errors import StateError
from catalogsync.model.ledger import FINGERPRINT
from catalogsync.model.pool import Account, identity_of
from catalogsync.model.secret import Secret
from catalogsync.state.stores.durable import publish, state_error

VARIABLE: Final = "CATALOGSYNC_STATE_KEY"
_LENGTH: Final = 32
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
"""What a mode has if others than the owner may do something."""
KEY_FILE: Final = "key"
_EMPTY: Final = (
    "give it the key of this state; in CI, the secret is missing, or this job is not given it. "
    f"Where the file `key` beside the records shall count, {VARIABLE} must not be set at all"
)
_ABUNDANT: Final = 1000
"""No key file is so large."""


@dataclass(frozen=True, slots=True, repr=False)
class StateKey:
    """What is derived from the one secret; the secret itself is not kept.

    Attributes:
        users: keys the fingerprints of usernames.
        contents: keys the fingerprints of username and password.
        log: authenticates records.
        manifests: authenticates the manifests of pools.
        check: tells whether a key is the one that a state was made with; no secret.
    """

    users: bytes
    contents: bytes
    log: bytes
    manifests: bytes
    check: str


def parse_key(text: Secret, origin: str = VARIABLE) -> StateKey:
    """The key from its written form.

    Args:
        text: 32 bytes in base64.
        origin: where it stands, for errors.

    Raises:
        StateError: it is no such key.
    """
    hint = "it must be the 32 bytes in base64 that the state was made with"
    if not text.reveal().strip():
        raise StateError(f"the state key in {origin} is empty", _EMPTY)
    try:
        secret = base64.b64decode(text.reveal().strip(), validate=True)
    except ValueError:
        raise StateError(f"the state key in {origin} is not base64", hint) from None
    if len(secret) != _LENGTH:
        raise StateError(f"the state key in {origin} has {len(secret)} bytes; {_LENGTH} are due", hint)
    return _derive(secret)


def read_key_file(folder: Path) -> StateKey | None:
    """The key that lies beside a state in files, or None if there is none.

    Raises:
        StateError: it cannot be read, others can read it too, or it is no key.
    """
    path = folder / KEY_FILE
    try:
        # Without waiting, in case that it is a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            mode = os.fstat(handle).st_mode
            text = os.read(handle, _ABUNDANT) if stat.S_ISREG(mode) else None
        finally:
            os.close(handle)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise state_error(error, "read", path) from None
    if text is None:
        raise StateError(f"the state cannot be read: {path} is no file", "put the file `key` of this state back there")
    if mode & OTHERS:
        raise StateError(
            f"the state key {path} is open to other users of this machine",
            f"`chmod 600 {path}` makes it yours alone. Where that has no effect (on a drive that knows no owners), "
            f"keep the key in {VARIABLE} and remove the file",
        )
    return parse_key(Secret(text.decode("ascii", "replace")), str(path))


def make_key_file(folder: Path) -> StateKey:
    """Make a key beside a state in files, unless there is one; it is durable when this returns.

    Args:
        folder: exists.

    Raises:
        StateError: it cannot be written.
    """
    try:
        publish(folder / KEY_FILE, base64.b64encode(secrets.token_bytes(_LENGTH)) + b"\n")
    except OSError as error:
        raise state_error(error, "written", folder / KEY_FILE) from None
    key = read_key_file(folder)
    if key is None:
        raise StateError(f"the state key {folder / KEY_FILE} vanished while it was made", "run the command again")
    return key


def passing_fingerprints() -> "KeyedFingerprints":
    """Fingerprints with a key that nobody keeps: to compare accounts with one another before there is a state."""
    return KeyedFingerprints(_derive(secrets.token_bytes(_LENGTH)))


class KeyedFingerprints:
    """Fingerprints of accounts: 16 bytes of BLAKE2b, keyed, so that nobody without the key can try usernames.

    Attributes:
        check: tells which key they are made with; no secret.
    """

    def __init__(self, key: StateKey) -> None:
        self.check = key.check
        self._manifests = key.manifests
        # Copying a hash that has taken its key in is twice as fast as keying one for each account.
        self._user = hashlib.blake2b(b"u", digest_size=FINGERPRINT, key=key.users)
        self._content = hashlib.blake2b(b"c", digest_size=FINGERPRINT, key=key.contents)

    def user(self, account: Account) -> bytes:
        """What decides whether two accounts are the same: made of the username's identity."""
        return _digests(self._user, (identity_of(account.username.reveal()).encode(),))[0]

    def content(self, account: Account) -> bytes:
        """What tells that a password changed: made of the username's identity and the password."""
        identity = identity_of(account.username.reveal())
        return _digests(self._content, (f"{identity}\0{account.password.reveal()}".encode(),))[0]

    def users(self, identities: Iterable[bytes]) -> list[bytes]:
        """`user` of many accounts, by what each is known by, in UTF-8."""
        return _digests(self._user, identities)

    def contents(self, contents: Iterable[bytes]) -> list[bytes]:
        """`content` of many accounts, by the identity, a zero and the password of each, in UTF-8."""
        return _digests(self._content, contents)

    def authenticator(self, text: bytes) -> str:
        """What only who has the key can make of a manifest: HMAC-SHA256, in hexadecimal digits."""
        return hmac.digest(self._manifests, text, "sha256").hex()


def _digests(keyed: "hashlib.blake2b", texts: Iterable[bytes]) -> list[bytes]:
    # A million accounts pass here: nothing is done but what each needs.
    copy, found = keyed.copy, list[bytes]()
    append = found.append
    for text in texts:
        digest = copy()
        digest.update(text)
        append(digest.digest())
    return found


def hkdf(secret: bytes, info: bytes) -> bytes:
    """Derive 32 bytes from a secret: HKDF with SHA-256, no salt, one block.

    Source: RFC 5869, sections 2.2 and 2.3.
    """
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def _derive(secret: bytes) -> StateKey:
    return StateKey(
        users=hkdf(secret, b"catalogsync/1/users"),
        contents=hkdf(secret, b"catalogsync/1/contents"),
        log=hkdf(secret, b"catalogsync/1/log"),
        manifests=hkdf(secret, b"catalogsync/1/manifests"),
        check=hkdf(secret, b"catalogsync/1/check").hex(),
    )
