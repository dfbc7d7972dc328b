"""`python -m tests.kill_sweep [SEED]`: kill real runs at every call and every use of a file; each must heal."""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.kill_sweep.sweep import SWEEPS, Tally, sweep


def main() -> int:
    """Run all sweeps, two at a time, and print what they came to."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    began = time.monotonic()
    total = Tally("all")
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(sweep, *each, seed) for each in SWEEPS]):
            tally = done.result()
            print(tally, flush=True)
            total.kills += tally.kills
            total.errors += tally.errors
            total.late += tally.late
            total.doubts += tally.doubts
            total.doubles += tally.doubles
            total.wrong += tally.wrong
    total.seconds = time.monotonic() - began
    print(f"{total}, seed {seed}")
    for text in total.wrong:
        print(f"\nwrong: {text}")
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
