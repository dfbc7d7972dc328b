"""`catalogsync orders`: what was bought, and what it is filled with."""

import io
import sys
from typing import TYPE_CHECKING, Literal

import click

from catalogsync.cli.options import Form, formatted, patient
from catalogsync.cli.orders_alter import deliver, refund, set_status
from catalogsync.cli.orders_fulfill import fulfill
from catalogsync.cli.session import Session, is_terminal, pass_session
from catalogsync.cli.words import ORDER
from catalogsync.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catalogsync.model.order_row import OrderRow


@click.group(short_help="Look at orders, and fill them from the pools.")
def command() -> None:
    """Look at orders, fill them from the pools that your listings sell, and never give an account to two of them."""


command.add_command(fulfill, "fulfill")
command.add_command(deliver, "deliver")
command.add_command(refund, "refund")
command.add_command(set_status, "set-status")


@command.command("list", short_help="List orders, oldest first.")
@click.option(
    "--status", "statuses", multiple=True, metavar="STATUS", help="Only orders of this status; may be given often."
)
@click.option("--all", "everything", is_flag=True, help="Orders of every status, not only open ones.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@patient
@pass_session
def list_(session: Session, statuses: tuple[str, ...], everything: bool, form: Literal["text", "json", "csv"]) -> int:
    """List open orders, oldest first, and whether `orders fulfill` would serve them."""
    from catalogsync.cli.order_doors import order_desk, served, state_to_read
    from catalogsync.render.orders_list import render_orders
    from catalogsync.workflow.orders.listing import require_known, survey_orders

    if statuses and everything:
        raise UsageError("--all is every status, so --status adds nothing", "leave one of them out")
    catalog = session.catalog()
    serving = served(session, catalog.config)
    journal = state_to_read(session, catalog.config, serving)
    with session.progress() as observer, order_desk(session, catalog, serving, journal, observer) as desk:
        require_known(statuses, desk.markets)
        survey = survey_orders(desk, session.run("orders list"), statuses, everything=everything)
    if form == "csv":
        session.say(_csv(survey.rows))
    else:
        every = everything or bool(statuses)
        session.say(render_orders(survey.rows, form, everything=every, width=session.width, color=session.color))
    return _tell_failures(session, survey.failures)


@command.command(short_help="Show one order.")
@click.argument("order_id", type=ORDER, metavar="ID")
@click.option("--reveal", is_flag=True, help="Also show the buyer and what was delivered; on a terminal only.")
@formatted
@patient
@pass_session
def show(session: Session, order_id: str, reveal: bool, form: Form) -> int:
    """Show everything that is known of one order. Its buyer and what it got are masked."""
    from catalogsync.cli.order_doors import order_desk, served_alone, state_to_read
    from catalogsync.render.order_text import render_order
    from catalogsync.workflow.orders.listing import look_at

    if reveal:
        _require_eyes(form)
    catalog = session.catalog()
    entry = served_alone(session, catalog.config, f"show {order_id}")
    journal = state_to_read(session, catalog.config, [entry])
    with session.progress() as observer, order_desk(session, catalog, [entry], journal, observer) as desk:
        look = look_at(desk, session.run("orders show"), entry.name, order_id)
    session.say(render_order(look, form, reveal=reveal, width=session.width, color=session.color))
    return 0


@command.command(short_help="Show what fulfill would do.")
@formatted
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is an order to fill.")
@patient
@pass_session
def plan(session: Session, form: Form, detailed_exitcode: bool) -> int:
    """Show which orders would be filled from which pool, what is left after, and what cannot be filled and why.

    Changes nothing at the marketplaces. What a marketplace lists only every half hour is kept for `orders fulfill`.
    """
    from catalogsync.cli.order_doors import order_desk, served, state_to_read
    from catalogsync.render.orders_document import render_orders_plan_json
    from catalogsync.render.orders_plan_text import render_orders_plan
    from catalogsync.workflow.orders.planning import make_order_plan

    catalog = session.catalog()
    serving = served(session, catalog.config)
    journal = state_to_read(session, catalog.config, serving)
    with session.progress() as observer, order_desk(session, catalog, serving, journal, observer) as desk:
        made = make_order_plan(desk, session.run("orders plan"))
    if form == "json":
        session.say(render_orders_plan_json(made))
    else:
        session.say(render_orders_plan(made, verbose=session.verbose, width=session.width, color=session.color))
    if any(notice.code == "not-read" for notice in made.warnings):
        return 1
    return 2 if detailed_exitcode and made.work else 0


def _require_eyes(form: Form) -> None:
    """Make sure that what is revealed is seen by a person, and kept by nothing.

    Raises:
        UsageError: it would go into a file, a pipe or a log.
    """
    if form != "text":
        raise UsageError("--reveal shows secrets, and JSON is made to be kept", "leave out --format, or --reveal")
    if not is_terminal(sys.stdout):
        raise UsageError(
            "--reveal shows the buyer and the accounts, and this output is no terminal: it would be kept somewhere",
            "run it in a terminal, without a pipe or a file behind it",
        )


def _csv(rows: "Sequence[OrderRow]") -> str:
    from catalogsync.render.orders_list import HEADER, order_cells
    from catalogsync.sheets import write_sheet

    sheet = io.BytesIO()
    write_sheet(sheet, ".csv", HEADER, map(order_cells, rows))
    return sheet.getvalue().decode()


def _tell_failures(session: Session, failures: "Mapping[str, str]") -> int:
    for name, why in failures.items():
        session.warn_of([f"the orders of {name} could not be read, so none of them is listed: {why}"])
    return 1 if failures else 0
