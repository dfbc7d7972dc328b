"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import click

from catalogsync.cli.session import Session
from catalogsync.cli.words import ALLOWANCE, KEY

if TYPE_CHECKING:
    from catalogsync.model.plan import Selection

Form = Literal["text", "json"]

formatted = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
"""`--format`, for results that have a text and a JSON form."""

ReportForm = Literal["text", "json", "markdown", "html"]

REPORT_FORMS: Final[dict[str, ReportForm]] = {".md": "markdown", ".html": "html", ".json": "json"}
"""By the ending of a file's name: what `--report` writes into it."""

Command = TypeVar("Command", bound=Callable[..., Any])


def patient(command: Command) -> Command:
    """`--lock-timeout`, for what takes the lease: the session's journals wait so long for it."""

    def keep(context: click.Context, _option: click.Parameter, value: str) -> None:
        from catalogsync.core.duration import parse_duration

        seconds = parse_duration(value)
        if seconds is None:
            raise click.BadParameter("a time is written with its unit: 30s, 10m or 1h")
        context.ensure_object(Session).lock_timeout = seconds

    return click.option(
        "--lock-timeout",
        metavar="TIME",
        default="0s",
        expose_value=False,
        callback=keep,
        help="Wait so long for another run to end, such as 10m (default: not at all).",
    )(command)


def reporting(command: Command) -> Command:
    """`--format` and `--report`, for what people look at in pull requests too."""

    def known(_context: click.Context, _option: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        for path in paths:
            if path.suffix.lower() not in REPORT_FORMS:
                raise click.BadParameter(f"{path}: a report's name ends in {', '.join(REPORT_FORMS)}")
        return paths

    report = click.option(
        "--report",
        "reports",
        type=click.Path(dir_okay=False, path_type=Path),
        multiple=True,
        callback=known,
        metavar="FILE",
        help="Also write a report to FILE.md, FILE.html or FILE.json; may be given several times.",
    )
    form = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "markdown", "html"]),
        default="text",
        show_default=True,
    )
    return form(report(command))


def choosing(command: Command) -> Command:
    """`--only` and `--exclude`."""
    exclude = click.option("--exclude", type=KEY, multiple=True, metavar="GLOB", help="All keys but those that match.")
    only = click.option("--only", type=KEY, multiple=True, metavar="GLOB", help="Only keys that match.")
    return only(exclude(command))


def selecting(command: Command) -> Command:
    """`--only`, `--exclude` and `--allow`."""
    allow = click.option(
        "--allow",
        type=ALLOWANCE,
        multiple=True,
        metavar="RULE=N",
        help="Let one safety rule pass up to N, such as max_deletes=4.",
    )
    return choosing(allow(command))


def editing(command: Command) -> Command:
    """`--dry-run` and `--auto-approve`, for what writes into the catalog's files."""
    approve = click.option("--auto-approve", is_flag=True, help="Do not ask.")
    dry = click.option("--dry-run", is_flag=True, help="Only show what would be written.")
    return dry(approve(command))


def selection(only: tuple[str, ...] = (), exclude: tuple[str, ...] = (), allow: tuple[str, ...] = ()) -> "Selection":
    """What these options say; everything, if nothing is said.

    Raises:
        UsageError: an `--allow` does not fit.
    """
    from catalogsync.core.limits import parse_allowances
    from catalogsync.model.plan import Selection

    return Selection(only, exclude, parse_allowances(allow))
