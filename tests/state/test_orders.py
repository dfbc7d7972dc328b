"""What the state remembers of orders: what was listed, what is bound to them, once, and what became of that."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.model.errors import StateError
from catalogsync.model.events import (
    Bound,
    Ended,
    Event,
    Forgotten,
    Intended,
    Marked,
    OrdersSeen,
    Recovered,
    Recovering,
    Renamed,
    Resolved,
    Tallied,
    Told,
    Verdict,
)
from catalogsync.model.ledger import Fate
from catalogsync.model.order import KeptOrder, order_destination
from catalogsync.model.state import Call, Tally
from catalogsync.state import MemoryStore, RecordJournal
from catalogsync.state.bodies import TYPES, body_of, halves
from tests.state.events import kept_orders, names, tuples_of
from tests.state.ground import (
    CheckedStore,
    ManualClock,
    appends,
    at_work,
    changes,
    creates,
    delivers,
    ended,
    fate,
    holds,
    intended,
    kept,
    listed,
    of_order,
    prints,
    reopen,
    run,
)

NOON = "2026-11-21T12:00:00.000Z"
DAY = "2026-11-21"
SEVEN = order_destination("shop", "7")


def prepared(store: MemoryStore) -> RecordJournal:
    """Account 1 went to order 7 of five units, 2 is bound to order 8, 3 held for order 9; order 10 may be refunded."""
    journal = at_work(store)
    journal.write(Bound((listed("a"), listed("b"))))
    journal.write(intended(delivers("7", "done", 1), delivers("8", "open", 2), delivers("9", "held", 3)))
    journal.write(ended("done"))
    journal.write(ended("held", Verdict.HELD, evidence="who knows"))
    journal.write(intended(of_order("10", "back", Call.REFUND)))
    return journal


def with_op(event: Intended, **changed: object) -> Intended:
    (intent,) = event.intents
    return Intended((replace(intent, op=replace(intent.op, **changed)),))  # type: ignore[arg-type]


def to(order: str, *accounts: int, quantity: int = 5) -> Intended:
    return intended(delivers(order, "op", *accounts, quantity=quantity))


BREACHES: dict[str, tuple[Event, str]] = {
    "an account of another order": (to("11", 1), "already sent to shop/order/7"),
    "an account of the same order": (to("7", 1), "already sent to shop/order/7"),
    "an account that is bound to another": (to("11", 2), "already bound to shop/order/8"),
    "an account that is held for another": (to("11", 3), "already held to shop/order/9"),
    "an account of an order, to a listing": (intended(appends("a", "op", 1)), "already sent to shop/order/7"),
    "an account to two orders at once": (
        intended(delivers("11", "op", 8), delivers("12", "op-2", 8)),
        "twice in one record",
    ),
    "an account to an order and a listing": (
        intended(delivers("11", "op", 8), appends("a", "op-2", 8)),
        "twice in one",
    ),
    "a delivery while one is open": (to("8", 8), "still open"),
    "a delivery while one is held": (to("9", 8), "still open"),
    "a text while a delivery is open": (to("8"), "still open"),
    "two deliveries to one order at once": (intended(delivers("11", "op", 8), delivers("11", "op-2", 9)), "still open"),
    "a delivery to what may be refunded": (to("10", 8), "may have been refunded"),
    "more than were bought": (to("11", 8, 9, quantity=1), "more accounts than were bought"),
    "more than were bought, with those before": (to("7", 4, 5, 6, 8, 9), "more accounts than were bought"),
    "more than were bought, with those of others": (
        with_op(to("11", 8, 9), before={"delivered": 4}),
        "more accounts than were bought",
    ),
    "where nobody can read how many were bought": (to("11", 8, quantity=0), "more accounts than were bought"),
    "where it is not said how many were bought": (with_op(to("11", 8), fields={}), "more accounts than were bought"),
    "how many were bought as a word": (with_op(to("11", 8), fields={"quantity": "5"}), "more accounts than were"),
    "no order": (with_op(to("11", 8), order=None), "which order"),
    "no pool": (with_op(to("11", 8), pool=None), "which pool"),
    "another count": (with_op(to("11", 8), count=2), "names 2 accounts"),
    "a count below nothing": (with_op(to("11"), count=-1), "neither an append nor a delivery"),
    "a text with accounts": (Intended((replace(delivers("11", "op"), users=prints(8)),)), "carries accounts"),
    "a refund with accounts": (Intended((replace(of_order("7", "op", Call.REFUND), users=prints(8)),)), "carries"),
    "a status with a count": (with_op(intended(of_order("7", "op", Call.SET_STATUS)), count=1), "carries accounts"),
    "a delivery that ended": (intended(delivers("11", "done", 8)), "begun before"),
    "an append that names an order": (with_op(intended(appends("a", "op", 8)), order="7"), "names an order"),
    "a create that names an order": (with_op(intended(creates("y", "op")), order="7"), "names an order"),
    "an update that names an order": (with_op(intended(changes("a", "op", title="t")), order="7"), "names an order"),
    "what was held is freed": (ended("held", Verdict.ABORTED), "only a person frees them"),
    "what was held was refused": (ended("held", Verdict.REFUSED), "only a person frees them"),
    "short of more than went out": (ended("open", short=2), "cannot be short of 2"),
    "a refund that is short": (ended("back", short=1), "cannot be short of 1"),
    "an order twice": (OrdersSeen((kept("7"), kept("7"))), "order 'shop/order/7' is named twice"),
    "an order that is there and gone": (OrdersSeen((kept("7"),), (SEVEN,)), "order 'shop/order/7' is named twice"),
    "sales of what is not managed": (Tallied({"z": 3}), "'z' is not managed"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_refused_before_it_is_written_and_by_every_reader(name: str) -> None:
    event, says = BREACHES[name]
    store = MemoryStore()
    journal = prepared(store)
    serial = journal.state.serial
    with pytest.raises(StateError, match=says):
        journal.write(event)
    assert journal.state.serial == serial
    journal._log.add(TYPES[type(event)], body_of(event), run="run-1", epoch=1, at=NOON)
    with pytest.raises(StateError, match=f"cannot be followed: .*{says}"):
        reopen(store)


def test_only_the_run_that_bound_accounts_can_say_that_it_sent_none() -> None:
    journal = prepared(CheckedStore())
    journal.end(applied=False)
    journal.begin(run("run-2"))
    for verdict in (Verdict.ABORTED, Verdict.REFUSED):
        with pytest.raises(StateError, match="only a person frees them"):
            journal.write(ended("open", verdict))
    journal.write(ended("open", Verdict.HELD))
    journal.write(Resolved("open", sent=False, who="ann"))
    assert fate(journal, "open") is Fate.FREE
    journal.write(ended("back", Verdict.ABORTED))
    journal.write(to("10", 2))


def test_a_refusal_at_once_may_be_believed_by_a_later_run() -> None:
    journal = prepared(CheckedStore())
    journal.write(ended("open", Verdict.REFUSED, evidence="no"))
    assert fate(journal, "open") is Fate.BOUND
    journal.end(applied=False)
    journal.begin(run("run-2"))
    journal.write(ended("open", Verdict.ABORTED))
    assert fate(journal, "open") is Fate.FREE


def test_a_recovery_holds_nothing_for_an_order() -> None:
    journal = prepared(CheckedStore())
    journal.write(Recovering(done=False))
    held = holds("op", 9)
    with pytest.raises(StateError, match="recovers no accounts"):
        journal.write(Recovered((replace(held, op=replace(held.op, order="7")),)))
    with pytest.raises(StateError, match="not finished"):
        journal.write(to("11", 9))


def test_accounts_are_bound_to_their_order_until_it_is_known_what_became_of_them() -> None:
    journal = prepared(CheckedStore())
    ledger = journal.state.ledger
    assert [fate(journal, op) for op in ("done", "open", "held")] == [Fate.SENT, Fate.BOUND, Fate.HELD]
    assert (ledger.count_at(SEVEN), ledger.count_by_orders("shop", "p-a"), ledger.count_for("shop", "p-a")) == (1, 3, 3)
    journal.write(intended(appends("a", "fill", 20)))
    assert (ledger.count_for("shop", "p-a"), ledger.count_for("mall", "p-a"), ledger.count_by_orders("shop", "")) == (
        4,
        0,
        0,
    )
    journal.write(ended("open", Verdict.ABORTED))
    assert (fate(journal, "open"), ledger.count_by_orders("shop", "p-a")) == (Fate.FREE, 2)
    journal.write(intended(delivers("7", "rest", 2, 4, 5, 6)))
    journal.write(ended("rest", short=1))
    assert (fate(journal, "rest"), ledger.count_at(SEVEN), journal.state.bindings["a"].short) == (Fate.SENT, 5, 0)


def test_units_that_others_delivered_count_also_where_the_order_shows_them_no_more() -> None:
    store = MemoryStore()
    journal = prepared(store)
    journal.write(with_op(to("11", 8), before={"delivered": 3}))
    journal.write(ended("op"))
    journal.write(Bound(tuple(listed(f"many-{number}") for number in range(3000))))  # a snapshot is due
    journal.end(applied=False)
    journal = reopen(store)
    journal.begin(run("run-2"))
    assert journal.state.ledger.units_at(order_destination("shop", "11")) == 4
    with pytest.raises(StateError, match="more accounts than were bought"):
        journal.write(intended(delivers("11", "more", 9, 10)))
    journal.write(intended(delivers("11", "rest", 9)))
    journal.write(ended("rest"))
    # What an order shows of ours is no more of others.
    journal.write(with_op(intended(delivers("7", "next", 11)), before={"delivered": 1}))
    assert journal.state.ledger.units_at(SEVEN) == 2


@pytest.mark.parametrize("sent", [True, False])
def test_a_person_decides_of_a_delivery(sent: bool) -> None:
    journal = prepared(CheckedStore())
    journal.write(Resolved("held", sent=sent, who="ann"))
    batch = journal.state.ledger.batch("held")
    assert batch is not None
    assert (batch.fate, batch.told) == ((Fate.SENT, True) if sent else (Fate.FREE, False))
    assert journal.state.delivered[("shop", "a")][DAY] == 1 + sent


def test_better_evidence_ends_what_was_held_for_an_order() -> None:
    journal = prepared(CheckedStore())
    journal.write(ended("held"))
    assert fate(journal, "held") is Fate.SENT


def test_a_rename_goes_on_counting_and_hinders_nobody() -> None:
    journal = prepared(CheckedStore())
    journal.write(Tallied({"a": 3}))
    journal.write(intended(delivers("11", "early", 9, key="new")))
    journal.write(Renamed({"a": "new"}))
    journal.write(ended("early"))
    state = journal.state
    assert (state.ops["open"].key, state.ledger.count_by_orders("shop", "p-a")) == ("new", 3)
    assert state.delivered == {("shop", "new"): {DAY: 2}}
    assert state.tallies == {"new": (Tally(NOON, 3),)}
    journal.write(ended("open"))
    assert state.delivered == {("shop", "new"): {DAY: 3}}


def test_days_of_two_names_are_one(clock: ManualClock) -> None:
    journal = at_work(CheckedStore(), clock)
    journal.write(Bound((listed("a"),)))
    for number, (order, key) in enumerate([("1", "a"), ("2", "new"), ("3", "a")]):
        journal.write(intended(delivers(order, order, number, key=key)))
        journal.write(ended(order))
    journal.write(Renamed({"a": "new"}))
    assert journal.state.delivered == {("shop", "new"): {DAY: 3}}


def test_what_was_listed_is_kept_until_it_needs_nothing(clock: ManualClock) -> None:
    store = CheckedStore()
    journal = at_work(store, clock)
    journal.write(OrdersSeen((kept("7", title="old"), kept("8"), kept("9"), kept("10"))))
    clock.pass_by(60)
    journal.write(OrdersSeen((kept("7", title="new"),), (order_destination("shop", "10"), "shop/order/unknown")))
    orders = journal.state.orders
    assert orders.keys() == {order_destination("shop", number) for number in "789"}
    assert (orders[SEVEN].title, orders[SEVEN].seen_at[:16]) == ("new", "2026-11-21T12:01")
    journal.write(intended(delivers("7", "some", 1), delivers("8", "all", 2, whole="yes"), delivers("9", "text")))
    assert len(orders) == 3
    journal.write(Ended((*ended("some").endings, *ended("all").endings, *ended("text").endings)))
    assert {one.order_id: one.status for one in orders.values()} == {"7": "partial", "9": ""}
    journal.write(intended(of_order("7", "word", Call.SET_STATUS, status="error"), of_order("9", "back", Call.REFUND)))
    journal.write(Ended((*ended("word").endings, *ended("back").endings)))
    assert {one.order_id: one.status for one in orders.values()} == {"7": "error"}
    journal.write(intended(delivers("7", "no", 5, whole="yes")))
    journal.write(ended("no", Verdict.ABORTED))
    assert orders.keys() == {SEVEN}
    assert reopen(store).state.orders == orders


def test_how_sales_stood_is_noted_once_a_day_for_two_weeks(clock: ManualClock) -> None:
    journal = at_work(CheckedStore(), clock)
    journal.write(Bound((listed("a"), listed("b"))))
    for day in range(20):
        journal.write(Tallied({"a": 10 * day, "b": 5}))
        journal.write(Tallied({"a": 10 * day + 1}))
        clock.pass_by(86_400)
    tallies = journal.state.tallies
    assert [tally.sales for tally in tallies["a"]] == [10 * day for day in range(5, 20)]
    journal.write(Tallied({"a": 2}))
    assert [tally.sales for tally in tallies["a"]] == [2]
    journal.write(Bound((listed("a"), listed("b", "another"))))
    assert tallies.keys() == {"a"}
    journal.write(Forgotten(("a",)))
    assert tallies == {}


def test_what_went_to_orders_is_counted_by_day_for_a_month(clock: ManualClock) -> None:
    journal = at_work(CheckedStore(), clock)
    for number in range(40):
        journal.write(intended(delivers(f"{number}", f"op-{number}", number)))
        journal.write(ended(f"op-{number}"))
        clock.pass_by(86_400)
    first = date.fromisoformat(DAY) + timedelta(days=9)
    days = [(first + timedelta(days=day)).isoformat() for day in range(31)]
    assert journal.state.delivered == {("shop", "a"): dict.fromkeys(days, 1)}


def test_what_was_told_is_forgotten_in_time(clock: ManualClock) -> None:
    journal = at_work(CheckedStore(), clock)
    journal.write(Told(("digest", "low/a")))
    clock.pass_by(61 * 86_400)
    journal.write(Told(("low/a",)))
    assert journal.state.told == {"low/a": "2027-01-21T12:00:00.000Z"}


def test_a_mark_says_nothing_of_orders() -> None:
    journal = prepared(CheckedStore())
    journal.write(Marked("pool"))
    assert len(journal.state.ledger) == 3


@settings(max_examples=50)
@given(st.builds(OrdersSeen, tuples_of(kept_orders), tuples_of(names)))
def test_halves_of_a_page_say_the_same_together(event: OrdersSeen) -> None:
    both = halves(event)
    if both is None:
        assert len(event.orders) + len(event.closed) < 2
        return
    first, second = both
    assert isinstance(first, OrdersSeen)
    assert isinstance(second, OrdersSeen)
    assert (first.orders + second.orders, first.closed + second.closed) == (event.orders, event.closed)
    assert OrdersSeen(()) not in both


def test_a_page_too_large_for_one_record_is_kept_in_pieces() -> None:
    journal = at_work(CheckedStore())
    orders = tuple(KeptOrder("shop", f"{number}", "p", 1, title="x" * 6000) for number in range(300))
    journal.write(OrdersSeen(orders, ("shop/order/gone",)))
    assert len(journal.state.orders) == 300
