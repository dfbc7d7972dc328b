"""What no record may say: the invariants that make a second sale of an account impossible, whoever writes."""

from collections.abc import Callable, Mapping
from typing import Final

from catalogsync.core.order_doubt import shown_before
from catalogsync.model.errors import StateError
from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Event,
    Forgotten,
    Intended,
    Intent,
    Marked,
    Noted,
    Observed,
    OrdersSeen,
    Recovered,
    Recovering,
    Released,
    Remembered,
    Renamed,
    Resolved,
    Said,
    Tallied,
    Told,
    Uploaded,
    Verdict,
)
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate, Ledger
from catalogsync.model.recovery import UNFINISHED
from catalogsync.model.state import OF_ORDERS, Call, Op, State
from catalogsync.state.calls import OpenCalls

Owners = Mapping[tuple[str, str], str]
"""Which key owns a listing, by marketplace and product_id."""

_HINT: Final = "nothing was sent; plan again, and see `state doubts` for operations that are still open"


def check(state: State, owners: Owners, calls: OpenCalls, event: Event) -> None:
    """Refuse an event that does not fit the state. Nothing is changed.

    Args:
        state: as it is before the event.
        owners: which key owns which listing.
        calls: the operations that are open.
        event: what is to happen.

    Raises:
        StateError: it breaks a rule; the text names the operation, product or pool.
    """
    match event:
        case Intended(intents):
            _intended(state, calls, intents)
        case Ended(endings):
            _ended(state, owners, endings)
        case Uploaded() | Recovering():
            return
        case OrdersSeen() | Tallied() | Told():
            _noted(state, event)
        case Observed(seen):
            _managed(state, [one.key for one in seen])
        case Bound() | Renamed() | Forgotten() | Remembered():
            _kept(state, owners, calls, event)
        case Marked() | Resolved() | Released():
            _said(state, owners, calls, event)
        case Recovered(intents):
            _recovered(state, intents)


def _kept(state: State, owners: Owners, calls: OpenCalls, event: Bound | Renamed | Forgotten | Remembered) -> None:
    match event:
        case Bound(bindings):
            _bound(owners, [(one.marketplace, one.product_id, one.key) for one in bindings])
        case Renamed(keys):
            _renamed(state, calls, keys)
        case Forgotten(keys):
            _managed(state, keys)
            _distinct(keys, "product")
        case Remembered(keepsakes):
            _managed(state, keepsakes)


def _noted(state: State, event: Noted) -> None:
    match event:
        case OrdersSeen(orders, closed):
            _distinct([*(order.destination for order in orders), *closed], "order")
        case Tallied(sales):
            _managed(state, sales)
        case Told():
            return


def _said(state: State, owners: Owners, calls: OpenCalls, event: Said) -> None:
    match event:
        case Marked():
            _marked(state, event)
        case Resolved(op_id, sent):
            op = _open(state, op_id)
            if op.call is Call.CREATE and sent and op.key not in state.bindings:
                raise _broken(f"{op_id} is said to have created {op.key!r}, but no listing is bound to it")
        case Released(destinations):
            _released(state, owners, calls, destinations)


def _intended(state: State, calls: OpenCalls, intents: tuple[Intent, ...]) -> None:
    _distinct([intent.op.id for intent in intents], "operation")
    if state.recovering:
        raise StateError(*UNFINISHED)
    # By what came before in the same record; what is open from before the calls know.
    creating, filling, serving = set[str](), set[str](), set[str]()
    carried: set[bytes] = set()
    for intent in intents:
        op = intent.op
        if op.id in state.ops or state.ledger.batch(op.id):
            raise _broken(f"operation {op.id} was begun before")
        if op.call in OF_ORDERS:
            _of_order(state, calls, op, serving)
        elif op.order is not None:
            raise _broken(f"operation {op.id} changes a listing, but names an order")
        elif op.call is Call.CREATE:
            _create(state, calls, op, creating)
        else:
            _change(state, op)
        if not op.carries:
            if intent.users or intent.contents or op.count:
                raise _broken(f"operation {op.id} is neither an append nor a delivery, but carries accounts")
            continue
        if op.call is Call.APPEND and (op.destination in filling or _fills(calls, op.destination)):
            raise _broken(f"an append to {op.key!r} is still open; one at a time")
        filling.add(op.destination)
        if not op.pool:
            raise _broken(f"operation {op.id} does not say which pool its accounts are from")
        _new_accounts(state.ledger, op.id, op.count, intent.users, intent.contents, carried)


def _fills(calls: OpenCalls, destination: str) -> bool:
    return any(op.call is Call.APPEND and not op.held for op in calls.to(destination))


def _create(state: State, calls: OpenCalls, op: Op, creating: set[str]) -> None:
    if op.key in state.bindings or op.key in creating or calls.creates(op.key):
        raise _broken(f"{op.key!r} has a listing, or may have one, and would be created again")
    if op.product_id is not None:
        raise _broken(f"operation {op.id} creates a listing that has an id already")
    creating.add(op.key)


def _of_order(state: State, calls: OpenCalls, op: Op, serving: set[str]) -> None:
    """What is sent to an order is written once: nothing else goes there before it is known what became of it."""
    if not op.order:
        raise _broken(f"operation {op.id} does not say which order it is for")
    if op.call is not Call.DELIVER:
        return
    others = {other.call for other in calls.to(op.destination)}
    if op.destination in serving or Call.DELIVER in others:
        raise _broken(f"a delivery to order {op.order} is still open; what was bound to it is all that it may get")
    if Call.REFUND in others:
        raise _broken(f"order {op.order} may have been refunded: what became of that call is still open")
    serving.add(op.destination)
    quantity = op.fields.get("quantity")
    there = max(state.ledger.units_at(op.destination), shown_before(op))
    if op.count and (not isinstance(quantity, int) or there + op.count > quantity):
        raise _broken(f"operation {op.id} would give order {op.order} more accounts than were bought")


def _change(state: State, op: Op) -> None:
    binding = state.bindings.get(op.key)
    if binding is None or (binding.marketplace, binding.product_id) != (op.marketplace, op.product_id):
        raise _broken(f"operation {op.id} would change a listing that does not belong to {op.key!r}")


def _new_accounts(
    ledger: Ledger,
    op_id: str,
    count: int,
    users: bytes,
    contents: bytes,
    carried: set[bytes],
    unless: Callable[[Batch], bool] = lambda _: False,
) -> None:
    if count < 1 or len(users) != count * FINGERPRINT or len(contents) != len(users):
        raise _broken(f"operation {op_id} names {count} accounts, but carries another number of fingerprints")
    each = [users[start : start + FINGERPRINT] for start in range(0, len(users), FINGERPRINT)]
    known = ledger.look_up(users).batches
    if max(known) < 0 and carried.isdisjoint(each) and len(set(each)) == count:
        carried.update(each)
        return
    for position, (user, number) in enumerate(zip(each, known, strict=True), start=1):
        if number >= 0 and not unless(batch := ledger.numbered(number)):
            raise _broken(
                f"account {position} of operation {op_id} is already {batch.fate} "
                f"to {batch.destination} by operation {batch.id}"
            )
        if user in carried:
            raise _broken(f"account {position} of operation {op_id} is sent twice in one record")
        carried.add(user)


def _ended(state: State, owners: Owners, endings: tuple[Ending, ...]) -> None:
    _distinct([ending.op for ending in endings], "operation")
    created: list[tuple[str, str, str]] = []
    for ending in endings:
        op = _open(state, ending.op)
        committed = ending.verdict is Verdict.COMMITTED
        if committed and op.call is Call.CREATE:
            if not ending.product_id:
                raise _broken(f"{op.id} is said to have created {op.key!r}, but no id is given")
            binding = state.bindings.get(op.key)
            if binding is not None and binding.product_id != ending.product_id:
                listings = f"{ending.product_id} and {binding.product_id}"
                raise _broken(f"{op.key!r} cannot have two listings, {listings} (operation {op.id})")
            created.append((op.marketplace, ending.product_id, op.key))
        if op.call in OF_ORDERS:
            _served(state, op, ending)
        if not 0 <= ending.short <= (op.count if committed and op.carries else 0):
            raise _broken(f"operation {op.id} cannot be short of {ending.short} accounts")
    _bound(owners, created)


def _served(state: State, op: Op, ending: Ending) -> None:
    """Only the run that bound accounts to an order knows that they did not go out, or that they were refused at once.

    Later ones may go on from a refusal that was recorded, and from nothing else.
    """
    if not op.carries or ending.verdict not in {Verdict.ABORTED, Verdict.REFUSED}:
        return
    ours = state.run is not None and state.run.id == op.run
    if op.held or not (ours or op.refused):
        raise _broken(f"the accounts of operation {op.id} may have gone to order {op.order}: only a person frees them")


def _bound(owners: Owners, listings: list[tuple[str, str, str]]) -> None:
    _distinct([key for _, _, key in listings], "product")
    bound: dict[tuple[str, str], str] = {}
    rebound = {key for _, _, key in listings}
    for marketplace, product_id, key in listings:
        listing = (marketplace, product_id)
        owner = owners.get(listing)
        if (owner is not None and owner not in rebound) or bound.setdefault(listing, key) != key:
            raise _broken(f"listing {product_id} cannot belong to {key!r}: it belongs to {owner or bound[listing]!r}")


def _renamed(state: State, calls: OpenCalls, keys: Mapping[str, str]) -> None:
    def known(key: str) -> bool:
        return key in state.bindings or any(op.order is None for op in calls.of(key))

    _distinct(list(keys.values()), "product")
    for old, new in keys.items():
        if not known(old):
            raise _broken(f"{old!r} cannot be renamed: no listing of it is managed")
        if new not in keys and known(new):
            raise _broken(f"{old!r} cannot be renamed to {new!r}, which has a listing")


def _marked(state: State, event: Marked) -> None:
    batch = event.batch
    if batch is None:
        if event.users or event.contents:
            raise _broken(f"pool {event.pool!r} is marked with accounts, but without a batch")
        return
    if batch.fate is not Fate.SENT or state.ledger.batch(batch.id) or batch.id in state.ops:
        raise _broken(f"batch {batch.id} cannot be marked: it is known already, or not said to be sent")

    def decided_now(known: Batch) -> bool:
        pieces = known.id.split(".")
        carriers = (state.ops.get(".".join(pieces[:size])) for size in range(1, len(pieces) + 1))
        return known.fate is Fate.HELD and any(op and op.recovered and op.pool == event.pool for op in carriers)

    _new_accounts(state.ledger, batch.id, batch.count, event.users, event.contents, set(), decided_now)


def _recovered(state: State, intents: tuple[Intent, ...]) -> None:
    _distinct([intent.op.id for intent in intents], "operation")
    carried: set[bytes] = set()
    for intent in intents:
        op = intent.op
        known = state.ops.get(op.id)
        if not state.recovering:
            raise _broken(f"accounts of pool {op.pool!r} are recovered, but no recovery has begun")
        if op.call is not Call.APPEND or op.order is not None or not op.pool:
            raise _broken(f"operation {op.id} recovers no accounts of a pool")
        if (known is None and state.ledger.batch(op.id)) or (known and (not known.recovered or known.pool != op.pool)):
            raise _broken(f"operation {op.id} was begun before")
        _new_accounts(state.ledger, op.id, op.count, intent.users, intent.contents, carried)


def _released(state: State, owners: Owners, calls: OpenCalls, destinations: tuple[str, ...]) -> None:
    _distinct(destinations, "listing")
    for destination in destinations:
        deletion = state.deletions.get(destination)
        if deletion is None:
            raise _broken(f"accounts at {destination} cannot be released: no such listing was deleted")
        if not deletion.confirmed:
            raise _broken(f"accounts at {destination} cannot be released: nobody confirmed that it was deleted")
        if deletion.sales != 0:
            raise _broken(f"accounts at {destination} cannot be released: some may have been sold")
        if deletion.released:
            raise _broken(f"accounts at {destination} were released before")
        marketplace, _, product_id = destination.partition("/")
        if (marketplace, product_id) in owners:
            raise _broken(f"accounts at {destination} cannot be released: the listing is managed")
        if any(not op.held for op in calls.to(destination)):
            raise _broken(f"accounts at {destination} cannot be released: a call is still open")


def _open(state: State, op_id: str) -> Op:
    op = state.ops.get(op_id)
    if op is None:
        raise _broken(f"operation {op_id} is not open, so it cannot end")
    return op


def _managed(state: State, keys: Mapping[str, object] | tuple[str, ...] | list[str]) -> None:
    for key in keys:
        if key not in state.bindings:
            raise _broken(f"{key!r} is not managed")


def _distinct(names: tuple[str, ...] | list[str], noun: str) -> None:
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise _broken(f"{noun} {twice!r} is named twice in one record")


def _broken(what: str) -> StateError:
    return StateError(what, _HINT)
