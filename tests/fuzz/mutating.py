"""Bytes made wrong: flipped, cut, spliced, swapped, repeated, encoded otherwise, and sometimes made very large."""

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

MEBIBYTE: Final = 1 << 20
_HUGE: Final = 4000
"""One input of so many is made very large."""
_USUAL: Final = 64 * 1024
"""Other inputs end here."""

_TEXTS: Final = (
    *("---\n", "...\n", "- ", ": ", ":", "#", " #", "? ", "|", ">", "|-\n", ">+\n", "'", '"', "%YAML 1.1\n", "\t"),
    *("&a ", "*a", "!!python/object:os.system ", "!x ", "<<: ", "{", "}", "[", "]", ",", "{{ x }}", "<% x %>", "@"),
    *("~", "null", "yes", "no", "0x10", "010", "1_000", "1e3", "1:20", ".inf", "NaN", "-1", "1e999", "-0", "1.99"),
    *("9" * 400, "9" * 5000, "2026-01-02", "true", "false", "<<<<<<< HEAD\n", "\n=======\n", ">>>>>>> x\n"),
    *("sops:\n  mac: x\n", "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]", "age-encryption.org/v1\n"),
    *("-----BEGIN AGE ENCRYPTED FILE-----\n", "version https://git-lfs.github.com/spec/v1\n", "../", "/dev/zero"),
    *("\\u0000", "\\ud800", "\\x85", "\\", '{"', '":', "[]", "{}", '""', "\0", "\x1b[31m", "\a", "\r\n", "\r", "\n"),
    *(
        "\u0085",
        "\u2028",
        "\ufeff",
        "\u00a0",
        "\u200b",
        "\u202e",
        "\U0001f600",
        "e\u0301",
        "\uff11",
        "\ufb01",
        "\u0130",
    ),
    *("::error::x\n", "</details>", "=cmd()", "<script>", "%s%n", "http://169.254.169.254/", "\u0661\u0662"),
)
WORDS: Final = (
    *(text.encode() for text in _TEXTS),
    *(b"\xed\xa0\x80", b"\xff", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x80"),
)
"""What means something to some reader, or should not."""

_TOKEN: Final = re.compile(rb"[A-Za-z0-9_]+|[ ]+|[^A-Za-z0-9_ ]")
_DIGITS: Final = re.compile(rb"[0-9]+")

Mutation = Callable[[bytes, Sequence[bytes], Random], bytes]


def mutated(seed: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    """An input made of another.

    Args:
        seed: what it begins as.
        donors: what parts may come from.
        dice: decides.
    """
    data = seed
    while True:
        data = dice.choice(_MUTATIONS)(data, donors, dice)[:_USUAL]
        if dice.random() < 0.45:
            break
    return _huge(data, donors, dice) if dice.randrange(_HUGE) == 0 else data


def _spot(data: bytes, dice: Random) -> int:
    return dice.randrange(len(data) + 1)


def _span(data: bytes, dice: Random, longest: int = 80) -> tuple[int, int]:
    start = _spot(data, dice)
    return start, min(start + dice.randrange(1, longest), len(data))


def _flip(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    if not data:
        return b"\x80"
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 8))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _cut(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    start, end = _span(data, dice)
    return data[:start] + data[end:]


def _truncate(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    return data[: _spot(data, dice)]


def _insert(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    at = _spot(data, dice)
    return data[:at] + dice.choice(WORDS) + data[at:]


def _splice(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    donor = dice.choice(donors)[:_USUAL]
    start, end = _span(donor, dice, 400)
    at, to = _span(data, dice)
    return data[:at] + donor[start:end] + data[dice.choice((at, to)) :]


def _cross(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    donor = dice.choice(donors)[:_USUAL]
    return data[: _spot(data, dice)] + donor[_spot(donor, dice) :]


def _swap_tokens(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    tokens = _TOKEN.findall(data[:4096])
    if len(tokens) < 2:
        return data
    one, other = dice.randrange(len(tokens)), dice.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens) + data[4096:]


def _replace_token(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    start = _spot(data, dice)
    token = _TOKEN.search(data, start)
    return data if token is None else data[: token.start()] + dice.choice(WORDS) + data[token.end() :]


def _lines(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            lines.insert(at, lines[dice.randrange(len(lines))])
        case 1:
            del lines[at]
        case 2:
            lines[at] = b" " * dice.randrange(1, 9) + lines[at]
        case _:
            other = dice.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _repeat(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    """Depth and width: a short part many times."""
    start, end = _span(data, dice, 12)
    part = dice.choice((data[start:end], dice.choice(WORDS), b"[", b"{a: ", b"- ", b"a:\n ", b'{"a":', b" ", b"\n"))
    return data[:start] + part * dice.choice((2, 2, 7, 7, 60, 60, 300, 300, 3000)) + data[end:]


def _digits(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    found = _DIGITS.search(data, _spot(data, dice))
    if found is None:
        return data
    number = dice.choice((b"0", b"-1", b"1" * 19, b"9" * 20, b"7" * 5000, b"1.5", b"1e400", b"2147483648", b"00"))
    return data[: found.start()] + number + data[found.end() :]


def _encode(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    match dice.randrange(6):
        case 0:
            return text.encode(dice.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32")))
        case 1:
            return text.encode("latin-1", "replace")
        case 2:
            return b"\xef\xbb\xbf" * dice.choice((1, 2)) + data
        case 3:
            return data.replace(b"\n", b"\r\n")
        case 4:
            return data.replace(b"\n", dice.choice(("\u0085", "\u2028", "\r")).encode())
        case _:
            return text.translate(_WIDE).encode()


def _huge(data: bytes, donors: Sequence[bytes], dice: Random) -> bytes:
    start, end = _span(data, dice, dice.choice((2, 40, 4000)))
    part = data[start:end] or b"["
    return data[:start] + part * (dice.randrange(MEBIBYTE // 8, 3 * MEBIBYTE) // len(part)) + data[end:]


_WIDE: Final = {sign: sign - 0x21 + 0xFF01 for sign in range(0x30, 0x7B)}
"""ASCII to the full-width signs that NFKC makes the same."""

_MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_flip, _cut, _truncate, _insert, _insert, _insert, _splice, _splice, _cross),
    *(_swap_tokens, _replace_token, _replace_token, _lines, _lines, _repeat, _digits, _encode),
)
