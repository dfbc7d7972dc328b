"""Lines that fit a width in terminal cells: wrapping, cutting and padding of styled text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from catalogsync.render.escape import guard
from catalogsync.render.palette import Span, Style

NARROWEST: Final = 20
"""Narrower screens are treated as this wide."""

_COLUMNS_FROM: Final = 50
"""On narrower screens columns cost more than they give."""

_MARKS: Final = 4
"""How many characters at most are taken for one cell, so that a hostile pile of accents ends."""

_LONG: Final = 10_000
"""Characters of a word that are broken into lines at a time."""

_PIECE: Final = re.compile(r" +|[^ ]+")


def cells(text: str) -> int:
    """How many terminal cells a text takes; wide characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def clip(text: str, width: int) -> str:
    """The text, cut with `…` where it is wider than that."""
    if cells(text) <= width:
        return text
    head, _ = _split(text, width - 1)
    return f"{head.rstrip()}…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text, filled with blanks up to a width; `right` sets it to the right."""
    gap = " " * (width - cells(text))
    return gap + text if right else text + gap


class Page:
    """An output as it grows, line by line."""

    def __init__(self, width: int, *, color: bool) -> None:
        self.width = max(width, NARROWEST)
        self._color = color
        self._lines: list[str] = []

    def put(self, *spans: Span | str, indent: int = 0, hang: int = 0) -> None:
        """Add a paragraph.

        Args:
            spans: its pieces.
            indent: blanks before each of its lines; fewer on narrow screens.
            hang: further blanks before all but the first line.
        """
        indent = min(indent, self.width // 5)
        hang = min(indent + hang, self.width // 2)
        pieces = [Span(span) if isinstance(span, str) else span for span in spans]
        for number, line in enumerate(_wrapped(pieces, self.width - indent, self.width - hang)):
            blanks = " " * (hang if number else indent)
            runs = groupby(line, key=lambda span: span.style)
            painted = (
                Span("".join(span.text for span in run), style).painted(color=self._color) for style, run in runs
            )
            self._lines.append(f"{blanks}{''.join(painted)}".rstrip())

    @property
    def narrow(self) -> bool:
        """Whether the screen is too narrow for columns."""
        return self.width < _COLUMNS_FROM

    def rows(self, rows: Sequence[tuple[str, Sequence[Span | str]]], indent: int = 0) -> None:
        """Add lines of a label and a text, the texts one below the other where the width allows."""
        column = 0 if self.narrow else max((cells(label) for label, _ in rows), default=0)
        for label, text in rows:
            name = Span(f"{pad(label, min(column, self.width // 3))}  ", Style.FAINT)
            self.put(name, *text, indent=indent, hang=2 if self.narrow else cells(name.text))

    def gap(self) -> None:
        """Add an empty line, unless nothing stands above."""
        if self._lines:
            self._lines.append("")

    def heading(self, title: str) -> None:
        """Add a heading, after an empty line unless it is the first."""
        self.gap()
        self.put(Span(title, Style.STRONG))

    def text(self) -> str:
        """The whole output, harmless to CI logs, with a line end at its end."""
        return guard("\n".join(self._lines).rstrip("\n") + "\n")


def _wrapped(spans: list[Span], first: int, rest: int) -> Iterator[list[Span]]:
    """Break spans into lines at blanks, and within a word only where it is longer than a line."""
    if _size(spans) <= first:
        yield spans
        return
    line: list[Span] = []
    blank: list[Span] = []
    room = first
    for word in _words(spans, rest):
        if word[0].text[0] == " ":
            blank = word
            continue
        gap, size = _size(blank), _size(word)
        if line and gap + size > room:
            yield line
            line, blank, gap, room = [], [], 0, rest
        if gap + size > room:
            *full, line = _broken(blank + word, room, rest)
            yield from full
            room = rest - _size(line)
        else:
            line += blank + word
            room -= gap + size
        blank = []
    if line:
        yield line


def _words(spans: Iterable[Span], room: int) -> Iterator[list[Span]]:
    """Runs of spans between which a line may break: a word may be made of several styles."""
    word: list[Span] = []
    for span in spans:
        whole = span.whole and cells(span.text) <= room
        for piece in [span.text] if whole else _PIECE.findall(span.text):
            if word and (piece[0] == " ") != (word[0].text[0] == " "):
                yield word
                word = []
            word.append(Span(piece, span.style))
    if word:
        yield word


def _broken(word: Iterable[Span], room: int, rest: int) -> list[list[Span]]:
    """A word that is longer than a line, in lines; the last one is not full."""
    lines: list[list[Span]] = [[]]
    for span in _in_pieces(word):
        tail = span.text
        while len(tail) > _MARKS * room or cells(tail) > room:
            head, tail = _split(tail, room)
            lines[-1].append(Span(head, span.style))
            lines.append([])
            room = rest
        lines[-1].append(Span(tail, span.style))
        room -= cells(tail)
    return lines


def _in_pieces(spans: Iterable[Span]) -> Iterator[Span]:
    """The same spans, none of them long: what is cut off line by line is copied each time."""
    for span in spans:
        for start in range(0, len(span.text), _LONG):
            yield Span(span.text[start : start + _LONG], span.style)


def _size(spans: Iterable[Span]) -> int:
    return sum(cells(span.text) for span in spans)


def _split(text: str, width: int) -> tuple[str, str]:
    """Cut a text so that the head is at most that wide; a character wider than the room goes into the tail."""
    if text.isascii():
        return text[:width], text[width:]
    at = min(len(text), _MARKS * width)
    while at and cells(text[:at]) > width:
        at -= 1
    return text[:at], text[at:]
