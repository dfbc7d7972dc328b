"""A plan of unchanged products as a whole process, cold and warm, near and far, against a script and the floor."""

from collections.abc import Sequence
from typing import Final

from benchmarks.report import Row, growth, memory, ratio
from benchmarks.rounds import Candidate, Cost, in_turns, script
from benchmarks.shop import Shop

_NAIVE_AIM: Final = 0.6
_FLOOR_AIM: Final = 4.0
_FAR_AIM: Final = 1.3
_WARM_AIM: Final = 0.35
_PEAK_AIMS: Final = {10_000: 150.0, 100_000: 350.0}
"""MiB that the largest process may take, by the number of products."""
_FAR: Final = 50
"""Milliseconds to a marketplace that is not on this machine."""
_WAYS: Final = ("cold", "warm")
BASELINES_UP_TO: Final = 10_000
"""With more products than that only the plan itself is measured."""


def plans(shop: Shop) -> dict[str, Candidate]:
    """A cold plan, whose cache is emptied before every run, and a warm one."""
    words = shop.words("plan", "--detailed-exitcode")
    cold = shop.cache("cold")
    return {
        f"cold {shop.count}": Candidate(words, cold, forget=cold["XDG_CACHE_HOME"]),
        f"warm {shop.count}": Candidate(words, shop.cache()),
    }


def measure(shops: Sequence[Shop], rounds: int) -> list[Row]:
    """Plan each shop, and let the baselines read it.

    Args:
        shops: each in step with its marketplace, so that there is nothing to do.
        rounds: how often.
    """
    near = in_turns(_candidates(shops), rounds)
    small = [shop for shop in shops if shop.count <= BASELINES_UP_TO][-1]
    small.market.tell(latency_ms=_FAR)
    far = in_turns(_candidates([small]), rounds)
    small.market.tell(latency_ms=0)
    sizes = [shop.count for shop in shops]
    rows: list[Row] = []
    for size in sizes:
        cold, warm = near[f"cold {size}"], near[f"warm {size}"]
        if f"naive {size}" in near:
            rows += [
                ratio("cold plan, against the naive script", size, cold, near[f"naive {size}"], _NAIVE_AIM),
                ratio("cold plan, against the floor", size, cold, near[f"floor {size}"], _FLOOR_AIM),
            ]
        rows.append(ratio("warm plan, against the cold one", size, warm, cold, _WARM_AIM))
        rows += [memory(f"{way} plan, peak memory", size, near[f"{way} {size}"], _PEAK_AIMS.get(size)) for way in _WAYS]
    for way in _WAYS:
        rows += growth(f"{way} plan", {size: near[f"{way} {size}"] for size in sizes[-2:]})
    return [*rows, *_far_rows(far, small.count)]


def _candidates(shops: Sequence[Shop]) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for shop in shops:
        found |= plans(shop)
        if shop.count <= BASELINES_UP_TO:
            found[f"naive {shop.count}"] = Candidate(script("naive.py", shop.root))
            found[f"floor {shop.count}"] = Candidate(script("floor.py", shop.root))
    return found


def _far_rows(far: dict[str, Cost], size: int) -> list[Row]:
    cold, warm, floor = far[f"cold {size}"], far[f"warm {size}"], far[f"floor {size}"]
    away = f"{_FAR} ms away"
    return [
        ratio(f"cold plan, {away}, against the floor", size, cold, floor, _FAR_AIM),
        ratio(f"warm plan, {away}, against the floor", size, warm, floor, None),
        ratio(f"cold plan, {away}, against the naive script", size, cold, far[f"naive {size}"], None),
    ]
