"""The folded state as records of bounded size, so that readers need not start at the first record."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from catalogsync.model.ledger import Batch
from catalogsync.model.order import KeptOrder
from catalogsync.model.row import Row
from catalogsync.model.state import Deletion, Run, State, Tally, TrackRecord
from catalogsync.state.bodies import (
    batch_of,
    binding_of,
    binding_out,
    blob,
    execution_of,
    op_of,
    plain,
    unblob,
    values_of,
)
from catalogsync.state.codec import JSON, LIMIT, canonical

_BUDGET: Final = LIMIT * 3 // 4
"""How much JSON a part may hold before it is closed; one item more always fits into a record."""

_ROWS: Final = LIMIT // 2
"""How many bytes of the ledger's rows make one item; base64 makes a third more of them."""


def parts(state: State) -> Iterator[JSON]:
    """The bodies of the records that hold a state, in their order.

    A snapshot counts once its last part is there; a part of its `fields` belongs to a listing whose values are too
    large to travel in one piece.
    """
    part: JSON = {}
    number = size = 0
    for section, item in _items(state):
        cost = len(canonical(item)) + 1
        if size + cost > _BUDGET and part:
            yield {"part": number, "last": False, **part}
            part, number, size = {}, number + 1, 0
        part.setdefault(section, []).append(item)
        size += cost
    yield {"part": number, "last": True, **part}


class Restoration:
    """Puts the parts of a snapshot together."""

    def __init__(self, state: State) -> None:
        """Begin.

        Args:
            state: an empty state, to be filled.
        """
        self._state = state
        self._batches: list[Batch] | None = []
        self._due = 0

    def take(self, part: JSON) -> bool:
        """Take the next part; whether it was the last.

        Raises:
            KeyError, TypeError, ValueError: it is not the next part, or has another form than this version's.
        """
        if part["part"] != self._due:
            raise ValueError("not the next part")
        self._due += 1
        state = self._state
        for head in part.get("head", ()):
            state.epoch = head["epoch"]
            state.recovering = head.get("recovering", False)
            state.run = Run(**head["run"])
            state.last = Run(**head["last"]) if head["last"] else None
        state.bindings.update((raw["key"], binding_of(raw)) for raw in part.get("bindings", ()))
        for key, values, name, value in part.get("fields", ()):
            binding = state.bindings[key]
            more: Any = Row.of({**getattr(binding, values), **values_of({name: value})})
            state.bindings[key] = replace(binding, **{values: more})
        state.ops.update((raw["id"], op_of(raw)) for raw in part.get("ops", ()))
        state.track.update((name, TrackRecord(**raw)) for name, raw in part.get("track", ()))
        state.marked_pools.update(part.get("marked", ()))
        state.executions.update((raw["run"]["plan"], execution_of(raw)) for raw in part.get("executions", ()))
        state.deletions.update((raw["destination"], Deletion(**raw)) for raw in part.get("deletions", ()))
        state.orders.update((kept.destination, kept) for kept in (KeptOrder(**raw) for raw in part.get("orders", ())))
        state.tallies.update((key, tuple(Tally(*tally) for tally in days)) for key, days in part.get("tallies", ()))
        state.delivered.update(((name, key), dict(days)) for name, key, days in part.get("delivered", ()))
        state.told.update(sorted(part.get("told", ()), key=itemgetter(1)))
        for marketplace, sha256, path in part.get("images", ()):
            state.images.setdefault(marketplace, {})[sha256] = path
        self._ledger(part)
        return bool(part["last"])

    def _ledger(self, part: JSON) -> None:
        ledger = self._state.ledger
        if self._batches is not None:
            self._batches.extend(batch_of(raw) for raw in part.get("batches", ()))
            if "rows" in part or part["last"]:
                ledger.restore(self._batches)
                self._batches = None
        for first, lengths, rows in part.get("rows", ()):
            ledger.restore_rows(first, _spread(lengths), unblob(rows))


def _items(state: State) -> Iterator[tuple[str, object]]:
    run, last = state.run, state.last
    recovering = {"recovering": True} if state.recovering else {}
    heads = {"run": plain(run) if run else None, "last": plain(last) if last else None}
    yield "head", {"epoch": state.epoch, **heads, **recovering}
    large: list[tuple[str, str, str, object]] = []
    for binding in state.bindings.values():
        item = binding_out(binding)
        if len(canonical(item)) > _BUDGET:
            item = plain(binding)
            for values in ("applied", "observed", "before"):
                large += [(binding.key, values, name, value) for name, value in item.get(values, {}).items()]
                item[values] = {}
        yield "bindings", item
    for entry in large:
        yield "fields", entry
    for op in state.ops.values():
        yield "ops", plain(op)
    yield from _remembered(state)
    for marketplace, images in state.images.items():
        for sha256, path in images.items():
            yield "images", (marketplace, sha256, path)
    for batch in state.ledger.batches:
        yield "batches", plain(batch)
    for first, lengths, rows in state.ledger.chunks(_ROWS):
        yield "rows", (first, _gather(lengths), blob(rows))


def _remembered(state: State) -> Iterator[tuple[str, object]]:
    for name, track in state.track.items():
        yield "track", (name, plain(track))
    for pool in sorted(state.marked_pools):
        yield "marked", pool
    for execution in state.executions.values():
        yield "executions", plain(execution)
    for deletion in state.deletions.values():
        yield "deletions", plain(deletion)
    for order in state.orders.values():
        yield "orders", plain(order)
    for key, tallies in state.tallies.items():
        yield "tallies", (key, [(tally.at, tally.sales) for tally in tallies])
    for (name, key), days in state.delivered.items():
        yield "delivered", (name, key, days)
    for topic, at in state.told.items():
        yield "told", (topic, at)


def _gather(lengths: tuple[int, ...]) -> list[int]:
    """Lengths of buckets, each run of empty ones as one negative number: a small ledger has 65,000 of them."""
    out: list[int] = []
    for length, buckets in groupby(lengths):
        equal = [*buckets]
        out += equal if length else [-len(equal)]
    return out


def _spread(gathered: list[int]) -> tuple[int, ...]:
    lengths: list[int] = []
    for length in gathered:
        lengths.extend([0] * -length if length < 0 else [length])
    return tuple(lengths)
