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
_ITEM: Final = "[A-Za-z/][A-Za-z0-9_./-]*+"
_ENTRY: Final = re.compile(
    f"({_NAMES}):"
    r'(?: "([^"\\\n]*+)"\n'
    r"| ([A-Za-z0-9/\x80-\U0010ffff][^:#\n]*+(?::(?=[^ \n])[^:#\n]*+)*+)(?<! )\n"
    r"| \|\n(  [^ \n][^\n]*+\n(?:(?:  [^\n]*+)?\n)*+)"
    rf"| \[({_ITEM}(?:, {_ITEM})*+)\]\n"
    rf"|\n((?:  - {_ITEM}\n)++))"
)
_GAP: Final = re.compile(r"(?:(?:#[^\n]*+)?\n)*+")
_ASCII: Final = bytes([*b"\n", *range(0x20, 0x7F)])
_ODD: Final = re.compile("[\0-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Besides `\\n`, what libyaml, YAML 1.2 or an eye may take for something else."""

_QUOTED_TEXT, _PLAIN_TEXT, _BLOCK_TEXT, _FLOW_LIST, _BLOCK_LIST = range(2, 7)
_ONE_LINE: Final = frozenset({_QUOTED_TEXT, _PLAIN_TEXT, _FLOW_LIST})


def read_plain(file: str, data: bytes) -> Document | None:
    """The document of a file; None if the file is not of the plainest kind."""
    text = _text(data)
    value: dict[str, Any] = {}
    spots: dict[str, int] = {}
    line = at = 0
    start = None
    while at < len(text):
        if text[at] in "#\n" and (gap := _GAP.match(text, at)):
            if not gap[0]:
                return None
            line += gap[0].count("\n")
            at = gap.end()
            continue
        entry = _ENTRY.match(text, at)
        if entry is None or entry[1] in value:
            return None
        name, kind = entry[1], entry.lastindex or 0
        try:
            value[name] = _value(kind, entry[kind])
        except Refused:
            return None
        if start is None:
            start = line << LINE
        spots[name] = line << LINE | len(name) + 2 if kind != _BLOCK_LIST else line + 1 << LINE | 2
        at, after = entry.end(), at
        line += 1 if kind in _ONE_LINE else text.count("\n", after, at)
    return Document(file, value, start, spots, Outlines(data), 0, damaged=False) if start is not None else None


def _text(data: bytes) -> str:
    """The text of a file; none if it is too large, or not of characters that mean themselves."""
    odd = data.translate(None, _ASCII) if len(data) <= _LARGEST else b"\0"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    return "" if odd and _ODD.search(text.replace("\n", "")) else text


def _value(kind: int, text: str) -> Any:
    if kind == _QUOTED_TEXT:
        return text
    if kind == _PLAIN_TEXT:
        return resolve(text) if text[:1] in DOUBTFUL else text
    if kind == _BLOCK_TEXT:
        return text[2:].replace("\n  ", "\n").rstrip("\n") + "\n"
    items = text.split(", ") if kind == _FLOW_LIST else text[4:-1].split("\n  - ")
    return [resolve(item) for item in items]
