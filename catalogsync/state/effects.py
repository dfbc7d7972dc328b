"""What each event does to the state."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalogsync.core.alarm import baseline
from catalogsync.core.compare import STOCK
from catalogsync.core.order_doubt import shown_before
from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Event,
    Forgotten,
    Intended,
    Marked,
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
from catalogsync.model.fields import Value
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import OF_ORDERS, Binding, Call, Keepsake, Op, State, TrackRecord
from catalogsync.state import daybook, rules
from catalogsync.state.aftermath import recover, release, remember_deletion, set_fate, told_of
from catalogsync.state.calls import OpenCalls

_FATES: Final = {Verdict.COMMITTED: Fate.SENT, Verdict.ABORTED: Fate.FREE, Verdict.HELD: Fate.HELD}


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an event was recorded, and by which run."""

    at: str
    run: str


class Effects:
    """Applies events to a state, one after the other."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._owners: dict[tuple[str, str], str] = {}
        self._holders: dict[str, set[str]] = {}
        self._calls = OpenCalls(state)
        self._serving = {marketplace for marketplace, _ in state.delivered}
        self._own(state.bindings.values())

    def check(self, event: Event) -> None:
        """Refuse an event that breaks a rule of the log.

        Raises:
            StateError: it does.
        """
        rules.check(self._state, self._owners, self._calls, event)

    def apply(self, event: Event, stamp: Stamp) -> None:
        """Let an event that was checked happen."""
        match event:
            case Intended():
                self._intend(event, stamp)
            case Ended(endings):
                for ending in endings:
                    self._end(ending, stamp)
            case Uploaded(marketplace, images):
                self._state.images.setdefault(marketplace, {}).update(images)
            case Observed():
                self._observe(event)
            case Bound() | Renamed() | Forgotten() | Remembered():
                self._keep(event, stamp)
            case Marked() | Resolved() | Released():
                self._say(event, stamp)
            case OrdersSeen() | Tallied() | Told():
                daybook.note(self._state, event, stamp.at)
            case Recovering() | Recovered():
                recover(self._state, self._calls, event, stamp.at, stamp.run)

    def _keep(self, event: Bound | Renamed | Forgotten | Remembered, stamp: Stamp) -> None:
        match event:
            case Bound(bindings):
                self._bind(bindings, stamp)
            case Renamed(keys):
                self._rename(keys)
            case Forgotten(keys):
                self._forget(keys)
            case Remembered(keepsakes):
                self._remember(keepsakes)

    def _intend(self, event: Intended, stamp: Stamp) -> None:
        for intent in event.intents:
            op = replace(intent.op, since=stamp.at, run=stamp.run, refused="", held=False, evidence="")
            self._calls.put(op)
            if op.carries:
                batch = Batch(op.id, op.destination, op.key, op.pool or "", op.count, Fate.BOUND)
                if op.order is not None:
                    others = max(0, shown_before(op) - self._state.ledger.count_at(op.destination))
                    batch = replace(batch, listing=op.product_id or "", others=others)
                self._state.ledger.add(batch, intent.users, intent.contents)

    def _end(self, ending: Ending, stamp: Stamp) -> None:
        op = self._state.ops[ending.op]
        if op.carries and ending.verdict in _FATES:
            set_fate(self._state.ledger, op, _FATES[ending.verdict])
        match ending.verdict:
            case Verdict.REFUSED:
                self._calls.put(replace(op, refused=ending.evidence))
            case Verdict.HELD:
                self._calls.put(replace(op, held=True, evidence=ending.evidence))
            case Verdict.ABORTED:
                self._calls.drop(op)
            case Verdict.COMMITTED:
                self._calls.drop(op)
                if op.call is Call.CREATE:
                    self._created(op, ending.product_id or "", stamp)
                elif op.call in OF_ORDERS:
                    self._serving.add(op.marketplace)
                    daybook.served(self._state, op, stamp.at)
                else:
                    self._changed(op, ending, stamp)

    def _created(self, op: Op, product_id: str, stamp: Stamp) -> None:
        binding = Binding(
            key=op.key,
            marketplace=op.marketplace,
            product_id=product_id,
            applied=op.fields,
            observed={},
            offset=None if STOCK in op.fields else 0,
            keepsake=op.keepsake,
        )
        self._bind((binding,), stamp)

    def _changed(self, op: Op, ending: Ending, stamp: Stamp) -> None:
        bindings = self._state.bindings
        binding = bindings.get(op.key)
        if op.call is Call.DELETE:
            remember_deletion(self._state, op, ending, stamp.at)
        # Whoever forgot the listing, or bound another, while the call was open wanted no more of this one.
        if binding is None or binding.product_id != op.product_id:
            return
        if op.call is Call.DELETE:
            self._forget((op.key,))
        elif op.call is Call.APPEND:
            short = binding.short + ending.short
            offset = told_of(binding, op.count) if op.recovered else self._offset(binding, op)
            bindings[op.key] = replace(binding, short=short, offset=offset)
        elif op.call is Call.RETIRE:
            before = str(op.before.get("status", "active"))
            bindings[op.key] = replace(_applied(binding, op, stamp), retired=before)
        else:
            bindings[op.key] = replace(self._keeping(_applied(binding, op, stamp), op.keepsake), retired=None)

    def _offset(self, binding: Binding, op: Op) -> int | None:
        """What the ledger does not know of at a listing. If nobody knew, it is what the first accounts met there."""
        if binding.offset is not None or self._state.ledger.count_at(op.destination) > op.count:
            return binding.offset
        return baseline(op.stock, op.sales, self._state.ledger.count_by_orders(op.marketplace, op.product_id or ""))

    def _observe(self, event: Observed) -> None:
        if event.marketplace:
            before = self._state.track.get(event.marketplace, TrackRecord())
            track = TrackRecord(before.exact + event.exact, before.odd + event.odd)
            self._state.track[event.marketplace] = track
        for one in event.seen:
            binding = self._state.bindings[one.key]
            self._state.bindings[one.key] = replace(
                binding,
                listed=True,
                observed={**binding.observed, **one.observed},
                before=_without(binding.before, one.observed),
            )

    def _bind(self, bindings: tuple[Binding, ...], stamp: Stamp) -> None:
        self._end_marks(bindings)
        self._disown(binding.key for binding in bindings)
        for binding in bindings:
            before = self._state.bindings.get(binding.key)
            if before is not None and before.product_id != binding.product_id:
                self._state.tallies.pop(binding.key, None)
            self._state.bindings[binding.key] = replace(
                binding, applied_at=binding.applied_at or stamp.at, run=binding.run or stamp.run
            )
        self._own(bindings)

    def _rename(self, keys: Mapping[str, str]) -> None:
        state = self._state
        self._disown(keys)
        moved = {new: replace(state.bindings.pop(old), key=new) for old, new in keys.items() if old in state.bindings}
        state.bindings.update(moved)
        self._own(moved.values())
        daybook.rename(state, keys, self._serving)
        for op in [op for old in keys for op in self._calls.of(old)]:
            self._calls.put(replace(op, key=keys[op.key]))

    def _forget(self, keys: tuple[str, ...]) -> None:
        self._disown(keys)
        for key in keys:
            self._state.marked_pools.discard(self._state.bindings.pop(key).keepsake.pool or "")
            self._state.tallies.pop(key, None)

    def _end_marks(self, bindings: tuple[Binding, ...]) -> None:
        """What somebody said of a pool was said of the listing that it had then, and says nothing of another."""
        for binding in bindings:
            pool = binding.keepsake.pool
            if pool and binding.stocked and self._at(pool, binding.product_id) != binding.product_id:
                self._state.marked_pools.discard(pool)

    def _at(self, pool: str, unless: str) -> str:
        """Which listing has a pool; of several the one that was bound last."""
        holders, bindings = self._holders.get(pool, ()), self._state.bindings
        keys = holders if len(holders) < 2 else (key for key in bindings if key in holders)
        return deque((bindings[key].product_id for key in keys), maxlen=1)[0] if holders else unless

    def _remember(self, keepsakes: Mapping[str, Keepsake]) -> None:
        for key, keepsake in keepsakes.items():
            self._state.bindings[key] = self._keeping(self._state.bindings[key], keepsake)

    def _keeping(self, binding: Binding, keepsake: Keepsake) -> Binding:
        """A binding that remembers this. What was said of a pool that it gets now was about another listing."""
        if binding.stocked and keepsake.pool != binding.keepsake.pool:
            self._state.marked_pools.discard(keepsake.pool or "")
        if keepsake.pool != binding.keepsake.pool:
            self._let_go(binding)
            if keepsake.pool:
                self._holders.setdefault(keepsake.pool, set()).add(binding.key)
        return replace(binding, keepsake=keepsake)

    def _say(self, event: Said, stamp: Stamp) -> None:
        """What a person said."""
        match event:
            case Marked():
                self._mark(event)
            case Resolved():
                self._resolve(event, stamp)
            case Released(destinations):
                release(self._state, self._calls, destinations)

    def _mark(self, event: Marked) -> None:
        if not event.more:
            self._state.marked_pools.add(event.pool)
        batch = event.batch
        if batch is None:
            return
        self._state.ledger.add(replace(batch, told=True), event.users, event.contents)
        binding = self._state.bindings.get(batch.key)
        if binding is not None and batch.destination == f"{binding.marketplace}/{binding.product_id}":
            self._state.bindings[batch.key] = replace(binding, offset=told_of(binding, batch.count))

    def _resolve(self, event: Resolved, stamp: Stamp) -> None:
        op = self._state.ops[event.op]
        if op.call is Call.CREATE:
            # The listing, if there is one, was bound by an event of its own.
            self._calls.drop(op)
        else:
            verdict = Verdict.COMMITTED if event.sent else Verdict.ABORTED
            self._end(Ending(event.op, verdict), stamp)
            if op.carries and event.sent:
                set_fate(self._state.ledger, op, Fate.SENT, told=True)

    def _own(self, bindings: Iterable[Binding]) -> None:
        for binding in bindings:
            self._owners[binding.marketplace, binding.product_id] = binding.key
            if binding.keepsake.pool:
                self._holders.setdefault(binding.keepsake.pool, set()).add(binding.key)

    def _disown(self, keys: Iterable[str]) -> None:
        for key in keys:
            binding = self._state.bindings.get(key)
            if binding is not None:
                self._owners.pop((binding.marketplace, binding.product_id), None)
                self._let_go(binding)

    def _let_go(self, binding: Binding) -> None:
        holders = self._holders.get(binding.keepsake.pool or "", set())
        holders.discard(binding.key)
        if not holders:
            self._holders.pop(binding.keepsake.pool or "", None)


def _applied(binding: Binding, op: Op, stamp: Stamp) -> Binding:
    """A binding after fields were set; until they are seen to have arrived it remembers what was shown before."""
    return replace(
        binding,
        applied={**binding.applied, **op.fields},
        observed=_without(binding.observed, op.fields),
        before={
            **_without(binding.before, op.fields),
            **{name: value for name, value in op.before.items() if name in op.fields},
        },
        applied_at=stamp.at,
        run=stamp.run,
        # A number that the catalog sets says nothing of accounts.
        offset=None if STOCK in op.fields else binding.offset,
    )


def _without(values: Mapping[str, Value], names: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if name not in names}
