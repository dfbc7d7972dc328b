"""`catalogsync state`: day-two repairs of what is recorded."""

import sys
from typing import TYPE_CHECKING

import click

from catalogsync.cli.console import is_terminal
from catalogsync.cli.copies import pull, push
from catalogsync.cli.options import Form, formatted, patient, selection
from catalogsync.cli.recover import command as recover
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.cli.unlock import command as unlock
from catalogsync.cli.words import BOUND_KEY, DOUBT, KEY, PRODUCT_ID

if TYPE_CHECKING:
    from catalogsync.model.catalog import Catalog


@click.group(short_help="Look at and repair what is recorded.")
def command() -> None:
    """Look at and repair what is recorded: which listing belongs to which key, and what is in doubt."""


command.add_command(unlock, "unlock")
command.add_command(recover, "recover")
command.add_command(pull, "pull")
command.add_command(push, "push")


@command.command()
@pass_session
def init(session: Session) -> int:
    """Make the state, and write its lineage into catalogsync.yaml."""
    from catalogsync.cli.first_state import first_state

    config = session.config()
    journal = session.journal(config)
    if journal is not None and config.state.lineage is not None:
        session.tell(f"There is a state already: lineage {journal.state.lineage}, serial {journal.state.serial}.")
        return 0
    first_state(session, config, journal)
    return 0


@command.command("list")
@formatted
@pass_session
def list_(session: Session, form: Form) -> int:
    """List the managed listings."""
    from catalogsync.render.state_text import render_bindings

    state = session.existing_journal(session.config()).state
    session.say(
        render_bindings(
            sorted(state.bindings.values(), key=lambda binding: binding.key),
            form,
            width=session.width,
            color=session.color,
        )
    )
    return 0


@command.command()
@click.argument("key", type=BOUND_KEY)
@formatted
@pass_session
def show(session: Session, key: str, form: Form) -> int:
    """Show what is recorded of one listing."""
    from catalogsync.model.errors import UsageError
    from catalogsync.render.state_text import render_binding

    state = session.existing_journal(session.config()).state
    binding = state.bindings.get(key)
    if binding is None:
        raise UsageError(f"no listing is bound to {key}", "`catalogsync state list` shows what is")
    session.say(render_binding(binding, state.ledger.batches, form, width=session.width, color=session.color))
    return 0


@command.command()
@click.argument("key", type=BOUND_KEY)
@patient
@pass_session
def rm(session: Session, key: str) -> int:
    """Let go of a listing: it stays at the marketplace, unmanaged."""
    from catalogsync.workflow.marking import forget, write

    journal = session.existing_journal(session.config())
    forget(journal, key)
    with interruptible(session.interrupted):
        write(journal, session.run("state rm"), lambda: [forget(journal, key)])
    session.tell(f"{key} is no longer managed; its listing stays as it is.")
    return 0


@command.command()
@click.argument("old", type=BOUND_KEY)
@click.argument("new", type=KEY)
@patient
@pass_session
def mv(session: Session, old: str, new: str) -> int:
    """Call a listing NEW instead of OLD: it belongs to that product from now on."""
    from catalogsync.workflow.marking import misnamed, rename, write

    journal = session.existing_journal(session.config())
    rename(journal, old, new)
    with interruptible(session.interrupted):
        write(journal, session.run("state mv"), lambda: [rename(journal, old, new)])
    session.tell(f"The listing of {old} is that of {new} now. Nothing changed at the marketplace.")
    catalog = _readable_catalog(session)
    for warning in misnamed(catalog, old, new) if catalog else ("the catalog cannot be read, so nobody looked",):
        session.tell(f"warning: {warning}.")
    return 0


@command.command()
@click.argument("key", type=KEY)
@click.argument("product_id", type=PRODUCT_ID)
@patient
@pass_session
def bind(session: Session, key: str, product_id: str) -> int:
    """Say that a listing belongs to a product. The next plan shows what differs."""
    from catalogsync.cli.first_state import first_state
    from catalogsync.cli.pool_question import ask_about_pool
    from catalogsync.workflow.marking import bind as binding
    from catalogsync.workflow.marking import displaced, unknown_pools, write

    catalog = session.catalog()
    journal = first_state(session, catalog.config, session.journal(catalog.config))
    warnings = displaced(catalog, journal.state, key, product_id)
    with (
        interruptible(session.interrupted),
        session.progress() as observer,
        session.desk(catalog, journal, observer, selection()) as desk,
    ):
        write(journal, session.run("state bind"), lambda: binding(desk, journal, key, product_id))
    session.tell(f"{key} is now bound to {product_id}. `catalogsync plan` shows what differs.")
    for warning in warnings:
        session.tell(f"warning: {warning}.")
    for waiting in unknown_pools(catalog, journal.state, [key]):
        if is_terminal(sys.stdin):
            ask_about_pool(session, waiting)
        else:
            say = f"`catalogsync pools mark {waiting.pool}` has said which accounts are there already"
            session.tell(f"Nothing is sent to it before {say}.")
    return 0


@command.command()
@formatted
@pass_session
def doubts(session: Session, form: Form) -> int:
    """List the calls of which nobody knows whether they arrived."""
    from catalogsync.render.status_text import render_doubts
    from catalogsync.workflow.questions import doubts as open_doubts

    journal = session.existing_journal(session.config())
    found = open_doubts(journal.state, _readable_catalog(session), journal.fingerprints)
    session.say(render_doubts(found, form, width=session.width, color=session.color))
    return 0


@command.command()
@click.argument("op_id", type=DOUBT, metavar="ID")
@click.option("--sent/--not-sent", "sent", default=None, help="Did the call arrive?")
@patient
@pass_session
def resolve(session: Session, op_id: str, sent: bool | None) -> int:
    """Decide a doubt. --sent: it arrived. --not-sent: it did not; accounts are new again, and may go out."""
    from catalogsync.model.errors import UsageError
    from catalogsync.workflow.marking import resolve as resolved
    from catalogsync.workflow.marking import write
    from catalogsync.workflow.questions import consequence, too_early

    if sent is None:
        raise UsageError(
            "say what became of it: --sent or --not-sent", "`catalogsync state doubts` tells what is known"
        )
    journal = session.existing_journal(session.config())
    run = session.run("state resolve")
    resolved(journal, op_id, sent=sent, who=run.who)
    op = journal.state.ops[op_id]
    if said := too_early(op):
        session.tell(f"warning: {op_id} needed no answer yet: {said}.")
    with interruptible(session.interrupted):
        write(journal, run, lambda: [resolved(journal, op_id, sent=sent, who=run.who)])
    about = op.key if op.order is None else f"order {op.order}"
    session.tell(f"{op_id} ({op.call} {about}) is recorded as {'sent' if sent else 'not sent'}.")
    session.tell(f"{consequence(op, sent=sent)}.")
    return 0


def _readable_catalog(session: Session) -> "Catalog | None":
    """The catalog, if it can be read: it only helps to tell."""
    from catalogsync.model.errors import CatalogError

    try:
        return session.catalog()
    except CatalogError:
        return None
