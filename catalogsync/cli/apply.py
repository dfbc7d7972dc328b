"""`catalogsync apply`: do what plan shows."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.options import ReportForm, patient, reporting, selecting, selection
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.model.errors import PlanBlocked, PlanStale, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catalogsync.cli.planfile import SavedPlan
    from catalogsync.cli.reporting import Reporter
    from catalogsync.cli.telling import Teller
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.listing import Listing
    from catalogsync.model.plan import Notice, Plan, Selection
    from catalogsync.model.report import Report
    from catalogsync.model.state import State
    from catalogsync.ports import Observer
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
    from catalogsync.cli.telling import Teller

    chosen = selection(only, exclude, allow)
    saved = None
    if planfile is not None:
        if only or exclude or allow:
            raise UsageError("a saved plan brings its own --only, --exclude and --allow", "leave them out")
        saved = SavedPlan.read(planfile)
        chosen = saved.plan.selection
    if not (auto_approve or dry_run or saved):
        require_person("--auto-approve applies without asking")
    reporter = Reporter(session, form, reports)
    ask = not (auto_approve or saved)
    teller = Teller(session, watched=ask or dry_run)
    with teller.failures("apply"):
        catalog = session.catalog()
        apply = _Apply(session, catalog, chosen, parallel, reporter, teller, allow_older=allow_older, saved=saved)
        return apply.run(ask=ask, dry=dry_run)


class _Apply:
    """One apply, from the first look to the exit code."""

    def __init__(
        self,
        session: Session,
        catalog: "Catalog",
        chosen: "Selection",
        parallel: int,
        reporter: "Reporter",
        teller: "Teller",
        *,
        allow_older: bool,
        saved: "SavedPlan | None",
    ) -> None:
        from catalogsync.cli.commits import Commits

        self.session = session
        self.catalog = catalog
        catalog.open_pools(_feeding(catalog, chosen))
        self.chosen = chosen
        self.parallel = parallel
        self.reporter = reporter
        self.teller = teller
        self.journal = session.journal(catalog.config)
        self._commits = Commits(session.root, session.for_state)
        self._allow_older = allow_older
        self._saved = saved

    def run(self, *, ask: bool, dry: bool) -> int:
        """Do it, or only rehearse it; of a saved plan exactly what it says, or nothing."""
        from catalogsync.cli.planfile import AlreadyApplied

        saved = self._saved
        try:
            if saved is not None:
                state = self.journal.state if self.journal else None
                saved.require_undone(state)
                saved.require_ground(self.session.settings(self.catalog.config).name, state)
            return self.rehearse() if dry else self.go(ask=ask)
        except AlreadyApplied as done:
            self._report(done.report, {})
            return 0
        except PlanStale as error:
            stale = saved.stale(self.journal.state if self.journal else None, error) if saved else error
            self.session.warn_of(stale.differences)
            raise stale from None

    def rehearse(self) -> int:
        """Plan, and print the calls instead of sending them. Writes no state and takes no lease."""
        from catalogsync.workflow.planning import make_plan
        from catalogsync.workflow.rehearsing import rehearse

        remarks = self._admit()
        with self.session.progress() as observer, self._desk(observer, remarks) as desk:
            planned = make_plan(desk)
            if self._saved is not None:
                self._saved.require_same(planned.plan)
            report = rehearse(desk, planned)
        if self.reporter.for_people:
            self.session.say(self.reporter.text(report.plan))
        self._report(report, report.listed)
        return PlanBlocked.exit_code if report.plan.blocked else 0

    def go(self, *, ask: bool) -> int:
        """Look first where somebody is asked, a plan was saved, or there is no state yet; then do it."""
        from catalogsync.cli.first_state import first_state
        from catalogsync.workflow.applying import apply

        saved = self._saved
        remarks = self._admit()
        # What another run leaves to be done is known when it has ended: only then is a saved plan compared.
        waits = saved is not None and self.journal is not None and self.journal.state.run is not None
        looks = ask or saved is not None or self.journal is None
        agreed = saved.plan if saved and waits else self._look(remarks) if looks else None
        if ask and agreed is not None and agreed.changes and not confirmed(self.session, "Apply this?"):
            return 1
        self.teller.watched = False
        journal = self.journal = first_state(self.session, self.catalog.config, self.journal)
        with (
            interruptible(self.session.interrupted),
            self.session.progress() as observer,
            self._desk(observer, remarks, tells=self.teller.ready) as desk,
        ):

            def show(planned: "Planned") -> None:
                if agreed is None or waits:
                    with observer.paused():
                        self._show(planned)

            def admit(state: "State") -> None:
                # Another run may have applied this plan, or a newer commit, while we waited for it.
                if saved is not None:
                    saved.require_undone(state)
                if not self._allow_older:
                    self._commits.notices(state, refuse=True)

            run = self.session.run("apply", saved.digest if saved else None)
            report = apply(desk, run, show=show, agreed=agreed, admit=admit)
        try:
            self._report(report, report.listed)
        finally:
            self.teller.send(report.messages)
        if self.session.verbose > 0:
            self.session.tell(f"The state is at record {journal.state.serial} now.")
        return exit_code(report)

    def _admit(self) -> "Remarks":
        """What the plan has to warn of, unless it makes an end of this."""
        return self._commits.notices(self.journal.state, refuse=not self._allow_older) if self.journal else ()

    def _desk(self, observer: "Observer", remarks: "Remarks", *, tells: bool = False) -> "AbstractContextManager[Desk]":
        return self.session.desk(self.catalog, self.journal, observer, self.chosen, self.parallel, remarks, tells)

    def _look(self, remarks: "Remarks") -> "Plan":
        from catalogsync.workflow.applying import blocked
        from catalogsync.workflow.planning import make_plan

        with self.session.progress() as observer, self._desk(observer, remarks) as desk:
            planned = make_plan(desk)
        if self._saved is not None:
            self._saved.require_same(planned.plan)
        self._show(planned)
        if planned.plan.blocked:
            raise blocked(planned.plan)
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


def _feeding(catalog: "Catalog", chosen: "Selection") -> "Iterator[str]":
    """The pools that an apply may send accounts from."""
    from catalogsync.core.select import selected

    for product in catalog.products.values():
        if product.pool is not None and product.delivery == "auto" and selected(product.key, chosen):
            yield product.pool


def exit_code(report: "Report") -> int:
    """What an apply ends with."""
    if report.interrupted:
        return 130
    if report.complete:
        return 0
    doubts = report.in_doubt or any(notice.code == "in-doubt" for notice in report.notices)
    return 3 if report.calls or doubts else 1
