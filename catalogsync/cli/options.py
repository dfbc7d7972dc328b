"""Options that several commands share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

if TYPE_CHECKING:
    from catalogsync.model.plan import Selection

Form = Literal["text", "json"]

formatted = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
"""`--format`, for results that have a text and a JSON form."""

Command = TypeVar("Command", bound=Callable[..., Any])


def selecting(command: Command) -> Command:
    """`--only`, `--exclude` and `--allow`."""
    allow = click.option(
        "--allow", multiple=True, metavar="RULE=N", help="Let one safety rule pass up to N, such as max_deletes=4."
    )
    exclude = click.option("--exclude", multiple=True, metavar="GLOB", help="All keys but those that match.")
    only = click.option("--only", multiple=True, metavar="GLOB", help="Only keys that match.")
    return only(exclude(allow(command)))


def selection(only: tuple[str, ...] = (), exclude: tuple[str, ...] = (), allow: tuple[str, ...] = ()) -> "Selection":
    """What these options say; everything, if nothing is said.

    Raises:
        UsageError: an `--allow` does not fit.
    """
    from catalogsync.core.limits import parse_allowances
    from catalogsync.model.plan import Selection

    return Selection(only, exclude, parse_allowances(allow))
