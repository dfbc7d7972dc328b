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

_NAMES: Final = "|".join(
    (*FIELDS, "key", "category", "description_file", "pool", "delivery", "pool_level", "lifecycle")
)
_GAP: Final = r"(?:(?:#[^\n]*+)?\n)*+"
_ITEM: Final = "[A-Za-z/][A-Za-z0-9_./-]*+"
_LIST: Final = rf"\[{_ITEM}(?:, {_ITEM})*+\]"
_SETTING: Final = "(?:ignore_changes|prevent_delete|on_remove): "
_ENTRY: Final = re.compile(
    f"({_GAP})(?:({_NAMES}):(?:"
    r' "([^"\\\n]*+)"\n'
    r"| ([A-Za-z0-9/\x80-\U0010ffff][^:#\n]*+(?::(?=[^ \n])[^:#\n]*+)*+)(?<! )\n"
    rf"| ({_LIST})\n"
    rf"| {{({_SETTING}{_ITEM}(?:, {_SETTING}{_ITEM})*+)}}\n"
    r"| \|\n(  [^ \n][^\n]*+\n(?:(?:  [^\n]*+)?\n)*+)"
    rf"|\n((?:  - {_ITEM}\n)++)"
    rf"|\n((?:  {_SETTING}(?:{_ITEM}|{_LIST})\n)++)"
    r")|\Z|(.))"
)
"""One entry, with what may stand above it; or the end; or whatever else: at every place it matches one of them."""

_END, _, _QUOTED_TEXT, _PLAIN_TEXT, _FLOW_LIST, _FLOW_MAP, _BLOCK_TEXT, _BLOCK_LIST, _BLOCK_MAP, _ELSE = range(1, 11)
_NO_ENTRY: Final = frozenset({_END, _ELSE})

_ASCII: Final = bytes([*b"\n", *range(0x20, 0x7F)])
_ODD: Final = re.compile("[\0-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Besides `\\n`, what libyaml, YAML 1.2 or an eye may take for something else."""


def read_plain(file: str, data: bytes) -> Document | None:
    """The document of a file; None if the file is not of the plainest kind."""
    text = _text(data)
    value: dict[str, Any] = {}
    spots: dict[str, int] = {}
    line = start = 0
    for entry in _ENTRY.finditer(text):
        kind = entry.lastindex or _ELSE
        gap, name, raw = entry.group(1, 2, kind)
        if kind == _END and value:
            return Document(file, value, start, spots, Outlines(data), 0, damaged=False)
        if kind in _NO_ENTRY or name in value:
            break
        if gap:
            line += gap.count("\n")
        if not value:
            start = line << LINE
        try:
            value[name] = raw if kind == _QUOTED_TEXT else _value(kind, raw)
        except Refused:
            break
        spots[name] = line << LINE | len(name) + 2 if kind < _BLOCK_LIST else line + 1 << LINE | 2
        line += 1 if kind < _BLOCK_TEXT else raw.count("\n") + 1
    return None


def _text(data: bytes) -> str:
    """The text of a file; none if it is too large, or not of characters that mean themselves."""
    odd = data.translate(None, _ASCII) if len(data) <= _LARGEST else b"\0"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    return "" if odd and _ODD.search(text.replace("\n", "")) else text


def _value(kind: int, raw: str) -> Any:
    if kind == _PLAIN_TEXT:
        return resolve(raw) if raw[:1] in DOUBTFUL else raw
    if kind == _BLOCK_TEXT:
        return raw[2:].replace("\n  ", "\n").rstrip("\n") + "\n"
    if kind == _BLOCK_LIST:
        return [resolve(item) for item in raw[4:-1].split("\n  - ")]
    if kind == _FLOW_LIST:
        return [resolve(item) for item in raw[1:-1].split(", ")]
    return _map(raw.split(", ") if kind == _FLOW_MAP else raw[2:-1].split("\n  "))


def _map(settings: list[str]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for setting in settings:
        name, _, raw = setting.partition(": ")
        if name in value:
            raise Refused("duplicate-key", "left to the strict reader")
        value[name] = _value(_FLOW_LIST, raw) if raw.startswith("[") else resolve(raw)
    return value
