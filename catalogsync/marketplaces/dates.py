"""Dates as HTTP headers have them, and what one says of the marketplace's clock."""

import re
from datetime import UTC, datetime
from typing import Final

_WHOLE_SECOND: Final = 1.0
_USUAL: Final = re.compile(
    r"[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([1-9][0-9]{3}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT", re.ASCII
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(text: str) -> datetime | None:
    """The moment that a header names, in UTC; None if it names none."""
    usual = _USUAL.fullmatch(text)
    if usual is not None and usual[2] in _MONTHS:
        day, month, *others = usual.groups()
        year, hour, minute, second = map(int, others)
        try:
            return datetime(year, _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
        except ValueError:
            return None
    from email.utils import parsedate_to_datetime  # takes long to load, and servers that write otherwise are rare

    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


def clock_ahead(date: str | None, asked: datetime, answered: datetime) -> float | None:
    """By how many seconds a server's clock is ahead of ours at least; negative: behind; 0: the two may agree.

    It wrote the date at some moment between the question and the answer, and without parts of a second.

    Args:
        date: the Date header of its answer.
        asked: when it was asked, by our clock.
        answered: when the whole answer was there, by our clock.

    Returns:
        The seconds, or None where the header says nothing.
    """
    told = http_date(date) if date else None
    if told is None:
        return None
    late, early = (told - answered).total_seconds(), (told - asked).total_seconds() + _WHOLE_SECOND
    return max(late, 0.0) if late > 0 else min(early, 0.0)
