"""Lines of accounts, some hundreds at once where they look as nearly all do."""

import re
from collections.abc import Iterator
from typing import AnyStr, Final

from catalogsync.catalog.accounts import LINE_LIMIT
from catalogsync.model.account_block import STRETCH, AccountLines

_USUAL: Final = re.compile(rb"(?m)^([!-9;-{}~]++)[:|](?! )[ -~]++(?<! )$")
"""A line that `accounts.split` takes as it is."""


def usual(file: str, first: int, text: bytes) -> AccountLines | None:
    """The lines of a text, if every one of them is an account in plain ASCII without blanks at the edges.

    Args:
        file: the file's name.
        first: the number of the first line.
        text: the lines, each with a line feed.
    """
    if len(text) > LINE_LIMIT:
        return None  # a line may be too long
    identities = _USUAL.findall(text.lower())
    return AccountLines(file, first, text, identities) if len(identities) == text.count(b"\n") else None


def cut(text: AnyStr, feed: AnyStr) -> Iterator[AnyStr]:
    """Cut a text that ends with a line feed into pieces of some hundreds of whole lines."""
    start = 0
    while start < len(text):
        end = text.rfind(feed, start, start + STRETCH) + 1 or text.find(feed, start) + 1
        yield text[start:end]
        start = end
