"""`catalogsync orders fulfill`: fill open orders from the pools, once or again and again."""

import math
from typing import TYPE_CHECKING, Final

import click

from catalogsync.cli.asking import confirmed, require_person
from catalogsync.cli.options import Form, formatted, patient
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.signals import interruptible
from catalogsync.cli.words import ORDER
from catalogsync.model.errors import UsageError
from catalogsync.model.report import UNFINISHED

if TYPE_CHECKING:
    from catalogsync.cli.telling import Teller
    from catalogsync.model.order_plan import OrderPlan, OrderReport


_LONGEST_WAIT: Final = 86_400
"""Seconds between two looks at orders: a day."""


@click.command(short_help="Fill open orders from the pools.")
@click.argument("order_ids", type=ORDER, nargs=-1, metavar="[ID]...")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Send nothing that changes anything; print the calls, secrets masked.")
@click.option(
    "--watch",
    "seconds",
    metavar="SECONDS",
    type=click.FloatRange(min=1, max=_LONGEST_WAIT),
    help="Go on until stopped: look again so long after each round, and say one line.",
)
@formatted
@patient
@pass_session
def fulfill(
    session: Session, order_ids: tuple[str, ...], auto_approve: bool, dry_run: bool, seconds: float | None, form: Form
) -> int:
    """Fill open orders, the oldest first, or those that are named: show the plan, ask, do it, report.

    Killed at any moment, it can be run again: an order gets the same accounts, and no account goes to two.
    """
    if seconds is not None:
        if math.isnan(seconds):
            raise UsageError("--watch: that is no number of seconds", "say how many, such as 60")
        _require_fit_to_watch(order_ids, form, auto_approve=auto_approve, dry_run=dry_run)
        from catalogsync.cli.orders_watch import Watch

        return Watch(session, seconds).run()
    if not (auto_approve or dry_run):
        require_person("--auto-approve fills without asking")
    from catalogsync.cli.telling import Teller

    teller = Teller(session, watched=dry_run or not auto_approve)
    with teller.failures("orders fulfill"):
        fulfilment = _Fulfilment(session, order_ids, form, teller)
        return fulfilment.rehearse() if dry_run else fulfilment.go(ask=not auto_approve)


class _Fulfilment:
    """One round, from the first look to the exit code."""

    def __init__(self, session: Session, named: tuple[str, ...], form: Form, teller: "Teller") -> None:
        from catalogsync.cli.order_doors import served, served_alone

        self.session = session
        self.form = form
        self.teller = teller
        self.named = named
        self.catalog = session.catalog()
        # What was bound to an order is looked for in every pool, before anything is sent.
        self.catalog.open_pools()
        config = self.catalog.config
        self.serving = (
            [served_alone(session, config, f"fulfill {' '.join(named)}")] if named else served(session, config)
        )

    def rehearse(self) -> int:
        """Plan, and print the calls instead of sending them. What was read is kept."""
        from catalogsync.cli.order_doors import order_desk, state_to_read
        from catalogsync.render.orders_document import render_orders_plan_json
        from catalogsync.render.orders_report_text import render_sketch
        from catalogsync.workflow.orders.planning import make_order_plan
        from catalogsync.workflow.orders.rehearsing import sketch

        session = self.session
        journal = state_to_read(session, self.catalog.config, self.serving)
        with (
            session.progress() as observer,
            order_desk(session, self.catalog, self.serving, journal, observer, self.named) as desk,
        ):
            plan = make_order_plan(desk, session.run("orders fulfill --dry-run"))
            calls = sketch(desk, plan)
        if self.form == "json":
            session.say(render_orders_plan_json(plan, calls))
        else:
            session.say(self._text(plan))
            session.say(f"\n{render_sketch(calls, width=session.width, color=session.color)}")
        return 1 if was_unread(plan) else 0

    def go(self, *, ask: bool) -> int:
        """Look first where somebody is asked; then do it."""
        from catalogsync.cli.order_doors import order_desk, state_to_write
        from catalogsync.render.orders_document import render_orders_report_json
        from catalogsync.render.orders_report_text import render_orders_report
        from catalogsync.workflow.orders.fulfilling import fulfill as fill
        from catalogsync.workflow.orders.planning import make_order_plan

        session, agreed = self.session, None
        journal = state_to_write(session, self.catalog.config)
        with (
            session.progress() as observer,
            order_desk(
                session, self.catalog, self.serving, journal, observer, self.named, tells=self.teller.ready
            ) as desk,
        ):
            if ask:
                agreed = make_order_plan(desk, session.run("orders plan"))
                with observer.paused():
                    self._show(agreed)
                    if agreed.work and not confirmed(session, self._question(agreed), "No order was filled."):
                        return 1
            self.teller.watched = False

            def show(plan: "OrderPlan") -> None:
                if agreed is None:
                    with observer.paused():
                        self._show(plan)

            with interruptible(session.interrupted):
                report = fill(desk, session.run("orders fulfill"), show=show, agreed=agreed)
        try:
            if self.form == "json":
                session.say(render_orders_report_json(report))
            else:
                told = render_orders_report(report, verbose=session.verbose, width=session.width, color=session.color)
                session.say(f"\n{told}")
        finally:
            self.teller.send(report.messages)
        return exit_code(report, named=bool(self.named))

    def _question(self, plan: "OrderPlan") -> str:
        return "Fill these orders?" if len(plan.work) > 1 else "Fill this order?"

    def _show(self, plan: "OrderPlan") -> None:
        """The plan as text: the result where that is for people, else beside it."""
        if self.form == "text":
            self.session.say(self._text(plan))
        else:
            for line in self._text(plan).splitlines():
                self.session.tell(line)

    def _text(self, plan: "OrderPlan") -> str:
        from catalogsync.render.orders_plan_text import render_orders_plan

        session = self.session
        return render_orders_plan(plan, verbose=session.verbose, width=session.width, color=session.color)


_DONE = frozenset({"filled", "closed"})
"""Why an order gets nothing that needs nothing any more."""


def was_unread(plan: "OrderPlan") -> bool:
    """Whether some marketplace could not be read, so that the plan is not whole."""
    return any(notice.code == "not-read" for notice in plan.warnings)


def exit_code(report: "OrderReport", *, named: bool = False) -> int:
    """What filling orders ends with; `named`: a person named those that are to be filled, so that each counts."""
    if report.interrupted:
        return 130
    # The plan's own warnings may be about what this run has settled since.
    codes = {notice.code for notice in report.notices}
    doubts = report.in_doubt > 0 or "in-doubt" in codes
    missed = named and any(change.code and change.code not in _DONE for change in report.plan.changes)
    if not (doubts or missed or report.failed or was_unread(report.plan) or codes & UNFINISHED):
        return 0
    return 3 if report.calls or doubts else 1


def _require_fit_to_watch(order_ids: tuple[str, ...], form: Form, *, auto_approve: bool, dry_run: bool) -> None:
    """Make sure that what was said fits a run that goes on by itself.

    Raises:
        UsageError: it does not.
    """
    if order_ids or dry_run or form != "text":
        raise UsageError("--watch serves all orders, round by round, a line each", "leave out IDs, --dry-run, --format")
    if not auto_approve:
        raise UsageError("--watch fills orders while nobody is there to be asked", "say --auto-approve with it")
