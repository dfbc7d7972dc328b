"""Runs a command and prints what it cost; a process of its own, so small that it adds nothing to what it measures.

A child's peak memory includes what its parent held when it was forked, so the parent must be nearly empty. Nothing of
the project may be imported here.
"""

import json
import os
import sys
import time


def main(words: list[str]) -> None:
    """Run a command, its output thrown away, and print what it cost and how it ended, as JSON."""
    silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    started = time.perf_counter()
    child = os.posix_spawn(words[0], words, os.environ, file_actions=silence)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    cost = {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "mib": usage.ru_maxrss / unit}
    print(json.dumps({**cost, "code": os.waitstatus_to_exitcode(status)}))


if __name__ == "__main__":
    main(sys.argv[1:])
