"""Creates, updates, retirements and deletions: groups of calls that share one record of intents."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from catalogsync.core.doubt import looked_for, looks
from catalogsync.core.sequence import GROUP, creations, groups, kind_of, waiting_for
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.events import Forgotten, Intent, Verdict
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change, FieldChange
from catalogsync.model.state import Call, Op
from catalogsync.workflow.calling import send
from catalogsync.workflow.evidence import read_orders
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
    strangers = _strangers(work)
    for twins in groups(ready, values):
        group = _without_waiting(work, twins, values)
        if not group or not _may_start(work, group):
            continue
        _let_go(work, group)
        ops: dict[str, tuple[Change, Op]] = {}
        for change in group:
            op = operation(work, change, Call.CREATE, values[change.key])
            op = replace(op, alike=tuple(product_id for look in looked_for(op) for product_id in strangers[look]))
            ops[op.id] = (change, op)
        answers = send(work, [Intent(op) for _, op in ops.values()], lambda op: work.desk.marketplace.create(op.fields))
        _note(work, ops, answers)
    _verify_refused(work, changes)


def _verify_refused(work: Work, changes: Sequence[Change]) -> None:
    """Look whether listings that were refused are there all the same: once for all of them, and after settle."""
    by_key = {change.key: change for change in changes}
    refused = [op for op in work.journal.state.ops.values() if op.refused and op.key in by_key]
    if not refused or not work.goes_on():
        return
    rulings = settle(work.desk, work.journal, refused)
    for op in refused:
        ruling = rulings[op.id]
        if ruling.verdict is not Verdict.ABORTED:
            work.results.pop(op.key, None)
            made = ruling.verdict is Verdict.COMMITTED
            work.finish(op.key, "applied" if made else "in-doubt", None if made else f"{op.refused}; {ruling.evidence}")


def _without_waiting(work: Work, group: Iterable[Change], values: Mapping[str, Mapping[str, Value]]) -> list[Change]:
    """Those of a group that no creation in doubt could be mistaken for."""
    doubtful = creations(work.journal.state, work.desk.settings.name)
    waiting = {change.key: op for change in group if (op := doubtful.get(kind_of(values[change.key])))}
    for key, op in waiting.items():
        work.finish(key, "skipped", waiting_for(op))
    return [change for change in group if change.key not in waiting]


def _strangers(work: Work) -> Mapping[tuple[str, Value], list[str]]:
    """The unmanaged listings that are there before anything is created, by what they are recognised by."""
    bound = {binding.product_id for binding in work.journal.state.bindings.values()}
    strangers: dict[tuple[str, Value], list[str]] = defaultdict(list)
    for product_id, listing in work.listings.by_id.items():
        if product_id not in bound:
            strangers[looks(listing)].append(product_id)
    return strangers


def _let_go(work: Work, group: Sequence[Change]) -> None:
    """Forget the listings of keys that are bound: they vanished, and a person let them be created anew."""
    gone = tuple(change.key for change in group if change.key in work.journal.state.bindings)
    if gone:
        work.journal.write(Forgotten(gone))


def update(work: Work, changes: Sequence[Change], title: str = "Updating listings") -> None:
    """Set fields of listings. Serves retirements too, which set the status."""
    work.desk.observer.stage(title, len(changes))
    _repeatable(work, changes, lambda op: work.desk.marketplace.update(op.product_id or "", op.fields))


def delete(work: Work, changes: Sequence[Change]) -> None:
    """Delete listings that List and orders read just now show unsold.

    Those sold meanwhile are retired if that is allowed.
    """
    work.desk.observer.stage("Deleting listings", len(changes))
    try:
        ordered = read_orders(work.desk).by_listing
    except MarketplaceError as error:
        for change in changes:
            work.finish(change.key, "failed", f"nobody can tell whether it was ever ordered: {error.message}")
        return
    work.listings = read_listings(work.desk)
    unsold = [change for change in changes if not _sold(work, change) and change.product_id not in ordered]
    sold = [change for change in changes if _sold(work, change) or change.product_id in ordered]
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
    # What is known is noted before anything else: looking what became of the others may fail.
    doubtful: list[tuple[Change, Op]] = []
    for id_, answer in answers.items():
        change, op = ops[id_]
        work.desk.observer.step(f"{change.action} {change.key}")
        if answer.kind is AnswerClass.CONFIRMED:
            work.finish(change.key, "applied")
        elif answer.kind is AnswerClass.UNKNOWN:
            doubtful.append((change, op))
        else:
            work.finish(change.key, "skipped" if answer.status is None and work.stopped else "failed", answer.reason)
    if not doubtful or work.desk.interrupted():
        return []
    rulings = settle(work.desk, work.journal, [op for _, op in doubtful])
    repeat: list[Change] = []
    for change, op in doubtful:
        ruling, reason = rulings[op.id], answers[op.id].reason
        if ruling.verdict is Verdict.COMMITTED:
            work.finish(change.key, "applied")
        elif ruling.verdict is Verdict.HELD:
            work.finish(change.key, "in-doubt", f"{reason}; {ruling.evidence}")
        elif again and work.goes_on():
            repeat.append(change)
        else:
            work.finish(change.key, "failed", f"{reason}; {ruling.evidence}")
    return repeat


def _may_start(work: Work, changes: Iterable[Change]) -> bool:
    if work.goes_on():
        return True
    for change in changes:
        work.finish(change.key, "skipped", f"not started: {work.stopped}")
    return False
