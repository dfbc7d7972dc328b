"""A record costs what it says, however much the state holds: the work is counted, not timed."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Event,
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
    Verdict,
)
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import Call, Keepsake, State
from catalogsync.state.effects import Effects, Stamp
from tests.state.ground import appends, changes, creates, delivers, ended, holds, intended, kept, listed, prints

STAMP = Stamp("2026-11-21T12:00:00.000Z", "run-1")


def work(size: int) -> dict[str, float]:
    """How many steps of Python each kind of record takes, in a log with so many of each."""
    effects = Effects(State("lineage"))
    return {kind: steps(effects, events) / size for kind, events in log(size)}


def steps(effects: Effects, events: list[Event]) -> int:
    """How many bytecodes it takes to check some events and to let them happen."""
    count = 0

    def step(frame: FrameType, what: str, _: object) -> Any:
        nonlocal count
        count += what == "opcode"
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        for event in events:
            effects.check(event)
            effects.apply(event, STAMP)
    finally:
        sys.settrace(before)
    return count


def log(size: int) -> Iterator[tuple[str, list[Event]]]:
    """The life of so many products, event by event of one kind."""
    keys = [f"k{number:05d}" for number in range(size)]
    places = dict(enumerate(keys))

    def each(of: Any) -> list[Event]:
        return [event for number, key in places.items() for event in of(number, key)]

    def mark(key: str, number: int, name: str) -> Marked:
        batch = Batch(f"{name}-{key}", f"shop/p-{key}", key, f"pool-{key}", 1, Fate.SENT)
        return Marked(f"pool-{key}", batch, prints(number), prints(number))

    yield (
        "create",
        each(
            lambda _, key: (
                intended(creates(key)),
                Ended((Ending(f"create-{key}", Verdict.COMMITTED, f"p-{key}"),)),
            )
        ),
    )
    yield "update", each(lambda _, key: (intended(changes(key, f"u-{key}", title="new")), ended(f"u-{key}")))
    yield "observe", each(lambda _, key: (Observed((Seen(key, {"title": "new"}),)),))
    yield "remember", each(lambda _, key: (Remembered({key: Keepsake(pool=f"pool-{key}")}),))
    yield (
        "append",
        each(lambda at, key: (intended(appends(key, f"a-{key}", at, pool=f"pool-{key}")), ended(f"a-{key}"))),
    )
    yield (
        "hold",
        each(
            lambda at, key: (
                intended(appends(key, f"h-{key}", size + at)),
                ended(f"h-{key}", Verdict.HELD, evidence="?"),
            )
        ),
    )
    yield "mark", each(lambda at, key: (mark(key, 2 * size + at, "m"),))
    yield "tally", each(lambda at, key: (Tallied({key: at}),))
    yield "list orders", each(lambda _, key: (OrdersSeen((kept(f"o-{key}"),)),))
    yield (
        "deliver",
        each(lambda at, key: (intended(delivers(f"o-{key}", f"d-{key}", 3 * size + at, key=key)), ended(f"d-{key}"))),
    )
    yield "tell", each(lambda _, key: (Told((f"low/{key}",)),))
    yield (
        "bind",
        each(lambda _, key: (Bound((replace(listed(key), stocked=True, keepsake=Keepsake(pool=f"pool-{key}")),)),)),
    )
    yield "resolve", each(lambda _, key: (Resolved(f"h-{key}", sent=True),))
    yield (
        "delete",
        each(
            lambda _, key: (
                intended(
                    *(replace(one, op=replace(one.op, sales=0)) for one in [changes(key, f"x-{key}", Call.DELETE)])
                ),
                ended(f"x-{key}", confirmed=True),
            )
        ),
    )
    yield "release", each(lambda _, key: (Released((f"shop/p-{key}",)),))
    yield (
        "recover",
        [
            Recovering(done=False),
            *each(lambda at, key: (Recovered((holds(f"r-{key}", 4 * size + at, pool=f"pool-{key}"),)),)),
            *each(lambda at, key: (Recovered((holds(f"r-{key}", 5 * size + at, pool=f"pool-{key}"),)),)),
            Recovering(done=True),
        ],
    )
    yield "mark what is held", each(lambda at, key: (mark(key, 4 * size + at, "n"),))
    yield "resolve what is held", each(lambda _, key: (Resolved(f"r-{key}", sent=False),))
    yield (
        "rename",
        [
            *each(lambda _, key: (Bound((listed(key),)),)),
            *each(lambda _, key: (Renamed({key: f"new-{key}"}),)),
        ],
    )


def test_no_record_looks_through_all_that_there_is() -> None:
    few, many = work(4), work(28)
    assert {kind: round(cost) for kind, cost in many.items() if cost > 1.1 * few[kind]} == {}
