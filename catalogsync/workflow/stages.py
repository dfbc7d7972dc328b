"""Creates, updates, retirements and deletions: groups of calls that share one record of intents."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from catalogsync.core.doubt import alike
from catalogsync.core.sequence import GROUP, groups
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.events import Intent, Verdict
from catalogsync.model.plan import Action, Change, FieldChange
from catalogsync.model.state import Call, Op
from catalogsync.workflow.calling import send
from catalogsync.workflow.payload import CALLS, operation, payload
from catalogsync.workflow.planning import read_listings
from catalogsync.workflow.settling import settle
from catalogsync.workflow.work import Work

TRIES = 2
"""How often a call in doubt is made that may be made again."""


def create(work: Work, changes: Sequence[Change]) -> None:
    """Create listings, empty: accounts follow once the product_id is recorded."""
    work.desk.observer.stage("Creating listings", len(changes))
    values = {change.key: payload(work, change) for change in changes}
    ready = [change for change in changes if work.in_good_order(change)]
    for group in groups(ready, values):
        if not _may_start(work, group):
            continue
        bound = {binding.product_id for binding in work.journal.state.bindings.values()}
        strangers = [listing for listing in work.listings.by_id.values() if listing.product_id not in bound]
        ops: dict[str, tuple[Change, Op]] = {}
        for change in group:
            op = operation(work, change, Call.CREATE, values[change.key])
            op = replace(op, alike=tuple(listing.product_id for listing in strangers if alike(op, listing)))
            ops[op.id] = (change, op)
        answers = send(work, [Intent(op) for _, op in ops.values()], lambda op: work.desk.marketplace.create(op.fields))
        _note(work, ops, answers)


def update(work: Work, changes: Sequence[Change], title: str = "Updating listings") -> None:
    """Set fields of listings. Serves retirements too, which set the status."""
    work.desk.observer.stage(title, len(changes))
    _repeatable(work, changes, lambda op: work.desk.marketplace.update(op.product_id or "", op.fields))


def delete(work: Work, changes: Sequence[Change]) -> None:
    """Delete listings that a List read just now shows unsold; those sold meanwhile are retired if that is allowed."""
    work.desk.observer.stage("Deleting listings", len(changes))
    work.listings = read_listings(work.desk)
    work.journal.assure(work.desk.settings.call_timeout * 2)
    unsold = [change for change in changes if not _sold(work, change)]
    sold = [change for change in changes if _sold(work, change)]
    _repeatable(work, unsold, lambda op: work.desk.marketplace.delete(op.product_id or ""))
    refused = [
        change for change in unsold if not work.in_good_order(change) and work.results[change.key].outcome == "failed"
    ]
    if refused and work.goes_on():
        # The listing decides, not the words of the refusal.
        work.listings = read_listings(work.desk)
        sold += [change for change in refused if _sold(work, change)]
    _retire_instead(work, sold)


def _retire_instead(work: Work, changes: Sequence[Change]) -> None:
    instead: list[Change] = []
    for change in changes:
        binding = work.journal.state.bindings.get(change.key)
        if binding is None or binding.keepsake.on_remove != "auto":
            work.finish(change.key, "failed", "it was sold meanwhile, so it cannot be deleted")
            continue
        work.results.pop(change.key, None)
        status = FieldChange("status", None, work.desk.settings.retired_status, "catalog")
        instead.append(replace(change, action=Action.RETIRE, fields=(status,)))
    if instead:
        update(work, instead, "Retiring listings that were sold meanwhile")
        for change in instead:
            if work.in_good_order(change):
                work.results.pop(change.key, None)
                work.finish(change.key, "applied", performed=Action.RETIRE)


def _sold(work: Work, change: Change) -> bool:
    shown = work.listings.by_id.get(change.product_id or "")
    return shown is not None and shown.sales != 0


def _repeatable(work: Work, changes: Sequence[Change], call: Callable[[Op], Answer]) -> None:
    """Calls that may be made again: in doubt they are looked after, and made once more if that is not there."""
    ready = [change for change in changes if work.in_good_order(change)]
    for start in range(0, len(ready), GROUP):
        group = ready[start : start + GROUP]
        for last in (number == TRIES for number in range(1, TRIES + 1)):
            if not group or not _may_start(work, group):
                break
            ops = {
                op.id: (change, op)
                for change in group
                for op in [operation(work, change, CALLS[change.action], payload(work, change))]
            }
            answers = send(work, [Intent(op) for _, op in ops.values()], call)
            group = _note(work, ops, answers, again=not last)


def _note(
    work: Work, ops: dict[str, tuple[Change, Op]], answers: dict[str, Answer], *, again: bool = False
) -> list[Change]:
    """Note what the answers came to, and settle those in doubt. Gives back the changes to be sent again."""
    doubtful = [op for id_, (_, op) in ops.items() if answers[id_].kind is AnswerClass.UNKNOWN]
    rulings = settle(work.desk, work.journal, doubtful) if doubtful and not work.desk.interrupted() else {}
    repeat: list[Change] = []
    for id_, (change, _) in ops.items():
        answer, ruling = answers[id_], rulings.get(id_)
        work.desk.observer.step(f"{change.action} {change.key}")
        if answer.kind is AnswerClass.CONFIRMED or (ruling and ruling.verdict is Verdict.COMMITTED):
            work.finish(change.key, "applied")
        elif answer.kind is not AnswerClass.UNKNOWN:
            work.finish(change.key, "skipped" if answer.status is None and work.stopped else "failed", answer.reason)
        elif ruling and ruling.verdict is Verdict.ABORTED:
            if again and work.goes_on():
                repeat.append(change)
            else:
                work.finish(change.key, "failed", f"{answer.reason}; {ruling.evidence}")
        else:
            work.finish(change.key, "in-doubt", f"{answer.reason}; {ruling.evidence if ruling else 'not settled yet'}")
    return repeat


def _may_start(work: Work, changes: Iterable[Change]) -> bool:
    if work.goes_on():
        return True
    for change in changes:
        work.finish(change.key, "skipped", f"not started: {work.stopped}")
    return False
