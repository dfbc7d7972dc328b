"""`catalogsync plan`: what apply would do."""

from pathlib import Path

import click

from catalogsync.cli.options import ReportForm, reporting, selecting, selection
from catalogsync.cli.session import Session, pass_session


@click.command()
@selecting
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also save the plan to FILE, for apply.")
@reporting
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@pass_session
def command(
    session: Session,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    allow: tuple[str, ...],
    out: Path | None,
    form: ReportForm,
    reports: tuple[Path, ...],
    detailed_exitcode: bool,
) -> int:
    """Show what apply would do. Changes nothing."""
    from catalogsync.cli.commits import Commits
    from catalogsync.cli.files import write_private
    from catalogsync.cli.reporting import Reporter
    from catalogsync.render.plan_json import render_plan_json
    from catalogsync.workflow.exhibiting import exhibitor
    from catalogsync.workflow.planning import make_plan

    chosen = selection(only, exclude, allow)
    catalog = session.catalog()
    journal = session.journal(catalog.config)
    remarks = Commits(session.root, session.environ).notices(journal.state) if journal else ()
    with session.progress() as observer, session.desk(catalog, journal, observer, chosen, remarks=remarks) as desk:
        planned = make_plan(desk)
    plan = planned.plan
    if out is not None:
        write_private(out, render_plan_json(plan))
    Reporter(session, form, reports).put(plan, exhibitor(catalog, planned.listings.by_id))
    if plan.blocked:
        return 4
    return 2 if detailed_exitcode and plan.changes else 0
