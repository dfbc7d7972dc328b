"""One value of a SOPS file: AES-256-GCM, bound to the keys that lead to it."""

import base64
import re
from binascii import Error
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

COMMENT: Final = "comment"
"""What sops calls a comment; within a list it stands as an item."""
TEXT: Final = "str"
"""What sops calls a text; everything else was no text in the file that was encrypted."""

_VALUE: Final = re.compile(r"ENC\[AES256_GCM,data:([\w+/=]+),iv:([\w+/=]+),tag:([\w+/=]+),type:([a-z]+)\]", re.ASCII)
COMMENT_LINE: Final = re.compile(
    rb"#ENC\[AES256_GCM,data:[\w+/=]+,iv:[\w+/=]+,tag:[\w+/=]+,type:comment\][ \t\r]*$", re.M
)
"""A comment as sops leaves it behind."""
_IV: Final = range(8, 129)
"""How many bytes of an initialisation vector can be used; sops makes 32."""


class SopsValue(NamedTuple):
    """An encrypted value, taken apart.

    Attributes:
        data: its ciphertext.
        iv: its initialisation vector.
        tag: what authenticates it.
        kind: what it was: `str`, `int`, `float`, `bool`, `bytes`, `time` or `comment`. Not authenticated by itself.
    """

    data: bytes
    iv: bytes
    tag: bytes
    kind: str


def parse_value(text: str) -> SopsValue | None:
    """An encrypted value from how it is written, or None if it is none."""
    match = _VALUE.fullmatch(text)
    if match is None:
        return None
    try:
        data, iv, tag = (base64.b64decode(part, validate=True) for part in match.groups()[:3])
    except Error:
        return None
    return SopsValue(data, iv, tag, match[4]) if len(iv) in _IV else None


def open_value(cipher: AESGCM, value: SopsValue, bound_to: str) -> bytes | None:
    """What a value holds, or None if it was changed, or belongs elsewhere.

    Args:
        cipher: has the file's data key.
        value: as it was parsed.
        bound_to: the keys that lead to it, each with a `:` behind it; items of lists have none.
    """
    try:
        return cipher.decrypt(value.iv, value.data + value.tag, bound_to.encode())
    except InvalidTag:
        return None
