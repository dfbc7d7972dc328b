"""Finds planted secrets in bytes, however they are written: escaped, encoded, folded, packed.

Every planted secret holds one of a few roots, and every root begins with the same six letters. These letters are looked
for in each of their forms, which costs little where there is nothing; only where one stands is a root looked for.
"""

import base64
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import chain
from typing import Final

BEGIN: Final = "canary"
ROOTS: Final = tuple(f"{BEGIN}{tail}" for tail in ("user", "pass", "key", "buyer", "token", "code"))
"""What every planted secret holds, in one case or the other."""

_MOST: Final = 1 << 26
"""Bytes that anything packed is unpacked to, so that a bomb in a test does no harm."""
_DEEPEST: Final = 3
_BORDERS: Final = " \t\r│┃|".encode()

Form = Callable[[bytes], bytes]


def _each(template: str) -> Form:
    """A form in which each byte becomes the same kind of escape."""
    return lambda word: "".join(template.format(byte) for byte in word).rstrip(" :,").encode()


def _wide(width: int) -> Form:
    """UTF-16 or UTF-32, whichever byte comes first."""
    return lambda word: bytes(width - 1).join(bytes([byte]) for byte in word)


GATED: Final[dict[bytes, tuple[Form, ...]]] = {
    b"%": (_each("%{:02x}"), _each("%25{:02x}"), _each("%2525{:02x}")),
    b"\\": (_each("\\u{:04x}"), _each("\\x{:02x}"), _each("\\{:03o}"), _each("\\u{{{:x}}}"), _each("\\\\x{:02x}")),
    b"&": (_each("&#{};"), _each("&#x{:x};"), _each("&amp;#{};"), _each("&amp;#x{:x};"), _each("&#{:03};")),
    b"=": (_each("={:02x}"),),
    b"\0": (_wide(2), _wide(4)),
    b"63": (_each("{:02x}"), _each("{:02x} "), _each("{:02x}:"), _each("0x{:02x}, ")),
    b"43": (_each("{:02x}"), _each("{:02x} "), _each("{:02x}:"), _each("0x{:02x}, ")),
}
"""Forms that are looked for only where the sign stands without which there is none; all in small letters."""


def _plain(word: bytes) -> Iterator[bytes]:
    yield word
    yield word[::-1]
    yield word.translate(_ROT13)


_LETTERS: Final = bytes(range(97, 123))
_ROT13: Final = bytes.maketrans(_LETTERS + _LETTERS.upper(), (_LETTERS[13:] + _LETTERS[:13]) * 2)


def _grouped(word: bytes, encode: Form, size: int, bits: int) -> Iterator[bytes]:
    """An encoding of several bytes at once, for each place in a group at which the word may begin.

    The signs at the ends, which hold bits of a neighbour, are cut.
    """
    for before in range(size):
        whole = encode(bytes(before) + word)
        yield whole[-(-8 * before // bits) : 8 * (before + len(word)) // bits]


def _base64(word: bytes) -> Iterator[bytes]:
    return _grouped(word, base64.b64encode, 3, 6)


def _base32(word: bytes) -> Iterator[bytes]:
    return (form.lower() for form in _grouped(word, base64.b32encode, 5, 5))


def _cases(word: str) -> tuple[bytes, bytes]:
    return word.encode(), word.upper().encode()


_SMALL: Final = tuple(dict.fromkeys([*_plain(BEGIN.encode()), *chain(*map(_base32, _cases(BEGIN)))]))
_EXACT: Final = tuple(chain(*map(_base64, _cases(BEGIN))))
_BY_SIGN: Final = {
    sign: tuple(dict.fromkeys(form(word).lower() for form in forms for word in _cases(BEGIN)))
    for sign, forms in GATED.items()
}


def _all_forms(root: str) -> Iterator[bytes]:
    for word in _cases(root):
        yield from _plain(word.lower())
        yield from _base32(word)
        yield from (form(word).lower() for forms in GATED.values() for form in forms)


_ROOT: Final = re.compile(b"|".join(map(re.escape, dict.fromkeys(chain(*map(_all_forms, ROOTS))))))
_ROOT_EXACT: Final = re.compile(
    b"|".join(re.escape(form) for root in ROOTS for word in _cases(root) for form in _base64(word))
)


def found_in(data: bytes) -> bool:
    """Whether bytes hold a planted secret, in whichever form, unpacked too."""
    return _stands_in(_flat(data)) or any(map(_stands_in, map(_flat, unpacked(data))))


def _stands_in(data: bytes) -> bool:
    small = data.lower()
    if any(form in small for form in _SMALL) and _ROOT.search(small):
        return True
    if any(form in data for form in _EXACT) and _ROOT_EXACT.search(data):
        return True
    for sign, forms in _BY_SIGN.items():
        if sign in small and any(form in small for form in forms) and _ROOT.search(small):
            return True
    if b"\xef\xbd" in data or b"\xef\xbc" in data:  # how letters of full width begin
        narrow = unicodedata.normalize("NFKC", data.decode(errors="ignore")).encode()
        return narrow != data and _ROOT.search(narrow.lower()) is not None
    return False


def _flat(data: bytes) -> bytes:
    """Without the ends of lines, indentation and frames at which a long word may have been parted."""
    if b"\n" not in data:
        return data
    return b"".join([line.rstrip(_ENDS).lstrip(_BORDERS) for line in data.split(b"\n")])


_ENDS: Final = _BORDERS + b"=\\"


def unpacked(data: bytes, depth: int = _DEEPEST) -> Iterator[bytes]:
    """What is in compressed data, in a zip, or in a pack of git, as far as it begins as such data does."""
    if not depth:
        return
    for inner in _members(data):
        yield inner
        yield from unpacked(inner, depth - 1)


def _members(data: bytes) -> Iterator[bytes]:
    try:
        if data[:2] == b"\x1f\x8b":
            yield zlib.decompressobj(31).decompress(data, _MOST)
        elif data[:1] == b"\x78" and data[1:2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
            yield zlib.decompressobj().decompress(data, _MOST)
        elif data[:4] == b"PK\3\4":
            with zipfile.ZipFile(BytesIO(data)) as archive:
                for entry in archive.infolist():
                    with archive.open(entry) as member:
                        yield member.read(_MOST)
        elif data[:4] == b"PACK":
            yield from _packed(data)
    except (zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, IndexError):
        return  # a test may well write what only begins so


def _packed(data: bytes) -> Iterator[bytes]:
    """The objects of a git pack; of one that is kept as a difference, what the difference adds."""
    position = 12
    for _ in range(int.from_bytes(data[8:12])):
        kind = data[position] >> 4 & 7
        position = _after_number(data, position)
        if kind == 6:
            position = _after_number(data, position)
        elif kind == 7:
            position += 20
        stream = zlib.decompressobj()
        yield stream.decompress(data[position:], _MOST)
        position = len(data) - len(stream.unused_data)


def _after_number(data: bytes, position: int) -> int:
    while data[position] & 0x80:
        position += 1
    return position + 1
