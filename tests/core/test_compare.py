"""The six rules by which a field differs, and what they say before an apply has visibly arrived."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.compare import arrived, desired_values, differences, equal_as_shown, in_step, unseen
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Cause, FieldChange
from catalogsync.model.product import Image
from tests.core.facts import binding, listing, product

WORDS = st.sampled_from(["one", "two", "three"])


def causes(
    desired: Value, applied: Value | None, observed: Value | None, shown: Value | None, field: str = "title"
) -> list[tuple[str, Cause]]:
    known = binding(
        applied={} if applied is None else {field: applied}, observed={} if observed is None else {field: observed}
    )
    now = Listing("p1", {} if shown is None else {field: shown})
    return [(change.field, change.cause) for change in differences(product(), {field: desired}, known, now)]


@pytest.mark.parametrize(
    ("rule", "desired", "applied", "observed", "shown", "expected"),
    [
        ("1 equal to what shows", "new", "old", "old", "new", None),
        ("1 equal, though never applied", "new", None, None, "new", None),
        ("2 not shown, as applied", "new", "new", None, None, None),
        ("2 not shown, applied otherwise", "new", "old", None, None, "catalog"),
        ("2 not shown, never applied", "new", None, None, None, "catalog"),
        ("3 kept in a form of its own", "<b>x</b>", "<b>x</b>", "x", "x", None),
        ("4 drift", "new", "new", "new", "stranger's", "drift"),
        ("4 drift from a form of its own", "<b>x</b>", "<b>x</b>", "x", "y", "drift"),
        ("5 the catalog changed", "new", "old", "old", "old", "catalog"),
        ("5 it changed, from a form of its own", "new", "<b>x</b>", "x", "x", "catalog"),
        ("6 both changed", "new", "old", "old", "stranger's", "both"),
        ("not arrived: 3 to 4 are no change", "new", "new", None, "old", None),
        ("not arrived, and changed again", "newer", "new", None, "old", "catalog"),
    ],
)
def test_each_rule(
    rule: str,
    desired: Value,
    applied: Value | None,
    observed: Value | None,
    shown: Value | None,
    expected: Cause | None,
) -> None:
    assert causes(desired, applied, observed, shown) == ([("title", expected)] if expected else []), rule


@pytest.mark.parametrize(
    ("what", "desired", "applied", "observed", "shown", "expected"),
    [
        ("sales lowered it", 100, 100, 100, 73, None),
        ("the catalog's number changed", 200, 100, 100, 73, "catalog"),
        ("a stranger's number is left alone", 100, 100, 100, 900, None),
        ("never applied, and another one shows", 100, None, 50, 50, "catalog"),
        ("not shown, as applied", 100, 100, None, None, None),
    ],
)
def test_stock_moves_by_itself(
    what: str, desired: int, applied: int | None, observed: int | None, shown: int | None, expected: Cause | None
) -> None:
    assert causes(desired, applied, observed, shown, "stock") == ([("stock", expected)] if expected else []), what


@given(WORDS, st.none() | WORDS, st.none() | WORDS)
def test_nothing_differs_from_itself(value: str, applied: str | None, observed: str | None) -> None:
    assert causes(value, applied, observed, value) == []


@given(WORDS, st.none() | WORDS, st.none() | WORDS)
def test_what_was_applied_and_shows_as_it_was_seen_does_not_differ(
    value: str, observed: str | None, shown: str | None
) -> None:
    if shown is None or observed is None or shown == observed:
        assert causes(value, value, observed, shown) == []


@given(WORDS, st.none() | WORDS, st.none() | WORDS, st.none() | WORDS)
def test_a_difference_is_drift_only_where_the_catalog_did_not_change(
    desired: str, applied: str | None, observed: str | None, shown: str | None
) -> None:
    for _, cause in causes(desired, applied, observed, shown):
        assert (cause == "drift") == (desired == applied)


def test_before_is_what_shows_or_what_was_applied() -> None:
    known = binding(applied={"title": "applied", "supplier_name": "applied"}, observed={})
    now = Listing("p1", {"title": "shown"})
    found = differences(product(), {"title": "new", "supplier_name": "new"}, known, now)
    assert [change.before for change in found] == ["shown", "applied"]


def test_a_listing_that_is_not_listed_yet_is_compared_with_what_was_applied() -> None:
    known = binding(applied={"title": "old", "price": "1.00"}, observed={})
    found = list(differences(product(), {"title": "new", "price": "1.00"}, known, None))
    assert found == [FieldChange("title", "old", "new", "catalog")]


def test_images_are_compared_by_what_they_became() -> None:
    local, remote = Image("images/a.png", "aa"), Image("/media/b.webp")
    wanted = product(images=(local, remote))
    assert desired_values(wanted, {"aa": "/media/a.webp"})["images"] == ("/media/a.webp", "/media/b.webp")
    assert desired_values(wanted, {})["images"] == ("sha256:aa", "/media/b.webp")


def test_a_plan_shows_images_as_the_catalog_writes_them() -> None:
    wanted = product(images=(Image("images/a.png", "aa"),))
    known = binding(applied={}, observed={})
    (change,) = differences(wanted, {"images": ("/media/a.webp",)}, known, Listing("p1", {"images": ()}))
    assert change.after == ("images/a.png",)


def test_equal_as_shown_minds_neither_stock_nor_what_is_not_shown() -> None:
    values: dict[str, Value] = {"title": "A course", "stock": 5, "warranty_period_days": 3}
    assert equal_as_shown(values, listing(stock=2))
    assert not equal_as_shown({**values, "title": "Another"}, listing())
    assert not equal_as_shown(values, listing(warranty_period_days=4))


@pytest.mark.parametrize(
    ("what", "sent", "before", "shown", "expected"),
    [
        ("it shows", {"title": "new"}, {"title": "old"}, {"title": "new"}, {"title": "new"}),
        ("it shows in a form of its own", {"title": "<b>"}, {"title": "old"}, {"title": "b"}, {"title": "b"}),
        ("it shows what it showed before", {"title": "new"}, {"title": "old"}, {"title": "old"}, {}),
        ("it shows nothing", {"title": "new"}, {"title": "old"}, {}, {}),
        ("nothing showed before", {"title": "new"}, {}, {"title": "other"}, {"title": "other"}),
        ("it showed that already", {"title": "same"}, {"title": "same"}, {"title": "same"}, {"title": "same"}),
    ],
)
def test_what_has_visibly_arrived(
    what: str,
    sent: dict[str, Value],
    before: dict[str, Value],
    shown: dict[str, Value],
    expected: dict[str, Value],
) -> None:
    assert arrived(sent, before, Listing("p1", shown)) == expected, what


def test_unseen_names_what_was_applied_and_does_not_show() -> None:
    values: dict[str, Value] = {"title": "new", "price": "1.00", "description": "d", "stock": 5, "status": "active"}
    known = binding(
        applied={"title": "new", "price": "1.00", "description": "d", "stock": 5}, observed={"description": "x"}
    )
    now = Listing("p1", {"title": "old", "price": "1.00", "description": "x", "stock": 3})
    assert unseen(values, known, now) == ["title"]


_VALUES = st.dictionaries(st.sampled_from(["title", "price", "status", "stock"]), WORDS)


@given(_VALUES, _VALUES, _VALUES, _VALUES)
def test_what_is_plainly_in_step_differs_in_nothing(
    desired: dict[str, Value], applied: dict[str, Value], observed: dict[str, Value], shown: dict[str, Value]
) -> None:
    known, now = binding(applied=applied | desired, observed=observed | shown), Listing("p1", shown)
    assert in_step(desired, known, now)
    for recorded in (known, binding(applied=applied, observed=observed)):
        if in_step(desired, recorded, now):
            assert not [*differences(product(), desired, recorded, now), *unseen(desired, recorded, now)]
