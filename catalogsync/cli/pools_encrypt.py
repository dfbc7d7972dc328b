"""`catalogsync pools encrypt`: files in clear text become encrypted ones, and are removed once these are written."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.session import Session, pass_session

if TYPE_CHECKING:
    from catalogsync.cli.pool_recipients import Recipients
    from catalogsync.model.problem import Problem


@click.command(short_help="Encrypt pools, so that only who has a key can read them.")
@click.argument("files", metavar="[FILE]...", type=click.Path(path_type=Path), nargs=-1)
@click.option(
    "-r",
    "--recipient",
    "named",
    multiple=True,
    metavar="age1…",
    help="Who shall be able to read them; may be given several times (default: whom .sops.yaml names).",
)
@click.option("--sops", "as_sops", is_flag=True, help="Write SOPS files, by the sops program; without it, age files.")
@click.option("--check", is_flag=True, help="Only tell what should be encrypted; exit code 1 if there is any.")
@pass_session
def command(session: Session, files: tuple[Path, ...], named: tuple[str, ...], as_sops: bool, check: bool) -> int:
    """Encrypt pool files and accounts files; without FILE, all that stand in clear text.

    A file x.yaml becomes x.yaml.age, and is removed once that is written and was read back. What is in it stays the
    same to the byte, comments too. Whoever is to review changes needs no key.
    """
    from catalogsync.cli.pool_files import names_of

    names = names_of(session.root, files, missing=check) if files else None
    if check:
        return _check(session, names)
    from catalogsync.catalog.sealing.encrypting import Encryption
    from catalogsync.catalog.sealing.pool_texts import age_name, sops_name
    from catalogsync.catalog.sealing.sops_program import SopsProgram
    from catalogsync.cli.manifests import manifests_kept
    from catalogsync.cli.pool_recipients import Recipients
    from catalogsync.model.errors import CatalogError

    recipients = Recipients(session, named)
    encryption = Encryption(session.root, session.pool_keys)
    jobs = [job for job in encryption.jobs(names) if job.files]
    encryption.check(jobs)
    program = SopsProgram(session.environ)
    if as_sops and jobs:
        program.require("make SOPS files")
    form = sops_name if as_sops else age_name
    targets = [(form if name == job.pool else age_name)(name) for job in jobs for name in job.files]
    everyone = dict.fromkeys(text for target in targets for text in recipients.of(target))
    if not jobs:
        session.tell("Nothing is to be encrypted.")
    elif not recipients.agreed(tuple(everyone)):
        return 1
    problems: list[Problem] = []
    with manifests_kept(session, sealing=bool(jobs)):
        for job in jobs:
            try:
                done = encryption.encrypt(job, recipients.of, program.encrypt if as_sops else None)
            except CatalogError as error:
                problems += error.problems
            else:
                session.say("".join(f"{name} is now {done[name]}\n" for name in job.files))
        if problems:
            raise CatalogError(tuple(problems), "not everything was encrypted; what was not is as it was")
    if jobs:
        _tell_what_is_left(session, recipients, [name for job in jobs for name in job.files], targets)
    return 0


def _check(session: Session, names: Sequence[str] | None) -> int:
    from catalogsync.catalog import read_config
    from catalogsync.catalog.files import Folder
    from catalogsync.catalog.sealing.plain_files import plain_files, plain_texts
    from catalogsync.cli.repository import Repository
    from catalogsync.render.escape import inline

    config, _ = read_config(session.root)
    if config is not None and config.safety.allow_plaintext_pools is True:
        return 0
    folder = Folder(session.root)
    found = plain_files(folder, names)
    if names:
        # What was added to git before it was changed here is what the next commit holds.
        staged = Repository(session.root, session.outward).staged_otherwise(names)
        found += [name for name in plain_texts(folder, staged) if name not in found]
    for name in found:
        session.say(f"{inline(name)}: accounts in clear text")
    if found:
        session.tell(
            "`catalogsync pools encrypt` encrypts them; then `git add -A pools` takes the encrypted ones instead. "
            "`safety.allow_plaintext_pools: true` in catalogsync.yaml lets them be."
        )
    return 1 if found else 0


def _tell_what_is_left(
    session: Session, recipients: "Recipients", files: Sequence[str], targets: Sequence[str]
) -> None:
    from catalogsync.catalog.sealing.sops_rules import advised_rules
    from catalogsync.cli.repository import Repository
    from catalogsync.model.counted import some_of

    if not any(recipients.by_rule(target) for target in targets):
        session.tell(
            "So that everybody encrypts to the same keys, write this into .sops.yaml beside catalogsync.yaml, with a "
            f"line for whoever else shall read the pools, and commit it:\n\n{advised_rules(recipients.of(targets[0]))}"
        )
    repository = Repository(session.root, session.outward)
    if repository.top() is None:
        return
    if any(repository.may_change(target) for target in targets if target.endswith(".age")):
        session.tell(
            "Put a line `*.age binary` into the file .gitattributes beside catalogsync.yaml, and commit it: without it "
            "git may take an encrypted file for text, and damage it on a machine with other line ends."
        )
    session.tell("Next: `git add -A && git commit`.")
    if committed := [name for name in files if repository.has_history(name)]:
        session.tell(
            f"In clear text in older commits: {some_of(committed)}. Whoever has a copy of the repository can read "
            "those accounts. docs/encryption.md of catalogsync tells what to do about that."
        )
