"""`catalogsync sheet`: what was edited in a sheet, back into the catalog."""

from pathlib import Path

import click

from catalogsync.cli.options import editing
from catalogsync.cli.session import Session, pass_session


@click.group(short_help="Bring the edits of a sheet into the catalog.")
def command() -> None:
    """Bring what was edited in a sheet into the catalog's files."""


@command.command(short_help="Write changed cells into the catalog.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@editing
@pass_session
def apply(session: Session, file: Path, dry_run: bool, auto_approve: bool) -> int:
    """Write the cells of FILE that were changed since its export into the catalog's files, comments kept.

    Rows that are not there change nothing. Where the catalog has changed as well, nothing is written.
    """
    from catalogsync.cli.editing import carry_out, refuse, require_answer
    from catalogsync.core.sheet_compare import compare_sheet
    from catalogsync.model.counted import counted
    from catalogsync.model.errors import EditRefused
    from catalogsync.render.edits_text import render_conflicts
    from catalogsync.render.escape import inline
    from catalogsync.sheets import read_sheet

    require_answer(dry_run=dry_run, auto_approve=auto_approve)
    catalog = session.catalog()
    found = compare_sheet(read_sheet(file), catalog)
    for remark in found.remarks:
        session.tell(f"note: {inline(remark)}")
    if found.conflicts:
        click.echo(render_conflicts(found.conflicts, width=session.width), err=True, nl=False)
    refuse(found.faults, "sheet")
    if found.conflicts:
        raise EditRefused(
            f"{counted(len(found.conflicts), 'cell')} changed in the sheet and in the catalog since the export; "
            "nothing was written",
            "write the catalog's value into the cell to keep that one, or export again and edit anew",
        )
    return carry_out(session, catalog, found.edits, found.cells, dry_run=dry_run, auto_approve=auto_approve)
