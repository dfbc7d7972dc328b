"""Which run set which field: the records read backwards."""

from dataclasses import replace

import orjson
import pytest

from catalogsync.model.errors import StateError
from catalogsync.model.events import Bound, Event, Forgotten, Renamed, Resolved, Verdict
from catalogsync.model.state import Call
from catalogsync.state import RecordJournal
from tests.state.events import Histories
from tests.state.ground import (
    CheckedStore,
    ManualClock,
    at_work,
    changes,
    create,
    creates,
    ended,
    intended,
    listed,
    quick,
    reopen,
    run,
    said,
)


def days(store: CheckedStore, *events: list[Event]) -> RecordJournal:
    """A state in which each list of events was one run, `run-1` and so on, an hour apart."""
    clock = ManualClock()
    journal = create(store, clock)
    for number, of_one in enumerate(events, 1):
        journal.begin(run(f"run-{number}"))
        for event in of_one:
            journal.write(event)
        journal.end(applied=True)
        clock.pass_by(3600)
    return journal


def told(journal: RecordJournal, key: str) -> dict[str, tuple[str, str]]:
    """How each field was set, and by which run."""
    settings = journal.history(key).settings
    return {name: (one.deed, one.run.id if one.run else "") for name, one in settings.items()}


def created(key: str, **fields: str) -> list[Event]:
    return [intended(creates(key, **fields)), ended(f"create-{key}", product_id=f"p-{key}")]


def updated(key: str, op: str, call: Call = Call.UPDATE, **fields: str) -> list[Event]:
    return [intended(changes(key, op, call, **fields)), ended(op)]


def test_the_last_run_that_set_a_field_is_told() -> None:
    journal = days(
        CheckedStore(),
        [*created("a", price="1.00", status="active"), *created("b", price="1.00")],
        [*updated("a", "u1", price="2.00"), *updated("b", "u2", price="3.00", title="B")],
        updated("a", "u3", Call.RETIRE, status="inactive"),
    )
    assert told(journal, "a") == {
        "title": ("create", "run-1"),
        "price": ("update", "run-2"),
        "status": ("retire", "run-3"),
    }
    assert told(journal, "b") == {"title": ("update", "run-2"), "price": ("update", "run-2")}
    price = journal.history("a").settings["price"]
    assert (price.at, price.run) == ("2026-11-21T13:00:00.000Z", run("run-2"))


def test_what_did_not_arrive_set_nothing_and_what_a_person_said_did() -> None:
    journal = days(
        CheckedStore(),
        created("a", price="1.00"),
        [intended(changes("a", "no", price="2.00")), ended("no", Verdict.ABORTED)],
        [intended(changes("a", "open", title="T")), ended("open", Verdict.HELD)],
        [Resolved("open", sent=True)],
    )
    assert told(journal, "a") == {"title": ("update", "run-3"), "price": ("create", "run-1")}


def test_a_binding_that_goes_on_to_say_something_did_not_set_it() -> None:
    binding = replace(listed("a"), applied={"title": "new", "price": "1.00"}, observed={})
    journal = days(
        CheckedStore(),
        [Bound((listed("b"),))],
        created("a", price="1.00"),
        [Bound((binding,))],
        [Bound((replace(binding, listed=True),))],
    )
    assert told(journal, "a") == {"title": ("bind", "run-3"), "price": ("create", "run-2")}
    assert told(journal, "b") == {"title": ("bind", "run-1")}


@pytest.mark.parametrize("end", [[Forgotten(("a",))], []], ids=["let go of", "replaced"])
def test_another_listing_of_the_key_is_another_story(end: list[Event]) -> None:
    other = replace(listed("a", "p-other"), applied={"title": "a"})
    journal = days(CheckedStore(), created("a"), [*end, Bound((other,))])
    assert told(journal, "a") == {"title": ("bind", "run-2")}


def test_a_name_is_followed_back() -> None:
    journal = days(
        CheckedStore(),
        [*created("a", price="1.00"), intended(changes("a", "under way", price="2.00"))],
        [Renamed({"a": "b"}), ended("under way")],
        [Renamed({"b": "c"})],
        [intended(creates("a", "again")), ended("again", product_id="p-2")],
    )
    assert told(journal, "c") == {"title": ("create", "run-1"), "price": ("update", "run-1")}
    assert journal.history("c").names == ("b", "a")
    assert told(journal, "a") == {"title": ("create", "run-4")}


def test_snapshots_hide_nothing_and_records_that_are_gone_are_passed_over() -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick())
    for event in [*created("a", price="1.00"), *(e for n in range(9) for e in updated("a", f"u{n}", price=f"{n}.00"))]:
        journal.write(event)
    assert told(reopen(store), "a") == {"title": ("create", "run-1"), "price": ("update", "run-1")}
    for number in (2, 3):
        store.put(number, None)
    assert told(reopen(store), "a") == {"price": ("update", "")}


def test_what_is_made_use_of_must_be_authentic() -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick())
    for event in [*created("a", price="1.00"), *[Bound((listed("b"),))] * 6]:
        journal.write(event)
    intent = store.get(3) or b""
    store.put(3, intent.replace(b'"1.00"', b'"9.00"'))
    with pytest.raises(StateError) as caught:
        reopen(store).history("a")
    assert "record 3" in said(caught.value)
    store.put(3, b'{"body":,"type":"intent","v":1}')
    with pytest.raises(StateError) as caught:
        reopen(store).history("a")
    assert "record 3" in said(caught.value)


@pytest.mark.parametrize("seed", range(12))
def test_every_applied_field_was_set_by_somebody(seed: int) -> None:
    """Whatever happens: for each field there is a record, and it says that value."""
    store = CheckedStore()
    journal = at_work(store, growth=quick(20))
    for event in Histories(seed).events(journal.state, 60):
        journal.write(event)
    for key, binding in journal.state.bindings.items():
        found = journal.history(key)
        assert found.settings.keys() == binding.applied.keys(), key
        for name, one in found.settings.items():
            assert one.run == run("run-1")
            assert orjson.dumps({name: binding.applied[name]})[1:-1] in (store.get(one.record) or b"")
