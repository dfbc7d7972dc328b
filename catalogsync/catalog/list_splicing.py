"""Changing the items of a list in lines: those that stay keep their lines, comments and all."""

from collections.abc import Iterable
from itertools import takewhile

from catalogsync.catalog.entries import Entry
from catalogsync.catalog.text_lines import line_start, line_stop
from catalogsync.catalog.yaml_text import spell


def with_items(text: str, entry: Entry, value: tuple[str, ...], line_end: str) -> str:
    """A document in which a list has other items.

    Args:
        text: the document.
        entry: the list's entry; each item has lines of its own.
        value: the items, one at least.
        line_end: how the file's lines end.
    """
    old, lines = entry.items, spell(entry.name, value, 0, entry.style).below
    alike = _alike(zip((item.text for item in old), value, strict=False))
    below = _alike(zip((item.text for item in reversed(old[alike:])), reversed(value[alike:]), strict=False))
    gone, new = old[alike : len(old) - below], lines[alike : len(lines) - below]
    both = min(len(gone), len(new))
    splices = [(item.start, item.end, line[2:]) for item, line in zip(gone, new, strict=False)]
    blanks = " " * (entry.start - line_start(text, entry.start))
    above = alike + both
    if above:
        at = line_stop(text, old[above - 1].end)
        stop = line_stop(text, gone[-1].end) if len(gone) > both else at
        splices.append((at, stop, "".join(f"{line_end}{blanks}{line}" for line in new[both:])))
    else:
        stop = text.rindex("-", entry.start, old[len(gone)].start)
        splices.append((entry.start, stop, "".join(f"{line}{line_end}{blanks}" for line in new)))
    for start, stop, replacement in reversed(splices):
        text = text[:start] + replacement + text[stop:]
    return text


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
