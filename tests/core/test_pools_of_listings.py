"""Which accounts a listing gets: new ones, up to its level, and none where nobody knows what is there already."""

import pytest

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate, Ledger
from catalogsync.model.plan import Action, Selection
from catalogsync.model.product import Delivery
from catalogsync.model.state import Call
from tests.core.facts import FIELDS, binding, decided, listing, op, product, stocktake


def new_accounts(verdicts: Verdicts) -> list[tuple[Action, int | None]]:
    """The action of each change, and how many accounts it sends."""
    return [(change.action, change.accounts.new if change.accounts else None) for change in verdicts.changes]


def test_new_accounts_alone_are_an_append() -> None:
    verdicts = decided([product(pool="pool")], [binding()], [listing()], stocktakes=[stocktake("pool", 5, sent=7)])
    assert new_accounts(verdicts) == [(Action.APPEND, 5)]
    allotment = verdicts.changes[0].accounts
    assert allotment is not None
    assert (allotment.pool, allotment.sent, list(allotment.indexes)) == ("pool", 7, [0, 1, 2, 3, 4])


def test_creations_and_updates_carry_accounts_too() -> None:
    pool = stocktake("pool", 5)
    assert new_accounts(decided([product(pool="pool")], stocktakes=[pool])) == [(Action.CREATE, 5)]
    changed = product(pool="pool", price="8.99")
    assert new_accounts(decided([changed], [binding()], [listing()], stocktakes=[pool])) == [(Action.UPDATE, 5)]


def test_a_pool_of_which_all_was_sent_is_no_change() -> None:
    verdicts = decided([product(pool="pool")], [binding()], [listing()], stocktakes=[stocktake("pool", 0, sent=9)])
    assert (verdicts.changes, verdicts.unchanged) == ([], 1)


@pytest.mark.parametrize(("delivery", "expected"), [("auto", [(Action.APPEND, 5)]), ("manual", [])])
def test_a_pool_that_orders_are_filled_from_is_not_appended(
    delivery: Delivery, expected: list[tuple[Action, int | None]]
) -> None:
    wanted = product(pool="pool", delivery=delivery)
    assert new_accounts(decided([wanted], [binding()], [listing()], stocktakes=[stocktake("pool", 5)])) == expected


@pytest.mark.parametrize(
    ("level", "stock", "new", "expected"),
    [
        (None, 3, 50, 50),
        (20, 0, 50, 20),
        (20, 12, 50, 8),
        (20, 20, 50, None),
        (20, 25, 50, None),
        (20, 0, 5, 5),
        (0, 0, 5, None),
        (None, None, 5, 5),
    ],
)
def test_a_level_is_topped_up(level: int | None, stock: int | None, new: int, expected: int | None) -> None:
    wanted = product(pool="pool", pool_level=level)
    verdicts = decided([wanted], [binding()], [listing(stock=stock)], stocktakes=[stocktake("pool", new)])
    assert new_accounts(verdicts) == ([(Action.APPEND, expected)] if expected else [])


def test_a_new_listing_is_filled_to_its_level() -> None:
    verdicts = decided([product(pool="pool", pool_level=20)], stocktakes=[stocktake("pool", 50)])
    assert new_accounts(verdicts) == [(Action.CREATE, 20)]


def test_a_level_needs_the_stock() -> None:
    wanted = product(pool="pool", pool_level=20)
    verdicts = decided([wanted], [binding()], [listing(stock=None)], stocktakes=[stocktake("pool", 5)])
    assert (verdicts.changes, [warning.code for warning in verdicts.warnings]) == ([], ["stock-not-shown"])


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("doubtful", ["k", "old"])
def test_no_accounts_while_others_are_in_doubt(doubtful: str, held: bool) -> None:
    """Whatever the listing was called when they were sent."""
    verdicts = decided(
        [product(pool="pool", previous_key="old", price="8.99")],
        [binding(doubtful)],
        [listing()],
        stocktakes=[stocktake("pool", 5)],
        ops=[op(Call.APPEND, doubtful, held=held)],
    )
    assert new_accounts(verdicts) == [(Action.UPDATE, None)]


@pytest.mark.parametrize("doubt", [Call.UPDATE, Call.RETIRE])
def test_other_doubts_do_not_hold_accounts_back(doubt: Call) -> None:
    verdicts = decided(
        [product(pool="pool")], [binding()], [listing()], stocktakes=[stocktake("pool", 5)], ops=[op(doubt)]
    )
    assert new_accounts(verdicts) == [(Action.APPEND, 5)]


def test_nor_do_accounts_of_another_product() -> None:
    verdicts = decided(
        [product(pool="pool")],
        [binding()],
        [listing()],
        stocktakes=[stocktake("pool", 5)],
        ops=[op(Call.APPEND, "other", "p2")],
    )
    assert new_accounts(verdicts) == [(Action.APPEND, 5)]


def test_a_listing_that_was_bound_with_stock_waits_for_a_word_about_its_pool() -> None:
    known, pool = binding(stocked=True, pool="pool"), stocktake("pool", 5)
    verdicts = decided([product(pool="pool", price="8.99")], [known], [listing()], stocktakes=[pool])
    assert new_accounts(verdicts) == [(Action.UPDATE, None)]
    (blocked,) = verdicts.blocked
    assert blocked.rule == "pool-unknown"
    for way in ("pools mark pool --sent", "--new", "--sent --file FILE"):
        assert way in blocked.message
    marked = decided([product(pool="pool")], [known], [listing()], stocktakes=[pool], marked=["pool"])
    assert (new_accounts(marked), marked.blocked) == ([(Action.APPEND, 5)], [])


def test_what_was_said_of_a_pool_while_it_was_another_listings_says_nothing_of_this_one() -> None:
    known, pool = binding(stocked=True, pool="other"), stocktake("pool", 5)
    verdicts = decided([product(pool="pool")], [known], [listing()], stocktakes=[pool], marked=["pool"])
    assert [blocked.rule for blocked in verdicts.blocked] == ["pool-unknown"]


def test_it_waits_only_if_there_is_something_to_send() -> None:
    verdicts = decided(
        [product(pool="pool")], [binding(stocked=True)], [listing()], stocktakes=[stocktake("pool", 0, sent=5)]
    )
    assert (verdicts.changes, verdicts.blocked) == ([], [])


def test_accounts_that_went_out_from_another_pool_to_another_place_block() -> None:
    pool = stocktake("pool", 5, sent=2, elsewhere={1: "accplanet/p9", 4: "accplanet/p1"})
    verdicts = decided([product(pool="pool")], [binding()], [listing()], stocktakes=[pool])
    (blocked,) = verdicts.blocked
    assert (blocked.rule, blocked.key) == ("account-already-sent", "k")
    assert "of pool pool went to accplanet/p9" in blocked.message


def test_accounts_that_went_to_this_listing_from_a_pool_of_another_name_do_not() -> None:
    pool = stocktake("pool", 5, sent=1, elsewhere={4: "accplanet/p1"})
    assert decided([product(pool="pool")], [binding()], [listing()], stocktakes=[pool]).blocked == []


def test_a_product_that_is_not_selected_blocks_nothing() -> None:
    pool = stocktake("pool", 5, elsewhere={1: "accplanet/p9"})
    chosen = Selection(exclude=("k",))
    assert decided([product(pool="pool")], [binding()], [listing()], stocktakes=[pool], selection=chosen).blocked == []


def test_a_listing_created_anew_gets_what_was_never_sent() -> None:
    verdicts = decided(
        [product(pool="pool")],
        [binding(applied=FIELDS)],
        stocktakes=[stocktake("pool", 5, sent=40)],
        selection=Selection(allow={"missing-listing": "1"}),
    )
    assert new_accounts(verdicts) == [(Action.CREATE, 5)]


def test_a_number_that_the_catalog_gave_counts_not_for_the_level() -> None:
    known = binding(applied={**FIELDS, "stock": 15})
    wanted = product(pool="pool", pool_level=20)
    verdicts = decided([wanted], [known], [listing(stock=15)], stocktakes=[stocktake("pool", 50)])
    assert new_accounts(verdicts) == [(Action.APPEND, 20)]


def test_once_accounts_are_there_its_stock_counts() -> None:
    known = binding(applied={**FIELDS, "stock": 15})
    sent = Ledger()
    sent.add(Batch("b", "accplanet/p1", "k", "pool", 1, Fate.SENT), bytes(FINGERPRINT), bytes(FINGERPRINT))
    wanted, pool = product(pool="pool", pool_level=20), stocktake("pool", 50, sent=1)
    verdicts = decided([wanted], [known], [listing(stock=15)], stocktakes=[pool], ledger=sent)
    assert new_accounts(verdicts) == [(Action.APPEND, 5)]
