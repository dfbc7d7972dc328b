"""Replays one world, or lets many happen: `python -m tests.simulation --seed N -v`, `--worlds N --from S --jobs 2`."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from catalogsync.model.errors import CatalogsyncError
from tests.simulation.scheduler import Violation
from tests.simulation.world import World, run

BLOCK = 250
NAMES = ("kills", "doubts", "takeovers", "accounts sent again", "orders", "accounts to orders")


def main() -> int:
    """Give back the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="replay the world of this seed")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what happens in it, in order")
    parser.add_argument("--worlds", type=int, default=5000, help="how many worlds (default: %(default)s)")
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED", help="the first seed")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes (default: %(default)s)")
    words = parser.parse_args()
    if words.seed is not None:
        return _replay(words.seed, verbose=words.verbose)
    return _soak(range(words.first, words.first + words.worlds), words.jobs)


def _replay(seed: int, *, verbose: bool) -> int:
    world = World(seed, log=print if verbose else None)
    if verbose:
        print(world.traits)
    try:
        world.run()
    except (Violation, CatalogsyncError) as error:
        print(f"seed {seed}: {error}")
        return 1
    print(f"seed {seed}: every promise was kept; {_told(world.counts)}")
    return 0


def _soak(seeds: range, jobs: int) -> int:
    began = time.monotonic()
    counts: Counter[str] = Counter()
    failures: list[str] = []
    with ProcessPoolExecutor(jobs) as pool:
        for block, broken in pool.map(several, _blocks(seeds)):
            counts += block
            failures += broken
    for failure in failures:
        print(failure)
    print(f"{len(seeds)} worlds from seed {seeds.start}: {_told(counts)}, {time.monotonic() - began:.0f} s")
    print(f"broken promises: {len(failures)}")
    return 1 if failures else 0


def several(seeds: range) -> tuple[Counter[str], list[str]]:
    """Let worlds happen. Gives back what happened in them, and what was broken."""
    counts: Counter[str] = Counter()
    failures: list[str] = []
    for seed in seeds:
        try:
            counts += run(seed).counts
        except Violation as violation:
            failures.append(f"seed {seed}: {violation}")
    return counts, failures


def _blocks(seeds: range) -> Iterator[range]:
    return (range(start, min(start + BLOCK, seeds.stop)) for start in range(seeds.start, seeds.stop, BLOCK))


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in NAMES)


if __name__ == "__main__":
    sys.exit(main())
