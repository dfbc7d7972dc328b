"""One record and its bytes: canonical JSON, chained, and authenticated with the state key."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Final

import orjson

from catalogsync.model.errors import StateError
from catalogsync.state.keys import VARIABLE, StateKey

JSON = dict[str, Any]

VERSION: Final = 1
LIMIT: Final = 1 << 20
"""The most bytes that a record may have, so that every kind of store can take it."""

_FIELDS: Final[dict[str, type | tuple[type, ...]]] = {
    "at": str,
    "body": dict,
    "epoch": int,
    "lineage": str,
    "mac": str,
    "n": int,
    "nonce": str,
    "prev": (str, type(None)),
    "run": str,
    "snap": int,
    "type": str,
    "v": int,
}
_NEWER: Final = "update catalogsync to at least the version that the last run used"
_REPAIR: Final = (
    "nothing was changed; put the state back from its newest good copy, whole: records cannot be mended one by one"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the log.

    Attributes:
        number: its place in the log, from 1.
        lineage: the identity of the state.
        prev: digest of the bytes of the record before it; None for the first.
        run: the id of the run that wrote it; empty for the first.
        epoch: how many runs had begun when it was written.
        at: when (ISO 8601, UTC, milliseconds).
        type: what it says; decides what `body` holds.
        body: what it says.
        snap: number of the first record of the newest complete snapshot up to here; 0 if there is none.
    """

    number: int
    lineage: str
    prev: str | None
    run: str
    epoch: int
    at: str
    type: str
    body: JSON
    snap: int = 0


def canonical(value: object) -> bytes:
    """The one JSON form of a value: keys sorted, no blanks, UTF-8.

    Raises:
        StateError: it holds a number or text that JSON cannot carry.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        raise StateError(
            "a value cannot be recorded: a text is not valid Unicode, or a number has more than 18 digits",
            "look at the texts of the products, and of the listings, that this run was about",
        ) from None


def digest(data: bytes) -> str:
    """What `prev` of the next record says of a record's bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def encode(record: Record, key: StateKey) -> bytes:
    """A record's bytes, different each time: a nonce tells two writers of equal content apart.

    Raises:
        StateError: it is too large.
    """
    envelope: JSON = {
        "v": VERSION,
        "n": record.number,
        "lineage": record.lineage,
        "prev": record.prev,
        "nonce": secrets.token_hex(16),
        "run": record.run,
        "epoch": record.epoch,
        "at": record.at,
        "type": record.type,
        "body": orjson.Fragment(canonical(record.body)),
        "snap": record.snap,
    }
    data = canonical({**envelope, "mac": _mac(canonical(envelope), key)})
    if len(data) > LIMIT:
        raise too_large(len(data))
    return data


def decode(data: bytes, key: StateKey | None, where: str) -> Record:
    """A record from its bytes, proven to be written with this key.

    Args:
        data: the bytes.
        key: the state key; without it only the form of the record is looked at.
        where: which record of which state, for errors.

    Raises:
        StateError: it is damaged, was changed, or is written by a newer catalogsync.
    """
    envelope = _envelope(data, where)
    mac = envelope.pop("mac")
    try:
        # Most are in their one form; one that is not is made anew.
        proven = key is None or _fits(mac, _sealed(data, mac), key) or _fits(mac, canonical(envelope), key)
    except StateError:
        raise damaged(where, "is no record") from None
    if not proven:
        raise damaged(where, "was changed by something that does not have the state key, or decayed on the disk")
    return Record(
        number=envelope["n"],
        lineage=envelope["lineage"],
        prev=envelope["prev"],
        run=envelope["run"],
        epoch=envelope["epoch"],
        at=envelope["at"],
        type=envelope["type"],
        body=envelope["body"],
        snap=envelope["snap"],
    )


def check_key(first: bytes, key: StateKey, where: str) -> None:
    """Refuse a key that is not the one that a state was made with: to it, every account would look new.

    Args:
        first: the bytes of record 1.
        key: the key at hand.
        where: which state, for errors.

    Raises:
        StateError: the key is another one, or record 1 is damaged.
    """
    body = _envelope(first, f"record 1 of {where}")["body"]
    check = body.get("kcv")
    if not isinstance(check, str):
        raise damaged(f"record 1 of {where}", "does not say which key the state was made with")
    if not hmac.compare_digest(check.encode(errors="replace"), key.check.encode()):
        raise StateError(
            f"the state key is not the one that {where} was made with",
            f"give the key of this state in {VARIABLE}; with any other, every account would look as if never sent",
        )


def too_large(size: int) -> StateError:
    """The error for what does not fit into a record."""
    return StateError(
        f"a record of {size:,} bytes is too large; {LIMIT:,} are the limit",
        "shorten the longest description, lower `appends.max_batch`, or rename fewer products at once",
    )


def damaged(where: str, what: str) -> StateError:
    """The error for a record that cannot be trusted."""
    return StateError(f"{where} {what}", _REPAIR)


def newer(where: str) -> StateError:
    """The error for a record that only a later version can read."""
    return StateError(f"{where} was written by a newer catalogsync", _NEWER)


def _envelope(data: bytes, where: str) -> JSON:
    if not data.strip(b"\0"):
        raise damaged(where, "is empty")
    try:
        envelope = orjson.loads(data)
    except ValueError:
        raise damaged(where, "is damaged or cut short") from None
    if not isinstance(envelope, dict):
        raise damaged(where, "is no record")
    version = envelope.get("v")
    if isinstance(version, int) and version > VERSION:
        raise newer(where)
    if (
        version != VERSION
        or envelope.keys() != _FIELDS.keys()
        or not all(map(isinstance, map(envelope.get, _FIELDS), _FIELDS.values()))
    ):
        raise damaged(where, "is no record")
    return envelope


def _sealed(data: bytes, mac: str) -> bytes:
    """What the mac of a record was made of, if that is in its one form: its bytes without the mac."""
    head, _, tail = data.rpartition(b',"mac":"%b"' % mac.encode(errors="replace"))
    return head + tail


def _fits(mac: str, sealed: bytes, key: StateKey) -> bool:
    return hmac.compare_digest(mac.encode(errors="replace"), _mac(sealed, key).encode())


def _mac(sealed: bytes, key: StateKey) -> str:
    return hmac.digest(key.log, sealed, "sha256").hex()
