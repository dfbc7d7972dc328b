"""The plainest product files, read without YAML's machinery.

Nearly all product files are `name: value` lines and a block of text, in which nothing can be meant in two ways. One
expression takes such an entry in a quarter of libyaml's time. Whatever it does not take whole, down to one odd
character, is left to the strict reader; a law in the tests says that both read alike what both can read.
"""

import re
from typing import Any, Final

from catalogsync.catalog.documents import LINE, Document, Outlines
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.scalars import DOUBTFUL, resolve
from catalogsync.model.fields import FIELDS

_LARGEST: Final = 1 << 16

_NAMES: Final = "|".join((*FIELDS, "key", "category", "description_file", "pool", "delivery", "pool_level"))
_GAP: Final = r"(?:(?:#[^\n]*+)?\n)*+"
_ITEM: Final = "[A-Za-z/][A-Za-z0-9_./-]*+"
_ENTRY: Final = re.compile(
    f"({_GAP})({_NAMES}):"
    r'(?: "([^"\\\n]*+)"\n'
    r"| ([A-Za-z0-9/\x80-\U0010ffff][^:#\n]*+(?::(?=[^ \n])[^:#\n]*+)*+)(?<! )\n"
    r"| \|\n(  [^ \n][^\n]*+\n(?:(?:  [^\n]*+)?\n)*+)"
    rf"| \[({_ITEM}(?:, {_ITEM})*+)\]\n"
    rf"|\n((?:  - {_ITEM}\n)++))"
)
_QUOTED_TEXT, _PLAIN_TEXT, _BLOCK_TEXT, _FLOW_LIST, _BLOCK_LIST = range(3, 8)
_SEVERAL_LINES: Final = frozenset({_BLOCK_TEXT, _BLOCK_LIST})
_END: Final = re.compile(_GAP)
_ASCII: Final = bytes([*b"\n", *range(0x20, 0x7F)])
_ODD: Final = re.compile("[\0-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Besides `\\n`, what libyaml, YAML 1.2 or an eye may take for something else."""


def read_plain(file: str, data: bytes) -> Document | None:
    """The document of a file; None if the file is not of the plainest kind."""
    text = _text(data)
    value: dict[str, Any] = {}
    spots: dict[str, int] = {}
    at = line = start = 0
    for entry in _ENTRY.finditer(text):
        kind = entry.lastindex or 0
        gap, name, raw = entry.group(1, 2, kind)
        if entry.start() != at or name in value:
            return None
        at = entry.end()
        if gap:
            line += gap.count("\n")
        start = start if value else line << LINE
        try:
            value[name] = raw if kind == _QUOTED_TEXT else _value(kind, raw)
        except Refused:
            return None
        if kind in _SEVERAL_LINES:
            spots[name] = line << LINE | len(name) + 2 if kind == _BLOCK_TEXT else line + 1 << LINE | 2
            line += raw.count("\n") + 1
        else:
            spots[name] = line << LINE | len(name) + 2
            line += 1
    if not value or not _END.fullmatch(text, at):
        return None
    return Document(file, value, start, spots, Outlines(data), 0, damaged=False)


def _text(data: bytes) -> str:
    """The text of a file; none if it is too large, or not of characters that mean themselves."""
    odd = data.translate(None, _ASCII) if len(data) <= _LARGEST else b"\0"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    return "" if odd and _ODD.search(text.replace("\n", "")) else text


def _value(kind: int, text: str) -> Any:
    if kind == _PLAIN_TEXT:
        return resolve(text) if text[:1] in DOUBTFUL else text
    if kind == _BLOCK_TEXT:
        return text[2:].replace("\n  ", "\n").rstrip("\n") + "\n"
    items = text.split(", ") if kind == _FLOW_LIST else text[4:-1].split("\n  - ")
    return [resolve(item) for item in items]
