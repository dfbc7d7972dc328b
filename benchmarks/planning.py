"""A cold plan of unchanged products as a whole process, against the naive script as a whole process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.report import Row, growth, ratio
from benchmarks.rounds import python, whole_processes
from benchmarks.shop import Shop

_AIM: Final = 0.80
_PEAK_AIM: Final = 250.0
_NAIVE: Final = Path(__file__).with_name("naive.py")


def measure(shops: Sequence[Shop], rounds: int) -> list[Row]:
    """Plan each shop, and let the naive script compare it.

    Args:
        shops: each in step with its sandbox, so that there is nothing to do.
        rounds: how often.
    """
    commands: dict[str, list[str]] = {}
    for shop in shops:
        plan = python("catalogsync", "-C", shop.root, "plan", "--detailed-exitcode")
        commands |= {f"plan {shop.count}": plan, f"naive {shop.count}": [plan[0], str(_NAIVE), str(shop.root)]}
    costs = whole_processes(commands, rounds)
    rows = [
        ratio(
            "cold plan, against the naive script",
            shop.count,
            costs[f"plan {shop.count}"].seconds,
            costs[f"naive {shop.count}"].seconds,
            _AIM,
        )
        for shop in shops
    ]
    rows += growth("cold plan", {shop.count: costs[f"plan {shop.count}"].seconds for shop in shops})
    for shop in shops:
        peak, other = costs[f"plan {shop.count}"].mib, costs[f"naive {shop.count}"].mib
        rows.append(
            Row("cold plan, peak memory", shop.count, f"{peak:.0f} MiB", f"{other:.0f} MiB", peak, _PEAK_AIM, "MiB")
        )
    return rows
