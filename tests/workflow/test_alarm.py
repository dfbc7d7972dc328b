"""The pool alarm at work: it sounds where the ledger does not know all that lies there, and nowhere else."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalogsync.model.errors import PlanBlocked
from catalogsync.model.plan import Plan
from catalogsync.model.report import Report
from catalogsync.workflow import marking
from tests.harness.audit import assert_in_step, audit
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop

LAW = settings(
    max_examples=40,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)


def filled(accounts: int) -> FakeShop:
    """A listing with so many accounts, and one more that is new."""
    shop = FakeShop()
    shop.pool("k", 0, accounts)
    shop.product("k", pool="k")
    shop.apply()
    shop.pool("k", 0, accounts + 1)
    shop.clock.waits.clear()
    return shop


def by_hand(shop: FakeShop, units: int, key: str = "k") -> None:
    shop.market.fill(shop.shelf(key), [f"by-hand-{number}" for number in range(units)])
    shop.clock.pass_time(shop.market.lag)


def offset(shop: FakeShop) -> int | None:
    return shop.state.bindings["k"].offset


def rules(plan: Plan) -> list[str]:
    return [entry.rule for entry in plan.blocked]


def say(shop: FakeShop, sent: list[int]) -> None:
    """Mark some accounts of the pool as sent."""
    journal = shop.journal()
    catalog, accounts = shop.desk(journal).catalog, [shop.pools["k"][index] for index in sent]
    marking.write(
        journal,
        shop.run("pools mark"),
        lambda: marking.mark(catalog, "accplanet", journal, journal.fingerprints, "k", accounts, whole=False),
    )


@pytest.mark.parametrize("sold", [0, 2, 5])
def test_units_added_by_hand_stop_plan_and_apply_until_they_are_named(sold: int) -> None:
    shop = filled(5)
    by_hand(shop, 3)
    shop.market.sell(shop.shelf("k"), sold) if sold else None
    assert rules(shop.plan()) == ["pool-alarm"]
    for number in ("2", "4"):
        with pytest.raises(PlanBlocked):
            shop.apply(allow={"pool-alarm": number})
    batches = len(shop.market.batches)
    report = shop.apply(allow={"pool-alarm": "3"})
    assert (report.results["k"].outcome, len(shop.market.batches)) == ("applied", batches + 1)
    assert offset(shop) == 3
    shop.pool("k", 0, 9)
    shop.apply()
    assert_in_step(shop)


def test_it_is_silent_while_nothing_is_to_be_sent() -> None:
    shop = filled(5)
    shop.pool("k", 0, 5)
    by_hand(shop, 3)
    shop.edit("k", price="8.99")
    assert rules(shop.plan()) == []
    assert shop.apply().results["k"].outcome == "applied"


def test_an_old_copy_of_the_state_sends_nothing_again() -> None:
    """Also where all that it has forgotten was sold."""
    shop = filled(3)
    copy = shop.copied_state()
    shop.pool("k", 0, 9)
    shop.apply()
    shop.market.sell(shop.shelf("k"), 9)
    shop.store = copy
    shop.product("other")
    assert rules(shop.plan()) == ["pool-alarm"]
    say(shop, list(range(9)))
    shop.pool("k", 0, 10)
    shop.apply()
    assert max(shop.market.arrivals.values()) == 1
    assert_in_step(shop)


def test_a_doubt_that_was_answered_wrongly_is_noticed_before_the_accounts_go_out_again() -> None:
    shop = filled(3)
    shop.pool("k", 0, 7)
    shop.market.blind.add("stock")
    shop.market.fail(Fault.LOST_AFTER, on="append")
    shop.apply()
    (op,) = shop.state.ops.values()
    journal = shop.journal()
    marking.write(journal, shop.run("state"), lambda: [marking.resolve(journal, op.id, sent=False, who="somebody")])
    shop.market.blind.clear()
    shop.market.edit(shop.shelf("k"))
    assert rules(shop.plan()) == ["pool-alarm"]
    say(shop, [3, 4, 5, 6])
    assert_in_step(shop)


@pytest.mark.parametrize("what", ["stock", "sales"])
def test_nobody_can_tell_where_stock_or_sales_are_not_shown(what: str) -> None:
    shop = filled(5)
    by_hand(shop, 3)
    shop.market.blind.add(what)
    shop.market.edit(shop.shelf("k"))
    assert rules(shop.plan()) == []
    assert shop.apply().results["k"].outcome == "applied"


def test_what_was_there_when_it_was_bound_is_not_counted() -> None:
    shop = FakeShop()
    product_id = shop.market.put(title="Title of k", category_id="c-1", price="9.99", description="plain")
    shop.market.fill(product_id, ["theirs-1", "theirs-2", "theirs-3"])
    shop.market.sell(product_id, 1)
    shop.pool("k", 0, 4)
    shop.product("k", pool="k", description="plain")
    shop.apply(only=("nothing",))
    assert rules(shop.plan()) == ["pool-unknown"]
    say(shop, [])
    shop.apply()
    assert offset(shop) == 3
    shop.pool("k", 0, 5)
    by_hand(shop, 1)
    assert rules(shop.plan()) == ["pool-alarm"]


def test_accounts_that_are_marked_lower_what_was_there_before() -> None:
    shop = FakeShop()
    product_id = shop.market.put(title="Title of k", category_id="c-1", price="9.99", description="plain")
    shop.market.fill(product_id, ["1", "2", "3"])
    shop.pool("k", 0, 6)
    shop.product("k", pool="k", description="plain")
    journal = shop.journal()
    marking.write(journal, shop.run("bind"), lambda: marking.bind(shop.desk(journal), journal, "k", product_id))
    assert offset(shop) == 3
    say(shop, [0, 1])
    assert offset(shop) == 1
    say(shop, [2, 3, 4])
    assert offset(shop) == 0
    by_hand(shop, 3)
    assert rules(shop.plan()) == ["pool-alarm"]


def test_a_listing_that_was_let_go_and_bound_again_counts_from_what_is_remembered() -> None:
    shop = filled(5)
    product_id = shop.shelf("k")
    by_hand(shop, 2)
    journal = shop.journal()
    marking.write(journal, shop.run("rm"), lambda: [marking.forget(journal, "k")])
    marking.write(journal, shop.run("bind"), lambda: marking.bind(shop.desk(journal), journal, "k", product_id))
    assert offset(shop) == 2


@pytest.mark.parametrize("sold", [0, 3])
def test_a_number_whose_place_the_accounts_take_leaves_no_slack(sold: int) -> None:
    """Also where units of it were sold: their orders get the first accounts."""
    shop = FakeShop()
    shop.product("k", stock=7)
    shop.apply()
    assert offset(shop) is None
    if sold:
        shop.market.sell(shop.shelf("k"), sold)
    shop.pool("k", 0, 9)
    shop.product("k", pool="k")
    shop.apply()
    assert offset(shop) == 0
    shop.pool("k", 0, 10)
    by_hand(shop, 1)
    assert rules(shop.plan()) == ["pool-alarm"]


def test_a_number_that_the_catalog_sets_later_says_nothing_of_accounts() -> None:
    shop = filled(5)
    shop.product("k", stock=50)
    shop.apply()
    assert offset(shop) is None
    shop.product("k", pool="k")
    assert rules(shop.plan()) == []


def test_units_that_wait_for_accounts_are_no_alarm() -> None:
    """They count as sold, and never lay there. The orders tell; they are read only here."""
    shop = filled(2)
    shop.market.sell(shop.shelf("k"), 9)
    orders = shop.market.order_lists
    assert rules(shop.plan()) == []
    assert shop.market.order_lists == orders + 1
    shop.pool("k", 0, 6)
    assert shop.apply().results["k"].outcome == "applied"
    assert offset(shop) == 0
    shop.pool("k", 0, 30)
    shop.apply()
    orders = shop.market.order_lists
    assert_in_step(shop)
    assert shop.market.order_lists == orders


def test_orders_that_cannot_be_read_explain_nothing() -> None:
    shop = filled(2)
    shop.market.sell(shop.shelf("k"), 9)
    shop.market.orders_unreadable = True
    assert rules(shop.plan()) == ["pool-alarm"]


def test_only_what_the_orders_do_not_explain_is_let_pass() -> None:
    shop = filled(2)
    by_hand(shop, 1)
    shop.market.sell(shop.shelf("k"), 5)
    (alarm,) = shop.plan().blocked
    assert "--allow pool-alarm=1" in alarm.message
    shop.apply(allow={"pool-alarm": "1"})
    assert offset(shop) == 1


def test_a_sale_that_shows_in_sales_before_it_shows_in_stock_is_looked_at_again() -> None:
    shop = filled(5)
    shelf = shop.market.shelves[shop.shelf("k")]
    shelf.sales += 1
    shop.market.edit(shelf.product_id)
    shop.market.lag = 4.0
    del shelf.unsold[:1]
    shop.market.edit(shelf.product_id)
    assert rules(shop.plan()) == []
    assert shop.clock.waits == [5.0]


def test_units_added_while_accounts_are_sent_end_the_sending() -> None:
    shop = filled(1)
    shop.pool("k", 0, 25)
    shop.market.before["append"] = lambda: by_hand(shop, 4)
    report = shop.apply()
    result = report.results["k"]
    assert (result.outcome, [size for _, size in shop.market.batches]) == ("skipped", [1, 2])
    assert result.error is not None
    assert "7 units in stock and 0 sold, 4 more than" in result.error
    assert rules(shop.plan()) == ["pool-alarm"]
    shop.apply(allow={"pool-alarm": "4"})
    assert_in_step(shop)
    audit(shop)


def test_units_added_with_the_last_batch_are_only_told() -> None:
    shop = filled(1)
    shop.market.before["append"] = lambda: by_hand(shop, 4)
    report = shop.apply()
    assert report.results["k"].outcome == "applied"
    assert [notice.code for notice in report.notices] == ["stock-odd"]


@dataclass(frozen=True)
class World:
    """How a marketplace is, and how its customers buy."""

    lag: float
    parallel: int
    counts_orders: bool
    back_orders: bool


worlds = st.builds(
    World,
    lag=st.sampled_from([0.0, 0.0, 3.0, 20.0]),
    parallel=st.sampled_from([1, 8]),
    counts_orders=st.booleans(),
    back_orders=st.booleans(),
)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["grow", "grow", "sell", "number", "pool", "bind", "mark", "reprice"]),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=8,
)
GOING_WRONG = st.dictionaries(st.integers(0, 25), st.sampled_from(list(Fault)), max_size=3)


def new_shop(world: World) -> FakeShop:
    shop = FakeShop(lag=world.lag, parallel=world.parallel)
    shop.market.sales_counts_orders = world.counts_orders
    shop.market.back_orders = world.back_orders
    for number, key in enumerate("ab"):
        shop.pool(key, 100 * number, 3)
        shop.product(key, pool=key)
    return shop


def do(shop: FakeShop, key: str, deed: str, units: int) -> None:
    """Something that happens in a shop, and is no hand edit of its pools."""
    first, count = 100 * "ab".index(key), len(shop.pools[key])
    bound = shop.state.bindings.get(key)
    if deed == "grow":
        shop.pool(key, first, min(99, count + units))
    elif deed == "number":
        shop.product(key, stock=units)
    elif deed == "pool":
        shop.product(key, pool=key)
    elif deed == "reprice":
        shop.edit(key, price=f"{units}.00")
    elif bound and deed == "sell":
        shop.market.sell(bound.product_id, units)
    elif bound and deed == "bind":
        journal = shop.journal()
        marking.write(
            journal, shop.run("bind"), lambda: marking.bind(shop.desk(journal), journal, key, bound.product_id)
        )
    elif deed == "mark":
        journal = shop.journal()
        catalog, accounts = shop.desk(journal).catalog, list(shop.pools[key])[-units:]
        marking.write(
            journal,
            shop.run("mark"),
            lambda: marking.mark(catalog, "accplanet", journal, journal.fingerprints, key, accounts, whole=False),
        )
    shop.clock.pass_time(shop.market.lag)


def apply(shop: FakeShop) -> Report | None:
    try:
        return shop.apply(allow={"max_price_change": "100000%"})
    except Killed:
        shop.revive()
        shop.clock.pass_time(shop.market.lag)
    except PlanBlocked:
        assert "pool-alarm" not in rules(shop.plan())
    return None


@LAW
@given(worlds, DEEDS, GOING_WRONG)
def test_where_nobody_edits_pools_by_hand_it_never_sounds(
    world: World, deeds: list[tuple[str, str, int]], going_wrong: dict[int, Fault]
) -> None:
    shop = new_shop(world)
    shop.market.faults = dict(going_wrong)
    apply(shop)
    for key, deed, units in deeds:
        shop.clock.pass_time(world.lag)
        do(shop, key, deed, units)
        assert "pool-alarm" not in rules(shop.plan())
        report = apply(shop)
        errors = [result.error or "" for result in report.results.values()] if report else []
        assert not any("more than are remembered" in error for error in errors)


@LAW
@given(worlds, DEEDS, st.integers(1, 9), st.integers(0, 9))
def test_units_added_by_hand_sound_it_unless_nothing_is_to_be_sent(
    world: World, deeds: list[tuple[str, str, int]], added: int, new: int
) -> None:
    shop = new_shop(replace(world, counts_orders=False))
    apply(shop)
    for key, deed, units in deeds:
        if deed in {"grow", "sell", "reprice"}:
            do(shop, key, deed, units)
            apply(shop)
    shop.clock.pass_time(world.lag)
    by_hand(shop, added, "a")
    shop.pool("a", 0, len(shop.pools["a"]) + new)
    alarm = [entry.key for entry in shop.plan().blocked if entry.rule == "pool-alarm"]
    assert alarm == (["a"] if new else [])
