"""`catalogsync why`: where each value of a listing comes from, and what is next."""

import click

from catalogsync.cli.options import Form, formatted, selection
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.words import ANY_KEY


@click.command(short_help="Tell why a listing is as it is.")
@click.argument("key", type=ANY_KEY)
@formatted
@pass_session
def command(session: Session, key: str, form: Form) -> int:
    """Tell why a listing is as it is: for each field its value here, at the last apply and now, and who set it."""
    from catalogsync.model.history import History
    from catalogsync.render.why_text import render_why
    from catalogsync.workflow.explaining import explain

    with session.reading() as reading:
        catalog = reading()
    journal = session.journal(catalog.config)
    past = journal.history if journal else lambda _: History({})
    with session.progress() as observer, session.desk(catalog, journal, observer, selection()) as desk:
        story = explain(desk, key, past)
    session.say(render_why(story, form, verbose=session.verbose, width=session.width, color=session.color))
    return 0
