"""The text of one entry of a product's document, which the strict reader reads back as the value it was made from."""

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from yaml.resolver import Resolver

from catalogsync.catalog.problems import Refused
from catalogsync.catalog.scalars import DOUBTFUL, resolve
from catalogsync.model.fields import Value


class Style(Enum):
    """How a scalar is written; the values are libyaml's names."""

    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"


@dataclass(frozen=True, slots=True)
class Spelling:
    """The text of a value: what stands in the line of its name (may be empty), and whole lines below, if any."""

    head: str
    below: tuple[str, ...] = ()


STEP: Final = 2
"""By how many blanks what belongs to an entry is indented, unless the file does otherwise."""

_QUOTED: Final = frozenset({"price", "category_id"})
_LONG: Final = 100
_HELD: Final = re.compile("[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
"""What can stand in a file as it is, and means itself to every reader of YAML."""
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NO_PLAIN: Final = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`]|.*(?:: | #|:\Z|[\t\n])", re.DOTALL)
_NO_PLAIN_IN_FLOW: Final = re.compile(r"[,\[\]{}:?#]")
_PLAIN_PRICE: Final = re.compile(r"[0-9]+\.[0-9]{2}", re.ASCII)
_LETTERS: Final = frozenset("yYnN")
_FOLD: Final = re.compile(r"(.{60,100}\S) (?=\S)")


def entry_text(name: str, value: Value, indent: int = 0) -> str:
    """An entry of a block map, written as people do, with LF at each line's end.

    Args:
        name: the field as a file calls it: a name in `model.fields.FIELDS`, `category`, `key` and the like.
        value: normalized.
        indent: the map's indentation.
    """
    spelling = spell(name, value, indent + STEP)
    head = f"{' ' * indent}{name}:{' ' if spelling.head else ''}{spelling.head}"
    return "".join(f"{line}\n" for line in (head, *spelling.below))


def spell(name: str, value: Value, indent: int, style: Style | None = None, *, flow: bool = False) -> Spelling:
    """The text of an entry's value.

    Args:
        name: the field as a file calls it.
        value: normalized.
        indent: the indentation of lines below the entry's own.
        style: how to write the scalar, or a list's items, where that can hold them; None: as people do.
        flow: it must fit into `{…}` or `[…]`; of a list: write it as one.
    """
    if isinstance(value, int):
        return Spelling(str(value))
    if isinstance(value, tuple):
        if flow or not value:
            return Spelling(f"[{', '.join([_in_line(item, style, flow=True) for item in value])}]")
        return Spelling("", tuple([f"{' ' * indent}- {_in_line(item, style, flow=False)}" for item in value]))
    if style is None and name in _QUOTED:
        style = Style.DOUBLE
    if style is Style.PLAIN and name == "price" and _PLAIN_PRICE.fullmatch(value):
        return Spelling(value)
    if not flow and _as_block(name, value, style) and (block := _block(value, indent, style)) is not None:
        return block
    return Spelling(_in_line(value, style, flow=flow))


def _as_block(name: str, value: str, style: Style | None) -> bool:
    # A text of several lines is read and compared by lines, whatever it was before.
    blocks = {Style.LITERAL, Style.FOLDED}
    return "\n" in value or style in blocks or (style is None and name == "description" and len(value) > _LONG)


def _block(text: str, indent: int, style: Style | None) -> Spelling | None:
    """A text as a block; None if a block cannot hold it. Its last line end is no part of a normalized text."""
    if not text or text != text.strip() or not _HELD.fullmatch(text):
        return None
    folded = style is Style.FOLDED and "\n " not in text and "\n\t" not in text
    if folded:
        text = _FOLD.sub(r"\1\n", re.sub(r"\n+", r"\g<0>\n", text))
    blanks = " " * indent
    lines = [f"{blanks}{line}" if line else "" for line in text.split("\n")]
    return Spelling(">" if folded else "|", tuple(lines))


def _in_line(text: str, style: Style | None, *, flow: bool) -> str:
    if style is not Style.DOUBLE and text == text.strip() and "\n" not in text and _HELD.fullmatch(text):
        if style is Style.SINGLE:
            return "'" + text.replace("'", "''") + "'"
        if _plain(text, flow=flow):
            return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _plain(text: str, *, flow: bool) -> bool:
    """Whether a text without quotes is that text, also to readers of YAML 1.1, to whom `no` is false."""
    if not text or _NO_PLAIN.match(text) or (flow and _NO_PLAIN_IN_FLOW.search(text)) or text in _LETTERS:
        return False
    if any(form.match(text) for _, form in Resolver.yaml_implicit_resolvers.get(text[0], ())):
        return False
    try:
        return text[0] not in DOUBTFUL or resolve(text) == text
    except Refused:
        return False
