"""Tables that fit the screen: columns where there is room, else one card for each row."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from catalogsync.render.layout import Page, cells, clip, pad
from catalogsync.render.palette import Span, Style

_GAP: Final = 2
_LEAST: Final = 12
"""A column that yields is left out rather than cut to less, the first of them first."""


class Column(NamedTuple):
    """A column: its title, whether numbers stand in it, and whether it may be cut or left out where room is short.

    What is `whole` is left out rather than cut: half an id is of no use to anybody.
    """

    title: str
    number: bool = False
    yields: bool = False
    whole: bool = False


def put_table(page: Page, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Add a table of at least one row. Its texts are harmless already; a column in which nothing stands is left out."""
    filled = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    yielding = [number for number in filled if columns[number].yields]
    for gone in range(len(yielding) + 1):
        chosen = [number for number in filled if number not in yielding[:gone]]
        used = [columns[number] for number in chosen]
        texts = [[row[number] for number in chosen] for row in rows]
        if widths := _widths(used, texts, page.width):
            _put_columns(page, used, texts, widths)
            return
    _put_cards(page, columns, rows)


def _put_columns(page: Page, columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    titles = [column.title for column in columns]
    for number, row in enumerate([titles, *rows]):
        texts = (
            pad(clip(text, width), width, right=column.number)
            for column, text, width in zip(columns, row, widths, strict=True)
        )
        page.put(Span((" " * _GAP).join(texts).rstrip(), Style.PLAIN if number else Style.STRONG))


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How wide each column is; None where they do not fit even when those that yield are cut."""
    widths = [max(cells(column.title), *(cells(row[number]) for row in rows)) for number, column in enumerate(columns)]
    excess = sum(widths) + _GAP * (len(widths) - 1) - room
    for number, column in enumerate(columns):
        if excess > 0 and column.yields and not column.whole:
            cut = max(0, min(excess, widths[number] - _LEAST))
            widths[number] -= cut
            excess -= cut
    return None if excess > 0 else widths


def _put_cards(page: Page, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    for row in rows:
        page.put(Span(row[0], Style.STRONG))
        facts = zip(columns[1:], row[1:], strict=True)
        page.rows([(column.title, [text]) for column, text in facts if text], indent=2)
