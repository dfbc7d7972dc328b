"""Plans: counts that add up, warnings, and no secret."""

from dataclasses import replace

import pytest

from catalogsync.model.plan import Summary
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place, Problem
from catalogsync.workflow.planning import make_plan
from tests.harness.canary import leaks, password, username
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop
from tests.workflow.busy import ALLOW, busy_shop


def test_the_summary_counts_each_change_once() -> None:
    shop = busy_shop()
    assert shop.plan(allow=ALLOW).summary == Summary(
        create=2, update=3, append=1, accounts=11, retire=1, delete=1, forget=1, unmanaged=1
    )


def test_a_plan_stands_on_the_state_and_the_time() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.apply()
    plan = shop.plan()
    state = shop.state
    assert plan.ground is not None
    assert (plan.ground.lineage, plan.ground.serial) == (state.lineage, state.serial)
    assert plan.created_at.startswith("2026-11-21T12:00:")


def test_without_a_state_everything_is_new() -> None:
    shop = FakeShop()
    shop.pool("pool", 0, 3)
    shop.product("k", pool="pool")
    desk = replace(shop.desk(shop.journal()), journal=None, fingerprints=None)
    plan = make_plan(desk).plan
    assert (plan.ground, plan.summary.create, plan.summary.accounts) == (None, 1, 3)


def test_neither_plan_nor_report_nor_records_hold_a_secret() -> None:
    shop = busy_shop()
    shop.market.fail(Fault.REFUSED_HALF_DONE, on="append")
    plan, report = shop.plan(allow=ALLOW), shop.apply(allow=ALLOW)
    assert leaks(f"{plan!r}{report!r}{shop.state!r}") is None
    number = 1
    while record := shop.store.get(number):
        assert leaks(record.decode()) is None
        number += 1


def codes(shop: FakeShop, *only: str) -> list[tuple[str, str | None]]:
    return [(warning.code, warning.key) for warning in shop.plan(only=only).warnings]


def test_accounts_that_changed_or_left_are_told() -> None:
    shop = FakeShop()
    shop.pool("pool", 0, 4)
    shop.product("k", pool="pool")
    shop.apply()
    where = Place("pools/pool.yaml", 1, 1)
    rows = [(username(0), password(99), where), (username(1), password(1), where), (username(50), password(50), where)]
    shop.pools["pool"] = Pool("pool", where, rows)
    assert codes(shop) == [("account-removed", "k"), ("password-changed", "k")]
    (change,) = shop.plan().changes
    assert change.accounts is not None
    assert (change.accounts.new, change.accounts.sent) == (1, 2)
    assert codes(shop, "other") == [("nothing-selected", None)]


def test_doubts_are_told_whatever_was_asked_about() -> None:
    shop = FakeShop()
    shop.pool("pool", 0, 4)
    shop.product("k", pool="pool")
    shop.product("other")
    shop.market.fail(Fault.LOST_BEFORE, on="append")
    shop.apply()
    assert codes(shop) == [("in-doubt", "k")]
    assert codes(shop, "other") == [("in-doubt", "k")]
    (warning,) = shop.plan().warnings
    for words in ("append of 1 account", "state resolve", "--sent", "--not-sent"):
        assert words in warning.message


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("a", "pools/a.yaml: in clear text; hide it"),
        ("abc", "pools/a.yaml, pools/b.yaml, pools/c.yaml: in clear text; hide it"),
        ("abcde", "pools/a.yaml, pools/b.yaml, pools/c.yaml and 2 other files: in clear text; hide it"),
    ],
)
def test_warnings_of_the_catalog_are_passed_on_once_for_all_files_that_have_them(names: str, told: str) -> None:
    shop = FakeShop()
    desk = shop.desk(shop.journal())
    places = [Place(f"pools/{name}.yaml", 3, 1) for name in names]
    problems = [Problem(place, "warning", "pool-plaintext", "in clear text", "hide it") for place in places]
    other = Problem(Place("pools/z.txt"), "warning", "ignored-file", "this file is not read")
    plan = make_plan(replace(desk, catalog=replace(desk.catalog, warnings=(*problems, other)))).plan
    assert [(warning.code, warning.message) for warning in plan.warnings] == [
        ("ignored-file", "pools/z.txt: this file is not read"),
        ("pool-plaintext", told),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_catalog_does_not_matter(order: int) -> None:
    shop = FakeShop()
    for key in ["c", "a", "b"][::order]:
        shop.product(key)
    assert [change.key for change in shop.plan().changes] == ["a", "b", "c"]
