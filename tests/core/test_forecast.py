"""How long stock lasts: the rate of the last days, and what it comes to when clocks and numbers are odd."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.forecast import (
    Outlook,
    delivered_elsewhere,
    outlook,
    present_rate,
    rate_of_orders,
    to_note,
)
from catalogsync.model.state import State, Tally

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def rate(
    sales: int | None,
    *tallies: tuple[float, int],
    made: float | None = None,
    elsewhere: Mapping[float, int] | None = None,
    now: datetime = NOW,
) -> Fraction | None:
    """The rate, where each tally and delivery is so many days old."""
    return present_rate(
        sales=sales,
        tallies=[Tally(ago(days), stood) for days, stood in tallies],
        created_at=None if made is None else ago(made),
        elsewhere={ago(days)[:10]: units for days, units in (elsewhere or {}).items()},
        now=now,
    )


@pytest.mark.parametrize(
    ("sales", "tallies", "made", "expected"),
    [
        (30, [(10, 10)], None, Fraction(2)),
        (30, [(10, 10), (5, 28), (1, 29)], None, Fraction(2)),
        (30, [(14, 2)], 99, Fraction(2)),
        # What was sold before the window does not count; it is read off the line between what was noted.
        (30, [(28, 2), (14, 2)], None, Fraction(2)),
        (70, [(21, 0), (7, 42), (1, 60)], None, Fraction(70 - 21, 14)),
        (12, [(28, 0)], None, Fraction(6, 14)),
        (100, [(60, 100)], None, Fraction(0)),
        # Less than a day is known: the listing's life, if that is longer.
        (30, [(0.9, 29)], 10, Fraction(3)),
        (30, [], 10, Fraction(3)),
        (30, [], 0.9, None),
        (30, [], None, None),
        (0, [], 3, Fraction(0)),
        # It went down: what was before says nothing.
        (3, [(10, 100), (2, 1)], None, Fraction(1)),
        (3, [(10, 100)], None, None),
        (3, [(10, 100)], 6, Fraction(1, 2)),
        # The future says nothing, and neither does a listing made in it.
        (30, [(-3, 29)], None, None),
        (30, [(10, 10), (-3, 29)], None, Fraction(2)),
        (30, [], -5, None),
        (None, [(10, 10)], 10, None),
    ],
)
def test_the_rate_is_that_of_the_last_days(
    sales: int | None, tallies: Sequence[tuple[float, int]], made: float | None, expected: Fraction | None
) -> None:
    assert rate(sales, *tallies, made=made) == expected
    assert rate(sales, *reversed(tallies), made=made) == expected


def test_what_went_to_orders_elsewhere_is_added() -> None:
    assert rate(30, (10, 10), elsewhere={9: 4, 3: 6}) == 2 + 1
    assert rate(30, (10, 10), elsewhere={20: 99}) == 2, "it is older than the window"
    assert rate(30, (2, 26), elsewhere={14: 28}) == 2 + 2, "a longer time is known of orders than of sales"
    assert rate(30, made=10, elsewhere={0: 5}) == 3, "today is less than a day"
    assert rate(30, (10, 10), elsewhere={-2: 5}) == 2
    assert rate(None, elsewhere={5: 5}) is None, "the rest of it is not known"
    assert rate_of_orders({ago(5)[:10]: 10}, NOW) == 2
    assert rate_of_orders({}, NOW) is rate_of_orders({ago(0)[:10]: 10}, NOW) is None


def test_orders_at_its_own_marketplace_count_in_its_sales_already() -> None:
    state = State("lineage")
    state.delivered = {
        ("accplanet", "tea"): {"2026-11-20": 9},
        ("one", "tea"): {"2026-11-20": 2, "2026-11-19": 1},
        ("two", "tea"): {"2026-11-20": 3},
        ("one", "cups"): {"2026-11-20": 1},
    }
    assert delivered_elsewhere(state, "accplanet") == {
        "tea": {"2026-11-20": 5, "2026-11-19": 1},
        "cups": {"2026-11-20": 1},
    }


@pytest.mark.parametrize(
    ("per_day", "units", "expected"),
    [
        (Fraction(3, 2), 4, Outlook(1.5, 2, 4)),
        (Fraction(3, 2), 0, Outlook(1.5, 0, 0)),
        (Fraction(1, 3), 1, Outlook(0.33, 3, 1)),
        (Fraction(1, 1000), 1, Outlook(0.01, 1000, 1)),
        (Fraction(0), 4, Outlook(0.0, None, 4)),
        (Fraction(2), None, Outlook(2.0)),
        (None, 4, Outlook(units=4)),
    ],
)
def test_days_left_are_whole_days(per_day: Fraction | None, units: int | None, expected: Outlook) -> None:
    assert outlook(per_day, units) == expected


def test_less_than_seven_days_are_about_to_run_dry() -> None:
    assert [outlook(Fraction(1), units).dry for units in (0, 6, 7)] == [True, True, False]
    assert not outlook(Fraction(0), 0).dry
    assert not outlook(None, 0).dry


def test_a_day_says_the_same_all_day_and_midnight_moves_it_on() -> None:
    hours = [NOW.replace(hour=hour, minute=59) for hour in (12, 18, 23)]
    assert {rate(30, (10, 10), now=now) for now in hours} == {Fraction(2)}
    assert rate(30, (10, 10), now=NOW.replace(day=22, hour=0, minute=0)) == Fraction(20, 11)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-40", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"]
)
def test_a_date_that_is_none_says_nothing(text: str) -> None:
    known = present_rate(sales=9, tallies=[Tally(text, 1)], created_at=text, elsewhere={text: 5}, now=NOW)
    assert known is None


def test_a_date_without_a_zone_is_utc() -> None:
    found = present_rate(sales=9, tallies=[], created_at="2026-11-18T12:00:00", elsewhere={}, now=NOW)
    assert found == 3


def test_what_moved_is_noted_once_a_day() -> None:
    tallies = {
        "moved": (Tally(ago(1), 3),),
        "still": (Tally(ago(1), 3),),
        "today": (Tally(ago(0.1), 3),),
        "fell": (Tally(ago(0.1), 3),),
        "future": (Tally(ago(-2), 3),),
    }
    listed = [("moved", 4), ("still", 3), ("today", 4), ("fell", 1), ("future", 4), ("new", 0)]
    assert to_note(listed, tallies, NOW) == {"moved": 4, "fell": 1, "future": 4, "new": 0}


MOMENTS = st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)


@given(
    st.none() | st.integers(0, 1000),
    st.lists(st.builds(Tally, MOMENTS | st.text(max_size=8), st.integers(0, 1000)), max_size=15),
    st.none() | MOMENTS,
    st.dictionaries(MOMENTS.map(lambda text: text[:10]) | st.text(max_size=8), st.integers(1, 50), max_size=5),
    st.datetimes(timezones=st.just(UTC)),
    st.none() | st.integers(0, 1000),
)
def test_odd_clocks_never_break_it(
    sales: int | None,
    tallies: list[Tally],
    made: str | None,
    elsewhere: dict[str, int],
    now: datetime,
    units: int | None,
) -> None:
    found = present_rate(sales=sales, tallies=tallies, created_at=made, elsewhere=elsewhere, now=now)
    assert found is None or found >= 0
    ahead = outlook(found, units)
    assert ahead.days_left is None or ahead.days_left >= 0
    assert ahead.days_left is None or ahead.per_day


@given(st.integers(1, 40), st.integers(1, 14))
def test_a_steady_rate_is_found_however_often_it_was_noted(a_day: int, every: int) -> None:
    noted = [(days, 1000 - a_day * days) for days in range(every, 40, every)]
    assert rate(1000, *noted) == a_day
