"""Texts of others within Markdown: shown as they are, and nothing in them does anything, on GitHub or on GitLab.

What is no plain word or number stands in a code span. There Markdown, HTML, mentions, references to issues and commits,
addresses, emoji, formulas and commands are only text. No line begins with a text of others.
"""

import re
from itertools import groupby
from typing import Final

from catalogsync.render.escape import guard, inline

MOST: Final = 300
"""So many characters of a text are shown."""

_COMMAND: Final = re.compile(r"(`[^`]*`)")
_TICKS: Final = re.compile("`+")
_EDGES: Final = re.compile(r"""([("“]*)(.*?)([)"”,;.:!?…]*)""")
_LETTERS: Final = r"[^\W\d_]+"
_NUMBER: Final = r"[−+]?\d{1,6}(?:,\d{3})*(?:\.\d{1,6})?%?"
_PLAIN: Final = re.compile(rf"(?:{_LETTERS}(?:['’-]{_LETTERS})*|{_NUMBER}|[→·–—…%]|)")
_COMMIT: Final = re.compile("[0-9a-f]{7,}", re.IGNORECASE)
"""What GitHub takes for a commit, if there is one that begins so."""


def code(text: str, most: int = MOST) -> str:
    """A text as a code span, cut with the number of characters that it has."""
    if len(text) > most:
        text = f"{text[: most - 1].rstrip()}… ({len(text):,} characters)"
    text = guard(inline(text))
    if not text.strip():
        text = f'"{text}"'
    # The fence is a run of backticks that the text has not. One longer than any would do as well, but for GitHub's
    # reader, to which more than 80 are no fence.
    fence, runs = "`", set(_TICKS.findall(text))
    while fence in runs:
        fence += "`"
    blank = " " if runs and (text[0] == "`" or text[-1] == "`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def prose(text: str) -> str:
    """A text whose plain words stay words; whatever else there is becomes code spans."""
    words = [word for word in guard(inline(text)).split(" ") if word]
    runs = groupby(words, _is_plain)
    return " ".join(" ".join(run) if plain else _odd(" ".join(run)) for plain, run in runs) or code(text)


def told(message: str, most: int = 2_000) -> str:
    """A message, with what it says to type as code."""
    if len(message) > most:
        message = f"{message[: most - 1].rstrip()}… ({len(message):,} characters)"
    text = ""
    for part in _COMMAND.split(message):
        if part.startswith("`") and len(part) > 2:
            piece = code(part[1:-1], most)
        else:
            piece = f"{' ' * part.startswith(' ')}{prose(part) if part.strip() else ''}{' ' * part.endswith(' ')}"
        # Two code spans that touch would be one run of backticks.
        text += f" {piece}" if text.endswith("`") and piece.startswith("`") else piece
    return text


def cell(markdown: str) -> str:
    r"""What stands in a cell of a table: a `|` in it does not end the cell.

    Readers disagree on what `\\|` means, so a backslash before a `|` is written as `\x5c`.
    """
    if "|" not in markdown:
        return markdown
    return re.sub(r"\\+(?=\|)", lambda match: r"\x5c" * len(match.group()), markdown).replace("|", r"\|")


def identifier(text: str) -> str:
    """A text as it may stand in an HTML comment."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", text[:100]).strip("-") or "-"


def _is_plain(word: str) -> bool:
    match = _EDGES.fullmatch(word)
    return match is not None and bool(_PLAIN.fullmatch(match[2])) and not _COMMIT.fullmatch(match[2])


def _odd(words: str) -> str:
    """Words of which none is plain; quotes, brackets and stops around them stay outside."""
    match = _EDGES.fullmatch(words)
    before, core, after = match.groups() if match else ("", words, "")
    return f"{before}{code(core)}{after}"
