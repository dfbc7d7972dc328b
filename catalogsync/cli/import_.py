"""`catalogsync import`: listings that are there become products of the catalog, and stay as they are."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from catalogsync.cli.console import is_terminal
from catalogsync.cli.options import patient, selection
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.cli.words import FIELD, PRODUCT_ID
from catalogsync.model.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from catalogsync.catalog.edition import Edition
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.importing import Asked, Imported
    from catalogsync.state import RecordJournal


@click.command(short_help="Take listings over into the catalog.")
@click.argument("product_ids", type=PRODUCT_ID, nargs=-1, metavar="[PRODUCT_ID]...")
@click.option("--all", "everything", is_flag=True, help="Every listing that is not managed.")
@click.option("--only", multiple=True, metavar="GLOB", help="Only those whose key, title or product_id matches.")
@click.option("--images", is_flag=True, help="Fetch pictures from the marketplace into images/.")
@click.option(
    "--accept",
    type=FIELD,
    multiple=True,
    metavar="FIELD",
    help="For managed listings: take FIELD over as it is there now.",
)
@patient
@pass_session
def command(
    session: Session,
    product_ids: tuple[str, ...],
    everything: bool,
    only: tuple[str, ...],
    images: bool,
    accept: tuple[str, ...],
) -> int:
    """Write products for listings that are not managed, and bind them; a plan right after shows no change for them.

    A PRODUCT_ID that is managed is imported again: what it shows now goes into its files. Changes nothing at the
    marketplace. Killed at any moment, it can be run again.
    """
    from catalogsync.catalog.edition import Edition
    from catalogsync.cli.first_state import first_state, require_place_for_lineage
    from catalogsync.cli.pool_question import ask_about_pool
    from catalogsync.model.importing import Asked
    from catalogsync.render.import_text import render_imported

    _require_sense(product_ids, only, accept, everything=everything)
    asked = Asked(tuple(dict.fromkeys(product_ids)), everything, only, images, _fields(accept))
    catalog = session.catalog()
    require_place_for_lineage(session, catalog.config)
    journal = session.journal(catalog.config)
    came = _import(
        session,
        catalog,
        journal,
        Edition(session.root, catalog, ci_public=session.ci_public, keys=session.pool_keys),
        asked,
    )
    if came is None:
        session.tell("Nothing was changed.")
        return 1
    done, written = came
    asks = is_terminal(sys.stdin)
    told = replace(done, unknown_pools=()) if asks else done
    try:
        if written is not None:
            # Named in catalogsync.yaml only at the end: the files that are written may include that one.
            first_state(session, catalog.config, written)
    finally:
        session.say(render_imported(told, verbose=session.verbose, width=session.width, color=session.color))
    for pool in done.unknown_pools if asks else ():
        ask_about_pool(session, pool)
    return 1 if done.odd or not (done.did_something or done.complete) else 0


def _import(
    session: Session, catalog: "Catalog", journal: "RecordJournal | None", writer: "Edition", asked: "Asked"
) -> "tuple[Imported, RecordJournal | None] | None":
    """Look, ask, do. Gives the state if it was written to; None: a person put an end to it."""
    from catalogsync.cli.pair_question import Quit, ask_about_pairs
    from catalogsync.workflow.importing import propose
    from catalogsync.workflow.taking_over import carry_out, outcome, prepare

    with session.progress() as observer, session.desk(catalog, journal, observer, selection()) as desk:
        proposal = propose(desk, writer, asked)
    answers: dict[str, str] = {}
    if proposal.pairs and is_terminal(sys.stdin):
        try:
            answers = ask_about_pairs(session, catalog, proposal.pairs)
        except Quit:
            return None
    with (
        interruptible(session.interrupted),
        session.progress() as observer,
        session.desk(catalog, journal, observer, selection()) as desk,
    ):
        prepared = prepare(desk, writer, proposal, answers)
        if session.interrupted.is_set():
            raise Interrupted("interrupted; nothing was written", "the same import, run again, begins anew")
        if not prepared.writes:
            return outcome(desk, writer, prepared, answers), None
        journal = journal or session.new_journal(catalog.config)
        carry_out(desk, journal, writer, session.run("import"), prepared)
        return outcome(replace(desk, journal=journal), writer, prepared, answers), journal


def _require_sense(
    product_ids: tuple[str, ...], only: tuple[str, ...], accept: tuple[str, ...], *, everything: bool
) -> None:
    if everything and (product_ids or accept):
        raise UsageError(
            "--all is about the listings that are not managed; it goes with --only and --images",
            "leave it out where you name a PRODUCT_ID or --accept a FIELD",
        )
    if not (everything or product_ids or only or accept):
        raise UsageError(
            "which listings? Nothing was said",
            "`catalogsync import --all` takes over all that are not managed, `--only GLOB` some of them, "
            "`catalogsync import PRODUCT_ID` one; `--accept FIELD` takes over what was changed at managed ones",
        )


def _fields(names: Iterable[str]) -> frozenset[str]:
    from catalogsync.core.compare import STOCK
    from catalogsync.model.fields import FIELDS

    fields = {"category_id" if name == "category" else name for name in names}
    if STOCK in fields:
        raise UsageError("--accept stock: a number that sales lower is no drift", "edit it in the product's file")
    if unknown := sorted(fields - FIELDS.keys()):
        known = ", ".join(name for name in FIELDS if name != STOCK)
        raise UsageError(f"--accept {unknown[0]}: there is no such field", f"the fields are {known}")
    return frozenset(fields)
