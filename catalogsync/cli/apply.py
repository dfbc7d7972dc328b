"""`catalogsync apply`: do what plan shows."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.options import ReportForm, patient, reporting, selecting, selection
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.model.errors import PlanBlocked, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalogsync.cli.planfile import SavedPlan
    from catalogsync.cli.reporting import Reporter
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.listing import Listing
    from catalogsync.model.plan import Notice, Plan, Selection
    from catalogsync.model.report import Report
    from catalogsync.model.state import State
    from catalogsync.ports import Observer
    from catalogsync.state import RecordJournal
    from catalogsync.workflow.desk import Desk
    from catalogsync.workflow.planning import Planned

    Remarks = tuple[Notice, ...]


@click.command(short_help="Do what plan shows.")
@click.argument("planfile", required=False, type=click.Path(dir_okay=False, path_type=Path))
@selecting
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Send nothing that changes anything; print the calls, secrets masked.")
@click.option("--allow-older", is_flag=True, help="Apply a commit that does not contain the last applied one.")
@click.option(
    "--parallel", metavar="N", type=click.IntRange(1, 64), default=8, show_default=True, help="Calls at once."
)
@patient
@reporting
@pass_session
def command(
    session: Session,
    planfile: Path | None,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    allow: tuple[str, ...],
    auto_approve: bool,
    dry_run: bool,
    allow_older: bool,
    parallel: int,
    form: ReportForm,
    reports: tuple[Path, ...],
) -> int:
    """Do what plan shows: create, update, retire or delete listings, and send accounts that were never sent.

    Killed at any moment, it can be run again. With PLANFILE it does exactly that plan, or nothing.
    """
    from catalogsync.cli.planfile import SavedPlan
    from catalogsync.cli.reporting import Reporter

    chosen = selection(only, exclude, allow)
    saved = None
    if planfile is not None:
        if only or exclude or allow:
            raise UsageError("a saved plan brings its own --only, --exclude and --allow", "leave them out")
        saved = SavedPlan.read(planfile)
        chosen = saved.selection
    if not (auto_approve or dry_run or saved):
        require_person("--auto-approve applies without asking")
    reporter = Reporter(session, form, reports)
    apply = _Apply(session, session.catalog(), chosen, parallel, reporter, allow_older=allow_older)
    return apply.rehearse() if dry_run else apply.go(ask=not (auto_approve or saved), saved=saved)


class _Apply:
    """One apply, from the first look to the exit code."""

    def __init__(
        self,
        session: Session,
        catalog: "Catalog",
        chosen: "Selection",
        parallel: int,
        reporter: "Reporter",
        *,
        allow_older: bool,
    ) -> None:
        from catalogsync.cli.commits import Commits

        self.session = session
        self.catalog = catalog
        self.chosen = chosen
        self.parallel = parallel
        self.reporter = reporter
        self._commits = Commits(session.root, session.environ)
        self._allow_older = allow_older

    def rehearse(self) -> int:
        """Plan, and print the calls instead of sending them. Writes no state and takes no lease."""
        from catalogsync.workflow.planning import make_plan
        from catalogsync.workflow.rehearsing import rehearse

        journal = self.session.journal(self.catalog.config)
        remarks = self._admit(journal)
        with self.session.progress() as observer, self._desk(journal, observer, remarks) as desk:
            report = rehearse(desk, make_plan(desk))
        if self.reporter.for_people:
            self.session.say(self.reporter.text(report.plan))
        self._report(report, report.listed)
        return PlanBlocked.exit_code if report.plan.blocked else 0

    def go(self, *, ask: bool, saved: "SavedPlan | None") -> int:
        """Look first where somebody is asked, a plan was saved, or there is no state yet; then do it."""
        from catalogsync.cli.first_state import first_state
        from catalogsync.workflow.applying import apply

        journal = self.session.journal(self.catalog.config)
        remarks = self._admit(journal)
        agreed = self._look(journal, saved, remarks) if ask or saved or journal is None else None
        if ask and agreed is not None and agreed.changes and not confirmed(self.session, "Apply this?"):
            return 1
        journal = first_state(self.session, self.catalog.config, journal)
        with (
            interruptible(self.session.interrupted),
            self.session.progress() as observer,
            self._desk(journal, observer, remarks) as desk,
        ):

            def show(planned: "Planned") -> None:
                if agreed is None:
                    with observer.paused():
                        self._show(planned)

            def admit(state: "State") -> None:
                # Another run may have applied a newer commit since we looked, while we waited for it.
                if not self._allow_older:
                    self._commits.notices(state, refuse=True)

            report = apply(desk, self.session.run("apply"), show=show, agreed=agreed, admit=admit)
        self._report(report, report.listed)
        if self.session.verbose > 0:
            self.session.tell(f"The state is at record {journal.state.serial} now.")
        return exit_code(report)

    def _admit(self, journal: "RecordJournal | None") -> "Remarks":
        """What the plan has to warn of, unless it makes an end of this."""
        return self._commits.notices(journal.state, refuse=not self._allow_older) if journal else ()

    def _desk(
        self, journal: "RecordJournal | None", observer: "Observer", remarks: "Remarks"
    ) -> "AbstractContextManager[Desk]":
        return self.session.desk(self.catalog, journal, observer, self.chosen, self.parallel, remarks)

    def _look(self, journal: "RecordJournal | None", saved: "SavedPlan | None", remarks: "Remarks") -> "Plan":
        from catalogsync.workflow.planning import make_plan

        with self.session.progress() as observer, self._desk(journal, observer, remarks) as desk:
            planned = make_plan(desk)
        if saved is not None:
            saved.require_same(planned.plan)
        self._show(planned)
        if planned.plan.blocked:
            raise PlanBlocked(
                "a safety rule blocks this plan; nothing was changed",
                "under Blocked stands what lets each pass; `--exclude KEY` plans without that product",
            )
        return planned.plan

    def _show(self, planned: "Planned") -> None:
        """The plan as text; in other forms it is part of the report, or stands for it where nothing will be done."""
        if not self.reporter.for_people:
            self.session.tell(self.reporter.text(planned.plan))
        if planned.plan.blocked:
            self._report(planned.plan, planned.listings.by_id)
        elif self.reporter.for_people:
            self.session.say(self.reporter.text(planned.plan))

    def _report(self, subject: "Plan | Report", listed: "Mapping[str, Listing]") -> None:
        from catalogsync.workflow.exhibiting import exhibitor

        self.reporter.put(subject, exhibitor(self.catalog, listed))


def exit_code(report: "Report") -> int:
    """What an apply ends with."""
    if report.interrupted:
        return 130
    if report.complete:
        return 0
    doubts = report.in_doubt or any(notice.code == "in-doubt" for notice in report.notices)
    return 3 if report.calls or doubts else 1
