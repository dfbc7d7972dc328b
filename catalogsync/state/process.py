"""Which process this is, and whether another one is still alive."""

import os
import re
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_START: Final = 19
"""Place of `starttime` after the process's name and state in /proc/PID/stat (proc(5) counts it as field 22)."""


def this_process() -> tuple[str, int, str]:
    """This process: the host's name, the process id, and a text that no later process of that id will share."""
    return os.uname().nodename, os.getpid(), _birth(os.getpid()) or ""


def alive(host: str, pid: int, started: str) -> bool:
    """Whether a process may still be alive; False only where that it is not is proven.

    Args:
        host: as `this_process` gave it.
        pid: as `this_process` gave it.
        started: as `this_process` gave it.
    """
    if host != os.uname().nodename:
        return True
    mine = _birth(os.getpid())
    if mine is None and not started:
        return _exists(pid)
    # Two machines or containers may share a name; where kernel and process namespace are others, a pid says nothing.
    if mine is None or _ground(mine) != _ground(started):
        return True
    theirs = _birth(pid)
    return _exists(pid) if theirs is None else theirs == started


def _birth(pid: int) -> str | None:
    """Boot, process namespace and start time; None where /proc does not show the process. A zombie has no birth."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = re.sub(r"\D", "", os.readlink(_PROC / "self/ns/pid"))
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else f"{boot}/{namespace}/{fields[_START - 1]}"


def _ground(birth: str) -> str:
    return birth.rpartition("/")[0]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
