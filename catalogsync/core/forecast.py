"""How long stock lasts: units a day at the present rate, and for how many whole days what is left is enough.

The rate is in what the marketplace counts in `sales_count`, which may be units or orders: it does not say. Days are
those of UTC, so that a plan made twice on one day says the same; after midnight a day more has passed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Final

from catalogsync.model.state import State, Tally

WINDOW: Final = 14
"""So many days are looked back at most."""
DRY: Final = 7
"""What is enough for fewer days than that is about to run dry."""

_A_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a product sells. None: nobody can tell.

    Attributes:
        per_day: units a day, to two places.
        days_left: for how many whole days what is left is enough; None where nothing is sold, too.
        units: how many are left, at the marketplace and in the pool.
    """

    per_day: float | None = None
    days_left: int | None = None
    units: int | None = None

    @property
    def dry(self) -> bool:
        """Whether it is about to run dry."""
        return self.days_left is not None and self.days_left < DRY


def outlook(rate: Fraction | None, units: int | None) -> Outlook:
    """What a rate means for so many units.

    Args:
        rate: units a day.
        units: how many are left, at the marketplace and in the pool.
    """
    if rate is None:
        return Outlook(units=units)
    if not rate:
        return Outlook(0.0, None, units)
    sold, days = rate.numerator, rate.denominator
    told = max((200 * sold + days) // (2 * days), 1) / 100  # what is sold more seldom is told as 0.01
    return Outlook(told, None if units is None else max(units, 0) * days // sold, units)


def present_rate(
    *,
    sales: int | None,
    tallies: Sequence[Tally],
    created_at: str | None,
    elsewhere: Mapping[str, int],
    now: datetime,
) -> Fraction | None:
    """Units a day at present: what the listing sold, and what went to orders of other marketplaces.

    Args:
        sales: the listing's `sales_count` now; None: not shown.
        tallies: how it stood on earlier days, in any order; those of the future say nothing.
        created_at: when the listing was made, as the marketplace says it.
        elsewhere: units that went to orders of other marketplaces, by day.
        now: the time.

    Returns:
        The rate over the last days, at most 14; where less than a day of them is known, over the listing's life; None
        where neither is known.
    """
    if sales is None:
        return None
    if points := _points(sales, tallies, now):
        window = min(WINDOW, points[-1][0])
        sold = _sold(points, sales, window)
    elif lived := _age(created_at, now):
        window, sold = 0, Fraction(sales, lived)
    else:
        return None
    return sold + _ordered(elsewhere, window, now.date()) if elsewhere else sold


def rate_of_orders(elsewhere: Mapping[str, int], now: datetime) -> Fraction | None:
    """Units a day of a product that has no listing yet; None where less than a day of it is known."""
    return _ordered(elsewhere, 0, now.date()) or None


def delivered_elsewhere(state: State, marketplace: str) -> dict[str, dict[str, int]]:
    """By key and day, the units that went to orders of other marketplaces than a listing's own.

    At its own they count in the listing's `sales_count` already.
    """
    units: dict[str, dict[str, int]] = {}
    for (name, key), days in state.delivered.items():
        if name != marketplace:
            whole = units.setdefault(key, {})
            for day, count in days.items():
                whole[day] = whole.get(day, 0) + count
    return units


def to_note(listed: Iterable[tuple[str, int]], tallies: Mapping[str, Sequence[Tally]], now: datetime) -> dict[str, int]:
    """Of which listings it is to be noted how their sales stand: those that moved, once a day, and new ones.

    Args:
        listed: the managed listings that show it: key and `sales_count`.
        tallies: what was noted before, by key.
        now: the time.
    """
    today = now.date().isoformat()
    found = {}
    for key, sales in listed:
        before = tallies.get(key, ())
        last = before[-1] if before else None
        if last is None or sales < last.sales or (sales > last.sales and last.at[:10] != today):
            found[key] = sales
    return found


def _points(sales: int, tallies: Sequence[Tally], now: datetime) -> list[tuple[int, int]]:
    """How sales stood so many days ago, the newest first; none where less than a day of them is known.

    Where the number went down, what was before says nothing of the present.
    """
    points: list[tuple[int, int]] = []
    least, longest, last = sales, 0.0, 0
    aged = [(*age, tally.sales) for tally in tallies if (age := _ago(tally.at, now)) is not None]
    aged.sort()
    for seconds, days, stood in aged:
        if stood > least:
            break
        least, longest = stood, seconds
        if days > last:
            points.append((days, stood))
            last = days
    return points if longest >= _A_DAY else []


def _sold(points: Sequence[tuple[int, int]], sales: int, window: int) -> Fraction:
    """Units a day since the beginning of a window, where sales are read off the line between the points around it.

    Nothing is noted of days on which nobody looked, and of those without sales.
    """
    since, had = 0, sales
    for days, stood in points:
        if days >= window:
            span = days - since
            return Fraction((sales - had) * span + (had - stood) * (window - since), span * window)
        since, had = days, stood
    raise AssertionError("a window is never longer than what is known")


def _ordered(elsewhere: Mapping[str, int], window: int, today: date) -> Fraction:
    """What went to orders elsewhere, a day: over the window of sales, or longer if more is known."""
    ages = [(age, units) for day, units in elsewhere.items() if (age := _days_ago(day, today)) is not None]
    known = max([window, *(min(age, WINDOW) for age, _ in ages)])
    return Fraction(sum(units for age, units in ages if age <= known), known) if known else Fraction(0)


def _age(created_at: str | None, now: datetime) -> int | None:
    """For how many days a listing has been there; None where that is unknown, or less than one."""
    age = _ago(created_at, now) if created_at else None
    return age[1] if age and age[0] >= _A_DAY else None


def _days_ago(day: str, today: date) -> int | None:
    when = _moment(day)
    return (today - when.date()).days if when is not None and when.date() <= today else None


@lru_cache(maxsize=4096)
def _ago(text: str, now: datetime) -> tuple[float, int] | None:
    """How long ago something was, in seconds and in days of the calendar; None if nobody can tell, or it is to come."""
    when = _moment(text)
    return None if when is None or when > now else ((now - when).total_seconds(), (now.date() - when.date()).days)


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    """A moment as somebody wrote it, in UTC; None if it is none."""
    try:
        when = datetime.fromisoformat(text)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
