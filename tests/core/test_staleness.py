"""Whether a saved plan still holds, and how it says what does not."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.staleness import deviations, other_ground
from catalogsync.model.plan import (
    Action,
    Allotment,
    Blocked,
    Change,
    FieldChange,
    Ground,
    Notice,
    Plan,
    Selection,
    Summary,
)

PRICE = FieldChange("price", "9.99", "8.99", "catalog")
UPDATE = Change("a", Action.UPDATE, "p1", "products/a.yaml", 3, (PRICE,), Allotment("a", 3, 40))
DELETE = Change("b", Action.DELETE, "p2", None, None)
RULE = Blocked("max_deletes", None, "4 of 10 listings would go", "catalogsync.yaml", 1)
PLAN = Plan("1", "2026-11-21T12:00:00Z", "accplanet", Ground("one", 12), Selection(), Summary(), (UPDATE, DELETE))


def with_update(**parts: object) -> Plan:
    return replace(PLAN, changes=(replace(UPDATE, **parts), DELETE))  # type: ignore[arg-type]


def with_field(**parts: object) -> Plan:
    return with_update(fields=(replace(PRICE, **parts),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "now",
    [
        replace(PLAN, created_at="2026-11-22T12:00:00Z", tool_version="2"),
        replace(PLAN, ground=Ground("one", 99), summary=Summary(unchanged=7)),
        replace(PLAN, warnings=(Notice("pool-plaintext", None, "…"),)),
    ],
)
def test_what_alters_nothing_that_would_be_done_may_differ(now: Plan) -> None:
    assert deviations(PLAN, now) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (with_field(after="7.99"), "a: price was to become 8.99, now 7.99"),
        (with_update(line=4), f"a: stood in {UPDATE.file}:{UPDATE.line}, now in {UPDATE.file}:4"),
        (with_update(file="moved.yaml"), f"a: stood in {UPDATE.file}:{UPDATE.line}, now in moved.yaml:{UPDATE.line}"),
        (with_field(before="9.50"), "a: price showed 9.99, now 9.50"),
        (with_field(after="7", before="8"), "a: price was to become 8.99, now 7; showed 9.99, now 8"),
        (
            with_field(cause="both"),
            "a: price had been changed in the catalog, now in the catalog and at the marketplace",
        ),
        (with_update(fields=()), "a: price was to become 8.99, now it stays as it is"),
        (with_update(fields=(PRICE, PRICE)), "a: its fields are in another order, or one of them is there twice"),
        (
            with_update(fields=(PRICE, FieldChange("title", "Tea", "Green tea", "catalog"))),
            'a: title was to stay as it is, now it is to become "Green tea"',
        ),
        (with_update(accounts=Allotment("a", 5, 40)), "a: 3 accounts were to be sent, now 5"),
        (with_update(accounts=Allotment("a", None, 40)), "a: 3 accounts were to be sent, now nobody counted them"),
        (with_update(accounts=None), "a: 3 accounts were to be sent, now no accounts"),
        (with_update(accounts=Allotment("a", 3, 43)), "a: 40 accounts of pool a had been sent, now 43"),
        (with_update(accounts=Allotment("z", 3, 40)), "a: accounts were to come from pool a, now from z"),
        (with_update(action=Action.RETIRE), "a: was to be updated, now it is to be retired"),
        (with_update(product_id=None), "a: was about listing p1, now about no listing"),
        (with_update(renamed_from="old"), "a: was called the same before, now old"),
        (replace(PLAN, changes=(UPDATE,)), "b: was to be deleted, now nothing is to be done"),
        (
            replace(PLAN, changes=(DELETE,)),
            "a: was to be updated (price 8.99, 3 accounts), now nothing is to be done",
        ),
        (
            replace(
                PLAN, changes=(UPDATE, DELETE, Change("c", Action.APPEND, "p3", None, None, (), Allotment("c", 1, 0)))
            ),
            "c: nothing was to be done, now it is to be filled up (1 account)",
        ),
        (replace(PLAN, blocked=(RULE,)), "max_deletes: blocks now: 4 of 10 listings would go"),
        (replace(PLAN, changes=(DELETE, UPDATE)), "its changes are not in the order of their keys"),
    ],
)
def test_what_differs_is_named_with_both_values(now: Plan, expected: str) -> None:
    assert deviations(PLAN, now) == [expected]


def test_a_key_that_is_there_twice_hides_nothing() -> None:
    twice = replace(PLAN, changes=(replace(UPDATE, action=Action.DELETE), UPDATE, DELETE))
    assert deviations(twice, PLAN) == ["a: it is in the plan 2 times"]


def test_rules_that_block_no_more_or_otherwise_are_named() -> None:
    key = Blocked("min_price", "a", "price 0.10 is below 0.50")
    saved = replace(PLAN, blocked=(RULE, key))
    now = replace(PLAN, blocked=(replace(key, message="price 0.20 is below 0.50", line=9),))
    assert deviations(saved, now) == [
        "max_deletes: blocked it, and does not any more",
        "min_price of a: blocks for another reason now: price 0.20 is below 0.50",
    ]
    assert deviations(saved, replace(saved, blocked=(replace(RULE, line=2), key))) == []


def test_of_long_texts_the_place_is_told_where_they_differ() -> None:
    text = "All about tea. " * 20
    (told,) = deviations(with_field(after=f"{text}Green."), with_field(after=f"{text}Black."))
    assert told == 'a: price was to become "…tea. All about tea. Green.", now "…tea. All about tea. Black."'


def test_the_ground_must_be_the_same() -> None:
    assert other_ground(PLAN, "accplanet", "one") == []
    assert other_ground(PLAN, "other", "one") == ["it is for marketplace accplanet, and this run is for other"]
    assert other_ground(PLAN, "accplanet", "two") == ["it was made on state one, and here is state two"]
    assert other_ground(replace(PLAN, ground=None), "accplanet", "two") == [
        "it was made on no state, and here is state two"
    ]


VALUES = st.none() | st.text("ab ", max_size=3) | st.integers(0, 3) | st.lists(st.text("ab", max_size=2)).map(tuple)
FIELDS = st.builds(
    FieldChange, st.sampled_from(["price", "title"]), VALUES, VALUES, st.sampled_from(["catalog", "drift"])
)
CHANGES = st.builds(
    Change,
    st.sampled_from("ab"),
    st.sampled_from([Action.UPDATE, Action.DELETE]),
    st.sampled_from(["p1", None]),
    st.sampled_from(["one.yaml", None]),
    st.sampled_from([3, None]),
    st.lists(FIELDS, max_size=2).map(tuple),
    st.none() | st.builds(Allotment, st.just("a"), st.none() | st.integers(0, 2), st.integers(0, 1)),
    st.sampled_from(["z", None]),
)
SAVED = st.lists(CHANGES, max_size=2).map(lambda changes: replace(PLAN, changes=tuple(changes)))
NOW = st.lists(CHANGES, max_size=2, unique_by=lambda change: change.key).map(
    lambda changes: replace(PLAN, changes=tuple(changes))
)


@given(SAVED, NOW)
def test_no_difference_goes_without_a_word(one: Plan, other: Plan) -> None:
    assert bool(deviations(one, other)) == (one.changes != other.changes)


@pytest.mark.parametrize(
    "lose", [lambda plan: replace(plan, changes=()), lambda plan: replace(plan, changes=(UPDATE,))]
)
def test_what_vanished_or_came_is_told_either_way(lose: Callable[[Plan], Plan]) -> None:
    assert deviations(PLAN, lose(PLAN))
    assert deviations(lose(PLAN), PLAN)
