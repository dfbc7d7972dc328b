"""Events for tests: any at all, for the codec; and random histories that keep the rules, for everything else."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Event,
    Forgotten,
    Intended,
    Intent,
    Marked,
    Observed,
    OrdersSeen,
    Recovered,
    Recovering,
    Released,
    Remembered,
    Renamed,
    Resolved,
    Seen,
    Tallied,
    Told,
    Uploaded,
    Verdict,
)
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.order import KeptOrder
from catalogsync.model.state import Binding, Call, Keepsake, Op, State
from tests.state.ground import appends, changes, creates, delivers, holds, intended, kept, listed, of_order, prints

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.text("abcdefghijklmnop-._0123456789", min_size=1, max_size=12)
values = st.dictionaries(
    names, st.one_of(words, st.integers(-(2**63), 2**63 - 1), st.lists(words, max_size=3).map(tuple)), max_size=3
)
numbers = st.integers(0, 2**40)
maybe_word = st.none() | words
keepsakes = st.builds(
    Keepsake, st.booleans(), st.sampled_from(["auto", "delete", "retire", "keep"]), maybe_word, maybe_word
)
ops = st.builds(
    Op,
    id=names,
    call=st.sampled_from(list(Call)),
    key=names,
    marketplace=names,
    product_id=st.none() | names,
    order=st.none() | names,
    fields=values,
    before=values,
    alike=st.lists(names, max_size=2).map(tuple),
    pool=st.none() | names,
    count=numbers,
    stock=st.none() | numbers,
    sales=st.none() | numbers,
    keepsake=keepsakes,
    since=words,
    run=words,
    held=st.booleans(),
    evidence=words,
    recovered=st.booleans(),
)
bindings = st.builds(
    Binding,
    key=names,
    marketplace=names,
    product_id=names,
    applied=values,
    observed=values,
    before=values,
    applied_at=words,
    run=words,
    listed=st.booleans(),
    retired=maybe_word,
    stocked=st.booleans(),
    short=numbers,
    offset=st.none() | numbers,
    keepsake=keepsakes,
)
batches = st.builds(Batch, names, words, words, names, numbers, st.sampled_from(list(Fate)), st.booleans(), words)
kept_orders = st.builds(KeptOrder, names, names, words, numbers, words, words, words, words, words, words)
fingerprints = st.integers(0, 3).flatmap(lambda n: st.binary(min_size=n * FINGERPRINT, max_size=n * FINGERPRINT))


T = TypeVar("T")


def tuples_of(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


any_event: st.SearchStrategy[Event] = st.one_of(
    st.builds(Intended, tuples_of(st.builds(Intent, ops, fingerprints, fingerprints))),
    st.builds(
        Ended,
        tuples_of(st.builds(Ending, names, st.sampled_from(list(Verdict)), maybe_word, numbers, words, st.booleans())),
    ),
    st.builds(Uploaded, names, st.dictionaries(words, words, max_size=3)),
    st.builds(Observed, tuples_of(st.builds(Seen, names, values))),
    st.builds(Bound, tuples_of(bindings)),
    st.builds(Renamed, st.dictionaries(names, names, max_size=3)),
    st.builds(Forgotten, tuples_of(names)),
    st.builds(Remembered, st.dictionaries(names, keepsakes, max_size=3)),
    st.builds(Marked, names),
    st.builds(Marked, names, batches, fingerprints, fingerprints, st.booleans()),
    st.builds(Resolved, names, st.booleans(), words),
    st.builds(Released, tuples_of(names), words),
    st.builds(OrdersSeen, tuples_of(kept_orders), tuples_of(names)),
    st.builds(Tallied, st.dictionaries(names, numbers, max_size=3)),
    st.builds(Told, tuples_of(names)),
    st.builds(Recovering, st.booleans()),
    st.builds(Recovered, tuples_of(st.builds(Intent, ops, fingerprints, fingerprints))),
)


class Histories:
    """Draws events that keep the rules, from a seed: few keys and accounts, so that they meet often."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._count = 0

    def events(self, state: State, length: int) -> Iterator[Event]:
        """Events, each made for the state that the one before it led to."""
        for _ in range(length):
            yield self._event(state)

    def _event(self, state: State) -> Event:
        self._count += 1
        bound, ops = sorted(state.bindings), sorted(state.ops)
        if state.recovering:
            return self._recover(state) or Recovering(done=True)
        moves = [self._create, self._bind, self._upload, self._mark, self._keep, self._tell]
        moves += [self._deliver, self._deliver, self._serve]
        if bound:
            moves += [self._change, self._append, self._append, self._observe, self._rename, self._remember]
            moves += [self._delete, self._delete, self._tally]
        if ops:
            moves += [self._end, self._end, self._end, self._resolve]
        moves.append(self._release)
        if self._dice.random() < 0.05:
            moves = [lambda _: Recovering(done=False)]
        if len(bound) > 3:
            moves.append(self._forget)
        for move in self._dice.sample(moves, len(moves)):
            event = move(state)
            if event is not None:
                return event
        return Uploaded("shop", {"none": "none"})

    def _new_key(self, state: State) -> str | None:
        taken = {*state.bindings, *(op.key for op in state.ops.values() if op.order is None)}
        free = [key for key in "abcdefgh" if key not in taken]
        return self._dice.choice(free) if free else None

    def _bound(self, state: State) -> Binding:
        return state.bindings[self._dice.choice(sorted(state.bindings))]

    def _create(self, state: State) -> Event | None:
        key = self._new_key(state)
        return intended(creates(key, f"op-{self._count}", price=f"{self._count}.00")) if key else None

    def _change(self, state: State) -> Event:
        binding = self._bound(state)
        call = self._dice.choice([Call.UPDATE, Call.RETIRE])
        fields = {self._dice.choice(["title", "status"]): f"value {self._count}"}
        intent = changes(binding.key, f"op-{self._count}", call, **fields)
        return intended(Intent(_at(intent.op, binding)))

    def _delete(self, state: State) -> Event | None:
        """Delete a listing that accounts went to, if there is one."""
        filled = [key for key in state.bindings if state.ledger.count_at(_place(state.bindings[key]))]
        binding = state.bindings[self._dice.choice(sorted(filled))] if filled else self._bound(state)
        intent = changes(binding.key, f"op-{self._count}", Call.DELETE)
        return intended(Intent(replace(_at(intent.op, binding), sales=self._dice.choice([0, 0, 0, 1, None]))))

    def _append(self, state: State) -> Event | None:
        binding = self._bound(state)
        chosen = [a for a in self._dice.sample(range(60), 4) if state.ledger.find(prints(a)) is None]
        intent = appends(binding.key, f"op-{self._count}", *chosen)
        op = _at(intent.op, binding)
        busy = {other.destination for other in state.ops.values() if other.call is Call.APPEND and not other.held}
        return intended(Intent(op, intent.users, intent.contents)) if chosen and op.destination not in busy else None

    def _end(self, state: State) -> Event | None:
        op = state.ops[self._dice.choice(sorted(state.ops))]
        verdicts = set(Verdict)
        if op.order is not None:
            known = not op.held and (op.refused or (state.run is not None and state.run.id == op.run))
            verdicts -= {Verdict.ABORTED, Verdict.REFUSED} if op.carries and not known else set()
        verdict = self._dice.choice(sorted(verdicts))
        committed = verdict is Verdict.COMMITTED
        if op.call is Call.CREATE and committed:
            bound = state.bindings.get(op.key)
            return Ended((Ending(op.id, verdict, bound.product_id if bound else f"p{self._count}"),))
        short = self._dice.randrange(op.count + 1) if op.carries and committed else 0
        confirmed = committed and self._dice.random() < 0.7
        return Ended((Ending(op.id, verdict, short=short, evidence="as told", confirmed=confirmed),))

    def _resolve(self, state: State) -> Event | None:
        op = state.ops[self._dice.choice(sorted(state.ops))]
        sent = self._dice.random() < 0.5 and (op.call is not Call.CREATE or op.key in state.bindings)
        return Resolved(op.id, sent, "ann")

    def _deliver(self, state: State) -> Event | None:
        """Some accounts to one of few orders, of listings that are managed or not, perhaps under a name to come."""
        chosen = [a for a in self._dice.sample(range(60), 3) if state.ledger.find(prints(a)) is None]
        order, quantity = self._dice.choice("123456"), self._dice.choice([3, 5, 9])
        intent = delivers(order, f"op-{self._count}", *chosen, quantity=quantity, key=self._dice.choice("abcdefgh"))
        there = state.ledger.count_at(intent.op.destination)
        busy = {op.destination for op in state.ops.values() if op.call in {Call.DELIVER, Call.REFUND}}
        fits = chosen and there + len(chosen) <= quantity and intent.op.destination not in busy
        return intended(intent) if fits else None

    def _serve(self, _state: State) -> Event:
        call, status = self._dice.choice([Call.REFUND, Call.SET_STATUS]), self._dice.choice(["processing", "completed"])
        return intended(of_order(self._dice.choice("123456"), f"op-{self._count}", call, status=status))

    def _keep(self, state: State) -> Event:
        numbers = self._dice.sample("123456", 2)
        closed = [place for place in sorted(state.orders) if self._dice.random() < 0.2]
        orders = tuple(kept(number, title=f"title {self._count}") for number in numbers)
        return OrdersSeen(tuple(one for one in orders if one.destination not in closed), tuple(closed))

    def _tally(self, state: State) -> Event:
        return Tallied({self._bound(state).key: self._dice.randrange(9)})

    def _tell(self, _state: State) -> Event:
        return Told((f"low/{self._dice.choice('abc')}", "digest"))

    def _release(self, state: State) -> Event | None:
        managed = {_place(binding) for binding in state.bindings.values()}
        busy = managed | {op.destination for op in state.ops.values() if not op.held}
        free = [
            destination
            for destination, deletion in state.deletions.items()
            if deletion.confirmed and deletion.sales == 0 and not deletion.released and destination not in busy
        ]
        return Released(tuple(free), "ann") if free else None

    def _recover(self, state: State) -> Event | None:
        """Hold a few accounts of a pool, perhaps in addition to others."""
        chosen = [a for a in self._dice.sample(range(60), 3) if state.ledger.find(prints(a)) is None]
        if not chosen or self._dice.random() < 0.3:
            return None
        pool = self._dice.choice(["one", "two"])
        known = [op.id for op in state.ops.values() if op.recovered and op.pool == pool]
        return Recovered((holds(known[0] if known else f"op-{self._count}", *chosen, pool=pool),))

    def _bind(self, state: State) -> Event | None:
        key = self._new_key(state)
        return Bound((listed(key, f"p{self._count}"),)) if key else None

    def _upload(self, _state: State) -> Event:
        return Uploaded(self._dice.choice(["shop", "mall"]), {f"sha-{self._dice.randrange(5)}": f"/{self._count}.png"})

    def _mark(self, state: State) -> Event | None:
        pool = self._dice.choice(["one", "two"])
        account = self._dice.randrange(60)
        if state.ledger.find(prints(account)) is not None:
            return Marked(pool)
        batch = Batch(f"mark-{self._count}", "shop/before", "a", pool, 1, Fate.SENT)
        return Marked(pool, batch, prints(account), prints(account))

    def _observe(self, state: State) -> Event:
        return Observed((Seen(self._bound(state).key, {"title": f"shown {self._count}", "images": ("a", "b")}),))

    def _rename(self, state: State) -> Event | None:
        key = self._new_key(state)
        return Renamed({self._bound(state).key: key}) if key else None

    def _remember(self, state: State) -> Event:
        return Remembered({self._bound(state).key: Keepsake(prevent_delete=True, pool=f"pool-{self._count}")})

    def _forget(self, state: State) -> Event:
        return Forgotten((self._bound(state).key,))


def _place(binding: Binding) -> str:
    return f"{binding.marketplace}/{binding.product_id}"


def _at(op: Op, binding: Binding) -> Op:
    return replace(op, marketplace=binding.marketplace, product_id=binding.product_id)
