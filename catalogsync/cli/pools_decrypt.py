"""`catalogsync pools decrypt`: encrypted files become files in clear text, for this machine alone."""

from pathlib import Path

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.session import Session, pass_session


@click.command(short_help="Put pools in clear text again.")
@click.argument("files", metavar="FILE...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@pass_session
def command(session: Session, files: tuple[Path, ...], auto_approve: bool) -> int:
    """Put FILE in clear text in the place of the encrypted one, readable for you alone.

    You hardly need it: every command reads encrypted pools as they are, and `catalogsync pools edit` changes them.
    """
    from catalogsync.catalog.sealing.decrypting import Decryption
    from catalogsync.catalog.sealing.plain_files import is_pool_file
    from catalogsync.catalog.sealing.pool_texts import plain_name
    from catalogsync.catalog.sealing.sops_program import SopsProgram
    from catalogsync.cli.manifests import manifests_kept
    from catalogsync.cli.pool_files import names_of
    from catalogsync.cli.pool_recipients import Recipients
    from catalogsync.model.errors import UsageError

    names = names_of(session.root, files)
    allowed = session.config().safety.allow_plaintext_pools
    if allowed == "error":
        raise UsageError("`safety.allow_plaintext_pools` refuses pools in clear text, so nothing is decrypted")
    if session.ci_public and allowed is not True:
        raise UsageError("CI says that the repository is public, so nothing is put in clear text here")
    if not auto_approve:
        require_person("--auto-approve decrypts without asking")
        click.echo("\n".join(f"{name} becomes {plain_name(name)}" for name in names), err=True)
        if not confirmed(session, "Put them in clear text on this disk?"):
            return 1
    decryption = Decryption(
        session.root, session.pool_keys, Recipients(session).of, SopsProgram(session.environ).decrypt
    )
    for name in names:
        decryption.check(name)
    with manifests_kept(session):
        # An accounts file goes before a pool that is put in clear text too, and would only be encrypted once more.
        for name in sorted(names, key=is_pool_file):
            session.say(f"{name} is now {decryption.decrypt(name)}")
    session.tell("Do not commit these. `catalogsync pools encrypt` encrypts them again.")
    return 0
