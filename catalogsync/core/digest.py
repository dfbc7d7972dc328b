"""The day's digest: what was sold and delivered since the last one, what waits, what runs dry, what is open.

It goes by what the state remembers of days. Sales are counted from one tally to the next, deliveries by whole days, so
that each unit is told of in one digest.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from catalogsync.model.counted import counted
from catalogsync.model.state import State

DIGEST: Final = "digest"
"""The topic of the digest."""

_FEW: Final = 10
"""So many products are named, those with most units first."""


def digest(state: State, dry: Sequence[str], now: str) -> list[str]:
    """The lines of a digest.

    Args:
        state: as it is now.
        dry: keys of the products that will soon have nothing to sell, as far as this run knows.
        now: ISO 8601, UTC.
    """
    today = date.fromisoformat(now[:10])
    last = state.told.get(DIGEST, "")
    first = date.fromisoformat(last[:10]) if last else today - timedelta(days=1)
    days = [f"{first + timedelta(days=number)}" for number in range((today - first).days)]
    lines = _ranked(f"Sold from listings since {first}", _sold(state, last), "unit") if last and state.tallies else []
    if days and (state.delivered or state.orders):
        span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        lines += _ranked(f"Delivered to orders, {span}", _delivered(state, days), "account")
    if state.orders:
        lines.append(f"Orders that were listed and still wait: {len(state.orders):,}")
    if dry:
        lines.append(f"Running dry: {_named(dry)}")
    lines.append(
        f"Open doubts: {len(state.ops):,}; `catalogsync state doubts` shows them" if state.ops else "No open doubts"
    )
    if state.last is not None:
        lines.append(f"Last apply before this run: {state.last.at}")
    return lines


def _sold(state: State, last: str) -> dict[str, int]:
    """By product, how much its sales grew since the tally that the last digest went by."""
    sold: dict[str, int] = {}
    for key, tallies in state.tallies.items():
        before = next((tally for tally in reversed(tallies) if tally.at <= last), tallies[0])
        if units := tallies[-1].sales - before.sales:
            sold[key] = units
    return sold


def _delivered(state: State, days: Sequence[str]) -> dict[str, int]:
    """By product, how many accounts went to orders on these days, over all marketplaces."""
    units: dict[str, int] = {}
    for (_, key), by_day in state.delivered.items():
        count = sum(by_day.get(day, 0) for day in days)
        if count:
            units[key] = units.get(key, 0) + count
    return units


def _ranked(what: str, units: Mapping[str, int], noun: str) -> list[str]:
    if not units:
        return [f"{what}: nothing"]
    ranked = sorted(units.items(), key=lambda item: (-item[1], item[0]))
    told = _named([f"{key} {count:,}" for key, count in ranked])
    return [f"{what}: {counted(sum(units.values()), noun)} of {counted(len(units), 'product')} ({told})"]


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _FEW:,} more" if len(listed) > _FEW else ""
    return f"{', '.join(listed[:_FEW])}{more}"
