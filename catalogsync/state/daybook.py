"""What the state remembers of days: orders that were listed, how sales stood, what went to orders, what was told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from catalogsync.model.events import Noted, OrdersSeen, Tallied, Told
from catalogsync.model.state import Call, Op, State, Tally

DAYS: Final = 31
"""Of so many days it is remembered what went to orders."""

_TALLIES: Final = 15
_TOLD_FOR: Final = timedelta(days=60)


def note(state: State, event: Noted, at: str) -> None:
    """Remember what was noticed.

    Args:
        state: is changed.
        event: what was noticed.
        at: when that was recorded (ISO 8601, UTC).
    """
    match event:
        case OrdersSeen(orders, closed):
            state.orders.update((order.destination, replace(order, seen_at=at)) for order in orders)
            for destination in closed:
                state.orders.pop(destination, None)
        case Tallied(sales):
            for key, sold in sales.items():
                _tally(state, key, Tally(at, sold))
        case Told(topics):
            _tell(state.told, topics, at)


def served(state: State, op: Op, at: str) -> None:
    """Remember what a call to an order came to that was carried out."""
    if op.carries:
        days = state.delivered.setdefault((op.marketplace, op.key), {})
        days[at[:10]] = days.get(at[:10], 0) + op.count
        _forget_old(days)
    order = state.orders.get(op.destination)
    if order is None:
        return
    if op.call is Call.REFUND or (op.carries and op.fields.get("whole") == "yes"):
        del state.orders[op.destination]
    elif op.call is Call.SET_STATUS:
        state.orders[op.destination] = replace(order, status=str(op.fields.get("status", order.status)))
    elif op.carries:
        state.orders[op.destination] = replace(order, status="partial")


def rename(state: State, keys: Mapping[str, str], marketplaces: Iterable[str]) -> None:
    """Let what is remembered of products follow their names.

    Args:
        state: is changed.
        keys: old key to new key.
        marketplaces: all that have orders which something was delivered to.
    """
    tallies = {new: state.tallies.pop(old) for old, new in keys.items() if old in state.tallies}
    state.tallies.update(tallies)
    products = [(name, key) for name in marketplaces for key in keys if (name, key) in state.delivered]
    moved = {(name, keys[key]): state.delivered.pop((name, key)) for name, key in products}
    for product, days in moved.items():
        # Orders may have been filled under the new name before the listing got it.
        there = state.delivered.setdefault(product, {})
        there.update({day: there.get(day, 0) + count for day, count in days.items()})
        _forget_old(there)


def _tell(told: dict[str, str], topics: tuple[str, ...], at: str) -> None:
    """What was told last stands last, so that what is to be forgotten stands first."""
    for topic in topics:
        told.pop(topic, None)
        told[topic] = at
    oldest = datetime.fromisoformat(at) - _TOLD_FOR
    for topic, _ in [*takewhile(lambda entry: datetime.fromisoformat(entry[1]) < oldest, told.items())]:
        del told[topic]


def _forget_old(days: dict[str, int]) -> None:
    for day in sorted(days)[:-DAYS]:
        del days[day]


def _tally(state: State, key: str, tally: Tally) -> None:
    """One a day is enough; where the number went down, what was before says nothing of the present."""
    before = state.tallies.get(key, ())
    if before and before[-1].sales > tally.sales:
        before = ()
    if not before or before[-1].at[:10] != tally.at[:10]:
        state.tallies[key] = (*before, tally)[-_TALLIES:]
