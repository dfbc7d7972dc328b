"""One manifest: the accounts of an encrypted pool as keyed fingerprints, one a line, for whoever has no age key."""

import re
from base64 import b64encode
from binascii import Error, a2b_base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

import orjson

from catalogsync.catalog.files import MEBIBYTE
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.errors import UsageError
from catalogsync.model.ledger import FINGERPRINT
from catalogsync.model.pool import CONTENT_PREFIX, Pool, SealedPool, key_id
from catalogsync.model.problem import Place
from catalogsync.ports import Fingerprints

FORMAT: Final = "catalogsync.manifest/1"
ENDING: Final = ".manifest.json"
LIMIT: Final = 256 * MEBIBYTE
"""Bytes of a manifest: some 7,600,000 accounts."""
REFRESH: Final = "`catalogsync pools encrypt` makes it anew, where the age key and the state key are at hand"

_CONFLICT: Final = b"\n<<<<<<< "
"""How git begins what it could not merge."""
_TOGETHER: Final = "`catalogsync pools edit` of the pool puts both together, before anything else does"

_KEPT: Final = FINGERPRINT + CONTENT_PREFIX
_BLOCK: Final = _KEPT + 1
"""Bytes that fill whole letters of base64: what is kept of an account, and a zero."""
_LETTERS: Final = 28
_ROW: Final = 35
"""Bytes of an account's line: a line break, the comma before it, and 28 letters between quotes."""
_AT: Final = 6
"""Where in it the letters begin."""
_ONE: Final = re.compile(rb'\n  [ ,] "[A-Za-z0-9+/]{27}="')
_OPEN: Final = b'\n  "fingerprints": ['
_CLOSE: Final = b'\n  ],\n  "mac": "'
_END: Final = b'"\n}\n'
_MOST: Final = LIMIT // _ROW - 1000
_FIELDS: Final[Mapping[str, re.Pattern[str]]] = {
    "format": re.compile(re.escape(FORMAT)),
    "pool": re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII),
    "key": re.compile(r"[0-9a-f]{16}", re.ASCII),
    "mac": re.compile(r"[0-9a-f]{64}", re.ASCII),
}
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says.

    Attributes:
        pool: the pool's name.
        key: which key the fingerprints are made with.
        files: the digest of each file that the pool was read from, by its name relative to the manifest.
        users: the usernames' fingerprints, 16 bytes each, in file order.
        contents: the first 4 bytes of each content's fingerprint.
        mac: what only who has the state key can make of all this.
    """

    pool: str
    key: str
    files: Mapping[str, str]
    users: bytes
    contents: bytes
    mac: str = ""

    def __len__(self) -> int:
        return len(self.contents) // CONTENT_PREFIX

    def is_by(self, prints: Fingerprints) -> bool:
        """Whether it was written with this key, and nobody changed it since."""
        return prints.authenticator(_body(self)) == self.mac

    def sealed(self, place: Place) -> SealedPool:
        """The pool, as far as one knows it by this."""
        return SealedPool(self.pool, place, self.key, self.users, self.contents)


def digest(data: bytes) -> str:
    """What tells in a manifest that a file is the one that it was made from."""
    return f"sha256:{sha256(data).hexdigest()}"


def manifest_of(pool: Pool, files: Mapping[str, str], prints: Fingerprints) -> Manifest:
    """The manifest of a pool that is open.

    Args:
        pool: the pool.
        files: the digests of its files, by name relative to the manifest.
        prints: makes fingerprints with the state's key.

    Raises:
        UsageError: the pool is too large for one.
    """
    if len(pool) > _MOST:
        message = f"pool {pool.name} has {len(pool):,} accounts; a manifest holds {_MOST:,} at most"
        raise UsageError(message, "divide it into several pools")
    users, contents = bytearray(), bytearray()
    for stretch in pool.stretches():
        marks = prints.users(stretch.reveal_identities())
        users += b"".join(marks)
        whole = prints.contents(stretch.reveal_contents(range(len(marks))))
        contents += b"".join(content[:CONTENT_PREFIX] for content in whole)
    bare = Manifest(pool.name, key_id(prints.check), dict(sorted(files.items())), bytes(users), bytes(contents))
    return replace(bare, mac=prints.authenticator(_body(bare)))


def manifest_bytes(manifest: Manifest) -> bytes:
    """A manifest as it is written: the same bytes for the same pool, and one line more for one account more."""
    return b"".join((_body(manifest), _CLOSE, manifest.mac.encode(), _END))


def read_manifest(data: bytes) -> Manifest:
    """A manifest from its bytes; no other form of it will do than the one that is written, but for line ends.

    Raises:
        Fault: it is none.
    """
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")
    if has_conflict(data):
        line = data.count(b"\n", 0, data.find(_CONFLICT)) + 2
        message = "two branches have changed this pool, and git cannot merge what is encrypted"
        raise Fault(line, 1, "manifest-conflict", message, _TOGETHER)
    start, end = data.find(_OPEN) + len(_OPEN), data.rfind(_CLOSE)
    if start < len(_OPEN) or end < start:
        raise _bad("this is no manifest as catalogsync writes it")
    rows = data[start:end]
    flat = _decoded(rows, data.count(b"\n", 0, start))
    fields = _fields(data[:start] + data[end:], data)
    if fields["accounts"] != len(flat) // _BLOCK:
        raise _bad("`accounts` is not the number of fingerprints", _line_of("accounts", data))
    users, contents = _split(flat)
    manifest = Manifest(fields["pool"], fields["key"], fields["files"], users, contents, fields["mac"])
    if manifest_bytes(manifest) != data:
        raise _bad("this is no manifest as catalogsync writes it")
    return manifest


def has_conflict(data: bytes) -> bool:
    """Whether git left both sides of a merge in a manifest."""
    return _CONFLICT in data


def users_in(data: bytes) -> frozenset[bytes]:
    """The usernames' fingerprints in a manifest, those of both sides where git left a conflict in it."""
    rows = _ONE.findall(data.replace(b"\r\n", b"\n"))
    return frozenset(a2b_base64(row[_AT : _AT + _LETTERS])[:FINGERPRINT] for row in rows)


def left_out(count: str) -> Fault:
    """What is refused where a merge would lose accounts."""
    message = f"two branches have changed this pool, and {count} of one of them would be lost"
    return Fault(1, 1, "manifest-conflict", message, f"{_TOGETHER}; are they to go? Then remove this file")


def _body(manifest: Manifest) -> bytes:
    """All of it before its `mac`, which is made of this."""
    head = {
        "format": FORMAT,
        "pool": manifest.pool,
        "key": manifest.key,
        "files": dict(manifest.files),
        "accounts": len(manifest),
    }
    shown = orjson.dumps(head, option=orjson.OPT_INDENT_2).removesuffix(b"\n}")
    return b"".join((shown, b",", _OPEN, _encoded(manifest.users, manifest.contents)))


def _encoded(users: bytes, contents: bytes) -> bytes:
    # By strides, not account by account: a pool may hold a million.
    count = len(contents) // CONTENT_PREFIX
    flat = bytearray(_BLOCK * count)
    for index in range(FINGERPRINT):
        flat[index::_BLOCK] = users[index::FINGERPRINT]
    for index in range(CONTENT_PREFIX):
        flat[FINGERPRINT + index :: _BLOCK] = contents[index::CONTENT_PREFIX]
    letters = b64encode(flat)
    rows = bytearray(b'\n  , "' + b" " * (_LETTERS - 1) + b'="') * count
    for index in range(_LETTERS - 1):
        rows[_AT + index :: _ROW] = letters[index::_LETTERS]
    rows[3:4] = b" "[: len(rows)]
    return bytes(rows)


def _decoded(rows: bytes, line: int) -> bytes:
    """What stands in the lines of accounts, a zero after each; `line` is how many lines are before them."""
    count = len(rows) // _ROW
    letters = bytearray(b"A") * (_LETTERS * count)
    if len(rows) % _ROW == 0:
        for index in range(_LETTERS - 1):
            letters[index::_LETTERS] = rows[_AT + index :: _ROW]
        try:
            return a2b_base64(letters, strict_mode=True)
        except Error:
            pass
    good = next((n for n in range(count) if not _ONE.fullmatch(rows, n * _ROW, (n + 1) * _ROW)), count)
    raise _bad("this line is no fingerprint", line + 2 + good)


def _split(flat: bytes) -> tuple[bytes, bytes]:
    count = len(flat) // _BLOCK
    users, contents = bytearray(FINGERPRINT * count), bytearray(CONTENT_PREFIX * count)
    for index in range(FINGERPRINT):
        users[index::FINGERPRINT] = flat[index::_BLOCK]
    for index in range(CONTENT_PREFIX):
        contents[index::CONTENT_PREFIX] = flat[FINGERPRINT + index :: _BLOCK]
    return bytes(users), bytes(contents)


def _fields(text: bytes, data: bytes) -> Mapping[str, Any]:
    """The fields but for the fingerprints, each looked at."""
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # Only where it is: the error itself holds the text.
        line = error.lineno
        fields = None
    if not isinstance(fields, dict):
        raise _bad("this is no JSON", line if fields is None else 1)
    for name, form in _FIELDS.items():
        if not isinstance(fields.get(name), str) or not form.fullmatch(fields[name]):
            raise _bad(f"`{name}` is not what a manifest has there", _line_of(name, data))
    files = fields.get("files")
    if not isinstance(files, dict) or not files or not all(map(_is_digest, files.values())):
        raise _bad("`files` must have the digest of each file", _line_of("files", data))
    if type(fields.get("accounts")) is not int:
        raise _bad("`accounts` must be a number", _line_of("accounts", data))
    return fields


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _line_of(field: str, data: bytes) -> int:
    return data.count(b"\n", 0, max(0, data.find(f'\n  "{field}":'.encode()) + 1)) + 1


def _bad(message: str, line: int = 1) -> Fault:
    return Fault(line, 1, "bad-manifest", message, REFRESH)
