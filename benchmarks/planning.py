"""A cold plan of unchanged products as a whole process, against the naive script as a whole process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.report import Row, growth, ratio
from benchmarks.rounds import Cost, python, whole_processes
from benchmarks.shop import Shop

_AIM: Final = 0.80
_PEAK_AIM: Final = 250.0
_FAR: Final = 50
"""Milliseconds to a marketplace that is not on this machine."""
_NAIVE: Final = Path(__file__).with_name("naive.py")


def measure(shops: Sequence[Shop], rounds: int) -> list[Row]:
    """Plan each shop, and let the naive script compare it.

    Args:
        shops: each in step with its sandbox, so that there is nothing to do.
        rounds: how often.
    """
    near = _costs(shops, rounds)
    for shop in shops:
        shop.market.configure(latency_ms=_FAR)
    far = _costs(shops, rounds)
    for shop in shops:
        shop.market.configure(latency_ms=0)
    return [
        *_ratios("cold plan, against the naive script", near),
        *_ratios(f"cold plan, {_FAR} ms away, against the naive script", far),
        *growth("cold plan", {count: plan for count, (plan, _) in near.items()}),
        *[
            Row(
                "cold plan, peak memory",
                count,
                f"{plan.mib:.0f} MiB",
                f"{naive.mib:.0f} MiB",
                plan.mib,
                _PEAK_AIM,
                "MiB",
            )
            for count, (plan, naive) in near.items()
        ],
    ]


def _costs(shops: Sequence[Shop], rounds: int) -> dict[int, tuple[Cost, Cost]]:
    """What a plan and the naive script cost, by the shop's size."""
    commands: dict[str, list[str]] = {}
    for shop in shops:
        plan = python("catalogsync", "-C", shop.root, "plan", "--detailed-exitcode")
        commands |= {f"plan {shop.count}": plan, f"naive {shop.count}": [plan[0], str(_NAIVE), str(shop.root)]}
    costs = whole_processes(commands, rounds)
    return {shop.count: (costs[f"plan {shop.count}"], costs[f"naive {shop.count}"]) for shop in shops}


def _ratios(what: str, costs: dict[int, tuple[Cost, Cost]]) -> list[Row]:
    return [ratio(what, count, plan, naive, _AIM) for count, (plan, naive) in costs.items()]
