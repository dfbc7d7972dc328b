"""Laws that hold in every world: whatever the catalog, the marketplace's habits, and what goes wrong."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalogsync.model.errors import PlanBlocked, PlanStale
from catalogsync.model.product import Lifecycle, OnRemove
from tests.harness.audit import assert_in_step, audit, heal
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop

LAW = settings(
    max_examples=40,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
ALLOW = {"max_deletes": "99", "empty-catalog": "99", "max_price_change": "100000%"}

KEYS = [f"k{number}" for number in range(5)]
PRICES = ["1.00", "9.99", "10.00"]


@dataclass(frozen=True)
class Wish:
    """What a catalog says about one key."""

    price: str
    description: str
    images: tuple[str, ...]
    warranty: int | None
    stock: int | None
    accounts: int | None
    level: int | None
    on_remove: OnRemove


@dataclass(frozen=True)
class Habits:
    """How a marketplace is."""

    rich: bool
    lag: float
    parallel: int
    deaf: frozenset[str]


wishes = st.builds(
    Wish,
    price=st.sampled_from(PRICES),
    description=st.sampled_from(["plain", "<b>bold</b>", "<p>one</p>\n<p>two</p>"]),
    images=st.lists(st.sampled_from(["images/1.png", "images/2.png"]), unique=True, max_size=2).map(tuple),
    warranty=st.none() | st.integers(1, 3),
    stock=st.none() | st.integers(0, 9),
    accounts=st.none() | st.integers(0, 9),
    level=st.none() | st.integers(0, 5),
    on_remove=st.sampled_from(["auto", "delete", "retire", "keep"]),
)
catalogs = st.dictionaries(st.sampled_from(KEYS), wishes, max_size=5)
habits = st.builds(
    Habits,
    rich=st.booleans(),
    lag=st.sampled_from([0.0, 0.0, 3.0, 20.0]),
    parallel=st.sampled_from([1, 1, 8]),
    deaf=st.sampled_from([frozenset[str](), frozenset({"description"}), frozenset({"status"})]),
)
faults = st.dictionaries(
    st.integers(0, 25), st.sampled_from([fault for fault in Fault if fault is not Fault.SHORT]), max_size=3
)
STRANGERS_EDITS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["sell", "title", "price"])), max_size=4)


def new_shop(habit: Habits) -> FakeShop:
    shop = FakeShop(rich=habit.rich, lag=habit.lag, parallel=habit.parallel)
    shop.market.deaf = set(habit.deaf)
    for number in range(2):
        shop.market.put(title=f"Stranger's {number}", category_id="c-1", price="1.00", description="theirs")
    shop.clock.pass_time(habit.lag)
    return shop


def write(shop: FakeShop, catalog: dict[str, Wish]) -> None:
    """Make the catalog say this. A pool only ever grows; its accounts are its own."""
    shop.products.clear()
    for key, wish in catalog.items():
        number = KEYS.index(key)
        pooled = wish.accounts is not None
        if wish.accounts is not None:
            before = len(shop.pools[key]) if key in shop.pools else 0
            shop.pool(key, 100 * number, max(before, wish.accounts))
        shop.product(
            key,
            images=wish.images,
            pool=key if pooled else None,
            pool_level=wish.level if pooled else None,
            lifecycle=Lifecycle(on_remove=wish.on_remove),
            price=wish.price,
            description=wish.description,
            warranty_period_days=wish.warranty,
            stock=None if pooled else wish.stock,
        )


def disturb(shop: FakeShop, edits: list[tuple[str, str]]) -> None:
    """Customers and strangers are at work."""
    bindings = shop.state.bindings
    for key, what in edits:
        if key in bindings and bindings[key].product_id in shop.market.shelves:
            product_id = bindings[key].product_id
            if what == "sell":
                # Where nobody waits, who bought a unit of a mere number must not wait for the accounts that follow it.
                if shop.market.back_orders or shop.market.shelves[product_id].pooled:
                    shop.market.sell(product_id)
            else:
                shop.market.edit(product_id, **{what: f"A stranger called it {key}" if what == "title" else "7.77"})
    shop.clock.pass_time(shop.market.lag)


def strangers(shop: FakeShop) -> list[object]:
    return [replace(shelf) for id_, shelf in shop.market.shelves.items() if id_ in {"p1", "p2"}]


@LAW
@given(habits, catalogs, catalogs, STRANGERS_EDITS)
def test_apply_then_plan_is_empty_and_a_second_apply_sends_nothing(
    habit: Habits, first: dict[str, Wish], second: dict[str, Wish], edits: list[tuple[str, str]]
) -> None:
    shop = new_shop(habit)
    shop.market.back_orders = False  # an order that waits takes what comes, and a level is topped up once more
    theirs = strangers(shop)
    # A listing that was let go would be a look-alike of its product when that comes back.
    first = {key: replace(wish, on_remove="auto") if wish.on_remove == "keep" else wish for key, wish in first.items()}
    for catalog in (first, second, first):
        write(shop, catalog)
        plan = shop.plan(allow=ALLOW | {"empty-catalog": on_sale(shop)})
        assert plan.blocked == ()
        report = shop.apply(allow=plan.selection.allow, agreed=plan)
        assert {result.outcome for result in report.results.values()} <= {"applied"}
        assert report.results.keys() == {change.key for change in plan.changes}
        again = shop.plan(allow={"empty-catalog": on_sale(shop)})
        assert (again.changes, again.blocked) == ((), ())
        calls = len(shop.market.calls)
        assert shop.apply(allow={"empty-catalog": on_sale(shop)}).calls == 0
        assert len(shop.market.calls) == calls
        assert strangers(shop) == theirs
        audit(shop)
        disturb(shop, edits)


def on_sale(shop: FakeShop) -> str:
    return str(sum(1 for binding in shop.state.bindings.values() if binding.retired is None))


@LAW
@given(habits, catalogs, catalogs, faults, STRANGERS_EDITS)
def test_whatever_fails_running_again_ends_where_an_undisturbed_run_would(
    habit: Habits,
    first: dict[str, Wish],
    second: dict[str, Wish],
    going_wrong: dict[int, Fault],
    edits: list[tuple[str, str]],
) -> None:
    shop = new_shop(replace(habit, deaf=frozenset()))
    theirs = strangers(shop)
    write(shop, first)
    shop.apply()
    disturb(shop, edits)
    write(shop, second)
    shop.market.attempts = 0
    shop.market.faults = dict(going_wrong)
    for _ in range(3):
        try:
            shop.apply(allow=ALLOW | {"empty-catalog": on_sale(shop)})
        except Killed:
            shop.revive()
        except PlanBlocked:
            pass  # of an emptied catalog: what was in doubt was deleted, so that the number is another one
        audit(shop)
        assert strangers(shop) == theirs
    shop.market.faults.clear()
    for _ in range(4):
        shop.clock.pass_time(habit.lag)
        shop.apply(allow=ALLOW | {"empty-catalog": on_sale(shop)})
    plan = shop.plan(allow={"empty-catalog": on_sale(shop)})
    assert ([(change.key, change.action) for change in plan.changes], plan.blocked) == ([], ())
    state = audit(shop)
    assert strangers(shop) == theirs
    assert all(op.held for op in state.ops.values())
    for key, product in shop.products.items():
        if any(op.key == key for op in state.ops.values()):
            continue
        shelf = shop.market.shelves[state.bindings[key].product_id]
        assert shelf.fields["price"] == product.fields["price"]
        assert shelf.fields["title"] == product.fields["title"]
        assert "stock" not in product.fields or shelf.stock == product.fields["stock"] or shelf.sales or shelf.pooled


@LAW
@given(habits, catalogs, st.integers(0, 40), st.booleans())
def test_a_death_at_any_record_heals(habit: Habits, catalog: dict[str, Wish], number: int, after: bool) -> None:
    shop = new_shop(replace(habit, deaf=frozenset()))
    write(shop, {key: replace(wish, level=None) for key, wish in catalog.items()})
    shop.store.writes, shop.store.dies_at, shop.store.after = 0, number, after
    try:
        shop.apply()
    except Killed:
        shop.clock.pass_time(1)
    heal(shop)
    assert_in_step(shop)


@LAW
@given(habits, catalogs, catalogs)
def test_a_stale_plan_is_refused_with_nothing_sent(
    habit: Habits, first: dict[str, Wish], second: dict[str, Wish]
) -> None:
    shop = new_shop(habit)
    write(shop, first)
    agreed = shop.plan()
    write(shop, second)
    now = shop.plan()
    if now.changes == agreed.changes:
        return
    calls = len(shop.market.calls)
    with pytest.raises(PlanStale):
        shop.apply(agreed=agreed)
    assert len(shop.market.calls) == calls


@LAW
@given(habits, catalogs, st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=4))
def test_deciding_twice_gives_the_same_and_selections_never_reach_further(
    habit: Habits, catalog: dict[str, Wish], chosen: list[str]
) -> None:
    shop = new_shop(habit)
    write(shop, catalog)
    whole = shop.plan()
    assert replace(shop.plan(), created_at=whole.created_at) == whole
    part = shop.plan(only=tuple(chosen))
    assert part.changes == tuple(change for change in whole.changes if change.key in chosen)
    backwards = dict(reversed(shop.products.items()))
    shop.products.clear()
    shop.products.update(backwards)
    assert shop.plan().changes == whole.changes
    shop.apply(only=tuple(chosen))
    assert shop.state.bindings.keys() == set(chosen) & catalog.keys()
