"""The pool alarm: stock and sales against what is remembered, and who is let pass."""

from array import array
from collections.abc import Mapping
from dataclasses import replace

import pytest

from catalogsync.core.alarm import alarms, baseline, excess, units_waiting
from catalogsync.model.ledger import Batch, Fate, Ledger
from catalogsync.model.order import Order
from catalogsync.model.plan import Action, Allotment, Blocked, Change, Selection
from tests.core.facts import binding, listing


def ledger(*counts: int, fate: Fate = Fate.SENT) -> Ledger:
    """Batches of so many accounts, to p1, p2 and so on."""
    known = Ledger()
    for number, count in enumerate(counts, 1):
        prints = b"".join(bytes([number, index]) + bytes(14) for index in range(count))
        known.add(Batch(f"b{number}", f"accplanet/p{number}", "k", "pool", count, fate), prints, prints)
    return known


@pytest.mark.parametrize(
    ("stock", "sales", "known", "offset", "waiting", "expected"),
    [
        (5, 2, 7, 0, 0, 0),
        (5, 3, 7, 0, 0, 1),
        (5, 0, 7, 0, 0, 0),
        (0, 0, 0, 0, 0, 0),
        (0, 4, 0, 0, 0, 4),
        (5, 3, 7, 1, 0, 0),
        (5, 3, 7, 5, 0, 0),
        (9, 9, 7, 1, 0, 10),
        (0, 9, 7, 0, 2, 0),
        (0, 9, 7, 0, 1, 1),
        (0, 9, 7, 0, 5, 0),
        (None, 9, 7, 0, 0, 0),
        (9, None, 7, 0, 0, 0),
        (9, 9, 7, None, 0, 0),
    ],
)
def test_what_shows_beyond_what_is_remembered(
    stock: int | None, sales: int | None, known: int, offset: int | None, waiting: int, expected: int
) -> None:
    bound = replace(binding(), offset=offset)
    shown = listing(stock=stock, sales=sales)
    assert excess(bound, shown, ledger(known) if known else Ledger(), {"p1": waiting, "p2": 99}) == expected


@pytest.mark.parametrize("fate", list(Fate))
def test_whatever_may_be_there_is_remembered_and_what_was_freed_is_not(fate: Fate) -> None:
    assert excess(binding(), listing(stock=3), ledger(3, fate=fate), {}) == (3 if fate is Fate.FREE else 0)


def test_a_listing_that_is_not_listed_shows_nothing() -> None:
    assert excess(binding(), None, Ledger(), {}) == 0


def test_accounts_at_other_listings_do_not_count() -> None:
    assert excess(binding("k", "p2"), listing("p2", stock=3), ledger(3), {}) == 3


@pytest.mark.parametrize(
    ("stock", "sales", "known", "expected"),
    [(5, 2, 0, 7), (5, 2, 4, 3), (0, 0, 0, 0), (1, 0, 9, 0), (None, 2, 0, None), (5, None, 0, None)],
)
def test_what_was_there_before(stock: int | None, sales: int | None, known: int, expected: int | None) -> None:
    assert baseline(stock, sales, known) == expected


def test_units_that_wait_for_accounts() -> None:
    orders = [
        Order("o1", "p1", 5, 2, 3, payment="paid"),
        Order("o2", "p1", 5, 1, payment="paid"),
        Order("o3", "p2", 1, 1, 0, payment="paid"),
        Order("o4", "p2", 4, payment="paid"),
        Order("o5", "p3", remaining=2, payment="paid"),
        Order("o6", "p3", 1, 2, payment="paid"),
        Order("o7", "p3", delivered=1, payment="paid"),
        Order("o8", "p4", remaining=1, payment="paid"),
        Order("o9", "p5", 5, 2, 1, payment="paid"),
    ]
    assert units_waiting(orders, ["paid"]) == {"p1": 7, "p3": 2, "p4": 1, "p5": 1}


def test_what_nobody_paid_or_what_was_refunded_does_not_wait() -> None:
    orders = [
        Order("o1", "p1", 5, 0, 5, payment="pending_payment"),
        Order("o2", "p1", 5, 0, 5),
        Order("o3", "p1", 5, 0, 5, payment="paid", status="refunded_order"),
    ]
    assert units_waiting(orders, ["paid"]) == {}


def test_where_something_is_in_stock_nobody_waits() -> None:
    assert excess(binding(), listing(stock=3, sales=2), ledger(3), {"p1": 2}) == 2
    assert excess(binding(), listing(stock=0, sales=5), ledger(3), {"p1": 2}) == 0


def sending(key: str, product_id: str, *, accounts: bool = True, old: str | None = None) -> Change:
    allotment = Allotment(f"pool-{key}", 1, 0, array("Q", [0])) if accounts else None
    return Change(key, Action.APPEND, product_id, None, None, (), allotment, old)


def sounded(*changes: Change, allow: Mapping[str, str] | None = None) -> list[Blocked]:
    """Three listings: p1 has 2 more than remembered, p2 has 3 more, p3 none."""
    bindings = {key: binding(key, product_id) for key, product_id in (("a", "p1"), ("b", "p2"), ("c", "p3"))}
    shown = {"p1": listing("p1", stock=1, sales=2), "p2": listing("p2", stock=4), "p3": listing("p3", stock=2)}
    return alarms(changes, bindings, ledger(1, 1, 2), shown, {}, Selection(allow=allow or {}))


def test_only_listings_that_would_get_accounts_sound_it() -> None:
    assert sounded(sending("c", "p3"), sending("a", "p1", accounts=False)) == []
    assert [entry.key for entry in sounded(sending("a", "p1"), sending("c", "p3"))] == ["a"]


def test_a_listing_that_is_only_created_is_none() -> None:
    assert sounded(replace(sending("new", "p1"), action=Action.CREATE, product_id=None)) == []


def test_a_renamed_product_is_known_by_its_old_key() -> None:
    assert [entry.key for entry in sounded(sending("new", "p1", old="a"))] == ["new"]


def test_it_is_let_pass_by_the_exact_number_of_units_over_all_listings() -> None:
    both = (sending("a", "p1"), sending("b", "p2"))
    for number in ("1", "2", "4", "6"):
        assert [entry.key for entry in sounded(*both, allow={"pool-alarm": number})] == ["a", "b"]
    assert sounded(*both, allow={"pool-alarm": "5"}) == []


def test_the_units_of_listings_that_get_no_accounts_are_not_counted() -> None:
    assert sounded(sending("a", "p1"), sending("b", "p2", accounts=False), allow={"pool-alarm": "2"}) == []


def test_it_tells_the_numbers_and_the_ways_out() -> None:
    alarm, other = sounded(sending("a", "p1"), sending("b", "p2"))
    assert (alarm.rule, alarm.key) == ("pool-alarm", "a")
    for words in (
        "listing p1 shows 1 unit in stock and 2 sold, 2 more than",
        "newest state back",
        "`catalogsync pools mark pool-a --sent`",
        "`--allow pool-alarm=5`",
    ):
        assert words in alarm.message
    assert "4 units in stock and 0 sold, 3 more" in other.message
