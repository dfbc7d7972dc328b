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
    r")|\Z|((?s:.+)))"
)
"""One entry, with what may stand above it; or the end; or whatever else, with all that follows it."""

_ASCII: Final = bytes([*b"\n", *range(0x20, 0x7F)])
_ODD: Final = re.compile("[\0-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Besides `\\n`, what libyaml, YAML 1.2 or an eye may take for something else."""


def read_plain(file: str, data: bytes) -> Document | None:
    """The document of a file; None if the file is not of the plainest kind."""
    value: dict[str, Any] = {}
    spots: dict[str, int] = {}
    line = start = 0
    try:
        # An empty text in quotes is what remains where no other form has anything.
        for gap, name, quoted, plain, flow_list, flow_map, block, items, settings, other in _ENTRY.findall(_text(data)):
            if gap:
                line += gap.count("\n")
            if name in value or other:
                break
            if not name:
                return Document(file, value, start, spots, Outlines(data), 0, damaged=False) if value else None
            if not value:
                start = line << LINE
            if not (block or items or settings):
                spots[name] = line << LINE | len(name) + 2
                line += 1
            if plain:
                value[name] = resolve(plain) if plain[0] in DOUBTFUL else plain
            elif block:
                value[name] = block[2:].replace("\n  ", "\n").rstrip("\n") + "\n"
                spots[name] = line << LINE | len(name) + 2
                line += block.count("\n") + 1
            elif items or settings:
                value[name] = _items(items[4:-1], "\n  - ") if items else _map(settings[2:-1], "\n  ")
                spots[name] = line + 1 << LINE | 2
                line += (items or settings).count("\n") + 1
            elif flow_list:
                value[name] = _items(flow_list[1:-1], ", ")
            else:
                value[name] = _map(flow_map, ", ") if flow_map else quoted
    except Refused:
        pass
    return None


def _text(data: bytes) -> str:
    """The text of a file; none if it is too large, or not of characters that mean themselves."""
    odd = data.translate(None, _ASCII) if len(data) <= _LARGEST else b"\0"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    return "" if odd and _ODD.search(text.replace("\n", "")) else text


def _items(raw: str, between: str) -> list[Any]:
    return [resolve(item) for item in raw.split(between)]


def _map(raw: str, between: str) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for setting in raw.split(between):
        name, _, written = setting.partition(": ")
        if name in value:
            raise Refused("duplicate-key", "left to the strict reader")
        value[name] = _items(written[1:-1], ", ") if written.startswith("[") else resolve(written)
    return value
