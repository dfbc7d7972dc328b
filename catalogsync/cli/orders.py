"""`catalogsync orders`: what was bought, and what it is filled with."""

from typing import TYPE_CHECKING

import click

from catalogsync.cli.options import Form, formatted, patient
from catalogsync.cli.orders_alter import deliver, refund, set_status
from catalogsync.cli.orders_fulfill import fulfill
from catalogsync.cli.revealing import require_screen
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.tables import TableForm, say_csv, tabled
from catalogsync.cli.words import ORDER
from catalogsync.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.group(short_help="Look at orders, and fill them from the pools.")
def command() -> None:
    """Look at orders, fill them from the pools that your listings sell, and never give an account to two of them."""


command.add_command(fulfill, "fulfill")
command.add_command(deliver, "deliver")
command.add_command(refund, "refund")
command.add_command(set_status, "set-status")


@command.command("list", short_help="List orders, oldest first.")
@click.option(
    "--status", "statuses", multiple=True, metavar="STATUS", help="Only orders of this status; may be repeated."
)
@click.option("--all", "everything", is_flag=True, help="Orders of every status, not only open ones.")
@tabled
@patient
@pass_session
def list_(session: Session, statuses: tuple[str, ...], everything: bool, form: TableForm) -> int:
    """List open orders, oldest first, and whether `orders fulfill` would serve them."""
    from catalogsync.cli.order_doors import order_desk, served, state_to_read
    from catalogsync.render.orders_list import HEADER, order_facts, render_orders
    from catalogsync.workflow.orders.listing import require_known, survey_orders

    if statuses and everything:
        raise UsageError("--all is every status, so --status adds nothing", "leave one of them out")
    if not all(status.strip() for status in statuses):
        raise UsageError("--status is empty", "give a word, such as completed, or leave it out")
    catalog = session.catalog()
    serving = served(session, catalog.config)
    journal = state_to_read(session, catalog.config, serving)
    with session.progress() as observer, order_desk(session, catalog, serving, journal, observer) as desk:
        require_known(statuses, desk.markets)
        survey = survey_orders(desk, session.run("orders list"), statuses, everything=everything)
    if form == "csv":
        say_csv(session, HEADER, map(order_facts, survey.rows))
    else:
        every = everything or bool(statuses)
        session.say(render_orders(survey.rows, form, everything=every, width=session.width, color=session.color))
    return _tell_failures(session, survey.failures)


@command.command(short_help="Show one order.")
@click.argument("order_id", type=ORDER, metavar="ID")
@click.option(
    "--reveal", is_flag=True, help="Show the buyer and what was delivered, too; on a terminal, as text, only."
)
@formatted
@patient
@pass_session
def show(session: Session, order_id: str, reveal: bool, form: Form) -> int:
    """Show everything that is known of one order. Its buyer and what it got are masked."""
    from catalogsync.cli.order_doors import order_desk, served_alone, state_to_read
    from catalogsync.render.order_text import render_order
    from catalogsync.workflow.orders.listing import look_at

    if reveal:
        require_screen(form)
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
    catalog.open_pools()
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


def _tell_failures(session: Session, failures: "Mapping[str, str]") -> int:
    for name, why in failures.items():
        session.warn_of([f"the orders of {name} could not be read, so none of them is listed: {why}"])
    return 1 if failures else 0
