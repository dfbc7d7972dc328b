"""Pools against the ledger: which accounts are new, and how many of them a listing gets."""

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.allocate import Stocktake, allot, take_stock
from catalogsync.model.ledger import Batch, Fate, Ledger
from catalogsync.model.pool import Account, Pool
from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret
from tests.harness.canary import password, username


def number_of(account: Account) -> int:
    return int(account.username.reveal()[len("canaryuser") :].partition("@")[0])


def user(account: Account) -> bytes:
    return number_of(account).to_bytes(16)


def content(account: Account) -> bytes:
    return user(account)[:-1] + bytes([len(account.password.reveal()) % 256])


def users(identities: Sequence[bytes]) -> list[bytes]:
    return [user(Account(Secret(name.decode()), Secret(""))) for name in identities]


def contents(revealed: Sequence[bytes]) -> list[bytes]:
    halves = [each.decode().split("\0") for each in revealed]
    return [content(Account(Secret(name), Secret(word))) for name, word in halves]


def pool(numbers: Sequence[int], changed: Sequence[int] = ()) -> Pool:
    where = Place("pools/pool.yaml", 1, 1)
    rows = ((username(n), password(n) + ("x" if n in changed else ""), where) for n in numbers)
    return Pool("pool", where, rows)


def ledger(*batches: tuple[Fate, str, str, Sequence[int]]) -> Ledger:
    """Batches of fate, pool, destination and account numbers."""
    known = Ledger()
    for index, (fate, name, destination, numbers) in enumerate(batches):
        accounts = list(pool(numbers))
        batch = Batch(f"op-{index}", destination, "k", name, len(numbers), fate)
        known.add(batch, b"".join(map(user, accounts)), b"".join(map(content, accounts)))
    return known


def stock(known: Ledger, numbers: Sequence[int], changed: Sequence[int] = ()) -> Stocktake:
    return take_stock(pool(numbers, changed), known, users, contents)


def test_an_account_is_new_until_the_ledger_knows_it() -> None:
    known = ledger(
        (Fate.SENT, "pool", "m/p1", [1, 2]),
        (Fate.HELD, "pool", "m/p1", [3]),
        (Fate.BOUND, "pool", "m/p1", [4]),
        (Fate.FREE, "pool", "m/p1", [5]),
    )
    taken = stock(known, [0, 1, 2, 3, 4, 5, 6])
    assert (list(taken.new), taken.sent, taken.held) == ([0, 5, 6], 2, 2)
    assert (taken.changed, taken.gone, dict(taken.elsewhere)) == (0, 0, {})


def test_a_changed_password_is_no_new_account() -> None:
    taken = stock(ledger((Fate.SENT, "pool", "m/p1", [1, 2])), [1, 2, 3], changed=[1, 3])
    assert (list(taken.new), taken.sent, taken.changed) == ([2], 2, 1)


def test_accounts_that_left_the_catalog_stay_remembered() -> None:
    known = ledger(
        (Fate.SENT, "pool", "m/p1", [1, 2, 3]), (Fate.FREE, "pool", "m/p1", [4]), (Fate.SENT, "other", "m/p2", [5])
    )
    assert stock(known, [1]).gone == 2


def test_accounts_that_went_out_from_another_pool_are_named_with_their_destination() -> None:
    known = ledger((Fate.SENT, "other", "m/p2", [5]), (Fate.FREE, "other", "m/p2", [6]))
    taken = stock(known, [4, 5, 6])
    assert dict(taken.elsewhere) == {1: "m/p2"}
    assert (list(taken.new), taken.gone) == ([0, 2], 0)


def test_what_was_freed_and_sent_again_is_sent() -> None:
    known = ledger((Fate.FREE, "pool", "m/p1", [1]), (Fate.SENT, "pool", "m/p1", [1]))
    assert list(stock(known, [1]).new) == []


@given(st.lists(st.integers(0, 40), unique=True), st.lists(st.integers(0, 40), unique=True))
def test_every_account_is_new_sent_or_held(numbers: list[int], gone_out: list[int]) -> None:
    half = len(gone_out) // 2
    batches = [
        batch
        for batch in ((Fate.SENT, "pool", "m/p1", gone_out[:half]), (Fate.HELD, "pool", "m/p1", gone_out[half:]))
        if batch[3]
    ]
    taken = stock(ledger(*batches), numbers)
    assert len(taken.new) + taken.sent + taken.held == len(numbers)
    assert {numbers[position] for position in taken.new} == set(numbers) - set(gone_out)
    assert taken.gone == len(set(gone_out) - set(numbers))


@pytest.mark.parametrize(
    ("new", "level", "unsold", "wanted", "expected"),
    [
        (5, None, 99, 0, [0, 1, 2, 3, 4]),
        (5, 3, 0, 0, [0, 1, 2]),
        (5, 3, 2, 0, [0]),
        (5, 3, 3, 0, None),
        (5, 3, 9, 0, None),
        (0, None, 0, 0, None),
        (0, 3, 0, 0, None),
        (5, 0, 0, 0, None),
        # Paid orders come before topping up.
        (5, None, 0, 2, [0, 1, 2]),
        (5, 3, 0, 2, [0, 1, 2]),
        (5, 3, 0, 4, [0]),
        (5, None, 0, 5, None),
        (5, None, 0, 9, None),
        (0, None, 0, 3, None),
    ],
)
def test_an_allotment_takes_the_first_new_ones(
    new: int, level: int | None, unsold: int, wanted: int, expected: list[int] | None
) -> None:
    taken = Stocktake("pool", array("Q", range(new)), sent=7)
    allotment = allot(taken, level, unsold, wanted)
    assert (None if allotment is None else list(allotment.indexes)) == expected
    if allotment is not None:
        assert (allotment.pool, allotment.new, allotment.sent) == ("pool", len(expected or []), 7)


def test_few_users_are_all_that_ever_were_in_a_batch_or_nothing() -> None:
    known = ledger((Fate.SENT, "pool", "m/p1", [1, 2]), (Fate.FREE, "pool", "m/p1", [3]))
    assert known.few_users(3) == frozenset(number.to_bytes(16) for number in (1, 2, 3))
    assert known.few_users(2) is None


def test_of_a_small_pool_no_set_is_made_of_all_that_is_remembered() -> None:
    """There may be as many pools as there are batches: each at the cost of all would be the square of it."""

    class Watched(Ledger):
        def few_users(self, most: int) -> frozenset[bytes] | None:
            asked.append(most)
            return super().few_users(most)

    asked: list[int] = []
    known = Watched()
    for number in range(30):
        known.add(Batch(f"op-{number}", "m/1", "k", "other", 1, Fate.SENT), number.to_bytes(16), bytes(16))
    assert (known.few_users(29), len(known.few_users(30) or ())) == (None, 30)
    assert take_stock(pool([1, 2, 99]), known, users, contents).elsewhere.keys() == {0, 1}
    assert asked[-1] == 3
