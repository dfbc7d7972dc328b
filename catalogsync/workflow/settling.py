"""Looking what became of calls whose answer never came, and recording the verdict."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from catalogsync.core.doubt import Ruling, judge
from catalogsync.model.counted import counted
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


def settle(
    desk: Desk, journal: Journal, ops: Iterable[Op], refused: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Ruling]:
    """Judge open operations by what the marketplace lists, wait where waiting may tell more, and record the verdicts.

    Waiting is measured in this process, by a clock that does not run backwards: no verdict that would let something be
    sent again stands on the wall clock.

    Args:
        desk: what to work with.
        journal: with the lease.
        ops: the operations; those that are held already are left alone.
        refused: appends that the marketplace refused, by id, with its words.

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
    desk.observer.stage(f"Looking what became of {counted(len(waiting), 'unanswered call')}")
    began = desk.clock.monotonic()
    while waiting:
        left = desk.settle - (desk.clock.monotonic() - began)
        # An append is judged at the end alone, a create may show at any moment, the others are judged at once.
        if left <= 0 or any(op.call is not Call.APPEND for op in waiting):
            waiting = _judge(desk, journal, waiting, rulings, refused, settled=left <= 0)
        if waiting:
            watching = any(op.call is Call.CREATE for op in waiting)
            desk.clock.sleep(min(left, look_again(desk.settle)) if watching else left)
            journal.assure(2 * desk.settings.call_timeout)
    return rulings


def look_again(settle: float) -> float:
    """Seconds between two looks while something is awaited that may show at any moment."""
    return min(5.0, max(0.05, settle / 8))


def _judge(
    desk: Desk,
    journal: Journal,
    ops: list[Op],
    rulings: dict[str, Ruling],
    refused: Mapping[str, str],
    *,
    settled: bool,
) -> list[Op]:
    """One look (two, where absence counts). Gives back the operations that are still undecided."""
    first = read_listings(desk)
    second = read_listings(desk) if settled or any(op.call not in PATIENT for op in ops) else first
    taken = {binding.product_id for binding in journal.state.bindings.values()}
    decided: dict[str, Ruling] = {}
    # What is certain comes first: a listing that one create turned out to have made is no other's.
    for certain in (True, False):
        for op in ops:
            if op.id in decided:
                continue
            ruling = _agreed(op, (first, second), taken, refused.get(op.id), settled=settled or op.call not in PATIENT)
            if ruling is None or (certain and ruling.verdict is not Verdict.COMMITTED):
                continue
            decided[op.id] = ruling
            if ruling.product_id:
                taken.add(ruling.product_id)
    if decided:
        endings = (
            Ending(id_, ruling.verdict, ruling.product_id, evidence=ruling.evidence) for id_, ruling in decided.items()
        )
        journal.write(Ended(tuple(endings)))
    rulings |= decided
    return [op for op in ops if op.id not in decided]


def _agreed(
    op: Op, looks: tuple[Listings, Listings], taken: set[str], refused: str | None, *, settled: bool
) -> Ruling | None:
    one, other = (judge(op, look, taken, settled=settled, refused=refused) for look in looks)
    if one == other:
        return one
    if one is None or other is None:
        return None
    if op.call in PATIENT:
        return Ruling(Verdict.HELD, "two looks at the listings, one after the other, differ")
    return Ruling(Verdict.ABORTED, "the listings are changing; it may be sent again")
