"""What becomes of pools: which of them have a row, that its numbers add up, and who is warned of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.allocate import allot
from catalogsync.core.allocation import NAMED, allocations, running_dry
from catalogsync.core.forecast import Outlook
from catalogsync.model.plan import Action, Allocation, Change
from catalogsync.model.product import Product
from tests.core.facts import product, stocktake

KEY = "tea"


def row(
    wanted: Product, new: int, *, unsold: int = 0, orders: int = 0, sells: Outlook | None = None
) -> Allocation | None:
    """What is said of the pool of a product, which gets what it is due."""
    taken = stocktake(wanted.pool or "", new)
    level = 0 if wanted.delivery == "manual" else wanted.pool_level
    due = allot(taken, level, unsold, orders)
    changes = [Change(wanted.key, Action.APPEND, "p1", None, None, accounts=due)] if due else []
    rows = allocations(
        [wanted, product("without-pool")],
        {taken.pool: taken},
        changes,
        {wanted.key: sells or Outlook()},
        size=lambda _: 50,
        unsold=lambda _: unsold,
        wanted={taken.pool: orders},
    )
    return rows[0] if rows else None


def test_a_pool_that_gives_nothing_and_holds_nothing_back_has_no_row() -> None:
    assert row(product(KEY, pool="p"), 0, unsold=3) is None
    assert row(product(KEY, pool="p"), 0, sells=Outlook(1.0, 8, 8)) is None


def test_the_others_have_one() -> None:
    assert row(product(KEY, pool="p"), 3, unsold=2) == Allocation("p", KEY, 50, 3, 3, 0, 0, 2)
    assert row(product(KEY, pool="p", pool_level=4), 9, unsold=1) == Allocation("p", KEY, 50, 9, 3, 0, 6, 1)
    assert row(product(KEY, pool="p", pool_level=4), 0, unsold=4) == Allocation("p", KEY, 50, 0, 0, 0, 0, 4)
    assert row(product(KEY, pool="p", delivery="manual"), 2) == Allocation("p", KEY, 50, 2, 0, 0, 2, 0)
    assert row(product(KEY, pool="p", pool_level=4), 9, orders=7) == Allocation("p", KEY, 50, 9, 2, 7, 0, 0)
    assert row(product(KEY, pool="p"), 2, orders=5) is None, "nothing is mapped, so nobody waits for it"
    dry = row(product(KEY, pool="p"), 0, unsold=2, sells=Outlook(1.0, 2, 2))
    assert dry == Allocation("p", KEY, 50, 0, 0, 0, 0, 2, 1.0, 2)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_every_new_account_is_somewhere_and_orders_come_first(new: int, level: int, unsold: int, orders: int) -> None:
    found = row(product(KEY, pool="p", pool_level=level), new, unsold=unsold, orders=orders)
    assert found is not None
    assert (found.now, found.orders, found.left) == (
        min(max(0, new - orders), max(0, level - unsold)),
        min(new, orders),
        new - (found.now or 0) - (found.orders or 0),
    )
    assert (found.left or 0) >= 0


@pytest.mark.parametrize(
    ("sells", "told"),
    [
        (Outlook(1.5, 2, 3), "3 left, 1.5 sold a day: enough for 2 days; add accounts to pool p"),
        (Outlook(12.0, 0, 3), "3 left, 12 sold a day: not enough for a day; add accounts to pool p"),
        (Outlook(0.25, 0, 0), "none left, and 0.25 sold a day until now; add accounts to pool p"),
    ],
)
def test_what_runs_dry_is_told_in_words(sells: Outlook, told: str) -> None:
    (notice,) = running_dry({KEY: sells}, {KEY: product(KEY, pool="p")})
    assert (notice.code, notice.key, notice.message) == ("running-dry", KEY, told)


def test_the_shortest_come_first_and_the_others_are_counted() -> None:
    keys = [f"k{number:03}" for number in range(NAMED + 9)]
    sells = {key: Outlook(1.0, 6 - number % 7, 6) for number, key in enumerate(keys)}
    *named, counted = running_dry(sells | {"long": Outlook(1.0, 7, 7)}, {key: product(key) for key in keys})
    days = [sells[notice.key or ""].days_left for notice in named]
    assert days == sorted(days, key=lambda left: left or 0)
    assert (len(named), counted.key) == (NAMED, None)
    assert counted.message.startswith("9 products more")
    assert list(running_dry({key: sells[key] for key in keys[:3]}, {key: product(key) for key in keys}))[-1].key
