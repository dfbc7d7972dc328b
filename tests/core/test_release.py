"""Which accounts of deleted listings may be set free."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from catalogsync.core.release import leftovers
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.order import Order
from catalogsync.model.state import Call, Deletion, Op, State

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
