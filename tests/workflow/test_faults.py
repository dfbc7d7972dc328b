"""A fault at any call, of any kind, and a death at any moment: running again heals, or names what a person decides."""

import pytest

from tests.harness.audit import assert_in_step, audit, heal
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop
from tests.workflow.busy import ALLOW, busy_shop, check_stranger

CALLS = 13
"""So many changing calls the busy shop makes when nothing goes wrong."""

GENTLE = [fault for fault in Fault if fault not in {Fault.KILL_AFTER, Fault.KILL_BEFORE, Fault.SHORT}]


def test_an_undisturbed_run_is_the_measure() -> None:
    shop = busy_shop()
    report = shop.apply(allow=ALLOW)
    assert {result.outcome for result in report.results.values()} == {"applied"}
    assert shop.market.attempts == CALLS
    assert_in_step(shop)
    heal(shop)
    check_stranger(shop)


@pytest.mark.parametrize("lag", [0.0, 10.0])
@pytest.mark.parametrize("fault", GENTLE)
def test_a_fault_at_any_call_heals(fault: Fault, lag: float) -> None:
    for number in range(CALLS):
        shop = busy_shop(lag=lag, rich=bool(number % 2))
        shop.market.faults = {number: fault}
        report = shop.apply(allow=ALLOW)
        audit(shop)
        assert report.results.keys() == {change.key for change in report.plan.changes}
        if all(result.outcome == "applied" for result in report.results.values()):
            assert shop.plan().changes == (), f"call {number} was said to be applied"
        heal(shop)
        check_stranger(shop)
        assert_in_step(shop)


@pytest.mark.parametrize("lag", [0.0, 10.0])
@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.LATE, Fault.REFUSED])
@pytest.mark.parametrize("rich", [False, True])
def test_faults_at_two_calls_heal(fault: Fault, lag: float, rich: bool) -> None:
    for first in range(0, CALLS, 2):
        shop = busy_shop(lag=lag, rich=rich, parallel=1 + first % 3)
        shop.market.faults = {first: Fault.LOST_BEFORE, first + 1: fault, first + 5: Fault.LOST_AFTER}
        shop.apply(allow=ALLOW)
        audit(shop)
        heal(shop)
        check_stranger(shop)


def die(shop: FakeShop) -> None:
    with pytest.raises(Killed):
        shop.apply(allow=ALLOW)


@pytest.mark.parametrize("lag", [0.0, 10.0])
@pytest.mark.parametrize("rich", [False, True])
@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
def test_a_death_at_any_call_heals(fault: Fault, rich: bool, lag: float) -> None:
    for number in range(CALLS):
        shop = busy_shop(lag=lag, rich=rich)
        shop.market.faults = {number: fault}
        die(shop)
        heal(shop)
        check_stranger(shop)
        assert_in_step(shop)


@pytest.mark.parametrize("lag", [0.0, 10.0])
@pytest.mark.parametrize("after", [False, True])
def test_a_death_at_any_record_heals(after: bool, lag: float) -> None:
    undisturbed = busy_shop(lag=lag)
    undisturbed.apply(allow=ALLOW)
    for number in range(undisturbed.store.writes):
        shop = busy_shop(lag=lag)
        shop.store.dies_at, shop.store.after = number, after
        die(shop)
        heal(shop)
        check_stranger(shop)
        assert_in_step(shop)


@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
def test_a_death_while_it_heals_heals(fault: Fault) -> None:
    for number in range(0, CALLS, 3):
        shop = busy_shop(lag=10.0)
        shop.market.faults = {number: fault, number + 1: Fault.LOST_AFTER, number + 3: fault}
        die(shop)
        shop.revive()
        for _ in range(3):
            try:
                shop.apply(allow=ALLOW)
            except Killed:
                shop.revive()
        heal(shop)
        check_stranger(shop)


@pytest.mark.parametrize("parallel", [2, 8])
def test_a_death_among_parallel_calls_heals(parallel: int) -> None:
    for number in range(CALLS):
        shop = busy_shop(parallel=parallel)
        shop.market.faults = {number: Fault.KILL_AFTER}
        die(shop)
        heal(shop)
        check_stranger(shop)
