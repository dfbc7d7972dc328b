"""Whether a saved plan still holds, and how it says what does not."""

from copy import deepcopy
from typing import Any

import pytest

from catalogsync.core.staleness import staleness

PLAN: dict[str, Any] = {
    "created_at": "2026-11-21T12:00:00Z",
    "marketplace": "accplanet",
    "state": {"lineage": "one", "serial": 12},
    "summary": {"update": 1},
    "changes": [
        {
            "key": "a",
            "action": "update",
            "product_id": "p1",
            "file": "products/a.yaml",
            "line": 3,
            "fields": [{"field": "price", "before": "9.99", "after": "8.99", "cause": "catalog"}],
            "accounts": {"pool": "a", "new": 25, "sent": 40},
        },
        {"key": "b", "action": "delete", "product_id": "p2", "file": None, "line": None, "fields": []},
    ],
    "blocked": [],
    "warnings": [],
}


def changed(path: str, value: object) -> dict[str, Any]:
    plan = deepcopy(PLAN)
    *way, last = path.split(".")
    at: Any = plan
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[int(last) if last.isdigit() else last] = value
    return plan


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("created_at", "2026-11-22T12:00:00Z"),
        ("state.serial", 99),
        ("summary.unchanged", 7),
        ("warnings", [{"code": "pool-plaintext", "key": None, "message": "…"}]),
    ],
)
def test_what_alters_nothing_that_would_be_done_may_differ(path: str, value: object) -> None:
    assert staleness(PLAN, changed(path, value)) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("marketplace", "other", "it is for another marketplace"),
        ("state.lineage", "two", "it stands on another state"),
        ("state", None, "it stands on another state"),
        ("blocked", [{"rule": "max_deletes"}], "the safety rules see something else"),
        ("changes.0.fields.0.after", "7.99", "a: fields.price.after differ"),
        ("changes.0.fields.0.field", "title", "a: fields differ"),
        ("changes.0.accounts.new", 24, "a: accounts.new differ"),
        ("changes.0.action", "append", "a: action differ"),
        ("changes.1.product_id", "p3", "b: product_id differ"),
        ("changes", [], "a: nothing is to be done any more"),
    ],
)
def test_what_differs_is_named(path: str, value: object, expected: str) -> None:
    assert expected in staleness(PLAN, changed(path, value))


def test_a_new_change_is_named() -> None:
    assert staleness(changed("changes", []), PLAN) == ["a: update is new", "b: delete is new"]


def test_a_value_is_never_named() -> None:
    assert not any("7.99" in text for text in staleness(PLAN, changed("changes.0.fields.0.after", "7.99")))


def test_a_difference_that_has_no_path_is_in_the_fields() -> None:
    twice = changed("changes.0.fields", PLAN["changes"][0]["fields"] * 2)
    assert staleness(PLAN, twice) == ["a: fields differ"]


def test_many_differences_are_cut_short() -> None:
    many = changed("changes", [{"key": f"k{n}", "action": "create", "fields": []} for n in range(20)])
    found = staleness(PLAN, many)
    assert (len(found), found[-1]) == (6, "and 17 more")


def test_without_a_state_on_both_sides_it_holds() -> None:
    assert staleness(changed("state", None), changed("state", None)) == []
