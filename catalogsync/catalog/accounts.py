"""The rules of one account. What is said of a faulty one never holds any of it."""

import re
import unicodedata
from typing import Final

from catalogsync.catalog.problems import Refused

LINE_LIMIT: Final = 1 << 16

_USUAL: Final = re.compile(r"([!-9;-{}~]+)[:|]([!-~](?:[ -~]*[!-~])?)", re.ASCII)
"""What nearly every line looks like: plain ASCII without blanks at the edges."""
_SEPARATOR: Final = re.compile(r"[:|]")
_CONFLICT: Final = re.compile(r"(<{7}|>{7}|={7}|\|{7})( .*)?")

QUOTE_IT: Final = "put quotes around the whole text; a comment goes on a line of its own"


def split(line: str) -> tuple[str, str]:
    """Username and password of a line.

    Raises:
        Refused: it is no account.
    """
    if len(line) > LINE_LIMIT:
        raise Refused("account-too-long", f"an account is at most {LINE_LIMIT} characters long")
    if match := _USUAL.fullmatch(line):
        return match[1], match[2]
    if _CONFLICT.fullmatch(line):
        raise Refused("merge-conflict", "a merge conflict was left in the file", "resolve it, then remove the markers")
    if not (found := _SEPARATOR.search(line)):
        check_characters(line)
        raise Refused("account-no-separator", "an account is `username:password`; a code without one is `CODE:-`")
    username, password = line[: found.start()], line[found.end() :]
    check(username, password)
    return username, password


def check(username: str, password: str) -> None:
    """See that both halves can be sold.

    Raises:
        Refused: they cannot.
    """
    for half in (username, password):
        check_characters(half)
        if not half:
            raise Refused(
                "account-empty-half", "the username or the password is empty", "a code without a password is `CODE:-`"
            )


def check_characters(text: str) -> None:
    """See that a text holds nothing that a buyer could not see or type.

    Raises:
        Refused: it does.
    """
    if len(text) > LINE_LIMIT:
        raise Refused("account-too-long", f"an account is at most {LINE_LIMIT} characters long")
    if not text.isprintable():
        if any(unicodedata.category(char) == "Cc" for char in text):
            raise Refused("account-control-character", "an account must not hold a tab or another control character")
        hint = "non-breaking and zero-width spaces or marks of direction often come with copied text; type it anew"
        raise Refused("account-invisible-character", "an account must not hold an invisible character", hint)
    if text.strip() != text:
        raise Refused("account-outer-space", "there must be no blanks around a username or password", "remove them")
