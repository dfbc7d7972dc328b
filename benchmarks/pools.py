"""A pool of very many accounts: planned when all are new, sent, planned again, and planned when nothing changed.

What a pool costs is also told as what it adds: the same plan of the same catalog, with ten accounts in the pool, is
taken off, and the baseline is what the loop says of itself.
"""

import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.generate import write_pool
from benchmarks.report import Row, each, memory, ratio
from benchmarks.rounds import Candidate, Cost, in_turns, once, script
from benchmarks.shop import Shop, new_shop

_PRODUCTS: Final = 20
_FEW: Final = 10
_LINES_AIM: Final = 2.0
_WHOLE_AIM: Final = 1.5
_PEAK_AIM: Final = 150.0


def measure(root: Path, accounts: int, rounds: int) -> list[Row]:
    """Measure a pool of so many accounts, in a catalog of few products, beside one of ten accounts."""
    with ExitStack() as stack:
        large = stack.enter_context(new_shop(root / "large", _PRODUCTS))
        small = stack.enter_context(new_shop(root / "small", _PRODUCTS))
        file = write_pool(large.root, "keys", accounts)
        write_pool(small.root, "keys", _FEW)
        fresh = in_turns(_candidates(large, small, file), rounds)
        small.run("apply", "--auto-approve")
        calls = large.market.tell()["calls"]
        sent = once(Candidate(large.words("apply", "--auto-approve"), large.cache()))
        told = large.market.tell()
        if told["accounts"] != accounts:
            raise RuntimeError(f"{told['accounts']} of {accounts} accounts arrived")
        known = in_turns(_candidates(large, small, file), rounds)
    shutil.rmtree(root)
    return [
        *_planned("all new", accounts, fresh),
        *_planned("all sent", accounts, known),
        ratio("unchanged pool, warm plan, against one digest", accounts, known["warm"], known["whole"], _WHOLE_AIM),
        ratio("what it adds, against the digest alone", accounts, _added(known, "warm"), known["whole in"], _WHOLE_AIM),
        memory("unchanged pool, warm plan, peak memory", accounts, known["warm"], _PEAK_AIM),
        *each("accounts sent", accounts, sent, told["calls"] - calls),
    ]


def _planned(what: str, accounts: int, costs: dict[str, Cost]) -> list[Row]:
    name = f"pool planned, {what}"
    return [
        ratio(f"{name}, cold plan, against digests of its lines", accounts, costs["cold"], costs["lines"], _LINES_AIM),
        ratio(
            "what it adds, against the digests alone", accounts, _added(costs, "cold"), costs["lines in"], _LINES_AIM
        ),
        memory(f"{name}, peak memory", accounts, costs["cold"], _PEAK_AIM),
    ]


def _added(costs: dict[str, Cost], way: str) -> Cost:
    return costs[way].beside(costs[f"{way} small"])


def _candidates(large: Shop, small: Shop, file: Path) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for suffix, shop in (("", large), (" small", small)):
        cold = shop.cache("cold")
        found[f"cold{suffix}"] = Candidate(shop.words("plan"), cold, forget=cold["XDG_CACHE_HOME"])
        found[f"warm{suffix}"] = Candidate(shop.words("plan"), shop.cache())
    for way in ("lines", "whole"):
        words = script("hashing.py", way, file)
        found |= {way: Candidate(words), f"{way} in": Candidate(words, inner=True)}
    return found
