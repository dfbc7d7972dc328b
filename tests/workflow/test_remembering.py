"""What was found of a large pool is used again for the same accounts and the same ledger alone, and says the same."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.core.allocate import take_stock
from catalogsync.model.ledger import Batch, Fate, Ledger
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place
from catalogsync.model.state import State
from catalogsync.state.keys import KeyedFingerprints, passing_fingerprints
from catalogsync.workflow.remembering import Remembered
from tests.harness.canary import leaks, password, username


class Notes:
    """A memory that counts what it was of use for."""

    def __init__(self) -> None:
        self.kept: dict[str, Sequence[Any]] = {}

    def recall(self, mark: str) -> Sequence[object]:
        return self.kept.get(mark, ())

    def keep(self, mark: str, found: Sequence[int | str]) -> None:
        self.kept[mark] = list(found)


PRINTS = passing_fingerprints()


def pool(numbers: Sequence[int], changed: Sequence[int] = (), name: str = "seats") -> Pool:
    rows = (
        (username(n), password(n) + ("x" if n in changed else ""), Place("pools/seats.yaml", n + 1)) for n in numbers
    )
    return Pool(name, Place("pools/seats.yaml"), rows)


def state(batches: Sequence[tuple[str, Fate, Sequence[int]]], prints: KeyedFingerprints = PRINTS) -> State:
    known = State("a-lineage")
    for number, (name, fate, accounts) in enumerate(batches):
        some = list(pool(accounts))
        users, contents = b"".join(map(prints.user, some)), b"".join(map(prints.content, some))
        known.ledger.add(Batch(f"op-{number}", "shop/p1", "seats", name, len(some), fate), users, contents)
    return known


_NUMBERS = st.lists(st.integers(0, 4), unique=True, max_size=4)
_POOLS = st.tuples(_NUMBERS, _NUMBERS, st.sampled_from(["seats", "others"]))
_BATCHES = st.lists(st.tuples(st.sampled_from(["seats", "others"]), st.sampled_from(list(Fate)), _NUMBERS), max_size=3)


@settings(deadline=None)
@given(st.lists(st.tuples(_POOLS, _BATCHES), min_size=2, max_size=4))
def test_it_says_what_taking_stock_says_whatever_it_remembers(steps: Sequence[tuple[Any, Any]]) -> None:
    notes = Notes()
    for (numbers, changed, name), batches in [*steps, *steps]:
        mine, known = pool(numbers, changed, name), state(batches)
        expected = take_stock(mine, known.ledger, PRINTS.users, PRINTS.contents)
        assert Remembered(notes, large=0).take(mine, known, PRINTS) == expected
    assert leaks(repr(notes.kept)) is None


def test_it_is_of_use_only_for_the_same_accounts_ledger_and_key() -> None:
    class Untouched(Ledger):
        def few_users(self, most: int) -> frozenset[bytes] | None:
            raise AssertionError("the ledger was looked into")

    notes, sent = Notes(), [("seats", Fate.SENT, [1, 2, 3])]
    first = Remembered(notes, large=3).take(pool([1, 2, 3]), state(sent), PRINTS)
    again = state(sent)
    again.ledger.__class__ = Untouched
    assert Remembered(notes, large=3).take(pool([1, 2, 3]), again, PRINTS) == first
    with pytest.raises(AssertionError):
        Remembered(notes, large=4).take(pool([1, 2, 3]), again, PRINTS)
    with pytest.raises(AssertionError):
        Remembered(notes, large=3).take(pool([1, 3, 2]), again, PRINTS)
    other = passing_fingerprints()
    mine = state(sent, other)
    mine.ledger.__class__ = Untouched
    with pytest.raises(AssertionError):
        Remembered(notes, large=3).take(pool([1, 2, 3]), mine, other)


@pytest.mark.parametrize(
    "odd", [[0, 0, 0, 0], [3, 0, 0, 0, ""], [], ["x"], [3, 0, 0, 0, "0" * 32], [True, {}, None, "", 1]]
)
def test_what_nobody_with_the_key_wrote_counts_for_nothing(odd: list[Any]) -> None:
    notes, known, mine = Notes(), state([("seats", Fate.SENT, [1, 2, 3])]), pool([1, 2, 3])
    first = Remembered(notes, large=1).take(mine, known, PRINTS)
    (mark,) = notes.kept
    notes.kept[mark] = odd
    assert Remembered(notes, large=1).take(mine, known, PRINTS) == first
    notes.kept[mark] = [0, *notes.kept[mark][1:]]
    assert Remembered(notes, large=1).take(mine, known, PRINTS) == first


def test_what_is_to_be_sent_is_looked_for_each_time() -> None:
    notes = Notes()
    for _ in range(2):
        assert len(Remembered(notes, large=1).take(pool([1, 2, 3]), state([]), PRINTS).new) == 3
    assert not notes.kept
