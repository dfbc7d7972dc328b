"""Looking what became of calls whose answer never came, and recording the verdict."""

from collections.abc import Iterable

from catalogsync.core.doubt import Ruling, judge
from catalogsync.model.events import Ended, Ending, Verdict
from catalogsync.model.listing import Listings
from catalogsync.model.state import Call, Op
from catalogsync.ports import Journal
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.planning import read_listings

PATIENT = {Call.CREATE, Call.APPEND}
"""Calls that must not be sent again by mistake: absence counts only after a write has had its time to show.

The others set absolute values or remove, so that sending them again cannot spoil anything; one look is enough.
"""


def settle(desk: Desk, journal: Journal, ops: Iterable[Op]) -> dict[str, Ruling]:
    """Judge open operations by what the marketplace lists, wait where waiting may tell more, and record the verdicts.

    Waiting is measured in this process, by a clock that does not run backwards: no verdict that would let something be
    sent again stands on the wall clock.

    Args:
        desk: what to work with.
        journal: with the lease.
        ops: the operations; those that are held already are left alone.

    Returns:
        The ruling of each operation by its id.

    Raises:
        MarketplaceError: the marketplace cannot be read; the operations stay open.
        Interrupted: somebody asked to stop; the operations that were not judged yet stay open.
    """
    rulings: dict[str, Ruling] = {}
    waiting = [op for op in ops if not op.held]
    if not waiting:
        return rulings
    desk.observer.stage(f"Looking what became of {len(waiting)} calls whose answer never came")
    began = desk.clock.monotonic()
    waiting = _judge(desk, journal, waiting, rulings, patient_settled=False)
    while waiting and (left := desk.settle - (desk.clock.monotonic() - began)) > 0:
        # A create may show at any moment; an append is judged only at the end.
        early = any(op.call is Call.CREATE for op in waiting)
        desk.clock.sleep(min(left, look_again(desk.settle)) if early else left)
        journal.assure(2 * desk.settings.call_timeout)
        waiting = _judge(desk, journal, waiting, rulings, patient_settled=False)
    if waiting:
        _judge(desk, journal, waiting, rulings, patient_settled=True)
    return rulings


def look_again(settle: float) -> float:
    """Seconds between two looks while something is awaited that may show at any moment."""
    return min(5.0, max(0.05, settle / 8))


def _judge(
    desk: Desk, journal: Journal, ops: list[Op], rulings: dict[str, Ruling], *, patient_settled: bool
) -> list[Op]:
    """One look (two, where absence counts). Gives back the operations that are still undecided."""
    first = read_listings(desk)
    absence_counts = patient_settled or any(op.call not in PATIENT for op in ops)
    second = read_listings(desk) if absence_counts else first
    taken = {binding.product_id for binding in journal.state.bindings.values()}
    undecided: list[Op] = []
    endings: list[Ending] = []
    for op in ops:
        settled = patient_settled or op.call not in PATIENT
        ruling = _agreed(op, first, second, taken, settled=settled)
        if ruling is None:
            undecided.append(op)
            continue
        if ruling.product_id:
            taken.add(ruling.product_id)
        rulings[op.id] = ruling
        endings.append(Ending(op.id, ruling.verdict, ruling.product_id, evidence=ruling.evidence))
    if endings:
        journal.write(Ended(tuple(endings)))
    return undecided


def _agreed(op: Op, first: Listings, second: Listings, taken: set[str], *, settled: bool) -> Ruling | None:
    one = judge(op, first, taken, settled=settled)
    other = judge(op, second, taken, settled=settled) if second is not first else one
    if one is None or other is None or one == other:
        return one if one == other else None
    if op.call in PATIENT:
        return Ruling(Verdict.HELD, "two looks at the listings, one after the other, differ")
    return Ruling(Verdict.ABORTED, "the listings are changing; it may be sent again")
