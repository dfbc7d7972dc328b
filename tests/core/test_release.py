"""Which accounts of deleted listings may be set free."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from catalogsync.core.release import leftovers, returning
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.order import Order
from catalogsync.model.plan import Action, Change
from catalogsync.model.state import Call, Deletion, Op, State
from tests.core.facts import binding, product

WHERE = "accplanet/p1"


def state(**odd: object) -> State:
    """A listing was deleted; two accounts of one pool were sent to it, one of another is held."""
    found = State("lineage")
    deletion = Deletion(WHERE, "keys", "2026-11-21T12:00:00Z", accounts=3, sales=0, confirmed=True)
    found.deletions[WHERE] = replace(deletion, **odd)  # type: ignore[arg-type]
    rows = (("one", "pool", 2, Fate.SENT), ("two", "other", 1, Fate.HELD), ("three", "pool", 1, Fate.FREE))
    for number, (id_, pool, count, fate) in enumerate(rows, 1):
        users = bytes([number]) * FINGERPRINT * count
        found.ledger.add(Batch(id_, WHERE, "keys", pool, count, fate), users, users)
    return found


def test_what_surely_lies_nowhere_may_be_released() -> None:
    (found,) = leftovers(state(), Listings(), [Order("o1", "p2", 1)])
    assert (found.pools, found.why_kept) == ({"pool": 2, "other": 1}, "")
    assert found.deletion.product_id == "p1"


def calling(given: State) -> State:
    given.ops["open"] = Op("open", Call.APPEND, "keys", "accplanet", "p1")
    return given


KEPT: dict[str, tuple[Callable[[], State], Listings, list[Order]]] = {
    "never confirmed": (lambda: state(confirmed=False), Listings(), []),
    "still lists it": (state, Listings({"p1": Listing("p1", {})}), []),
    "an order for it": (state, Listings(), [Order("o1", "p1")]),
    "did not show": (lambda: state(sales=None), Listings(), []),
    "still open": (lambda: calling(state()), Listings(), []),
}


@pytest.mark.parametrize("why", KEPT)
def test_everything_else_stays(why: str) -> None:
    given, listings, orders = KEPT[why]
    (found,) = leftovers(given(), listings, orders)
    assert why in found.why_kept


def test_what_was_released_is_no_longer_there() -> None:
    given = state(released=True)
    for batch in given.ledger.batches:
        given.ledger.set_fate(batch.id, Fate.FREE)
    assert leftovers(given, Listings(), []) == []


def test_what_went_elsewhere_is_not_left_over() -> None:
    given = state()
    given.ledger.add(
        Batch("four", "accplanet/p2", "keys", "pool", 1, Fate.SENT), bytes(FINGERPRINT), bytes(FINGERPRINT)
    )
    (found,) = leftovers(given, Listings(), [])
    assert found.pools == {"pool": 2, "other": 1}
    (notice,) = returning(given, {"keys": product("keys", pool="pool")}, [back()])
    assert "2 accounts" in notice.message


def test_one_that_was_released_does_not_hide_another() -> None:
    given = state()
    given.deletions["accplanet/p0"] = replace(given.deletions[WHERE], destination="accplanet/p0", released=True)
    assert [found.deletion.product_id for found in leftovers(given, Listings(), [])] == ["p1"]


def test_what_somebody_said_to_be_there_is_not_left_over() -> None:
    given = state()
    said = Batch("said", WHERE, "keys", "pool", 1, Fate.SENT, told=True)
    given.ledger.add(said, bytes(FINGERPRINT), bytes(FINGERPRINT))
    assert [found.pools for found in leftovers(given, Listings(), [])] == [{"pool": 2, "other": 1}]


@pytest.mark.parametrize(("product_id", "held"), [("p1", True), ("p2", False)])
def test_a_call_that_is_held_or_to_another_listing_keeps_nothing(product_id: str, held: bool) -> None:
    given = state()
    given.ops["op"] = Op("op", Call.APPEND, "keys", "accplanet", product_id, held=held)
    assert [found.why_kept for found in leftovers(given, Listings(), [])] == [""]


def back(key: str = "keys", *, old: str | None = None) -> Change:
    return Change(key, Action.CREATE, None, None, None, (), None, old)


def test_a_product_that_comes_back_is_told_where_its_accounts_are() -> None:
    products = {"keys": product("keys", pool="pool"), "plain": product("plain"), "more": product("more", pool="more")}
    (notice,) = returning(state(), products, [back("gone"), back("plain"), back("more"), back()])
    assert (notice.code, notice.key) == ("accounts-of-deleted", "keys")
    assert "2 accounts of pool pool went to listing p1" in notice.message
    assert "`catalogsync pools release --deleted keys`" in notice.message


def test_one_that_has_its_listing_is_not() -> None:
    products = {"keys": product("keys", pool="pool")}
    bound = state()
    bound.bindings["keys"] = binding("keys")
    assert list(returning(bound, products, [back()])) == []
    assert list(returning(state(), products, [back(old="before")])) == []
    assert list(returning(State("lineage"), products, [back()])) == []
