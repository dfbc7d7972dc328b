"""Texts of others in commands that a person may copy into a shell."""

from shlex import quote


def pasted(text: str) -> str:
    """A text as one word of a command, the last that is no option: a shell does nothing with it, nor does an option.

    An id may be called `$(reboot)`, or `--auto-approve`.
    """
    return f"-- {quote(text)}" if text.startswith("-") else quote(text)
