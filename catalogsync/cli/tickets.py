"""`catalogsync tickets`: what buyers and suppliers have to say about an order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.office import office
from catalogsync.cli.options import Form, formatted
from catalogsync.cli.revealing import require_screen, revealed
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.cli.tables import TableForm, say_csv, tabled
from catalogsync.cli.typed import typed
from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    from catalogsync.cli.console import Progress
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.pool import Account
    from catalogsync.model.ticket import TicketChange
    from catalogsync.workflow.ticketing import Counter, Filed

_LONGEST: Final = 100_000
_APPROVED: Final = "--auto-approve sends it without asking"

approved = click.option("--auto-approve", is_flag=True, help="Do not ask.")
described = click.option(
    "--description", metavar="TEXT", help="What there is to say; `-` reads it from standard input."
)


@click.group(short_help="See and answer tickets about orders.")
def command() -> None:
    """See and answer tickets about orders. What buyers wrote shows only with --reveal, on a terminal."""


@command.command("list", short_help="List tickets.")
@tabled
@click.option("--status", metavar="STATUS", help="Only those of one status, such as open.")
@revealed
@pass_session
def list_(session: Session, form: TableForm, status: str | None, reveal: bool) -> int:
    """List tickets. In titles, addresses and whatever may be an account are blanked."""
    from catalogsync.core.ticket_rows import ticket_rows
    from catalogsync.render.facts import in_json
    from catalogsync.render.json_text import pretty
    from catalogsync.render.tickets_text import COLUMNS, render_tickets, ticket_facts

    if reveal:
        require_screen(form)
    if status is not None and not status.strip():
        raise UsageError("--status is empty", "give a word, such as open, or leave it out")
    catalog = _catalog(session)
    with session.progress() as observer, office(session, catalog.config) as marketplace:
        observer.stage("Reading the tickets")
        found = marketplace.tickets(status)
    # not every marketplace heeds the question
    chosen = [ticket for ticket in found if status is None or ticket.status == status]
    rows = ticket_rows(chosen, _accounts(catalog), reveal=reveal)
    if form == "csv":
        say_csv(session, COLUMNS, map(ticket_facts, rows))
    elif form == "json":
        session.say(pretty([in_json(ticket_facts(row)) for row in rows]))
    else:
        session.say(render_tickets(rows, width=session.width, color=session.color))
    return 0


@command.command(short_help="Show one ticket.")
@click.argument("ticket_id", metavar="ID")
@formatted
@revealed
@pass_session
def show(session: Session, ticket_id: str, form: Form, reveal: bool) -> int:
    """Show the ticket ID; with --reveal, what was written in it, and by whom."""
    from catalogsync.core.ticket_rows import ticket_rows
    from catalogsync.render.facts import in_json
    from catalogsync.render.json_text import pretty
    from catalogsync.render.tickets_text import render_ticket, ticket_facts

    if reveal:
        require_screen(form)
    catalog = _catalog(session)
    with office(session, catalog.config) as marketplace:
        ticket = marketplace.ticket(ticket_id)
    (row,) = ticket_rows([ticket], _accounts(catalog), reveal=reveal)
    if form == "json":
        session.say(pretty(in_json(ticket_facts(row))))
    else:
        session.say(render_ticket(row, width=session.width, color=session.color))
    return 0


@command.command(short_help="Open a ticket about an order.")
@click.option("--order", "order_id", metavar="ID", required=True, help="The order that it is about.")
@click.option("--title", metavar="TEXT", required=True, help="What it is about, in a line.")
@click.option(
    "--description", metavar="TEXT", required=True, help="What there is to say; `-` reads it from standard input."
)
@approved
@pass_session
def create(session: Session, order_id: str, title: str, description: str, auto_approve: bool) -> int:
    """Open a ticket about an order. If the same one is there already, nothing is sent."""
    from catalogsync.marketplaces.endpoint import is_id
    from catalogsync.model.counted import counted
    from catalogsync.render.escape import inline
    from catalogsync.workflow.ticketing import find_same, open_ticket

    if not auto_approve:
        require_person(_APPROVED)
    if not is_id(order_id):
        raise UsageError("--order: this is no id of an order", "`catalogsync orders list` shows them")
    heading, text = _text("--title", title), _described(description)
    catalog = _catalog(session)
    _require_no_account(catalog, heading, text)
    length = counted(len(text.reveal()), "character")
    plan = f"A ticket about the order {inline(order_id)}: “{inline(title)}”, {length}."
    with _counter(session, catalog) as (counter, progress):
        filed = find_same(counter, order_id, heading, text)
        if isinstance(filed, frozenset):
            if not auto_approve and not _agreed(session, progress, plan, "Open it?"):
                return 1
            with interruptible(session.interrupted):
                filed = open_ticket(counter, order_id, heading, text, filed)
    there = "There is such a ticket for the order already; nothing was sent."
    return _report(session, filed, there if filed.how == "there" else "The ticket is open.")


@command.command(short_help="Change a ticket, or answer in it.")
@click.argument("ticket_id", metavar="ID")
@click.option("--status", metavar="STATUS", help="Its new status, such as closed.")
@click.option("--title", metavar="TEXT", help="Its new title.")
@described
@approved
@pass_session
def update(
    session: Session, ticket_id: str, status: str | None, title: str | None, description: str | None, auto_approve: bool
) -> int:
    """Change the ticket ID, or answer in it. What it shows already is not sent again."""
    from catalogsync.core.likeness import not_shown
    from catalogsync.model.ticket import TicketChange
    from catalogsync.workflow.ticketing import change_ticket

    if status is None and title is None and description is None:
        raise UsageError("there is nothing to change", "give --status, --title or --description")
    if status is not None and not status.strip():
        raise UsageError("--status is empty", "give a word, such as closed")
    if not auto_approve:
        require_person(_APPROVED)
    change = TicketChange(
        None if title is None else _text("--title", title),
        None if description is None else _described(description),
        None if status is None else status.strip(),
    )
    catalog = _catalog(session)
    _require_no_account(catalog, *(text for text in (change.title, change.description) if text is not None))
    with _counter(session, catalog) as (counter, progress):
        before = counter.office.ticket(ticket_id)
        wanted = not_shown(before, change)
        plan = _announced(before.number or ticket_id, before.status, wanted)
        if wanted != TicketChange() and not auto_approve and not _agreed(session, progress, plan, "Change it?"):
            return 1
        with interruptible(session.interrupted):
            filed = change_ticket(counter, before, change)
    there = "It shows all of that already; nothing was sent."
    return _report(session, filed, there if filed.how == "there" else "The ticket is changed.")


def _catalog(session: Session) -> "Catalog":
    """The catalog with all its accounts: what is shown or sent of tickets is searched for them.

    Raises:
        PoolSealed: a pool could not be opened here.
    """
    catalog = session.catalog()
    catalog.open_pools()
    return catalog


def _accounts(catalog: "Catalog") -> "Iterator[Account]":
    return (account for pool in catalog.open_pools().values() for account in pool)


def _text(option: str, text: str) -> Secret:
    """A text to be sent.

    Raises:
        UsageError: there is none, or far too much of it.
    """
    if not text.strip():
        raise UsageError(f"{option} is empty", "a ticket has a title and a description")
    if len(text) > _LONGEST:
        raise UsageError(f"{option} has more than {_LONGEST:,} characters", "write less")
    return Secret(text.strip())


def _described(text: str) -> Secret:
    """A description, from standard input where it is `-`.

    Raises:
        UsageError: there is none, too much of it, or it is no text.
    """
    # one more than would do, so that it is seen to be too long; a character has at most four bytes
    return _text("--description", typed(text, 4 * _LONGEST + 1))


def _require_no_account(catalog: "Catalog", *texts: Secret) -> None:
    """Make sure that no account of the catalog goes out in a ticket.

    Raises:
        UsageError: one would.
    """
    from catalogsync.core.blanking import holds_account

    if holds_account([text.reveal() for text in texts], _accounts(catalog)):
        raise UsageError(
            "the ticket would hold an account of your catalog, and nothing would remember that it went out",
            "take it out; `catalogsync orders deliver` gives accounts to an order",
        )


@contextmanager
def _counter(session: Session, catalog: "Catalog") -> "Iterator[tuple[Counter, Progress]]":
    from catalogsync.workflow.ticketing import Counter

    with session.progress() as observer, office(session, catalog.config) as marketplace:
        settle = catalog.config.recovery.settle
        yield Counter(marketplace, session.clock, observer, settle, _blanked(catalog)), observer


def _agreed(session: Session, progress: "Progress", plan: str, question: str) -> bool:
    """Whether a person wants what is said; meanwhile nothing else moves on the screen."""
    with progress.paused():
        session.tell(plan)
        return confirmed(session, question, "Nothing was sent.")


def _blanked(catalog: "Catalog") -> Callable[[str], str]:
    """Blanks, in a marketplace's words, what may be an account."""
    from catalogsync.core.blanking import Blanking, Sightings

    return lambda text: Blanking(Sightings([text], _accounts(catalog))).shown(text)


def _announced(name: str, before: str | None, wanted: "TicketChange") -> str:
    from catalogsync.model.counted import counted
    from catalogsync.render.escape import inline

    parts = []
    if wanted.status is not None:
        parts.append(f"status {inline(before or '?')} → {inline(wanted.status)}")
    if wanted.title is not None:
        parts.append(f"title “{inline(wanted.title.reveal())}”")
    if wanted.description is not None:
        parts.append(f"text of {counted(len(wanted.description.reveal()), 'character')}")
    return f"Ticket {inline(name)}: {', '.join(parts)}."


def _report(session: Session, filed: "Filed", done: str) -> int:
    from catalogsync.render.escape import inline

    said = f"{done} The answer never came, but the marketplace shows it." if filed.how == "found" else done
    number = f"{inline(filed.number)}, " if filed.number else ""
    status = f", {inline(filed.status)}" if filed.status else ""
    session.say(f"{said} Ticket {number}id {inline(filed.ticket_id)}{status}.")
    return 0
