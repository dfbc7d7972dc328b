"""Feeds wrong inputs to every reader: `python -m tests.fuzz --inputs N --jobs 2`; `--seed N -v` shows one again."""

import argparse
import sys
import time
from collections.abc import Sequence

from tests.fuzz import answers, catalog_files, lying_lists, own_files, sealed_files, sheet_files
from tests.fuzz.trial import SECONDS, Target
from tests.fuzz.workers import Inputs, feed, warm

TARGETS: tuple[Target, ...] = (
    *catalog_files.targets(),
    *answers.targets(),
    *lying_lists.targets(),
    *own_files.targets(),
    *sealed_files.targets(),
    *sheet_files.targets(),
)


def main(targets: Sequence[Target] = TARGETS, seconds: float = SECONDS) -> int:
    """Give back the exit code."""
    names = [target.name for target in targets]
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many (default: %(default)s)")
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED", help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="feed the input of this seed alone")
    parser.add_argument("--only", choices=names, help="only this target")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the input")
    words = parser.parse_args()
    inputs = Inputs([target for target in targets if words.only in (None, target.name)], seconds)
    if words.seed is not None:
        return _again(inputs, words.seed, verbose=words.verbose)
    began = time.monotonic()
    warm(inputs)
    found = 0
    for finding in feed(inputs, range(words.first, words.first + words.inputs), words.jobs):
        found += 1
        again = f"--only {finding.target} --seed {finding.seed} -v"
        print(f"{finding.target}: {finding.what}\n  {parser.prog} {again}", flush=True)
    print(f"{words.inputs} inputs from seed {words.first}, {time.monotonic() - began:.0f} s")
    print(f"findings: {found}")
    return 1 if found else 0


def _again(inputs: Inputs, seed: int, *, verbose: bool) -> int:
    if verbose:
        print(f"{inputs.target(seed).name}: {inputs.trial(seed).fed!r}")
    warm(inputs)
    findings = list(feed(inputs, range(seed, seed + 1), 1))
    for finding in findings:
        print(finding.what)
    if findings and verbose:
        inputs.trial(seed).run()
    print("kept" if not findings else "broken")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
