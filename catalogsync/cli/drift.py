"""`catalogsync drift`: where listings are no more as they were applied."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.options import REPORT_FORMS, ReportForm, choosing, reporting, selection
from catalogsync.cli.session import Session, pass_session

if TYPE_CHECKING:
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.drift import Drift
    from catalogsync.model.plan import Notice


@click.command(short_help="Show what was changed at the marketplace.")
@choosing
@reporting
@pass_session
def command(
    session: Session, only: tuple[str, ...], exclude: tuple[str, ...], form: ReportForm, reports: tuple[Path, ...]
) -> int:
    """Show where managed listings differ from what was last applied. Changes nothing; exits 2 where any does.

    Your own edits are no drift, and sales are not.
    """
    from catalogsync.cli.files import write_private
    from catalogsync.workflow.drifting import find_drift

    catalog, remarks = _catalog(session)
    journal = session.journal(catalog.config)
    chosen = selection(only, exclude)
    with session.progress() as observer, session.desk(catalog, journal, observer, chosen, remarks=remarks) as desk:
        drift = find_drift(desk)
    for path in reports:
        write_private(path, _rendered(session, drift, REPORT_FORMS[path.suffix.lower()]))
    session.say(_rendered(session, drift, form))
    return 2 if drift.listings else 0


def _catalog(session: Session) -> "tuple[Catalog, tuple[Notice, ...]]":
    """The catalog; where it has errors, its settings alone: what was applied does not depend on the rest."""
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.counted import counted
    from catalogsync.model.plan import Notice

    reading = session.glance()
    if reading.catalog is not None:
        session.keep_to_itself(reading.catalog.config)
        return reading.catalog, ()
    config = session.config()
    errors = sum(1 for problem in reading.problems if problem.severity == "error")
    told = (
        f"the catalog has {counted(errors, 'error')}, which `catalogsync validate` shows; until they are gone, "
        "fields that `lifecycle.ignore_changes` leaves to the marketplace are shown, too"
    )
    return Catalog(session.root, config, {}, {}), (Notice("catalog-errors", None, told),)


def _rendered(session: Session, drift: "Drift", form: ReportForm) -> str:
    match form:
        case "json":
            from catalogsync.render.drift_document import render_drift_json

            return render_drift_json(drift)
        case "markdown":
            from catalogsync.render.markdown import render_drift_markdown

            return render_drift_markdown(drift)
        case "html":
            from catalogsync.render.drift_document import render_drift_html

            return render_drift_html(drift)
        case "text":
            from catalogsync.render.drift_text import render_drift_text

            return render_drift_text(drift, verbose=session.verbose, width=session.width, color=session.color)
