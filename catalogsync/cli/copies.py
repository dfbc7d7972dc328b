"""`catalogsync state pull` and `state push`: a copy of the state in one file, for back-ups and for moving it."""

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from catalogsync.cli.console import is_terminal
from catalogsync.cli.files import replaced
from catalogsync.cli.options import patient
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.core.pasting import pasted
from catalogsync.model.counted import counted
from catalogsync.model.errors import CatalogsyncError, StateError, UsageError

if TYPE_CHECKING:
    from catalogsync.state import Pushed, RecordJournal

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Copy the state into a file.")
@click.argument("file", type=FILE, required=False)
@click.option("--close", is_flag=True, help="Close it here, so that it can live on in another place.")
@patient
@pass_session
def pull(session: Session, file: Path | None, close: bool) -> int:
    """Copy the state into FILE, every record from the first on; without FILE, to standard output.

    The copy holds no account and no key. Keep it together with the state key, without which it is worth nothing.
    """
    if file is None and close:
        raise UsageError("--close needs a FILE", "what is closed here is to be put elsewhere, whole")
    if file is None and is_terminal(sys.stdout):
        raise UsageError("a state is nothing for a terminal", "`catalogsync state pull FILE` writes it into a file")
    journal = session.journal(session.config(), moved=True)
    if journal is None:
        raise StateError("there is no state yet", "`catalogsync state init` makes it, and so does the first apply")
    if file is None:
        _print(journal.records())
        return 0
    _require_own(file)
    with replaced(file) as out:
        if close and journal.state.moved is None:
            with interruptible(session.interrupted):
                journal.close(session.run("state pull --close"))
        _write(out, journal.records())
    session.tell(f"{file} holds the state in {journal.place}: {counted(journal.state.serial, 'record')}.")
    if journal.state.moved is not None:
        _tell_way(session, file, journal)
    return 0


@click.command(short_help="Put a copy of the state into its place.")
@click.argument("file", type=FILE)
@click.option("--restore", is_flag=True, help="FILE is a back-up, and the state that it is of is lost.")
@click.option("--reopen", is_flag=True, help="Go on where the state was closed, for it was put nowhere else.")
@pass_session
def push(session: Session, file: Path, restore: bool, reopen: bool) -> int:
    """Put FILE, a copy that `state pull` made, into the place that catalogsync.yaml names for the state.

    The place must be empty, or hold a part of this very state. Killed at any moment, it can be run again.
    """
    from catalogsync.catalog import write_lineage
    from catalogsync.cli.first_state import require_place_for_lineage
    from catalogsync.state import Wish, push_copy

    config = session.config()
    require_place_for_lineage(session, config)
    wish = Wish(restore, reopen, session.run("state push").who)
    pushed = push_copy(
        file, config.state, session.root, session.state_key(), session.clock, session.witness, session.for_state, wish
    )
    named = replace(config, state=replace(config.state, lineage=pushed.lineage))
    journal = session.journal(named, witnessed=pushed.outdated is None)
    if journal is not None and config.state.lineage is None:
        write_lineage(session.root, journal.state.lineage)
        session.tell(f"catalogsync.yaml: state.lineage is now {journal.state.lineage}. Commit this.")
    place = journal.place if journal else "its place"
    for line in _came_to(pushed, file, place):
        session.tell(line)
    return 0


def _came_to(pushed: "Pushed", file: Path, place: str) -> Iterable[str]:
    if pushed.written == 0 and not pushed.opened:
        yield f"Nothing to do: all of {file} is in {place} already."
    else:
        yield f"The state is in {place}: {counted(pushed.written, 'record')} of {file} written."
    if pushed.opened:
        yield "It lives here now. Commit catalogsync.yaml; `catalogsync plan` should show what it showed before."
    if pushed.outdated is not None:
        yield (
            f"warning: record {pushed.outdated.number} of this state was seen on this machine, and {file} ends with "
            f"record {pushed.records}. Plans refuse so old a copy; `catalogsync state recover` goes on with it."
        )


def _tell_way(session: Session, file: Path, journal: "RecordJournal") -> None:
    session.tell(f"No run begins in {journal.place} any more. Now:")
    session.tell("  1. name the new place under `state:` in catalogsync.yaml; leave its line `lineage:` as it is")
    session.tell("  2. have the state key in CATALOGSYNC_STATE_KEY (a state in a folder has it in its file `key`)")
    session.tell(f"  3. `catalogsync state push {pasted(str(file))}`, and commit catalogsync.yaml")


def _require_own(file: Path) -> None:
    """Refuse to write over what is no copy of a state."""
    from catalogsync.state import looks_like_a_copy

    try:
        if file.exists() and not looks_like_a_copy(file):
            raise UsageError(f"{file} is there already, and is no copy of a state", "name another file")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "name another file") from None


def _write(out: BinaryIO, records: Iterable[bytes]) -> None:
    for record in records:
        out.write(record + b"\n")
    out.flush()
    os.fsync(out.fileno())


def _print(records: Iterable[bytes]) -> None:
    try:
        for record in records:
            sys.stdout.buffer.write(record + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CatalogsyncError(f"the output cannot be written: {error.strerror}", "write it to another place") from None
