"""What every command does that edits the catalog's files: show, ask, write, and say which files."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.session import Session
from catalogsync.model.errors import EditRefused

if TYPE_CHECKING:
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.sheet import Fault
    from catalogsync.model.writing import Edit


def require_answer(*, dry_run: bool, auto_approve: bool) -> None:
    """Make sure that somebody can be asked, before anything is read.

    Raises:
        UsageError: nobody can, and no flag says what to do.
    """
    if not (dry_run or auto_approve):
        require_person("--auto-approve writes without asking, --dry-run only shows")


def refuse(faults: "Sequence[Fault]", what: str) -> None:
    """Say what cannot be taken, if anything.

    Args:
        faults: what cannot be taken.
        what: in which they were found, such as `sheet`.

    Raises:
        EditRefused: something cannot be taken.
    """
    from catalogsync.model.counted import counted
    from catalogsync.render.edits_text import render_faults

    if faults:
        click.echo(render_faults(faults), err=True, nl=False)
        raise EditRefused(f"the {what} has {counted(len(faults), 'error')}; nothing was written")


def carry_out(
    session: Session,
    catalog: "Catalog",
    edits: "Sequence[Edit]",
    cells: "Mapping[tuple[str, str], str] | None" = None,
    *,
    dry_run: bool,
    auto_approve: bool,
) -> int:
    """Show edits of the catalog, ask, and write them. Gives back the exit code.

    Args:
        session: how to speak.
        catalog: as it is.
        edits: what is to be written.
        cells: where they stand in a sheet, by key and field.
        dry_run: only show them.
        auto_approve: do not ask.

    Raises:
        EditRefused: not all of them can be made.
        CatalogError: the catalog would have errors, or a file changed meanwhile.
        Interrupted: somebody asked to stop before the first file was written; later it does not stop, since a change
            by a share that was written in part cannot be repeated.
    """
    from catalogsync.catalog.edition import Edition
    from catalogsync.cli.signals import interruptible
    from catalogsync.render.edits_text import render_edits
    from catalogsync.render.listed import listed
    from catalogsync.workflow.editing import prepare

    if not edits:
        session.say("No changes.")
        return 0
    editor = Edition(session.root, catalog, ci_public=session.ci_public, keys=session.pool_keys)
    prepared = prepare(editor, catalog, edits, cells)
    refuse(prepared.faults, "edit")
    text = render_edits(
        prepared.changes, prepared.notices, verbose=session.verbose, width=session.width, color=session.color
    )
    session.say(text)
    if dry_run:
        session.tell("Nothing was written.")
        return 0
    if not auto_approve and not confirmed(session, "Write this?", "Nothing was written."):
        return 1
    with interruptible(session.interrupted, after="this step, with nothing half written"):
        editor.save(session.interrupted.is_set)
    names = listed(prepared.files, len(prepared.files) if session.verbose > 0 else 5)
    session.tell(f"Written: {names}.\n`catalogsync plan` shows what that changes in the shop.")
    return 0
