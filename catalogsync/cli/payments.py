"""`catalogsync payments`: what came in, beside what was ordered."""

from datetime import UTC, datetime

import click

from catalogsync.cli.office import office
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.tables import TableForm, say_csv, tabled
from catalogsync.render.takings_text import By

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(short_help="See what came in, by payment, day or product.")
def command() -> None:
    """See what came in, and whether it is what was ordered."""


@command.command("list", short_help="List payments beside their orders.")
@tabled
@click.option(
    "--by",
    type=click.Choice(["payment", "day", "product"]),
    default="payment",
    show_default=True,
    help="A row for each of these.",
)
@click.option("--since", type=DAY, metavar="DATE", help="From this day on (UTC), such as 2026-11-01.")
@click.option("--until", type=DAY, metavar="DATE", help="Up to and with this day (UTC).")
@pass_session
def list_(session: Session, form: TableForm, by: By, since: datetime | None, until: datetime | None) -> int:
    """List payments beside the orders that they are for, or sums of both for each day or product.

    Days are in UTC. Payments without an order, orders without a payment, and those that differ are named. Changes
    nothing, and needs no state; with one, products are called by your own keys.
    """
    from catalogsync.model.errors import UsageError
    from catalogsync.render.takings_text import columns, render_takings, render_takings_json, takings_facts
    from catalogsync.workflow.bookkeeping import take_in

    first, last = (None if at is None else at.replace(tzinfo=UTC).date() for at in (since, until))
    if first and last and last < first:
        raise UsageError(f"--until {last} is before --since {first}", "nothing can be between them")
    catalog = session.catalog()
    recorded = session.recorded(catalog.config)
    with session.progress() as observer, office(session, catalog.config) as marketplace:
        takings = take_in(marketplace, catalog, recorded.state if recorded else None, observer, first, last)
    if form == "csv":
        say_csv(session, columns(by), takings_facts(takings, by))
    elif form == "json":
        session.say(render_takings_json(takings, by, first, last))
    else:
        session.say(render_takings(takings, by, width=session.width, color=session.color))
    return 0
