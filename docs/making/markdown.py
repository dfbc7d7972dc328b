"""Words that Markdown takes as they are meant."""

import re
from collections.abc import Iterable


def code(text: str) -> str:
    """A text as code within a line."""
    return f"`{text}`"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table. Line ends in cells become blanks."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def anchor(title: str) -> str:
    """What links to a heading end with, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _cell(text: str) -> str:
    # A bar ends a cell, also where it stands in code.
    return " ".join(text.split()).replace("|", "\\|")
