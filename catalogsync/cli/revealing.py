"""`--reveal`: what is somebody's own affair, for a person at a terminal and for nothing else."""

import sys

import click

from catalogsync.cli.console import is_terminal
from catalogsync.model.errors import UsageError

revealed = click.option(
    "--reveal", is_flag=True, help="Show what buyers wrote and who they are; on a terminal, as text, only."
)
"""`--reveal`, of tickets."""


def require_screen(form: str = "text") -> None:
    """Make sure that what is revealed goes to a screen, and into no file.

    Raises:
        UsageError: it would not.
    """
    if form != "text" or not is_terminal(sys.stdout):
        raise UsageError(
            "--reveal shows personal data on a terminal, as text, and nowhere else",
            "run it in a terminal, without --format and without sending the output elsewhere",
        )
