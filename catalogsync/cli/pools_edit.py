"""`catalogsync pools edit`: an encrypted pool in the user's editor, checked before it is encrypted again."""

import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from catalogsync.cli.console import is_terminal
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.cli.words import POOL
from catalogsync.model.errors import CatalogError, UsageError

if TYPE_CHECKING:
    from catalogsync.catalog.sealing.editing import OpenedFile
    from catalogsync.cli.plain_copy import PlainFolder

_SOON: Final = 3.0
"""Seconds: a person needs longer, and an editor that opens a window elsewhere does not."""
_SOPS_UNCHANGED: Final = 200
"""The exit code of sops where nothing was edited."""
_WAIT: Final = "If your editor has opened a window of its own, tell it to wait: export VISUAL='code --wait'"


@click.command(short_help="Edit an encrypted pool in your editor.")
@click.argument("which", metavar="FILE|POOL", type=POOL)
@pass_session
def command(session: Session, which: str) -> int:
    """Edit an encrypted pool, or its encrypted accounts file, in $VISUAL or $EDITOR; no plain copy stays behind.

    What you save is checked before it is encrypted again; where it has errors, go on editing, or discard it.
    """
    from catalogsync.catalog.sealing.editing import find
    from catalogsync.cli.editors import ending_at_once, find_editor
    from catalogsync.cli.manifests import ManifestKeeper

    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError(
            "an editor needs a terminal",
            "without one: `catalogsync pools decrypt --auto-approve FILE`, change it, `catalogsync pools encrypt FILE`",
        )
    config = session.config()
    name = find(session.root, which, session.pool_keys)
    editor = find_editor(session.environ)
    keeper = ManifestKeeper(session, config)
    with ending_at_once():
        code = (_edit_age if name.endswith(".age") else _edit_sops)(session, name, editor)
    if code == 0:
        with interruptible(session.interrupted, after="the manifest is written"):
            try:
                keeper.refresh()
            except CatalogError as error:
                message = f"{name} is as you left it, but its manifest was not written"
                raise CatalogError(error.problems, message) from None
    return code


def _edit_age(session: Session, name: str, editor: list[str]) -> int:
    """Edit an age file; gives back the exit code."""
    from catalogsync.catalog.sealing.editing import open_file
    from catalogsync.cli.asking import confirmed
    from catalogsync.cli.editors import run_editor
    from catalogsync.cli.pool_merging import both_sides
    from catalogsync.cli.pool_recipients import Recipients
    from catalogsync.render.problems import render_problems

    opened = open_file(session.root, name, session.pool_keys)
    # Before anything is edited: somebody may have to be named first.
    recipients = Recipients(session)
    to = recipients.of(name)
    if not recipients.agreed(to):
        return 1
    environ = session.surroundings()
    with _plain_folder(session) as folder:
        both = both_sides(session, folder, opened)
        given = opened.text if both is None else both
        path = folder.put(Path(name).name.removesuffix(".age"), given)
        while True:
            began = session.clock.monotonic()
            if code := run_editor([*editor, str(path)], environ):
                raise UsageError(f"the editor ended with code {code}; nothing was changed")
            text = folder.take(path)
            if text == given and (both is None or not confirmed(session, "Save it with the lines of both branches?")):
                session.tell("Nothing was changed.")
                if session.clock.monotonic() - began < _SOON:
                    session.tell(_WAIT)
                return 0
            try:
                _save(session, opened, text, to)
            except CatalogError as error:
                click.echo(render_problems(error.problems, "text"), err=True, nl=False)
            else:
                if both is not None:
                    session.tell(
                        "Next: `git add -A pools`; then `git commit` ends a merge, `git rebase --continue` goes on."
                    )
                return 0
            said = click.prompt(
                "Not saved. (e)dit again, or (d)iscard", type=click.Choice(["e", "d"]), show_choices=False, err=True
            )
            if said == "d":
                session.tell(f"Discarded; {name} is as it was.")
                return 1


def _save(session: Session, opened: "OpenedFile", text: bytes, recipients: Sequence[str]) -> None:
    """See that what was edited can be read, and encrypt it."""
    from catalogsync.catalog.sealing.editing import errors_in, save

    if errors := errors_in(session.root, opened.name, session.pool_keys, text):
        raise CatalogError(errors)
    with interruptible(session.interrupted, after="the file is written"):
        save(session.root, opened, text, recipients)
        session.tell(f"{opened.name} is saved, encrypted.")


def _edit_sops(session: Session, name: str, editor: list[str]) -> int:
    """Edit a SOPS file by the program sops, which makes a plain copy of its own; gives back the exit code."""
    from catalogsync.catalog.sealing.editing import errors_in
    from catalogsync.cli.editors import run_editor
    from catalogsync.cli.pool_keys import KEY
    from catalogsync.core.surroundings import FOR_SOPS

    sops = shutil.which("sops", path=session.environ.get("PATH"))
    if sops is None:
        raise UsageError(
            "editing a SOPS file takes the program sops, which is not installed here",
            "install it; or make an age file of the pool: `catalogsync pools decrypt`, `catalogsync pools encrypt`",
        )
    path = session.root.absolute() / name
    before = path.read_bytes()
    environ = session.surroundings(FOR_SOPS)
    words = shlex.join(["env", "-u", KEY, *editor])
    with _plain_folder(session) as folder:
        code = run_editor(
            [sops, "--disable-version-check", "edit", str(path)],
            {**environ, "TMPDIR": str(folder.path), "SOPS_EDITOR": words, "EDITOR": words},
        )
    if path.read_bytes() == before:
        session.tell("Nothing was changed.")
        return 0 if code in {0, _SOPS_UNCHANGED} else 1
    if errors := errors_in(session.root, name, session.pool_keys):
        raise CatalogError(errors, f"sops has saved {name}, and it has errors: edit it again")
    session.tell(f"{name} is saved, encrypted.")
    return 0


@contextmanager
def _plain_folder(session: Session) -> "Iterator[PlainFolder]":
    from catalogsync.cli.plain_copy import plain_folder

    with plain_folder(session.environ) as folder:
        if not folder.in_memory:
            session.tell(f"warning: the plain copy lies on a disk while you edit: {folder.path}")
        yield folder
