"""Looking what became of calls whose answer never came, and recording the verdict."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalogsync.core.arrival import OrderBook, Ruling
from catalogsync.core.doubt import judge
from catalogsync.model.counted import counted
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.events import Ended, Ending, Verdict
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.listing import Listings
from catalogsync.model.state import Call, Op, TrackRecord
from catalogsync.ports import Journal
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.evidence import read_orders
from catalogsync.workflow.planning import read_listings

PATIENT = {Call.CREATE, Call.APPEND}
"""Calls that must not be sent again by mistake: absence counts only after a write has had its time to show.

The others set absolute values or remove, so that sending them again cannot spoil anything.
"""

REPEATABLE = {Call.UPDATE, Call.RETIRE}
"""Calls that one look is enough for. A delete that is given up too early may yet be carried out, when its product has
come back and accounts lie there again."""

TRUSTED_AFTER = 5
"""So many batches must have shown exactly, and none otherwise, before a stock that did not move is believed."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was read at one time: the List, and the orders if they were needed."""

    listings: Listings
    orders: OrderBook | None = None


def settle(desk: Desk, journal: Journal, ops: Iterable[Op]) -> dict[str, Ruling]:
    """Judge open operations by what the marketplace shows, wait where waiting may tell more, and record the verdicts.

    Waiting is measured in this process, by a clock that does not run backwards: no verdict that would let something be
    sent again stands on the wall clock. Of a call of another run it is not known that it was sent: where a store is
    far away, a run that was taken over may not have noticed yet, and send it now.

    Args:
        desk: what to work with.
        journal: with the lease.
        ops: the operations. Accounts that are held already are looked for once more: an order may prove by now that
            they arrived.

    Returns:
        The ruling of each operation that was open, by its id.

    Raises:
        MarketplaceError: the marketplace cannot be read; the operations stay open.
        StateError: the orders show that the state is an old copy.
        Interrupted: somebody asked to stop; the operations that were not judged yet stay open.
    """
    rulings: dict[str, Ruling] = {}
    everything = list(ops)
    _look_for_held(desk, journal, everything)
    waiting = [op for op in everything if not op.held]
    if not waiting:
        return rulings
    desk.observer.stage(f"Looking what became of {counted(len(waiting), 'unanswered call')}")
    began, due = desk.clock.monotonic(), desk.settle + _unnoticed(journal, waiting)
    while waiting:
        left = due - (desk.clock.monotonic() - began)
        # A create may show at any moment, an update is judged at once, all else at the end alone.
        if left <= 0 or any(_may_show(op) or _is_due(op) for op in waiting):
            waiting = _judge(desk, journal, waiting, rulings, settled=left <= 0)
        if waiting:
            watching = any(_may_show(op) for op in waiting)
            desk.clock.sleep(min(left, look_again(desk.settle)) if watching else left)
            journal.assure(2 * desk.settings.call_timeout)
    return rulings


def look_again(settle: float) -> float:
    """Seconds between two looks while something is awaited that may show at any moment."""
    return min(5.0, max(0.05, settle / 8))


def _unnoticed(journal: Journal, ops: Iterable[Op]) -> float:
    """Seconds for which one of these calls may still be sent, by a run that does not know that it was taken over."""
    ours = journal.state.run
    return journal.look_interval if any(ours is None or op.run != ours.id for op in ops) else 0.0


def _look_for_held(desk: Desk, journal: Journal, ops: Iterable[Op]) -> None:
    """Accounts that are held and turn out to have arrived. Nothing is ever freed here: that is for a person."""
    held = [op for op in ops if op.held and op.call is Call.APPEND and op.stock is not None and not op.recovered]
    if not held:
        return
    first, second = _with_orders(desk), _with_orders(desk)
    arrived: dict[str, Ruling] = {}
    for op in held:
        binding = desk.state.bindings.get(op.key)
        steady = binding is not None and binding.product_id == op.product_id and binding.offset is not None
        # Where the listing was let go, or a number became its stock, that moved it too: only an order proves then.
        known = op if steady else replace(op, stock=None)
        ruling = _agreed(desk, known, (first, second), set(), settled=True)
        if ruling is not None and ruling.verdict is Verdict.COMMITTED:
            arrived[op.id] = ruling
            what = f"{counted(op.count, 'account')} of {op.key} that were in doubt ({op.id}) have arrived"
            desk.observer.say(f"{what}: {ruling.evidence}")
    _record(journal, arrived)


def _judge(desk: Desk, journal: Journal, ops: list[Op], rulings: dict[str, Ruling], *, settled: bool) -> list[Op]:
    """One look (two, where absence counts). Gives back the operations that are still undecided."""
    first = Look(read_listings(desk))
    second = Look(read_listings(desk)) if settled or any(_is_due(op) for op in ops) else first
    taken = {binding.product_id for binding in journal.state.bindings.values()}
    decided: dict[str, Ruling] = {}
    # What is certain comes first: a listing that one create turned out to have made is no other's.
    for certain in (True, False):
        for op in ops:
            if op.id in decided:
                continue
            ruling = _agreed(desk, op, (first, second), taken, settled=settled or _is_due(op))
            if ruling is None or (certain and ruling.verdict is not Verdict.COMMITTED):
                continue
            decided[op.id] = ruling
            if ruling.product_id:
                taken.add(ruling.product_id)
    unclear = [op for op in ops if op.call is Call.APPEND and op.id in decided and _held(decided[op.id])]
    if unclear:
        decided |= _by_orders(desk, unclear)
    _record(journal, decided)
    rulings |= decided
    return [op for op in ops if op.id not in decided]


def _is_due(op: Op) -> bool:
    """Whether absence counts at once."""
    return op.call in REPEATABLE


def _may_show(op: Op) -> bool:
    """Whether it is worth while to look before the end. What was refused is not expected to show at all."""
    return op.call is Call.CREATE and not op.refused


def _held(ruling: Ruling) -> bool:
    return ruling.verdict is Verdict.HELD


def _by_orders(desk: Desk, ops: list[Op]) -> dict[str, Ruling]:
    """What the List alone cannot tell, the orders may."""
    first, second = _with_orders(desk), _with_orders(desk)
    rulings = ((op.id, _agreed(desk, op, (first, second), set(), settled=True)) for op in ops)
    return {id_: ruling for id_, ruling in rulings if ruling is not None}


def _with_orders(desk: Desk) -> Look:
    try:
        orders = read_orders(desk)
    except MarketplaceError as error:
        desk.observer.say(f"the orders could not be read, so they are no evidence: {error.message}")
        orders = None
    return Look(read_listings(desk), orders)


def _record(journal: Journal, rulings: dict[str, Ruling]) -> None:
    if rulings:
        endings = (
            Ending(id_, ruling.verdict, ruling.product_id, evidence=ruling.evidence) for id_, ruling in rulings.items()
        )
        journal.write(Ended(tuple(endings)))


def _agreed(desk: Desk, op: Op, looks: tuple[Look, Look], taken: set[str], *, settled: bool) -> Ruling | None:
    trusted, before = _trusted(desk), _arrived_before(desk, op)
    one, other = (
        judge(op, look.listings, taken, settled=settled, orders=look.orders, before=before, trusted=trusted)
        for look in looks
    )
    if one == other:
        return one
    if one is None or other is None:
        return None
    if op.call in PATIENT:
        return Ruling(Verdict.HELD, "two looks at the listings, one after the other, differ")
    return Ruling(Verdict.ABORTED, "the listings are changing; it may be sent again")


def _arrived_before(desk: Desk, op: Op) -> int | None:
    """How many accounts had arrived at a listing or at orders of it before a batch, if the ledger knows of all of them.

    What somebody said is no such knowledge: who is not sure says that accounts are there, as they are told to.
    """
    binding, ledger = desk.state.bindings.get(op.key), desk.state.ledger
    if binding is None or binding.product_id != op.product_id or binding.offset != 0 or binding.stocked:
        return None
    others = (
        one
        for one in ledger.batches
        if one.id != op.id
        and (one.destination == op.destination or (one.listing == op.product_id and _is_at(op.marketplace, one)))
    )
    if any(one.fate in {Fate.BOUND, Fate.HELD} or (one.told and one.fate is not Fate.FREE) for one in others):
        return None
    return ledger.count_for(op.marketplace, binding.product_id) - op.count - binding.short


def _is_at(marketplace: str, batch: Batch) -> bool:
    return batch.destination.startswith(f"{marketplace}/")


def _trusted(desk: Desk) -> bool:
    """Whether a stock that did not move is proof enough (`recovery.in_doubt: auto`)."""
    track = desk.state.track.get(desk.settings.name, TrackRecord())
    return desk.catalog.config.recovery.in_doubt == "auto" and track.exact >= TRUSTED_AFTER and not track.odd
