"""What no run may write, and no reader believes."""

from dataclasses import replace

import pytest

from catalogsync.model.errors import StateError
from catalogsync.model.events import (
    Bound,
    Ended,
    Ending,
    Event,
    Forgotten,
    Intent,
    Marked,
    Observed,
    Recovered,
    Recovering,
    Released,
    Remembered,
    Renamed,
    Resolved,
    Seen,
    Verdict,
)
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import Call, Keepsake
from catalogsync.state import MemoryStore, RecordJournal
from catalogsync.state.bodies import TYPES, body_of
from tests.state.ground import (
    CheckedStore,
    appends,
    at_work,
    changes,
    creates,
    ended,
    holds,
    intended,
    listed,
    prints,
    reopen,
    said,
)

NOON = "2026-11-21T12:00:00.000Z"


def with_op(intent: Intent, **changed: object) -> Intent:
    return replace(intent, op=replace(intent.op, **changed))  # type: ignore[arg-type]


def mark(*accounts: int, **changed: object) -> Marked:
    batch = Batch("mark", "shop/p-a", "a", "pool", len(accounts), Fate.SENT)
    users = prints(*accounts)
    return Marked("pool", replace(batch, **changed), users, users)  # type: ignore[arg-type]


def prepared(store: MemoryStore) -> RecordJournal:
    """a, b and c are bound; accounts 1 sent, 2 bound (to b), 3 held (to c), 4 freed; a create of x is open."""
    journal = at_work(store)
    journal.write(Bound((listed("a"), listed("b"), listed("c"))))
    journal.write(intended(appends("a", "sent", 1), appends("b", "bound", 2), appends("c", "held", 3)))
    journal.write(ended("sent"))
    journal.write(ended("held", Verdict.HELD))
    journal.write(intended(appends("a", "freed", 4)))
    journal.write(ended("freed", Verdict.ABORTED))
    journal.write(intended(creates("x")))
    return journal


def after_deletions(store: MemoryStore) -> RecordJournal:
    """The listings of `prepared`, and of four more, which were deleted after an account went to each."""
    journal = prepared(store)
    keys = ("gone", "seen-gone", "sold", "unshown")
    journal.write(Bound(tuple(listed(key) for key in keys)))
    for number, key in enumerate(keys, 20):
        journal.write(intended(appends(key, f"fill-{key}", number)))
        journal.write(ended(f"fill-{key}"))
        sales = {"sold": 1, "unshown": None}.get(key, 0)
        journal.write(intended(with_op(changes(key, f"drop-{key}", Call.DELETE), sales=sales)))
        journal.write(ended(f"drop-{key}", confirmed=key != "seen-gone"))
    return journal


UNRECOVERABLE = {
    "an account that was sent": (holds("op", 9, 1), "already sent"),
    "an account that is held": (holds("op", 3), "already held"),
    "an account twice": (holds("op", 9, 9), "twice in one record"),
    "another count": (with_op(holds("op", 9), count=2), "names 2 accounts"),
    "another call": (with_op(holds("op", 9), call=Call.UPDATE), "recovers no accounts"),
    "no pool": (with_op(holds("op", 9), pool=None), "recovers no accounts"),
    "an operation that ended": (holds("sent", 9), "begun before"),
    "an operation that was sent": (holds("held", 9), "begun before"),
    "an operation of another pool": (holds("known", 9, pool="other"), "begun before"),
}


@pytest.mark.parametrize("name", UNRECOVERABLE)
def test_a_recovery_holds_only_what_nobody_knows(name: str) -> None:
    intent, says = UNRECOVERABLE[name]
    journal = prepared(CheckedStore())
    with pytest.raises(StateError, match="no recovery has begun"):
        journal.write(Recovered((holds("known", 7),)))
    journal.write(Recovering(done=False))
    journal.write(Recovered((holds("known", 7),)))
    with pytest.raises(StateError, match=says):
        journal.write(Recovered((intent,)))


def test_nothing_is_sent_from_a_state_that_is_half_recovered() -> None:
    journal = prepared(CheckedStore())
    journal.write(Recovering(done=False))
    for intent in (creates("y"), changes("a", "op", title="t"), appends("c", "op", 8)):
        with pytest.raises(StateError, match="not finished") as caught:
            journal.write(intended(intent))
        assert "state recover" in said(caught.value)
    journal.write(Recovering(done=True))
    journal.write(intended(appends("c", "op", 8)))


def test_a_mark_decides_of_what_a_recovery_held_of_that_pool_alone() -> None:
    journal = prepared(CheckedStore())
    journal.write(Recovering(done=False))
    journal.write(Recovered((holds("mine", 7), holds("theirs", 8, pool="other"))))
    with pytest.raises(StateError, match="already held"):
        journal.write(mark(8))
    with pytest.raises(StateError, match="already held"):
        journal.write(mark(3))
    journal.write(mark(7))


RELEASES = {
    ("shop/p-a",): "no such listing was deleted",
    ("shop/p-seen-gone",): "nobody confirmed",
    ("shop/p-gone", "shop/p-sold"): "may have been sold",
    ("shop/p-unshown",): "may have been sold",
    ("shop/p-gone", "shop/p-gone"): "listing 'shop/p-gone' is named twice",
}


@pytest.mark.parametrize("destinations", RELEASES)
def test_accounts_are_released_only_where_they_surely_lie_nowhere(destinations: tuple[str, ...]) -> None:
    journal = after_deletions(CheckedStore())
    with pytest.raises(StateError, match=RELEASES[destinations]):
        journal.write(Released(destinations))
    assert len(journal.state.ledger) == 7


def test_nothing_is_released_twice() -> None:
    journal = after_deletions(CheckedStore())
    journal.write(Released(("shop/p-gone",)))
    with pytest.raises(StateError, match="released before"):
        journal.write(Released(("shop/p-gone",)))


def test_nothing_is_released_while_the_listing_is_managed_or_a_call_to_it_open() -> None:
    journal = after_deletions(CheckedStore())
    journal.write(Bound((listed("back", "p-gone"),)))
    with pytest.raises(StateError, match="the listing is managed"):
        journal.write(Released(("shop/p-gone",)))
    journal.write(intended(with_op(appends("back", "op", 9), product_id="p-gone")))
    journal.write(Forgotten(("back",)))
    with pytest.raises(StateError, match="still open"):
        journal.write(Released(("shop/p-gone",)))


BREACHES: dict[str, tuple[Event, str]] = {
    "an account that was sent": (intended(appends("c", "op", 9, 1)), "account 2 of operation op is already sent"),
    "an account that is bound elsewhere": (intended(appends("a", "op", 2)), "already bound to shop/p-b"),
    "an account that is held": (intended(appends("a", "op", 3)), "already held to shop/p-c"),
    "an account that is held at the same place": (intended(appends("c", "op", 3)), "already held to shop/p-c"),
    "an account twice in one batch": (intended(appends("a", "op", 8, 8)), "twice in one record"),
    "an account in two batches": (intended(appends("a", "op", 8), appends("c", "op-2", 8)), "twice in one record"),
    "two appends to one listing": (intended(appends("a", "op", 8), appends("a", "op-2", 9)), "one at a time"),
    "an append while one is open": (intended(appends("b", "op", 8)), "still open"),
    "an append without a pool": (intended(with_op(appends("a", "op", 8), pool=None)), "which pool"),
    "an append without accounts": (intended(appends("a", "op")), "names 0 accounts"),
    "an append of another count": (intended(with_op(appends("a", "op", 8), count=2)), "names 2 accounts"),
    "contents of another count": (intended(replace(appends("a", "op", 8), contents=b"")), "another number"),
    "an append to another's listing": (intended(with_op(appends("a", "op", 8), product_id="p-b")), "not belong to 'a'"),
    "an append at another marketplace": (
        intended(with_op(appends("a", "op", 8), marketplace="mall")),
        "not belong to 'a'",
    ),
    "a change of what is not managed": (intended(changes("z", "op", title="t")), "not belong to 'z'"),
    "a delete of what is not managed": (intended(changes("z", "op", Call.DELETE)), "not belong to 'z'"),
    "accounts in an update": (intended(replace(changes("a", "op", title="t"), users=prints(8))), "carries accounts"),
    "passwords in an update": (
        intended(replace(changes("a", "op", title="t"), contents=prints(8))),
        "carries accounts",
    ),
    "accounts in a create": (intended(with_op(creates("y"), count=3)), "carries accounts"),
    "a create of what is bound": (intended(creates("a")), "created again"),
    "a create of what may have been created": (intended(creates("x", "again")), "created again"),
    "two creates of one key": (intended(creates("y", "one"), creates("y", "two")), "created again"),
    "a create that knows its id": (intended(with_op(creates("y"), product_id="p-y")), "has an id already"),
    "an operation that is open": (intended(creates("y", "create-x")), "begun before"),
    "an append that ended": (intended(appends("a", "sent", 8)), "begun before"),
    "an operation twice": (intended(creates("y", "op"), creates("z", "op")), "operation 'op' is named twice"),
    "the end of what never began": (ended("never"), "never is not open"),
    "the end of what has ended": (ended("sent"), "sent is not open"),
    "two ends of one operation": (
        Ended((Ending("bound", Verdict.COMMITTED), Ending("bound", Verdict.ABORTED))),
        "operation 'bound' is named twice",
    ),
    "a create without an id": (ended("create-x"), "no id is given"),
    "a create of another's listing": (ended("create-x", product_id="p-a"), "it belongs to 'a'"),
    "an append that is too short": (ended("bound", short=2), "cannot be short of 2"),
    "an append that is less than short": (ended("bound", short=-1), "cannot be short"),
    "a create that is short": (ended("create-x", product_id="p-x", short=1), "cannot be short"),
    "an aborted append that is short": (ended("bound", Verdict.ABORTED, short=1), "cannot be short"),
    "one listing for two keys": (Bound((listed("y", "p"), listed("z", "p"))), "it belongs to 'y'"),
    "another's listing": (Bound((listed("y", "p-a"),)), "it belongs to 'a'"),
    "a key bound twice": (Bound((listed("y", "p"), listed("y", "q"))), "product 'y' is named twice"),
    "a rename of nothing": (Renamed({"z": "y"}), "no listing of it"),
    "a rename onto another": (Renamed({"a": "b"}), "which has a listing"),
    "a rename onto an open create": (Renamed({"a": "x"}), "which has a listing"),
    "two renames to one key": (Renamed({"a": "y", "b": "y"}), "product 'y' is named twice"),
    "forgetting nothing": (Forgotten(("z",)), "not managed"),
    "forgetting twice": (Forgotten(("b", "a", "a")), "product 'a' is named twice"),
    "seeing nothing": (Observed((Seen("z"),)), "not managed"),
    "remembering nothing": (Remembered({"z": Keepsake()}), "not managed"),
    "marking what was sent": (mark(9, 1), "account 2 of operation mark is already sent"),
    "marking twice": (mark(9, 9), "twice"),
    "marking as something else": (mark(9, fate=Fate.FREE), "not said to be sent"),
    "marking an operation": (mark(9, id="bound"), "known already"),
    "marking what ended": (mark(9, id="sent"), "known already"),
    "marking a create": (mark(9, id="create-x"), "known already"),
    "marking another count": (mark(9, count=2), "another number"),
    "resolving nothing": (Resolved("never", sent=True), "never is not open"),
    "resolving a create without a listing": (Resolved("create-x", sent=True), "no listing is bound"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_refused_before_it_is_written(name: str) -> None:
    event, says = BREACHES[name]
    store = CheckedStore()
    journal = prepared(store)
    length = len(store)
    with pytest.raises(StateError, match=says) as caught:
        journal.write(event)
    assert len(store) == length
    assert prints(1).hex() not in said(caught.value)
    journal.write(intended(appends("a", "after", 4)))
    journal.end(applied=False)


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_that_was_written_all_the_same_is_refused_by_every_reader(name: str) -> None:
    event, says = BREACHES[name]
    store = MemoryStore()
    journal = prepared(store)
    added = journal._log.add(TYPES[type(event)], body_of(event), run="run-1", epoch=1, at=NOON)
    assert added is not None
    where = f"record {added[0].number} of the state in the test cannot be followed: "
    with pytest.raises(StateError, match=f"{where}.*{says}"):
        reopen(store)


@pytest.mark.parametrize(("users", "contents"), [(prints(9), prints(9)), (prints(9), b""), (b"", prints(9))])
def test_a_mark_with_accounts_names_their_batch(users: bytes, contents: bytes) -> None:
    with pytest.raises(StateError, match="without a batch"):
        at_work().write(Marked("pool", None, users, contents))


def test_an_append_to_a_listing_that_was_let_go_hinders_no_create_and_can_be_resolved() -> None:
    journal = prepared(CheckedStore())
    journal.write(Forgotten(("b", "c")))
    journal.write(intended(creates("b")))
    journal.write(Resolved("held", sent=True))
    assert journal.state.ops.keys() == {"bound", "create-x", "create-b"}


def test_an_open_change_hinders_no_append() -> None:
    journal = prepared(CheckedStore())
    journal.write(intended(changes("a", "edit", title="t")))
    journal.write(intended(appends("a", "op", 8)))
    assert journal.state.ops.keys() == {"bound", "held", "create-x", "edit", "op"}


def test_a_create_that_turned_out_bound_ends_with_that_listing_only() -> None:
    journal = prepared(CheckedStore())
    journal.write(Bound((listed("x", "by-hand"),)))
    with pytest.raises(StateError, match="cannot have two listings"):
        journal.write(ended("create-x", product_id="another"))
    journal.write(ended("create-x", product_id="by-hand"))
    assert journal.state.ops.keys() == {"bound", "held"}


def test_while_an_append_is_held_others_may_go_on() -> None:
    journal = prepared(CheckedStore())
    journal.write(intended(appends("c", "op", 8)))
    assert journal.state.ops.keys() == {"bound", "held", "create-x", "op"}


RUN_2: dict[str, object] = {"id": "run-2", "command": "apply", "at": "now", "host": "there", "pid": 2}
IMPOSTORS: dict[str, tuple[str, dict[str, object], str, int]] = {
    "a stranger": ("forget", {"keys": ["a"]}, "stranger", 1),
    "another epoch": ("forget", {"keys": ["a"]}, "run-1", 2),
    "a stranger's renewal": ("renew", {}, "stranger", 1),
    "a stranger's end": ("end", {"applied": True}, "stranger", 1),
    "a stranger's snapshot": ("snapshot", {"part": 0, "last": True}, "stranger", 1),
    "a beginning while one is at work": ("begin", {"run": RUN_2}, "run-2", 2),
    "a take-over from another": ("takeover", {"run": RUN_2, "from": "run-0", "why": ""}, "run-2", 2),
    "a take-over that skips an epoch": ("takeover", {"run": RUN_2, "from": "run-1", "why": ""}, "run-2", 3),
    "a take-over by another": ("takeover", {"run": RUN_2, "from": "run-1", "why": ""}, "run-3", 2),
    "a second first record": ("init", {"kcv": "0" * 64, "tool": "1"}, "run-1", 1),
}


@pytest.mark.parametrize("name", IMPOSTORS)
def test_only_the_run_that_holds_the_lease_is_believed(name: str) -> None:
    record_type, body, who, epoch = IMPOSTORS[name]
    store = CheckedStore()
    journal = prepared(store)
    journal._log.add(record_type, body, run=who, epoch=epoch, at=NOON)
    with pytest.raises(StateError, match="cannot be followed"):
        reopen(store)


@pytest.mark.parametrize(
    ("record_type", "body"),
    [("forget", {"keys": ["a"]}), ("renew", {}), ("end", {"applied": True}), ("snapshot", {"part": 0, "last": True})],
)
def test_when_nobody_is_at_work_nobody_is_believed(record_type: str, body: dict[str, object]) -> None:
    store = CheckedStore()
    journal = prepared(store)
    journal.end(applied=True)
    journal._log.add(record_type, body, run="run-1", epoch=1, at=NOON)
    with pytest.raises(StateError, match="without being at work"):
        reopen(store)


@pytest.mark.parametrize(
    ("record_type", "body"),
    [
        ("teleport", {}),
        ("forget", {"keys": ["a"], "gently": True}),
        ("forget", {}),
        ("intent", {"intents": [{"op": {"id": "x", "call": "lend", "key": "a", "marketplace": "shop"}}]}),
        ("bind", {"bindings": [{"key": "a"}]}),
        ("bind", {"bindings": {"a": 1}}),
        ("observe", {"seen": [{"key": "a", "observed": [1]}]}),
        ("mark", {"pool": "p", "batch": {"id": "b"}, "users": "!", "contents": "!"}),
        ("takeover", {"run": {"id": "run-2"}, "from": "run-1"}),
        ("takeover", {}),
    ],
)
def test_what_only_a_later_version_can_say_is_named_so(record_type: str, body: dict[str, object]) -> None:
    store = MemoryStore()
    journal = at_work(store)
    journal.write(Bound((listed("a"),)))
    journal._log.add(record_type, body, run="run-1", epoch=1, at=NOON)
    with pytest.raises(StateError, match=r"record 4 .* written by a newer catalogsync") as caught:
        reopen(store)
    assert "update catalogsync" in said(caught.value)
