"""Accounts as texts: which can be told again from `username:password`, and whether a person's text holds one."""

import re
import string
import unicodedata
from collections.abc import Iterator
from typing import Final

from catalogsync.model.pool import Account, identity_of

_BETWEEN: Final = re.compile(r"[\s,;\"'`<>()\[\]{}]+")
_HALVES: Final = re.compile(r"[:|=]")


def can_be_paired(account: Account) -> bool:
    """Whether both halves of an account can be told from `username:password`, as orders get it."""
    return not any(sign in account.username.reveal() for sign in ":|")


def names_in(text: str) -> frozenset[str]:
    """What in a text may be a username, in the form that decides whether two accounts are the same.

    An account that goes out in a text that a person typed would not be remembered.

    Every word counts, every line, and each of them as far as any `:`, `|` or `=` in it; with and without the
    punctuation around it.
    """
    return frozenset(identity_of(name) for name in _names(text) if name)


def folded(text: str) -> str:
    """A text in the form of usernames that decides whether two are the same, without signs that nobody sees."""
    return identity_of("".join(sign for sign in text if unicodedata.category(sign) != "Cf"))


def stands_in(name: str, text: str) -> bool:
    """Whether a username stands anywhere in a text, joined to other words by whatever is no letter and no digit.

    Args:
        name: in the form that decides whether two accounts are the same.
        text: folded.
    """
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(sign.isalnum() for sign in around):
            return True
        at = text.find(name, at + 1)
    return False


def _names(text: str) -> Iterator[str]:
    for part in (*text.splitlines(), *_BETWEEN.split(text)):
        ends = [0, *(found.end() for found in _HALVES.finditer(part))]
        for begin in ends:
            rest = part[begin:]
            for end in (*(found.start() for found in _HALVES.finditer(rest)), len(rest)):
                name = rest[:end].strip()
                yield from {name, name.strip(string.punctuation + string.whitespace)}
