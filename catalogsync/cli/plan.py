"""`catalogsync plan`: what apply would do."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.options import ReportForm, reporting, selecting, selection
from catalogsync.cli.session import Session, pass_session

if TYPE_CHECKING:
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.listing import Listing
    from catalogsync.model.plan import Plan, Selection

    _Planned = tuple[Catalog, Plan, Mapping[str, Listing]]


@click.command()
@selecting
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also save the plan to FILE, for apply.")
@click.option("--offline", is_flag=True, help="From the state alone: no key is needed, and the marketplace not asked.")
@reporting
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@pass_session
def command(
    session: Session,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    allow: tuple[str, ...],
    out: Path | None,
    offline: bool,
    form: ReportForm,
    reports: tuple[Path, ...],
    detailed_exitcode: bool,
) -> int:
    """Show what apply would do. Changes nothing."""
    from catalogsync.cli.files import write_private
    from catalogsync.cli.reporting import Reporter
    from catalogsync.render.plan_json import render_plan_json
    from catalogsync.workflow.exhibiting import exhibitor

    chosen = selection(only, exclude, allow)
    catalog, plan, listed = (_from_the_state if offline else _from_the_marketplace)(session, chosen)
    if out is not None:
        write_private(out, render_plan_json(plan))
    Reporter(session, form, reports).put(plan, exhibitor(catalog, listed))
    if plan.blocked:
        return 4
    return 2 if detailed_exitcode and plan.changes else 0


def _from_the_marketplace(session: Session, chosen: "Selection") -> "_Planned":
    from catalogsync.cli.look import look
    from catalogsync.workflow.planning import make_plan

    with look(session, chosen) as desk:
        planned = make_plan(desk)
    return desk.catalog, planned.plan, planned.listings.by_id


def _from_the_state(session: Session, chosen: "Selection") -> "_Planned":
    from catalogsync.cli.commits import Commits
    from catalogsync.workflow.offline import plan_offline

    with session.reading() as reading:
        catalog = reading()
    state = session.recorded(catalog.config)
    remarks = Commits(session.root, session.for_state).notices(state.state) if state else ()
    return catalog, plan_offline(session.sides(catalog, state, chosen, remarks)), {}
