"""Runs on orders that are killed, or struck by a disk: then each order has its accounts, once, and none was lost."""

from collections.abc import Iterator

import pytest

from tests.harness.market import Market, running_market
from tests.kill_sweep.cases import AtCall, AtDoor, Outcome, at, carry_out, kills_at_calls
from tests.kill_sweep.doors import Strike, Use
from tests.kill_sweep.runs import KILLED
from tests.kill_sweep.scenes import Scene
from tests.kill_sweep.test_kills import BROKEN, FORBIDDEN, FULL, READ_ONLY, name

CALLS = ["deliver"] + ["manual_update"] * 4
READS = [AtCall("orders", 1, "after"), *kills_at_calls(["manual_orders"] * 2)]
CHANGES = (
    ("open", "record", "before"),
    ("write", "record", "half"),
    ("link", "record", "before"),
    ("link", "record", "after"),
    ("fsync", "folder", "after"),
    ("rename", "head", "before"),
)
ERRORS = (
    ("open", "record", Strike(1, FULL, lasting=True)),
    ("write", "record", Strike(1, FULL, "half", lasting=True)),
    ("open", "record", Strike(1, READ_ONLY, lasting=True)),
    ("fsync", "record", Strike(1, BROKEN)),
    ("link", "record", Strike(1, FORBIDDEN)),
    ("link", "record", Strike(1, BROKEN, "after")),
)


@pytest.fixture(scope="module")
def market() -> Iterator[Market]:
    """A sandbox of its own: three scenes are made there, and each is brought back to its moment for each case."""
    with running_market() as market:
        yield market


@pytest.fixture(scope="module")
def fulfill(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene("fulfill", tmp_path_factory.mktemp("fulfill"), market)


@pytest.fixture(scope="module")
def plan(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene("plan", tmp_path_factory.mktemp("plan"), market)


@pytest.fixture(scope="module")
def kept(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene("kept", tmp_path_factory.mktemp("kept"), market)


def killed(scene: Scene, case: AtCall | AtDoor) -> Outcome:
    outcome = carry_out(scene, case)
    # Answers that come together share a record, so that the last uses of a run may not be there.
    assert outcome.code == KILLED or (isinstance(case, AtDoor) and outcome.code == 0)
    return outcome


def test_the_calls_below_are_all_there_are(fulfill: Scene, plan: Scene, kept: Scene) -> None:
    assert (fulfill.calls, plan.calls, kept.calls) == (CALLS, [], ["append"])
    assert set(fulfill.reads) == set(plan.reads) == {"orders", "manual_orders"}


@pytest.mark.parametrize("case", [*READS, *kills_at_calls(CALLS)], ids=name)
def test_filling_is_killed_at_a_call(fulfill: Scene, case: AtCall) -> None:
    assert killed(fulfill, case).doubts == 0


@pytest.mark.parametrize("share", [0.25, 0.8])
@pytest.mark.parametrize(("door", "file", "when"), CHANGES)
def test_filling_is_killed_at_a_record(fulfill: Scene, door: str, file: str, when: str, share: float) -> None:
    assert killed(fulfill, at(fulfill.uses, Use(door, file), share, Strike(1, "KILL", when))).doubts == 0


@pytest.mark.parametrize("share", [0.25, 0.75])
@pytest.mark.parametrize(("door", "file", "strike"), ERRORS, ids=name)
def test_filling_meets_a_broken_disk(fulfill: Scene, door: str, file: str, strike: Strike, share: float) -> None:
    outcome = carry_out(fulfill, at(fulfill.uses, Use(door, file), share, strike))
    assert outcome.code == (3 if share > 0.5 else 1), outcome.error
    assert "the state cannot be written: " in outcome.error
    assert outcome.doubts == 0


@pytest.mark.parametrize("case", READS, ids=name)
def test_a_plan_is_killed_at_a_call(plan: Scene, case: AtCall) -> None:
    assert killed(plan, case).doubts == 0


@pytest.mark.parametrize(("door", "file", "when"), CHANGES)
def test_a_plan_is_killed_at_a_record(plan: Scene, door: str, file: str, when: str) -> None:
    # The lease is the first record that it writes, the orders are the second.
    assert killed(plan, at(plan.uses, Use(door, file), 1 / 3, Strike(1, "KILL", when))).doubts == 0


@pytest.mark.parametrize(("door", "file", "strike"), ERRORS[1:4], ids=name)
def test_a_plan_meets_a_broken_disk(plan: Scene, door: str, file: str, strike: Strike) -> None:
    outcome = carry_out(plan, at(plan.uses, Use(door, file), 1 / 3, strike))
    assert (outcome.code, "the state cannot be written: " in outcome.error) == (1, True)


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_apply_between_plan_and_filling_is_killed_at_its_call(kept: Scene, when: str) -> None:
    # Whether accounts arrived at a listing only a person can tell, as ever; orders do not wait for that.
    assert killed(kept, AtCall("append", 1, when)).doubts == (when == "before")


@pytest.mark.parametrize("share", [0.4, 0.7])
@pytest.mark.parametrize(("door", "file", "when"), CHANGES[2:5])
def test_an_apply_between_plan_and_filling_is_killed_at_a_record(
    kept: Scene, door: str, file: str, when: str, share: float
) -> None:
    assert killed(kept, at(kept.uses, Use(door, file), share, Strike(1, "KILL", when))).doubts <= 1
