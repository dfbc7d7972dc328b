"""What becomes of accounts after the fact: when their listing was deleted, when they are released, or recovered."""

from dataclasses import replace

from catalogsync.model.events import Ending, Intent, Recovered, Recovering
from catalogsync.model.ledger import Batch, Fate, Ledger
from catalogsync.model.state import Binding, Call, Deletion, Op, State
from catalogsync.state.calls import OpenCalls


def set_fate(ledger: Ledger, op: Op, fate: Fate, *, told: bool = False) -> None:
    """Change what became of an operation's accounts; recovered ones may be in several batches."""
    for id_ in [batch.id for batch in ledger.of(op.id)] if op.recovered else [op.id]:
        ledger.set_fate(id_, fate, told=told)


def told_of(binding: Binding, count: int) -> int | None:
    """The offset of a listing of which a person told that so many accounts lay there before: they are known now."""
    return binding.offset and max(0, binding.offset - count)


def remember_deletion(state: State, op: Op, ending: Ending, at: str) -> None:
    """Remember a deletion, so that its accounts can be set free one day, and a List that lags is seen through."""
    accounts = state.ledger.count_at(op.destination)
    binding = state.bindings.get(op.key)
    state.deletions[op.destination] = Deletion(
        destination=op.destination,
        key=op.key,
        at=at,
        accounts=accounts,
        short=binding.short if binding and binding.product_id == op.product_id else 0,
        sales=op.sales,
        confirmed=ending.confirmed,
    )


def release(state: State, calls: OpenCalls, destinations: tuple[str, ...]) -> None:
    """Set the accounts that were sent to deleted listings free, and end the doubts about them."""
    for destination in destinations:
        for batch in state.ledger.at(destination):
            if not batch.told:
                state.ledger.set_fate(batch.id, Fate.FREE)
        for op in calls.to(destination):
            if op.call is Call.APPEND and not op.recovered:
                calls.drop(op)
        state.deletions[destination] = replace(state.deletions[destination], released=True)


def recover(state: State, calls: OpenCalls, event: Recovering | Recovered, at: str, run: str) -> None:
    """Begin or end a recovery, or hold what may be at the marketplace."""
    if isinstance(event, Recovered):
        for intent in event.intents:
            _hold(state, calls, intent, at, run)
        return
    state.recovering = not event.done
    # What was said of a pool was said before accounts were forgotten.
    state.marked_pools.clear()
    for destination, deletion in list(state.deletions.items()):
        state.deletions[destination] = replace(deletion, confirmed=False)


def _hold(state: State, calls: OpenCalls, intent: Intent, at: str, run: str) -> None:
    op = state.ops.get(intent.op.id)
    if op is None:
        batch_id = intent.op.id
        op = replace(intent.op, since=at, run=run, held=True, recovered=True)
    else:
        batch_id = f"{op.id}.{op.count}"
        op = replace(op, count=op.count + intent.op.count)
    calls.put(op)
    batch = Batch(batch_id, op.destination, op.key, op.pool or "", intent.op.count, Fate.HELD, told=True)
    state.ledger.add(batch, intent.users, intent.contents)
