"""A text that a person gives a command: among its words, or on standard input."""

import sys

from catalogsync.model.errors import UsageError


def typed(text: str, most: int = -1) -> str:
    """The text itself, or what comes on standard input where it is `-`.

    Args:
        text: as it stands among the words of the command.
        most: so many bytes are read at most; -1: all there are.

    Raises:
        UsageError: what comes is no text.
    """
    if text != "-":
        return text
    try:
        return sys.stdin.buffer.read(most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("what came on standard input is no text in UTF-8", "save it as UTF-8") from None
