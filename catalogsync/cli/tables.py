"""`--format text|json|csv`, for what can be a table."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import click

from catalogsync.cli.session import Session

if TYPE_CHECKING:
    from catalogsync.render.facts import Facts

TableForm = Literal["text", "json", "csv"]

tabled = click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
"""`--format`."""


def say_csv(session: Session, columns: Sequence[str], rows: "Iterable[Facts]") -> None:
    """A table to stdout, as spreadsheets read it: what would be a formula, or be changed, has an apostrophe in front.

    Raises:
        CatalogsyncError: it cannot be written there.
    """
    from io import BytesIO

    from catalogsync.render.escape import guard
    from catalogsync.render.facts import in_cells
    from catalogsync.sheets.csv_text import write_csv

    table = BytesIO()
    write_csv(table, columns, map(in_cells, rows))
    session.say(guard(table.getvalue().decode()))
