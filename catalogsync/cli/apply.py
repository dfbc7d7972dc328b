"""`catalogsync apply`: do what plan shows."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.options import Form, formatted, patient, selecting, selection
from catalogsync.cli.session import Session, is_terminal, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.model.errors import PlanBlocked, UsageError

if TYPE_CHECKING:
    from catalogsync.cli.planfile import SavedPlan
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.plan import Plan, Selection
    from catalogsync.model.report import Report


@click.command(short_help="Do what plan shows.")
@click.argument("planfile", required=False, type=click.Path(dir_okay=False, path_type=Path))
@selecting
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Send nothing that changes anything; print the calls, secrets masked.")
@click.option("--parallel", type=click.IntRange(1, 64), default=8, show_default=True, help="Calls at once.")
@patient
@formatted
@pass_session
def command(
    session: Session,
    planfile: Path | None,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    allow: tuple[str, ...],
    auto_approve: bool,
    dry_run: bool,
    parallel: int,
    form: Form,
) -> int:
    """Do what plan shows: create, update, retire or delete listings, and send accounts that were never sent.

    Killed at any moment, it can be run again. With PLANFILE it does exactly that plan, or nothing.
    """
    from catalogsync.cli.planfile import SavedPlan

    chosen = selection(only, exclude, allow)
    saved = None
    if planfile is not None:
        if only or exclude or allow:
            raise UsageError("a saved plan brings its own --only, --exclude and --allow", "leave them out")
        saved = SavedPlan.read(planfile)
        chosen = saved.selection
    if not (auto_approve or dry_run or saved or is_terminal(sys.stdin)):
        raise UsageError("nobody can be asked here", "--auto-approve applies without asking")
    apply = _Apply(session, session.catalog(), chosen, parallel, form)
    return apply.rehearse() if dry_run else apply.go(ask=not (auto_approve or saved), saved=saved)


class _Apply:
    """One apply, from the first look to the exit code."""

    def __init__(self, session: Session, catalog: "Catalog", chosen: "Selection", parallel: int, form: Form) -> None:
        self.session = session
        self.catalog = catalog
        self.chosen = chosen
        self.parallel = parallel
        self.form = form

    def rehearse(self) -> int:
        """Plan, and print the calls instead of sending them. Writes no state and takes no lease."""
        from catalogsync.workflow.planning import make_plan
        from catalogsync.workflow.rehearsing import rehearse

        journal = self.session.journal(self.catalog.config)
        with (
            self.session.progress() as observer,
            self.session.desk(self.catalog, journal, observer, self.chosen, self.parallel) as desk,
        ):
            report = rehearse(desk, make_plan(desk).plan)
        self._show(report.plan)
        self._say(report)
        return PlanBlocked.exit_code if report.plan.blocked else 0

    def go(self, *, ask: bool, saved: "SavedPlan | None") -> int:
        """Look first where somebody is asked, a plan was saved, or there is no state yet; then do it."""
        from catalogsync.cli.first_state import first_state
        from catalogsync.workflow.applying import apply

        journal = self.session.journal(self.catalog.config)
        agreed = self._look(saved) if ask or saved or journal is None else None
        if ask and agreed is not None and agreed.changes and not click.confirm("Apply this?", err=True):
            self.session.tell("Nothing was changed.")
            return 1
        journal = first_state(self.session, self.catalog.config, journal)
        with (
            interruptible(self.session.interrupted),
            self.session.progress() as observer,
            self.session.desk(self.catalog, journal, observer, self.chosen, self.parallel) as desk,
        ):

            def show(plan: "Plan") -> None:
                if agreed is None:
                    with observer.paused():
                        self._show(plan)

            report = apply(desk, self.session.run("apply"), show=show, agreed=agreed)
        self._say(report)
        return _exit_code(report)

    def _look(self, saved: "SavedPlan | None") -> "Plan":
        from catalogsync.workflow.planning import make_plan

        journal = self.session.journal(self.catalog.config)
        with (
            self.session.progress() as observer,
            self.session.desk(self.catalog, journal, observer, self.chosen, self.parallel) as desk,
        ):
            plan = make_plan(desk).plan
        if saved is not None:
            saved.require_same(plan)
        self._show(plan)
        if plan.blocked:
            raise PlanBlocked("a safety rule blocks this plan; nothing was changed")
        return plan

    def _show(self, plan: "Plan") -> None:
        """The plan as text; as JSON it is part of the report, or stands for it where nothing will be done."""
        from catalogsync.render.plan_json import render_plan_json
        from catalogsync.render.plan_text import render_plan_text

        if self.form == "json" and plan.blocked:
            self.session.say(render_plan_json(plan))
        text = render_plan_text(plan, verbose=self.session.verbose, width=self.session.width, color=self.session.color)
        if self.form == "json":
            self.session.tell(text)
        else:
            self.session.say(text)

    def _say(self, report: "Report") -> None:
        from catalogsync.render.plan_json import render_report_json
        from catalogsync.render.report_text import render_report_text

        if self.form == "json":
            self.session.say(render_report_json(report))
        else:
            self.session.say(
                render_report_text(
                    report, verbose=self.session.verbose, width=self.session.width, color=self.session.color
                )
            )


def _exit_code(report: "Report") -> int:
    if report.interrupted:
        return 130
    if report.complete:
        return 0
    doubts = report.in_doubt or any(notice.code == "in-doubt" for notice in report.notices)
    return 3 if report.calls or doubts else 1
