"""The order of operations, twins apart, and batches that double."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.sequence import batch_size, groups, staged
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change


def change(key: str, action: Action = Action.CREATE) -> Change:
    return Change(key, action, None, None, None)


def test_stages_come_in_their_order_each_sorted_by_key() -> None:
    actions = [*reversed(Action)]
    wanted = [change(f"{letter}-{action}", action) for letter in "ba" for action in actions]
    assert [[one.key for one in stage] for stage in staged(wanted)] == [
        ["a-adopt", "a-forget", "b-adopt", "b-forget"],
        ["a-create", "b-create"],
        ["a-update", "b-update"],
        ["a-append", "b-append"],
        ["a-retire", "b-retire"],
        ["a-delete", "b-delete"],
    ]


def kinds(titles: list[str]) -> tuple[list[Change], dict[str, dict[str, Value]]]:
    changes = [change(f"k{number:03d}") for number in range(len(titles))]
    values: dict[str, dict[str, Value]] = {
        one.key: {"title": title, "category_id": "c", "price": "1.00"}
        for one, title in zip(changes, titles, strict=True)
    }
    return changes, values


def test_twins_are_never_in_one_group() -> None:
    changes, values = kinds(["a", "b", "a", "a", "c"])
    assert [[one.key for one in group] for group in groups(changes, values)] == [
        ["k000", "k001", "k004"],
        ["k002"],
        ["k003"],
    ]


@pytest.mark.parametrize("field", ["title", "category_id", "price"])
def test_what_differs_in_one_of_three_is_no_twin(field: str) -> None:
    changes, values = kinds(["a", "a"])
    values["k001"][field] = "other"
    assert len(list(groups(changes, values))) == 1


@given(st.lists(st.sampled_from("abcdef"), max_size=60), st.integers(1, 9))
def test_groups_are_small_without_twins_and_lose_nothing(titles: list[str], size: int) -> None:
    changes, values = kinds(titles)
    cut = list(groups(changes, values, size))
    assert sorted(one.key for group in cut for one in group) == [one.key for one in changes]
    for group in cut:
        assert 0 < len(group) <= size
        assert len({values[one.key]["title"] for one in group}) == len(group)


@pytest.mark.parametrize(
    ("sent_before", "remaining", "most", "size"),
    [
        (0, 100, 200, 1),
        (1, 99, 200, 2),
        (3, 97, 200, 4),
        (7, 93, 200, 8),
        (255, 1000, 200, 200),
        (0, 0, 200, 0),
        (7, 3, 200, 3),
        (500, 900, 1, 1),
    ],
)
def test_a_batch(sent_before: int, remaining: int, most: int, size: int) -> None:
    assert batch_size(sent_before, remaining, most) == size


@given(st.integers(0, 3000), st.integers(1, 400), st.integers(0, 500))
def test_batches_add_up_and_never_more_than_double(accounts: int, most: int, before: int) -> None:
    sent, left = before, accounts
    while left:
        size = batch_size(sent, left, most)
        assert 0 < size <= most
        assert size <= sent + 1
        sent, left = sent + size, left - size
