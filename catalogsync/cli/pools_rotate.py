"""`catalogsync pools rotate`: what is encrypted is encrypted anew, to those who shall read it from now on."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.session import Session, pass_session

if TYPE_CHECKING:
    from catalogsync.model.problem import Problem


@click.command(short_help="Encrypt pools anew, to those who shall read them from now on.")
@click.argument("files", metavar="[FILE]...", type=click.Path(path_type=Path), nargs=-1)
@pass_session
def command(session: Session, files: tuple[Path, ...]) -> int:
    """Encrypt files anew, each with a new key of its own; without FILE, all that are encrypted.

    To whom, is what .sops.yaml says now. Do this once somebody was added there, or removed.
    """
    from catalogsync.catalog.sealing.rotating import Rotation
    from catalogsync.catalog.sealing.sops_program import SopsProgram
    from catalogsync.cli.manifests import manifests_kept
    from catalogsync.cli.pool_files import names_of
    from catalogsync.cli.pool_recipients import Recipients
    from catalogsync.model.counted import counted
    from catalogsync.model.errors import CatalogError

    rotation = Rotation(session.root, session.pool_keys, SopsProgram(session.environ).rotate)
    names = names_of(session.root, files) if files else rotation.files()
    if not names:
        session.tell("No file below pools/ is encrypted.")
        return 0
    recipients = Recipients(session)
    if not recipients.agreed([text for name in names for text in recipients.of(name)]):
        return 1
    problems: list[Problem] = []
    with manifests_kept(session, sealing=True):
        for name in names:
            to = recipients.of(name)
            try:
                rotation.rotate(name, to)
            except CatalogError as error:
                problems += error.problems
            else:
                session.say(f"{name} is encrypted anew, to {counted(len(to), 'recipient')}")
    session.tell(
        "Whoever could open the old files still can, in older commits: change what must stay secret from them."
    )
    if problems:
        raise CatalogError(tuple(problems), "not everything was encrypted anew; what was not is as it was")
    return 0
