"""The ledger against the plainest model of it: a list of batches with their accounts."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.model.ledger import FINGERPRINT, Batch, Fate, Ledger

# Few accounts in few buckets, with bytes that repeat, so that rows collide and look like each other's middles.
ACCOUNTS = [bytes([a, b]) * 2 + bytes([c]) * 12 for a in (0, 255) for b in (0, 1) for c in (0, 1, 2)]

fates = st.sampled_from(list(Fate))
batches = st.lists(st.tuples(st.lists(st.sampled_from(ACCOUNTS), max_size=5, unique=True), fates), max_size=8)


def batch(number: int, count: int, fate: Fate = Fate.SENT) -> Batch:
    return Batch(f"b{number}", "shop/p", "key", "pool", count, fate)


def filled(history: list[tuple[list[bytes], Fate]]) -> Ledger:
    ledger = Ledger()
    for number, (users, fate) in enumerate(history):
        contents = [bytes([number]) * FINGERPRINT for _ in users]
        ledger.add(batch(number, len(users), fate), b"".join(users), b"".join(contents))
    return ledger


def expected(history: list[tuple[list[bytes], Fate]], user: bytes) -> tuple[Batch, bytes] | None:
    for number, (users, fate) in reversed(list(enumerate(history))):
        if user in users and fate is not Fate.FREE:
            return batch(number, len(users), fate), bytes([number]) * FINGERPRINT
    return None


def looked_up(ledger: Ledger) -> list[tuple[Batch, bytes] | None]:
    """What a look-up of all accounts at once says, in the form of `find`: of a few, and of many."""
    few, many = _looked_up(ledger, ACCOUNTS), _looked_up(ledger, [*ACCOUNTS] * 20)
    assert many == few * 20
    return few


def _looked_up(ledger: Ledger, accounts: Sequence[bytes]) -> list[tuple[Batch, bytes] | None]:
    known = ledger.look_up(b"".join(accounts))
    contents = [known.contents[start : start + FINGERPRINT] for start in range(0, len(known.contents), FINGERPRINT)]
    return [
        None if number < 0 else (ledger.batches[number], content)
        for number, content in zip(known.batches, contents, strict=True)
    ]


def copied(ledger: Ledger, size: int) -> Ledger:
    copy = Ledger()
    copy.restore(list(ledger.batches))
    for first, lengths, rows in ledger.chunks(size):
        copy.restore_rows(first, lengths, rows)
    return copy


@given(batches)
def test_the_newest_batch_that_was_not_freed_has_an_account(history: list[tuple[list[bytes], Fate]]) -> None:
    ledger = filled(history)
    for user in [*ACCOUNTS, b"\xff\x01" * 8]:
        assert ledger.find(user) == expected(history, user)
    assert looked_up(ledger) == [expected(history, user) for user in ACCOUNTS]
    assert len(ledger) == sum(len(users) for users, fate in history if fate is not Fate.FREE)


@given(batches, st.lists(st.tuples(st.integers(0, 7), fates), max_size=8))
def test_a_fate_can_change_at_any_time(history: list[tuple[list[bytes], Fate]], turns: list[tuple[int, Fate]]) -> None:
    ledger = filled(history)
    for number, fate in turns:
        if number < len(history):
            ledger.set_fate(f"b{number}", fate)
            history[number] = (history[number][0], fate)
            found = ledger.batch(f"b{number}")
            assert found is not None
            assert found.fate is fate
        else:
            with pytest.raises(KeyError):
                ledger.set_fate(f"b{number}", fate)
    for user in ACCOUNTS:
        assert ledger.find(user) == expected(history, user)
    assert looked_up(ledger) == [expected(history, user) for user in ACCOUNTS]
    kept = sum(len(users) for users, fate in history if fate is not Fate.FREE)
    assert (ledger.count_from("pool"), ledger.count_at("shop/p"), len(ledger)) == (kept, kept, kept)
    assert (ledger.count_from("other"), ledger.count_at("shop/q")) == (0, 0)


@settings(max_examples=30)  # each chunking walks all 65,536 buckets
@given(batches, st.integers(1, 400))
def test_pieces_of_any_size_make_the_same_ledger(history: list[tuple[list[bytes], Fate]], size: int) -> None:
    ledger = filled(history)
    copy = copied(ledger, size)
    assert copy.batches == ledger.batches
    assert list(copy.chunks(size)) == list(ledger.chunks(size))
    assert looked_up(copy) == looked_up(ledger) == [ledger.find(user) for user in ACCOUNTS]


def test_a_restored_ledger_goes_on() -> None:
    ledger = copied(filled([(ACCOUNTS[:3], Fate.SENT)]), 100)
    ledger.add(batch(9, 1), ACCOUNTS[5], ACCOUNTS[6])
    assert ledger.find(ACCOUNTS[5]) == (batch(9, 1), ACCOUNTS[6])
    assert ledger.batch("b0") == batch(0, 3)


def test_restoring_forgets_what_was_there() -> None:
    ledger = filled([(ACCOUNTS[:3], Fate.SENT)])
    ledger.restore([])
    assert (ledger.count_from("pool"), ledger.count_at("shop/p"), len(ledger)) == (0, 0, 0)
    assert ledger.find(ACCOUNTS[0]) is None
    assert ledger.batch("b0") is None


@pytest.mark.parametrize(
    ("users", "contents"),
    [(b"", b""), (ACCOUNTS[0], b""), (ACCOUNTS[0], ACCOUNTS[0] * 2), (ACCOUNTS[0] * 2, ACCOUNTS[0] * 2), (b"x", b"x")],
)
def test_a_batch_that_does_not_fit_its_fingerprints_is_refused(users: bytes, contents: bytes) -> None:
    ledger = Ledger()
    with pytest.raises(ValueError, match="does not fit"):
        ledger.add(batch(0, 1), users, contents)
    assert ledger.batches == ()


def test_a_batch_is_known_once() -> None:
    ledger = filled([(ACCOUNTS[:1], Fate.FREE)])
    with pytest.raises(ValueError, match="does not fit"):
        ledger.add(replace(batch(0, 1), destination="elsewhere"), ACCOUNTS[1], ACCOUNTS[1])


@pytest.mark.parametrize(
    ("first", "lengths", "rows"),
    [(0, (36,), bytes(35)), (0, (35,), bytes(35)), (65_535, (36, 36), bytes(72)), (0, (), bytes(36)), (0, (36,), b"")],
)
def test_a_piece_that_does_not_fit_together_is_refused(first: int, lengths: tuple[int, ...], rows: bytes) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Ledger().restore_rows(first, lengths, rows)


def test_a_hundred_thousand_accounts_are_found() -> None:
    source = random.Random(7)
    users = [source.randbytes(FINGERPRINT) for _ in range(100_000)]
    ledger = Ledger()
    for number in range(0, len(users), 200):
        some = b"".join(users[number : number + 200])
        ledger.add(batch(number, 200), some, some)
    assert [*ledger.look_up(b"".join(users)).batches] == [at // 200 for at in range(100_000)]
    assert {*ledger.look_up(source.randbytes(FINGERPRINT * 10_000)).batches} == {-1}
    assert len(ledger) == 100_000


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "ab", "a.1", "b"]), st.sampled_from(["", ".1", ".2", ".1.1"])),
        max_size=6,
    )
)
def test_batches_are_found_by_operation_and_by_destination(names: list[tuple[str, str]]) -> None:
    ledger = Ledger()
    for number, (op, piece) in enumerate(names):
        if ledger.batch(op + piece) is None:
            ledger.add(Batch(op + piece, f"shop/{number % 2}", "key", "pool", 0, Fate.HELD), b"", b"")
            assert ledger.at("shop/1") == tuple(one for one in ledger.batches if one.destination == "shop/1")
    for op in ("a", "ab", "a.1", "b", "c"):
        assert ledger.of(op) == tuple(one for one in ledger.batches if one.of(op))
