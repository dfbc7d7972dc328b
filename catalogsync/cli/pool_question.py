"""Which accounts of a pool are at a listing already: asked on a terminal where one was just bound, and recorded."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.session import Session
from catalogsync.cli.signals import interruptible

if TYPE_CHECKING:
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.importing import UnknownPool
    from catalogsync.model.pool import Account
    from catalogsync.state import RecordJournal


def ask_about_pool(session: Session, waiting: "UnknownPool") -> None:
    """Ask, and record the answer; the person may put it off."""
    from catalogsync.catalog import read_accounts
    from catalogsync.model.counted import counted
    from catalogsync.model.errors import CatalogError, PoolSealed, UsageError
    from catalogsync.model.pool import opened
    from catalogsync.render.escape import inline
    from catalogsync.render.problems import render_problems

    catalog = session.catalog()
    journal = session.existing_journal(catalog.config)
    pool = catalog.pools[waiting.pool]
    # Said even with -q: nobody can answer what was not asked.
    click.echo(
        f"Listing {inline(waiting.product_id)} of {waiting.key} had stock or sales when it was bound.\n"
        f"Which of the {counted(len(pool), 'account')} of pool {waiting.pool} are there already?\n"
        "  a  all of them: none is ever sent\n"
        "  n  none of them: the next apply sends them\n"
        "  f  those in a file, one a line: the next apply sends the others\n"
        f"  l  I shall say it later, with `catalogsync pools mark {waiting.pool}`; nothing is sent before",
        err=True,
    )
    while True:
        said = str(click.prompt("a, n, f or l", prompt_suffix=": ", err=True)).strip().lower()
        if said == "l":
            return
        if said in {"a", "n"}:
            try:
                accounts = list(opened(pool)) if said == "a" else []
            except PoolSealed as error:
                session.tell(f"error: {error.message}\n  hint: {error.hint}")
                continue
            mark_pool(session, catalog, journal, waiting.pool, accounts, whole=said == "a")
            return
        if said == "f":
            path = Path(str(click.prompt("File", prompt_suffix=": ", err=True)).strip()).expanduser()
            try:
                accounts = list(read_accounts(path))
            except CatalogError as error:
                session.tell(render_problems(error.problems, "text").rstrip())
            except UsageError as error:
                session.tell(f"error: {error.message}")
            else:
                mark_pool(session, catalog, journal, waiting.pool, accounts, whole=False)
                return


def mark_pool(
    session: Session, catalog: "Catalog", journal: "RecordJournal", pool: str, sent: "Sequence[Account]", *, whole: bool
) -> None:
    """Record which accounts of a pool are there already.

    Args:
        session: who speaks.
        catalog: the catalog that has the pool.
        journal: its state.
        pool: the pool's name.
        sent: those that are there.
        whole: they are the whole pool.
    """
    from catalogsync.model.counted import counted
    from catalogsync.workflow.marking import mark, write

    name = session.settings(catalog.config).name
    with interruptible(session.interrupted):
        write(
            journal,
            session.run("pools mark"),
            lambda: mark(catalog, name, journal, journal.fingerprints, pool, sent, whole=whole),
        )
    session.tell(f"pool {pool}: {counted(len(sent), 'account')} recorded as sent; the others are new.")
