"""Apply: take the lease, settle what is open, plan, do, read back, report.

lease ─ settle open calls ─ plan ─ is it what was agreed? ─ per change: intent ▶ call ▶ end ─ read back ─ report
"""

from collections.abc import Callable

from catalogsync.core.sequence import staged
from catalogsync.model.errors import Interrupted, MarketplaceError, PlanBlocked, PlanStale
from catalogsync.model.events import Bound, Forgotten, Remembered, Renamed
from catalogsync.model.plan import Action, Change, Plan
from catalogsync.model.report import Report
from catalogsync.model.state import Op, Run
from catalogsync.ports import Journal
from catalogsync.workflow import stages
from catalogsync.workflow.appending import append
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.payload import binding_of, keepsake_of
from catalogsync.workflow.planning import doubt_notice, make_plan
from catalogsync.workflow.readback import read_back
from catalogsync.workflow.settling import settle
from catalogsync.workflow.uploading import upload_images
from catalogsync.workflow.work import Work


def apply(desk: Desk, run: Run, *, show: Callable[[Plan], None], agreed: Plan | None = None) -> Report:
    """Carry the catalog out.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it.
        show: is given the plan before anything is done.
        agreed: the plan that somebody said yes to; what would be done now must be the same.

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
    finished = False
    try:
        settle(desk, journal, _open_ops(desk, journal))
        planned = make_plan(desk)
        if agreed is not None and (planned.plan.changes, planned.plan.blocked) != (agreed.changes, agreed.blocked):
            raise PlanStale(
                "what would be done now is no longer what was agreed to; nothing was changed",
                "look at the new plan: `catalogsync plan`",
            )
        show(planned.plan)
        if planned.plan.blocked:
            raise PlanBlocked("a safety rule blocks this plan; nothing was changed")
        work = Work(desk, journal, planned.plan, planned.listings)
        perform(work)
        finished = True
        return _report(work)
    finally:
        journal.end(applied=finished)


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
    except Interrupted:
        work.stopped = "interrupted"
    open_keys = {op.key for op in work.journal.state.ops.values()}
    for change in work.plan.changes:
        if change.key in open_keys and work.in_good_order(change):
            work.finish(change.key, "in-doubt", work.stopped or "its answer never came")
        elif change.key not in work.results:
            work.finish(change.key, "skipped", f"not started: {work.stopped}")


def _stages(work: Work) -> None:
    bind, create, update, with_accounts, retire, delete = staged(work.plan.changes)
    _bind(work, [*bind, *create, *update])
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


def _bind(work: Work, changes: list[Change]) -> None:
    """What needs no call: renames, adoptions, letting go, and settings that only the state remembers."""
    renamed = {change.renamed_from: change.key for change in work.plan.changes if change.renamed_from}
    if renamed:
        work.journal.write(Renamed(renamed))
    # A create of a key that is bound was let pass by a person: the listing vanished, and its binding goes first.
    letting_go = {Action.FORGET, Action.CREATE}
    bound = work.journal.state.bindings
    forgotten = tuple(change.key for change in changes if change.action in letting_go and change.key in bound)
    if forgotten:
        work.journal.write(Forgotten(forgotten))
    products, bindings = work.desk.catalog.products, work.journal.state.bindings
    adopted = tuple(
        binding_of(work, products[change.key], work.listings.by_id[change.product_id])
        for change in changes
        if change.product_id and change.key in products and change.key not in bindings
    )
    if adopted:
        work.journal.write(Bound(adopted))
    for change in changes:
        if change.action in {Action.FORGET, Action.ADOPT}:
            work.finish(change.key, "applied")
    remembered = {
        key: keepsake_of(products[key])
        for key, binding in bindings.items()
        if key in products and binding.keepsake != keepsake_of(products[key])
    }
    if remembered:
        work.journal.write(Remembered(remembered))


def _open_ops(desk: Desk, journal: Journal) -> list[Op]:
    return [op for op in journal.state.ops.values() if op.marketplace == desk.settings.name]


def _report(work: Work) -> Report:
    doubts = [doubt_notice(op) for op in _open_ops(work.desk, work.journal)]
    return Report(
        plan=work.plan,
        results=dict(work.results),
        notices=(*work.notices, *doubts),
        calls=work.calls,
        interrupted=work.desk.interrupted(),
    )
