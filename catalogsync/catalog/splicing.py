"""Changing one entry in a document's text, so that every other character stays.

A writer of YAML would lay the whole document out anew, and people look at the diff. Whether the result means what it
should is not decided here: whoever splices reads it again.
"""

import re
from typing import Final

from catalogsync.catalog.entries import BLOCKS, Entry, Layout
from catalogsync.catalog.list_splicing import with_items
from catalogsync.catalog.text_lines import LINE_END, line_start, line_stop
from catalogsync.catalog.yaml_text import STEP, Style, spell
from catalogsync.model.fields import Value

ORDER: Final = (
    *("key", "title", "category", "category_id", "description", "description_file", "price"),
    *("min_quantity", "warranty_period_days", "status", "images"),
    *("supplier_name", "source_product_id", "source_product_url", "stock"),
    *("pool", "delivery", "pool_level", "marketplaces", "lifecycle", "previous_key"),
)
"""The order in which people write what a product says."""

_HEADER: Final = re.compile(r"[|>][-+0-9]*")
_INDENT: Final = re.compile(r"(?:\r\n|\r|\n)( *)[^ \r\n]")
_ONLY_COLON: Final = re.compile(r"[ \t]*:[ \t]*(?:\r\n|\r|\n)\s*")
_REST_OF_LINE: Final = re.compile(r"[ \t]*+(,?+)[ \t]*+(?:#[^\r\n]*+)?+(?=[\r\n])")


def replaced(text: str, layout: Layout, entry: Entry, name: str, value: Value, line_end: str) -> str:
    """A document in which an entry has another value, and perhaps another name.

    Args:
        text: the document.
        layout: where everything stands in it.
        entry: the entry.
        name: what it is to be called.
        value: normalized.
        line_end: how the file's lines end.
    """
    renamed = name != entry.name
    style = None if renamed and not (layout.flow and entry.style is Style.DOUBLE) else entry.style
    in_block_list = entry.listed and not entry.flow
    if in_block_list and isinstance(value, tuple) and value:
        return with_items(text, entry, value, line_end)
    indent = layout.indent + STEP
    if entry.style in BLOCKS and not renamed and (body := _INDENT.search(text, entry.start, entry.end)):
        indent = max(len(body[1]), layout.indent + 1)
    spelling = spell(name, value, indent, style, flow=layout.flow or (entry.listed and entry.flow))
    key = text[entry.key_start : entry.key_end].replace(entry.name, name)
    before = text[: entry.key_start] + key + text[entry.key_end : entry.start]
    if in_block_list and _ONLY_COLON.fullmatch(text, entry.key_end, entry.start):
        before = f"{text[: entry.key_start]}{key}: "
    head, stop = spelling.head, entry.end
    if entry.style in BLOCKS and not entry.listed and (header := _HEADER.match(text, entry.start)):
        stop = header.end()
        head += "".join(set(header[0]) & set("+-")) if spelling.below else ""
    rest = text[stop : line_stop(text, stop)]
    below = "".join(line_end + line for line in spelling.below)
    return before + head + rest + below + text[line_stop(text, max(stop, entry.end)) :]


def added(text: str, layout: Layout, name: str, value: Value, line_end: str) -> str:
    """A document with one entry more, where people would look for it.

    Args:
        text: the document.
        layout: where everything stands in it.
        name: the entry's name, of `ORDER`, which it does not have yet.
        value: normalized.
        line_end: how the file's lines end.
    """
    rank = ORDER.index(name)
    above = [entry for entry in layout.entries if entry.name in ORDER[:rank]]
    nearest = max(above, key=lambda entry: ORDER.index(entry.name), default=None)
    quoted = any(text[entry.key_start] == '"' for entry in layout.entries)
    spelling = spell(name, value, layout.indent + STEP, Style.DOUBLE if quoted else None, flow=layout.flow)
    head = f'"{name}":' if quoted else f"{name}:"
    entry = line_end.join([f"{head} {spelling.head}".rstrip(" "), *spelling.below])
    if layout.flow:
        return _added_in_flow(text, layout, nearest, entry, line_end)
    blanks = " " * layout.indent
    if nearest is not None:
        at = line_stop(text, nearest.end)
        return f"{text[:at]}{line_end}{blanks}{entry}{text[at:]}"
    at = layout.entries[0].key_start
    return f"{text[:at]}{entry}{line_end}{blanks}{text[at:]}"


def removed(text: str, layout: Layout, entry: Entry) -> str:
    """A document without an entry, and without the comment behind it.

    Args:
        text: the document.
        layout: where everything stands in it.
        entry: the entry.
    """
    if layout.flow:
        return _removed_in_flow(text, layout, entry)
    start, end = line_start(text, entry.key_start), line_stop(text, entry.end)
    behind = LINE_END.match(text, end)
    if behind is not None and not behind[0]:
        # The file ends here without a line end, and then it ends so above.
        start = len(text[:start].removesuffix("\n").removesuffix("\r"))
    return text[:start] + text[behind.end() if behind is not None else end :]


def _added_in_flow(text: str, layout: Layout, nearest: Entry | None, entry: str, line_end: str) -> str:
    if not layout.entries:
        at = layout.start + 1
        return f"{text[:at]}{entry}{text[at:]}"
    number = layout.entries.index(nearest) + 1 if nearest is not None else 0
    if nearest is None or number < len(layout.entries):
        at = layout.entries[number].key_start
        return f"{text[:at]}{entry},{_gap(text, at, line_end) or ' '}{text[at:]}"
    end, gap = nearest.end, _gap(text, nearest.key_start, line_end)
    rest = _REST_OF_LINE.match(text, end)
    if not gap or rest is None:
        return f"{text[:end]}, {entry}{text[end:]}"
    comma = rest[1]
    return f"{text[:end]}{'' if comma else ','}{rest[0]}{gap}{entry}{comma}{text[rest.end() :]}"


def _removed_in_flow(text: str, layout: Layout, entry: Entry) -> str:
    number = layout.entries.index(entry)
    if number + 1 < len(layout.entries):
        return text[: entry.key_start] + text[layout.entries[number + 1].key_start :]
    start = layout.entries[number - 1].end if number else entry.key_start
    if "#" in text[start : entry.key_start]:
        # A comment behind the entry above stays, and then so does its comma.
        start = len(text[: entry.key_start].rstrip())
    return text[:start] + text[entry.end :]


def _gap(text: str, at: int, line_end: str) -> str:
    """What parts an entry from the one above, if it stands first in its line; else nothing."""
    blanks = text[line_start(text, at) : at]
    return "" if blanks.strip(" \t") else line_end + blanks
