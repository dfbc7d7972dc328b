"""What the ledger does not know of at a listing: when that is set, lowered, unknown again, and learned."""

from dataclasses import replace

import pytest

from catalogsync.model.events import Bound, Ended, Ending, Intent, Marked, Resolved, Verdict
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import Call
from catalogsync.state import RecordJournal
from tests.state.ground import appends, at_work, changes, creates, ended, intended, listed, prints


@pytest.fixture
def journal() -> RecordJournal:
    return at_work()


def bind(journal: RecordJournal, offset: int | None) -> None:
    journal.write(Bound((replace(listed("a"), offset=offset),)))


def offset(journal: RecordJournal) -> int | None:
    return journal.state.bindings["a"].offset


def meeting(intent: Intent, stock: int | None, sales: int | None) -> Intent:
    """An append to a listing that showed so much before."""
    return replace(intent, op=replace(intent.op, stock=stock, sales=sales))


@pytest.mark.parametrize(("fields", "expected"), [({}, 0), ({"stock": "7"}, None)])
def test_a_new_listing_has_nothing_but_perhaps_a_number(
    journal: RecordJournal, fields: dict[str, str], expected: int | None
) -> None:
    journal.write(intended(creates("a", **fields)))
    journal.write(Ended((Ending("create-a", Verdict.COMMITTED, "p-a"),)))
    assert offset(journal) == expected


@pytest.mark.parametrize(("fields", "expected"), [({"price": "1.00"}, 3), ({"stock": "7"}, None)])
def test_a_number_that_is_set_hides_what_was_there(
    journal: RecordJournal, fields: dict[str, str], expected: int | None
) -> None:
    bind(journal, 3)
    journal.write(intended(changes("a", "op", Call.UPDATE, **fields)))
    journal.write(ended("op"))
    assert offset(journal) == expected


@pytest.mark.parametrize(
    ("before", "stock", "sales", "expected"),
    [(None, 5, 2, 7), (None, None, 2, None), (None, 5, None, None), (0, 5, 2, 0), (4, 5, 2, 4)],
)
def test_what_the_first_accounts_met_is_what_was_there(
    journal: RecordJournal, before: int | None, stock: int | None, sales: int | None, expected: int | None
) -> None:
    bind(journal, before)
    journal.write(intended(meeting(appends("a", "op", 1, 2), stock, sales)))
    assert offset(journal) == before
    journal.write(ended("op"))
    assert offset(journal) == expected


def test_later_accounts_tell_nothing(journal: RecordJournal) -> None:
    bind(journal, None)
    for op, account in (("one", 1), ("two", 2)):
        journal.write(intended(meeting(appends("a", op, account), None if op == "one" else 5, 2)))
        journal.write(ended(op))
    assert offset(journal) is None


@pytest.mark.parametrize(("verdict", "expected"), [(Verdict.ABORTED, None), (Verdict.HELD, None)])
def test_accounts_that_did_not_arrive_tell_nothing(
    journal: RecordJournal, verdict: Verdict, expected: int | None
) -> None:
    bind(journal, None)
    journal.write(intended(meeting(appends("a", "op", 1), 5, 2)))
    journal.write(ended("op", verdict))
    assert offset(journal) is expected


def test_accounts_that_a_person_says_arrived_tell_as_well(journal: RecordJournal) -> None:
    bind(journal, None)
    journal.write(intended(meeting(appends("a", "op", 1), 5, 2)))
    journal.write(ended("op", Verdict.HELD))
    journal.write(Resolved("op", sent=True))
    assert offset(journal) == 7


@pytest.mark.parametrize(("before", "expected"), [(5, 3), (2, 0), (1, 0), (0, 0), (None, None)])
def test_what_is_marked_is_no_longer_unknown(journal: RecordJournal, before: int | None, expected: int | None) -> None:
    bind(journal, before)
    journal.write(Marked("pool", Batch("mark", "shop/p-a", "a", "pool", 2, Fate.SENT), prints(1, 2), prints(1, 2)))
    assert offset(journal) == expected


@pytest.mark.parametrize("destination", ["shop/before", "shop/p-b", "mall/p-a"])
def test_what_is_marked_at_another_place_changes_nothing(journal: RecordJournal, destination: str) -> None:
    bind(journal, 5)
    journal.write(Marked("pool", Batch("mark", destination, "a", "pool", 1, Fate.SENT), prints(1), prints(1)))
    journal.write(Marked("none"))
    assert offset(journal) == 5
