"""The one question before something is done: whether to go on; and the refusal where nobody can be asked."""

import sys

import click

from catalogsync.cli.console import is_terminal
from catalogsync.cli.session import Session
from catalogsync.model.errors import UsageError


def require_person(instead: str) -> None:
    """Make sure that somebody can be asked.

    Args:
        instead: the flags that need no answer, and what they do.

    Raises:
        UsageError: nobody can.
    """
    if not is_terminal(sys.stdin):
        raise UsageError("nobody can be asked here", instead)


def confirmed(session: Session, question: str, otherwise: str = "Nothing was changed.") -> bool:
    """Whether a person says yes; who says anything else is told what that means."""
    said = click.confirm(question, err=True)
    if not said:
        session.tell(otherwise)
    return said
