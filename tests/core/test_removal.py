"""Listings whose product is gone: deleted, retired, kept or protected."""

from dataclasses import replace

import pytest

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.config import DriftPolicy
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, FieldChange
from catalogsync.model.product import OnRemove
from tests.core.facts import FIELDS, binding, decided, listing

OFF: dict[str, Value] = {**FIELDS, "status": "inactive"}


def outcome(verdicts: Verdicts) -> list[str]:
    """What is done, blocked or warned about."""
    return [
        *(str(change.action) for change in verdicts.changes),
        *(blocked.rule for blocked in verdicts.blocked),
        *(warning.code for warning in verdicts.warnings),
    ]


@pytest.mark.parametrize(
    ("on_remove", "sales", "prevent_delete", "expected"),
    [
        ("auto", 0, False, ["delete"]),
        ("auto", 1, False, ["retire"]),
        ("auto", None, False, ["retire"]),
        ("delete", 0, False, ["delete"]),
        ("delete", 1, False, ["delete-impossible"]),
        ("delete", None, False, ["delete-impossible"]),
        ("retire", 0, False, ["retire"]),
        ("retire", 1, False, ["retire"]),
        ("keep", 0, False, ["forget"]),
        ("keep", 1, False, ["forget"]),
        ("auto", 0, True, ["prevent_delete"]),
        ("auto", 1, True, ["prevent_delete"]),
        ("delete", 0, True, ["prevent_delete"]),
        ("retire", 0, True, ["prevent_delete"]),
        ("keep", 0, True, ["forget"]),
    ],
)
def test_a_listed_one(on_remove: OnRemove, sales: int | None, prevent_delete: bool, expected: list[str]) -> None:
    known = binding(on_remove=on_remove, prevent_delete=prevent_delete)
    assert outcome(decided([], [known], [listing(sales=sales)])) == expected


def test_a_retirement_shows_the_status_and_no_file() -> None:
    (change,) = decided([], [binding()], [listing(sales=1, status="active")]).changes
    assert change.fields == (FieldChange("status", "active", "inactive", "catalog"),)
    assert (change.file, change.line, change.product_id) == (None, None, "p1")


def test_a_deletion_has_no_fields() -> None:
    (change,) = decided([], [binding()], [listing()]).changes
    assert (change.action, change.fields) == (Action.DELETE, ())


@pytest.mark.parametrize("on_remove", ["auto", "delete", "retire", "keep"])
def test_one_that_is_gone_is_forgotten(on_remove: OnRemove) -> None:
    verdicts = decided([], [binding(on_remove=on_remove, prevent_delete=True)], [listing("other")])
    assert outcome(verdicts) == ["forget"]


@pytest.mark.parametrize("on_remove", ["auto", "delete", "retire", "keep"])
def test_one_that_was_never_listed_is_waited_for(on_remove: OnRemove) -> None:
    assert outcome(decided([], [binding(on_remove=on_remove, listed=False)], [])) == ["not-listed-yet"]


def test_the_rule_says_where_the_product_was() -> None:
    (blocked,) = decided([], [binding(prevent_delete=True)], [listing()]).blocked
    assert "products/k.yaml" in blocked.message


def test_where_nobody_knows_its_file_none_is_named() -> None:
    known = binding(prevent_delete=True)
    unknown = replace(known, keepsake=replace(known.keepsake, file=None))
    (blocked,) = decided([], [unknown], [listing()]).blocked
    assert "bring the product back. If" in blocked.message


@pytest.mark.parametrize(("sales", "words"), [(2, "p1 was sold"), (None, "p1 may have been sold")])
def test_it_says_why_it_cannot_be_deleted(sales: int | None, words: str) -> None:
    (warning,) = decided([], [binding(on_remove="delete")], [listing(sales=sales)]).warnings
    assert words in warning.message


def test_one_that_was_retired_and_is_gone_is_forgotten_though_it_was_never_listed() -> None:
    assert outcome(decided([], [binding(listed=False, retired="active")], [])) == ["forget"]


def test_one_that_is_kept_and_shows_is_forgotten_though_it_was_not_seen_before() -> None:
    assert outcome(decided([], [binding(listed=False, on_remove="keep")], [listing()])) == ["forget"]


@pytest.mark.parametrize("status", [None, "inactive", "other"])
def test_one_that_was_retired_and_shows_no_other_status_is_left_alone(status: str | None) -> None:
    known = binding(applied=OFF, observed={**FIELDS, "status": "other"}, retired="active")
    shown = listing(sales=1) if status is None else listing(sales=1, status=status)
    verdicts = decided([], [known], [shown])
    assert (outcome(verdicts), verdicts.drifted) == ([], 0)


def test_a_retirement_tells_the_status_that_was_applied_where_none_shows() -> None:
    (change,) = decided([], [binding(applied={**FIELDS, "status": "active"})], [listing(sales=1)]).changes
    assert change.fields == (FieldChange("status", "active", "inactive", "catalog"),)


def test_one_that_is_retired_stays_so() -> None:
    known = binding(applied=OFF, observed=OFF, retired="active")
    verdicts = decided([], [known], [listing(status="inactive", sales=1)])
    assert (outcome(verdicts), verdicts.unmanaged) == ([], 0)


@pytest.mark.parametrize(("drift", "expected"), [("restore", ["retire"]), ("warn", ["drift"]), ("ignore", [])])
def test_one_that_a_stranger_put_on_sale_again_is_drift(drift: DriftPolicy, expected: list[str]) -> None:
    known = binding(applied=OFF, observed=OFF, retired="active")
    verdicts = decided([], [known], [listing(status="active", sales=1)], drift=drift)
    assert (outcome(verdicts), verdicts.drifted) == (expected, 1)
    assert all(field.cause == "drift" for change in verdicts.changes for field in change.fields)


def test_a_retirement_that_was_not_seen_to_arrive_is_not_sent_again() -> None:
    known = binding(applied=OFF, observed=FIELDS, retired="active")
    assert outcome(decided([], [known], [listing(status="active", sales=1)])) == []


def test_one_that_is_off_sale_already_is_left_alone() -> None:
    assert outcome(decided([], [binding()], [listing(status="inactive", sales=1)])) == []
