"""`catalogsync plan`: what apply would do."""

from pathlib import Path

import click

from catalogsync.cli.options import Form, formatted, selecting, selection
from catalogsync.cli.session import Session, pass_session


@click.command()
@selecting
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also save the plan to FILE, for apply.")
@formatted
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@pass_session
def command(
    session: Session,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    allow: tuple[str, ...],
    out: Path | None,
    form: Form,
    detailed_exitcode: bool,
) -> int:
    """Show what apply would do. Changes nothing."""
    from catalogsync.cli.commits import Commits
    from catalogsync.cli.files import write_private
    from catalogsync.render.plan_json import render_plan_json
    from catalogsync.render.plan_text import render_plan_text
    from catalogsync.workflow.planning import make_plan

    chosen = selection(only, exclude, allow)
    catalog = session.catalog()
    journal = session.journal(catalog.config)
    remarks = Commits(session.root, session.environ).notices(journal.state) if journal else ()
    with session.progress() as observer, session.desk(catalog, journal, observer, chosen, remarks=remarks) as desk:
        plan = make_plan(desk).plan
    if out is not None:
        write_private(out, render_plan_json(plan))
    if form == "json":
        session.say(render_plan_json(plan))
    else:
        session.say(render_plan_text(plan, verbose=session.verbose, width=session.width, color=session.color))
    if plan.blocked:
        return 4
    return 2 if detailed_exitcode and plan.changes else 0
