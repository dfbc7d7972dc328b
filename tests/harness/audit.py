"""What must hold after whatever happened: no account twice, none lost in silence, one listing for each key."""

from collections import Counter

from catalogsync.model.ledger import Fate
from catalogsync.model.state import State
from tests.harness.fake_shop import FakeShop
from tests.harness.fake_till import name_of


def audit(shop: FakeShop, *, short: int = 0) -> State:
    """Check the promises.

    Args:
        shop: the catalog, its state and its marketplace.
        short: how many accounts the marketplace confirmed and did not take.

    Returns:
        The state.
    """
    state = shop.state
    twice = [name for name, times in shop.market.arrivals.items() if times > 1]
    assert not twice, f"{len(twice)} accounts arrived twice"
    titles = Counter(str(shelf.fields["title"]) for shelf in shop.market.shelves.values())
    assert all(times == 1 for times in titles.values()), f"listings made twice: {titles}"
    bound = [binding.product_id for binding in state.bindings.values()]
    assert len(set(bound)) == len(bound)
    fingerprints = shop.journal().fingerprints
    missing = 0
    for pool in shop.pools.values():
        for account in pool:
            found = state.ledger.find(fingerprints.user(account))
            arrived = shop.market.arrivals[name_of(account)]
            assert found is not None or not arrived, f"an account of {pool.name} arrived and counts as new"
            if found is not None and found[0].fate is Fate.SENT and not arrived:
                missing += 1
            assert found is None or found[0].fate is not Fate.BOUND or state.ops, "bound to nothing"
    assert missing == short, f"{missing} accounts count as sent and never arrived"
    return state


def assert_in_step(shop: FakeShop) -> None:
    """A plan is empty, and another apply sends nothing."""
    plan = shop.plan()
    assert (plan.changes, plan.blocked) == ((), ())
    calls = len(shop.market.calls)
    report = shop.apply()
    assert (report.calls, len(shop.market.calls)) == (0, calls)
    assert report.results == {}


def heal(shop: FakeShop) -> State:
    """Run again without faults until nothing is left to do but what a person must decide; then check everything."""
    shop.market.faults.clear()
    shop.market.unreadable.clear()
    shop.market.orders_unreadable = False
    shop.revive()
    for _ in range(5):
        shop.apply()
        shop.clock.pass_time(shop.market.lag)
        plan = shop.plan()
        if not plan.changes:
            break
    assert ([(change.key, change.action) for change in plan.changes], plan.blocked) == ([], ())
    state = audit(shop)
    assert all(op.held for op in state.ops.values()), "a doubt that is neither settled nor held"
    for key, product in shop.products.items():
        in_doubt = any(op.key == key for op in state.ops.values())
        assert in_doubt or key in state.bindings, f"{key} has no listing and no doubt"
        if product.pool and not in_doubt:
            sent = sum(
                batch.count for batch in state.ledger.batches if batch.pool == product.pool and batch.fate is Fate.SENT
            )
            assert sent == len(shop.pools[product.pool]), f"{key}: {sent} accounts sent"
    return state
