"""Reading the documentation's pages: their prose, their code blocks, their tables."""

import re
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (
    "README.md",
    "ARCHITECTURE.md",
    "SECURITY.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
)

FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A code block: its language and its text."""
SPAN: Final = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
"""Code within the text."""


@cache
def page(name: str) -> str:
    """A page, by its path."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def prose(name: str) -> str:
    """A page without its code blocks."""
    return FENCE.sub("", page(name))


def section(name: str, title: str) -> str:
    """What stands under a heading of the second level."""
    return page(name).split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, row by row, heads included."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
