"""`catalogsync balance`: what the supplier's account holds."""

import click

from catalogsync.cli.office import office
from catalogsync.cli.revealing import require_screen
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.tables import TableForm, say_csv, tabled


@click.command(short_help="Show the balance at the marketplace.")
@tabled
@click.option("--reveal", is_flag=True, help="Show whose account it is, too; on a terminal, as text, only.")
@pass_session
def command(session: Session, form: TableForm, reveal: bool) -> int:
    """Show what your account at the marketplace holds. Whose it is shows only with --reveal."""
    from catalogsync.render.balance_text import COLUMNS, balance_facts, render_balance
    from catalogsync.render.facts import in_json
    from catalogsync.render.json_text import pretty

    if reveal:
        require_screen(form)
    with office(session, session.config()) as marketplace:
        balance = marketplace.balance()
    if form == "csv":
        say_csv(session, COLUMNS, [balance_facts(balance)])
    elif form == "json":
        session.say(pretty(in_json(balance_facts(balance))))
    else:
        session.say(render_balance(balance, reveal=reveal, width=session.width, color=session.color))
    return 0
