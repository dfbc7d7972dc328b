"""A ledger of very many accounts in the state: written and read back, against a bare set of their fingerprints.

As a program it writes or reads one. All three are measured as whole processes.
"""

import random
import sys
import threading
from pathlib import Path
from typing import Final

from benchmarks.report import Row, ratio
from benchmarks.rounds import Candidate, in_turns, once, python, script

_AT_A_TIME: Final = 10_000


def measure(folder: Path, accounts: int, rounds: int) -> list[Row]:
    """Write a state with so many accounts once; then read it, and build the set, in turns."""
    ways = {way: Candidate(python("benchmarks.ledger", way, folder, str(accounts))) for way in ("write", "read")}
    written = once(ways["write"])
    remember = Candidate(script("hashing.py", "remember", str(accounts)))
    costs = in_turns({"read": ways["read"], "remember": remember}, rounds)
    read, bare = costs["read"], costs["remember"]
    size = sum(path.stat().st_size for path in folder.rglob("*.json"))
    return [
        ratio("ledger written, against a set in memory", accounts, written, bare, None),
        ratio("ledger read, against a set in memory", accounts, read, bare, None),
        Row(
            "ledger read, peak memory against the set's",
            accounts,
            f"{read.mib:.0f} MiB",
            f"{bare.mib:.0f} MiB",
            read.mib / bare.mib,
            1.0,
        ),
        Row(
            "ledger on disk, snapshots included",
            accounts,
            f"{size / (1 << 20):.0f} MiB",
            "",
            size / accounts,
            None,
            "B",
        ),
    ]


def _write(folder: Path, accounts: int) -> None:
    from catalogsync.cli.clock import SystemClock
    from catalogsync.model.config import StateConfig
    from catalogsync.model.events import Marked
    from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
    from catalogsync.model.state import Run
    from catalogsync.state import create_state

    dice = random.Random(1)
    journal = create_state(StateConfig(), folder, None, SystemClock(threading.Event()))
    journal.begin(Run(id="bench", command="apply", at="2026-01-01T00:00:00.000Z", host="bench", pid=1))
    for start in range(0, accounts, _AT_A_TIME):
        count = min(_AT_A_TIME, accounts - start)
        batch = Batch(f"batch-{start}", "accplanet/p-1", "item", "item", count, Fate.SENT)
        length = count * FINGERPRINT
        journal.write(Marked("item", batch, dice.randbytes(length), dice.randbytes(length)))
    journal.end(applied=True)


def _read(folder: Path, accounts: int) -> None:
    from catalogsync.cli.clock import SystemClock
    from catalogsync.model.config import StateConfig
    from catalogsync.state import open_journal

    journal = open_journal(StateConfig(), folder, None, SystemClock(threading.Event()))
    if journal is None or len(journal.state.ledger) != accounts:
        raise SystemExit("the ledger did not come back whole")


def main(way: str, folder: Path, accounts: int) -> None:
    """Do one of the two."""
    {"write": _write, "read": _read}[way](folder, accounts)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
