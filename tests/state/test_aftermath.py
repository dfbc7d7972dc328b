"""What becomes of accounts after the fact: deleted listings, releases, recoveries and what a person tells."""

from dataclasses import replace

import pytest

from catalogsync.model.events import (
    Bound,
    Forgotten,
    Intent,
    Marked,
    Recovered,
    Recovering,
    Released,
    Resolved,
    Verdict,
)
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import Call, Deletion
from catalogsync.state import RecordJournal
from tests.state.ground import (
    CheckedStore,
    appends,
    at_work,
    changes,
    ended,
    fate,
    holds,
    intended,
    listed,
    prints,
    reopen,
    types,
)

NOON = "2026-11-21T12:00:00.000Z"
LATER = "2026-11-21T12:00:10.000Z"


def deleted(journal: RecordJournal, key: str = "a", *, confirmed: bool = True, sales: int | None = 0) -> None:
    """A listing is deleted after three accounts went to it; of a third of those nobody knows."""
    journal.write(Bound((listed(key),)))
    journal.write(intended(appends(key, f"fill-{key}", 1, 2)))
    journal.write(ended(f"fill-{key}", short=1))
    journal.write(intended(appends(key, f"held-{key}", 3)))
    journal.write(ended(f"held-{key}", Verdict.HELD))
    drop = changes(key, f"drop-{key}", Call.DELETE)
    journal.write(intended(replace(drop, op=replace(drop.op, sales=sales))))
    journal.write(ended(f"drop-{key}", confirmed=confirmed))


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_deletion_is_remembered(journal: RecordJournal, confirmed: bool) -> None:
    deleted(journal, confirmed=confirmed)
    deletion = Deletion("shop/p-a", "a", NOON, accounts=3, short=1, sales=0, confirmed=confirmed)
    assert journal.state.deletions == {"shop/p-a": deletion}
    journal.write(Bound((listed("empty"),)))
    journal.write(intended(changes("empty", "op", Call.DELETE)))
    journal.write(ended("op", confirmed=True))
    assert journal.state.deletions.keys() == {"shop/p-a", "shop/p-empty"}
    assert journal.state.deletions["shop/p-empty"].accounts == 0


def test_a_person_cannot_confirm_for_the_marketplace_that_it_deleted(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "fill", 1)))
    journal.write(ended("fill"))
    journal.write(intended(changes("a", "drop", Call.DELETE)))
    journal.write(Resolved("drop", sent=True))
    assert not journal.state.deletions["shop/p-a"].confirmed


def test_released_accounts_are_new_and_doubts_about_them_end(journal: RecordJournal) -> None:
    deleted(journal)
    assert len(journal.state.ledger) == 3
    journal.write(Released(("shop/p-a",), "ann"))
    state = journal.state
    assert (len(state.ledger), state.ops, state.deletions["shop/p-a"].released) == (0, {}, True)
    assert (fate(journal, "fill-a"), fate(journal, "held-a")) == (Fate.FREE, Fate.FREE)
    journal.write(Bound((listed("b"),)))
    journal.write(intended(appends("b", "again", 1, 2, 3)))


def test_recovered_accounts_are_born_held_and_no_pool_stays_marked(journal: RecordJournal) -> None:
    journal.write(Marked("pool"))
    journal.write(Recovering(done=False))
    assert journal.state.recovering
    journal.write(Recovered((holds("one", 1, 2), holds("two", 3, pool="other", key=""))))
    journal.write(Recovered((holds("one", 4),)))
    journal.write(Recovering(done=True))
    state = journal.state
    one, two = state.ops["one"], state.ops["two"]
    assert (one.held, one.recovered, one.count, one.since, one.evidence) == (True, True, 3, NOON, "?")
    assert (two.destination, two.key) == ("shop/before", "")
    assert (state.recovering, state.marked_pools) == (False, set())
    assert [(batch.id, batch.fate, batch.count) for batch in state.ledger.batches] == [
        ("one", Fate.HELD, 2),
        ("two", Fate.HELD, 1),
        ("one.2", Fate.HELD, 1),
    ]


@pytest.mark.parametrize(("sent", "then"), [(True, Fate.SENT), (False, Fate.FREE)])
def test_one_answer_decides_all_recovered_accounts_of_a_pool(journal: RecordJournal, sent: bool, then: Fate) -> None:
    journal.write(Recovering(done=False))
    for number in (1, 2, 3):
        journal.write(Recovered((holds("one", number), holds("two", 10 + number, pool="other"))))
    journal.write(Recovering(done=True))
    journal.write(Resolved("one", sent=sent))
    fates = [(batch.pool, batch.fate) for batch in journal.state.ledger.batches]
    assert fates == [("pool", then), ("other", Fate.HELD)] * 3
    assert journal.state.ops.keys() == {"two"}


def test_a_mark_decides_of_some_before_the_others_are_free(journal: RecordJournal) -> None:
    journal.write(Recovering(done=False))
    journal.write(Recovered((holds("one", 1, 2, 3),)))
    journal.write(Recovering(done=True))
    journal.write(Marked("pool", Batch("mark", "shop/p-a", "a", "pool", 2, Fate.SENT), prints(1, 9), prints(1, 9)))
    fates = [found[0].fate for number in (1, 2, 9) if (found := journal.state.ledger.find(prints(number)))]
    assert fates == [Fate.SENT, Fate.HELD, Fate.SENT]
    journal.write(Resolved("one", sent=False))
    ledger = journal.state.ledger
    assert [ledger.find(prints(number)) is None for number in (1, 2, 3, 9)] == [False, True, True, False]


def test_what_a_person_tells_of_recovered_accounts_lowers_what_lay_there_unknown(journal: RecordJournal) -> None:
    journal.write(Bound((replace(listed("a"), offset=5),)))
    journal.write(Recovering(done=False))
    journal.write(Recovered((holds("one", 1, 2, 3),)))
    journal.write(Recovering(done=True))
    journal.write(Resolved("one", sent=True))
    assert journal.state.bindings["a"].offset == 2


def test_a_recovery_confirms_no_deletion(journal: RecordJournal) -> None:
    deleted(journal)
    journal.write(Recovering(done=False))
    assert not journal.state.deletions["shop/p-a"].confirmed


def many(count: int) -> bytes:
    return b"".join(number.to_bytes(16, "little") for number in range(count))


def test_a_pool_too_large_for_one_record_is_one_doubt() -> None:
    journal = at_work(CheckedStore())
    journal.write(Recovering(done=False))
    count = 60_000
    op = replace(holds("one", 1).op, count=count)
    journal.write(Recovered((Intent(op, many(count), many(count)),)))
    assert journal.state.ops["one"].count == count
    assert len(journal.state.ledger.batches) > 2
    journal.write(Resolved("one", sent=True))
    assert {batch.fate for batch in journal.state.ledger.batches} == {Fate.SENT}


def test_a_mark_too_large_for_one_record_marks_the_pool_with_its_last() -> None:
    store = CheckedStore()
    journal = at_work(store)
    first, count = len(store), 60_000
    journal.write(Marked("new", Batch("mark", "shop/p-a", "a", "new", count, Fate.SENT), many(count), many(count)))
    written = types(store)
    marks = [number for number, name in enumerate(written, 1) if name == "mark"]
    assert len(marks) > 2
    for last in range(len(written), first, -1):
        assert ("new" in reopen(store).state.marked_pools) == (last >= marks[-1])
        store.put(last, None)
        store.set_hint(0)


def test_a_release_ends_the_appends_to_what_is_gone_and_nothing_else(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"), listed("b"))))
    journal.write(intended(appends("a", "there", 1), appends("b", "elsewhere", 2)))
    journal.write(ended("there", Verdict.HELD))
    delete = changes("a", "gone", Call.DELETE)
    journal.write(intended(replace(delete, op=replace(delete.op, sales=0)), changes("b", "edit", title="t")))
    journal.write(ended("gone", confirmed=True))
    journal.write(Released(("shop/p-a",)))
    assert journal.state.ops.keys() == {"elsewhere", "edit"}
    assert (fate(journal, "there"), fate(journal, "elsewhere")) == (Fate.FREE, Fate.BOUND)


def test_a_deletion_of_what_was_let_go_was_short_of_nothing(journal: RecordJournal) -> None:
    journal.write(Bound((listed("a"),)))
    journal.write(intended(appends("a", "fill", 1)))
    journal.write(ended("fill"))
    journal.write(intended(changes("a", "gone", Call.DELETE)))
    journal.write(Forgotten(("a",)))
    journal.write(ended("gone", confirmed=True))
    assert journal.state.deletions["shop/p-a"].short == 0
