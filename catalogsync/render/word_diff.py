"""A long text's change in few words: the places that differ, each with some words around it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(r"<[^<>\s]{0,40}[^<>]{0,160}>\s*|[^\W_]+\s*|[^<]\s*|<\s*")
_MOST: Final = 2000
"""With more pairs of equal words than that a difference is no longer looked for: each pair costs, many times over."""
_BRIDGE: Final = 2
"""So few equal words between two changes count as changed too; it reads better."""


Piece = str | tuple[str, str] | None
"""A text that stays; one that goes and the one that comes for it; or None for what stays and is left out."""


class _Range(NamedTuple):
    first_old: int
    last_old: int
    first_new: int
    last_new: int


def word_diff(before: str, after: str, places: int, around: int) -> tuple[list[Piece], int] | None:
    """The places in which two texts differ.

    Args:
        before: the old text.
        after: the new text.
        places: how many places to show at most.
        around: how many words to show before and after each place.

    Returns:
        The pieces in order and how many further places differ, or None where so much is new that words would not tell.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    if _pairs(old[head : len(old) - tail], new[head : len(new) - tail]) > _MOST:
        return None
    ranges = list(_ranges(old, new, head, tail))
    pieces: list[Piece] = []
    at = 0
    for change in ranges[:places]:
        pieces += _kept(new[at : change.first_new], around if at else 0, around)
        gone, come = old[change.first_old : change.last_old], new[change.first_new : change.last_new]
        pieces.append(("".join(gone), "".join(come)))
        at = change.last_new
    pieces += _kept(new[at:], around, 0)
    return pieces, len(ranges[places:])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _pairs(old: list[str], new: list[str]) -> int:
    """In how many ways a word of one text equals one of the other."""
    counts = Counter(new)
    return sum(times * counts[word] for word, times in Counter(old).items())


def _kept(words: list[str], first: int, last: int) -> Iterator[Piece]:
    """What stays between two changes: all of it if it is short, else its first and last words."""
    if len(words) <= first + last + _BRIDGE:
        first = len(words)
    if first:
        yield "".join(words[:first])
    if first < len(words):
        yield None
        if last:
            yield "".join(words[-last:])


def _ranges(old: list[str], new: list[str], head: int, tail: int) -> Iterator[_Range]:
    """The ranges that differ, those joined between which hardly anything is equal."""
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    last: _Range | None = None
    for tag, *ends in matcher.get_opcodes():
        if tag == "equal":
            continue
        found = _Range(*(end + head for end in ends))
        if last and found.first_old - last.last_old <= _BRIDGE:
            last = last._replace(last_old=found.last_old, last_new=found.last_new)
            continue
        if last:
            yield last
        last = found
    if last:
        yield last
