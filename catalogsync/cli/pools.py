"""`catalogsync pools`: what is in the pools, what is already at the marketplace or there no more; and encryption."""

from pathlib import Path

import click

from catalogsync.cli import pools_decrypt, pools_edit, pools_encrypt, pools_rotate
from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.options import Form, formatted, patient, selection
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.cli.words import DELETED_KEY, POOL


@click.group(short_help="Count pools, say what is already there, or no more; encrypt them.")
def command() -> None:
    """Look at pools, say which of their accounts are already at the marketplace, and encrypt them."""


@command.command()
@formatted
@pass_session
def status(session: Session, form: Form) -> int:
    """Count the accounts of each pool: in the catalog, sent, held, left. Off line."""
    from catalogsync.render.status_text import render_pools
    from catalogsync.workflow.surveying import count_pools

    catalog = session.catalog()
    journal = session.journal(catalog.config)
    rows = count_pools(catalog, journal.state if journal else None, journal.fingerprints if journal else None)
    session.say(render_pools(rows, form, width=session.width, color=session.color))
    return 0


@command.command(short_help="Say which accounts are already there.")
@click.argument("pool", type=POOL)
@click.option("--sent/--new", "sent", default=None, help="Are its accounts at the marketplace already?")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --sent: only the accounts in FILE, a line each, are there.",
)
@patient
@pass_session
def mark(session: Session, pool: str, sent: bool | None, path: Path | None) -> int:
    """Say which accounts of POOL are already at the marketplace, so that they are never sent again.

    Needed once for a listing that was filled before it was managed.
    """
    from catalogsync.catalog import read_accounts
    from catalogsync.cli.first_state import first_state
    from catalogsync.cli.pool_question import mark_pool
    from catalogsync.model.errors import UsageError
    from catalogsync.model.pool import opened

    if sent is None or (path and not sent):
        raise UsageError(
            "say which: --sent, --sent --file FILE, or --new",
            "--sent: the marketplace has all accounts of the pool already; with --file FILE those in FILE; --new: none",
        )
    catalog = session.catalog()
    if pool not in catalog.pools:
        raise UsageError(f"the catalog has no pool {pool}", f"it has {', '.join(catalog.pools) or 'none'}")
    accounts = list(read_accounts(path) if path else opened(catalog.pools[pool])) if sent else []
    journal = first_state(session, catalog.config, session.journal(catalog.config))
    mark_pool(session, catalog, journal, pool, accounts, whole=sent is True and path is None)
    return 0


@command.command(short_help="Make accounts of a deleted listing new again.")
@click.option(
    "--deleted", "key", type=DELETED_KEY, required=True, metavar="KEY", help="The product whose listing was deleted."
)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@patient
@pass_session
def release(session: Session, key: str, auto_approve: bool) -> int:
    """Make the accounts of a deleted listing new again, so that the next apply sends them to whoever sells their pool.

    Only where the marketplace itself confirmed the deletion, and nothing of the listing was sold.
    """
    from catalogsync.render.release_text import render_leftovers
    from catalogsync.workflow.marking import write
    from catalogsync.workflow.releasing import left_by
    from catalogsync.workflow.releasing import release as released

    if not auto_approve:
        require_person("--auto-approve releases without asking")
    catalog = session.catalog()
    journal = session.existing_journal(catalog.config)
    with session.progress() as observer, session.desk(catalog, journal, observer, selection()) as desk:
        found = left_by(desk, key)
    session.say(render_leftovers(found, width=session.width, color=session.color))
    free = [one for one in found if not one.why_kept]
    if not free:
        return 1
    if not auto_approve and not confirmed(session, "Release them?"):
        return 1
    run = session.run("pools release")
    with interruptible(session.interrupted):
        write(journal, run, lambda: [released(journal, free, run.who)])
    session.tell("Released. `catalogsync plan` shows where they go.")
    return 0


command.add_command(pools_encrypt.command, "encrypt")
command.add_command(pools_decrypt.command, "decrypt")
command.add_command(pools_rotate.command, "rotate")
command.add_command(pools_edit.command, "edit")
