"""Thousands of worlds in which everything goes wrong that can, and no promise is broken in any of them."""

import pytest

from tests.harness.canary import leaks
from tests.simulation.__main__ import several
from tests.simulation.world import run

BLOCK = 250
BLOCKS = 20


@pytest.mark.timeout(600)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_promise_is_broken(block: int) -> None:
    counts, failures = several(range(block * BLOCK, (block + 1) * BLOCK))
    assert failures == []
    assert min(counts["kills"], counts["doubts"], counts["takeovers"], counts["accounts to orders"]) > 0


def test_a_seed_replays_exactly() -> None:
    traces: list[list[str]] = [[], []]
    for seed in range(10):
        for trace in traces:
            run(seed, log=trace.append)
    assert traces[0] == traces[1]
    assert not any(leaks(line) for line in traces[0])
