"""Baselines of accounts, of nothing but Python: digests of a file's lines, of a whole file, fingerprints in a set.

`lines` is the least that tells which accounts a file holds: a keyed digest of each line, kept. `whole` is the least
that tells whether it is still the same file. `remember` holds so many fingerprints. Each prints what it cost without
its start.
"""

import json
import random
import sys
import time
from hashlib import blake2b

_KEY = bytes(range(32))
_SIZE = 16


def lines(path: str) -> int:
    """Digest every line."""
    keys = set()
    with open(path, "rb") as file:
        for line in file:
            keys.add(blake2b(line, key=_KEY, digest_size=_SIZE).digest())
    return len(keys)


def whole(path: str) -> int:
    """Digest the file."""
    digest = blake2b(key=_KEY, digest_size=_SIZE)
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return len(digest.digest())


def remember(accounts: str) -> int:
    """Hold so many fingerprints in a set."""
    data = random.Random(1).randbytes(int(accounts) * _SIZE)
    return len({data[start : start + _SIZE] for start in range(0, len(data), _SIZE)})


if __name__ == "__main__":
    started, busy = time.perf_counter(), time.process_time()
    count = {"lines": lines, "whole": whole, "remember": remember}[sys.argv[1]](sys.argv[2])
    cost = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    print(json.dumps({**cost, "count": count}))
