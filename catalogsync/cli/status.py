"""`catalogsync status`: the shop as it is."""

import click

from catalogsync.cli.options import Form, formatted, selection
from catalogsync.cli.session import Session, pass_session


@click.command(short_help="Show the managed listings.")
@formatted
@pass_session
def command(session: Session, form: Form) -> int:
    """Show managed listings: price, stock, sales, approval, what is left in their pools, the last apply."""
    from catalogsync.cli.look import look
    from catalogsync.render.status_text import render_status
    from catalogsync.workflow.surveying import survey

    with look(session, selection()) as desk:
        rows = survey(desk)
    session.say(render_status(rows, form, width=session.width, color=session.color))
    last = desk.state.last
    if last and form == "text":
        commit = f", commit {last.commit[:12]}" if last.commit else ""
        session.tell(f"Last apply: {last.at} by {last.who or 'somebody'} on {last.host}{commit}.")
    return 0
