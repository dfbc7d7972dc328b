"""Apply: take the lease, settle what is open, plan, do, read back, report.

lease ─ settle open calls ─ plan ─ is it what was agreed? ─ per change: intent ▶ call ▶ end ─ read back ─ report
"""

from collections.abc import Callable
from dataclasses import replace

from catalogsync.core.sequence import staged
from catalogsync.core.staleness import deviations
from catalogsync.model.counted import counted
from catalogsync.model.errors import Interrupted, MarketplaceError, PlanBlocked, PlanStale, StateError, StateFenced
from catalogsync.model.plan import Notice, Plan
from catalogsync.model.report import Report
from catalogsync.model.state import OF_ORDERS, Op, Run, State
from catalogsync.ports import Journal
from catalogsync.workflow import stages
from catalogsync.workflow.appending import append
from catalogsync.workflow.binding import bind
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.drawing_up import doubt_notice
from catalogsync.workflow.planning import Planned, make_plan
from catalogsync.workflow.readback import read_back
from catalogsync.workflow.settling import settle
from catalogsync.workflow.telling import tell_of_apply
from catalogsync.workflow.uploading import upload_images
from catalogsync.workflow.work import Work


def apply(
    desk: Desk,
    run: Run,
    *,
    show: Callable[[Planned], None],
    agreed: Plan | None = None,
    admit: Callable[[State], None] = lambda _: None,
) -> Report:
    """Carry the catalog out.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it.
        show: is given the plan before anything is done.
        agreed: the plan that somebody said yes to; what would be done now must be the same.
        admit: looks at the state once it is ours, before any call, and raises where this run must not go on.

    Raises:
        StateLocked: another run is at work.
        PlanStale: what would be done is no longer what was agreed.
        PlanBlocked: a safety rule says no.
        MarketplaceError: the marketplace could not be read before anything was sent.
        StateError: the state could not be written; nothing more was sent.
    """
    journal = desk.journal
    if journal is None:
        raise AssertionError("an apply needs a state")
    journal.begin(run)
    desk.marketplace.guard(lambda: _is_ours(desk, journal))
    report: Report | None = None
    try:
        admit(journal.state)
        settle(desk, journal, _of_listings(_open_ops(desk, journal)))
        planned = make_plan(desk)
        if agreed is not None and (differences := deviations(agreed, planned.plan)):
            raise PlanStale(
                "what would be done now is no longer what was agreed to; nothing was changed",
                "look at the new plan: `catalogsync plan`",
                tuple(differences),
            )
        show(planned)
        if planned.plan.blocked:
            raise blocked(planned.plan)
        work = Work(desk, journal, planned.plan, planned.listings, waiting=planned.waiting)
        perform(work)
        report = _report(work, planned)
        if desk.tells:
            report = replace(report, messages=tell_of_apply(journal, report, desk.clock))
    finally:
        journal.end(applied=report is not None, complete=report is not None and report.all_applied)
    return report


def blocked(plan: Plan) -> PlanBlocked:
    """The error that a plan ends with which a safety rule blocks."""
    return PlanBlocked(
        "a safety rule blocks this plan; nothing was changed",
        "under Blocked stands what lets each pass; `--exclude KEY` plans without that product",
        tuple((entry.rule, entry.key or "the whole catalog") for entry in plan.blocked),
    )


def perform(work: Work) -> None:
    """Do what the plan says, stage by stage. What went wrong is noted with each change, not raised.

    Raises:
        StateError: the state could not be written; nothing more was sent.
    """
    try:
        _stages(work)
        read_back(work)
    except MarketplaceError as error:
        work.stopped = work.stopped or error.message
        work.notices.append(
            Notice(
                "not-read-back",
                None,
                f"what was applied was not read back: {error.message}; `catalogsync plan` looks again",
            )
        )
    except Interrupted:
        work.stopped = "interrupted"
    _conclude(work)


def _conclude(work: Work) -> None:
    """Say what became of what was not finished."""
    ours = work.journal.state.run
    in_doubt = {op.key for op in work.journal.state.ops.values() if ours and op.run == ours.id}
    for change in work.plan.changes:
        unsent = work.unsent.get(change.key, 0)
        if not work.in_good_order(change):
            continue
        if change.key in in_doubt:
            work.finish(change.key, "in-doubt", work.stopped or "its answer never came")
        elif change.key not in work.results:
            work.finish(change.key, "skipped", f"not started: {work.stopped}")
        elif unsent:
            work.finish(change.key, "skipped", f"{counted(unsent, 'account')} not sent: {work.stopped}")


def _stages(work: Work) -> None:
    binding, create, update, _, retire, delete = staged(work.plan.changes)
    bind(work, [*binding, *update])
    upload_images(work, [*create, *update])
    if create:
        stages.create(work, create)
    if update:
        stages.update(work, update)
    with_accounts = [change for change in work.plan.changes if change.accounts]
    if with_accounts:
        append(work, with_accounts)
    if retire:
        stages.update(work, retire, "Retiring listings")
    if delete and work.goes_on():
        stages.delete(work, delete)


def _is_ours(desk: Desk, journal: Journal) -> bool:
    """Whether the lease holds for another call. If it is lost, the next record, that of the call's end, says so."""
    try:
        journal.assure(desk.longest_call)
    except (StateError, StateFenced):
        return False
    return True


def _open_ops(desk: Desk, journal: Journal) -> list[Op]:
    return [op for op in journal.state.ops.values() if op.marketplace == desk.settings.name]


def _of_listings(ops: list[Op]) -> list[Op]:
    """The calls that the List tells of; what became of calls to orders, their own commands look after."""
    return [op for op in ops if op.call not in OF_ORDERS]


def _report(work: Work, planned: Planned) -> Report:
    doubts = [doubt_notice(op) for op in _open_ops(work.desk, work.journal)]
    return Report(
        plan=work.plan,
        results=dict(work.results),
        notices=(*work.notices, *doubts),
        calls=work.calls,
        interrupted=work.desk.interrupted(),
        listed=planned.listings.by_id,
    )
