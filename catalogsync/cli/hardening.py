"""Nothing of a secret may be left by a failure: no core dump, no traceback, no log or warning of a library's."""

import os
import sys
import threading
import warnings
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_PR_SET_DUMPABLE: Final = 4
"""prctl(2)."""


def say_no_values() -> None:
    """Whatever is raised where nobody catches it is told by its kind and its place alone.

    A message, a value in a traceback and the text of a warning may each hold an account.
    """
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_a_thread
    warnings.showwarning = _warned


def guard_memory() -> None:
    """Leave no memory behind and let nobody look at it; called before the first secret is read.

    A limit of 0 keeps the kernel from writing core files. Where it gives them to a program instead, as most Linux
    systems do, that limit does not count, and only a process that may not be dumped is not. Nor may other programs of
    the same user trace it then. Libraries have nothing to log, whatever their settings say.
    """
    import logging
    from ctypes import CDLL

    logging.disable(logging.CRITICAL)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def where(trace: TracebackType | None) -> str:
    """The innermost place of our own in a traceback, without any value."""
    place = "an unknown place"
    while trace is not None:
        parts = trace.tb_frame.f_code.co_filename.split(os.sep)
        if "catalogsync" in parts:
            place = f"{'/'.join(parts[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _uncaught(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    _say(kind, trace)


def _unraisable(what: "UnraisableHookArgs") -> None:
    _say(what.exc_type, what.exc_traceback)


def _in_a_thread(what: threading.ExceptHookArgs) -> None:
    if what.exc_type is not SystemExit:
        _say(what.exc_type, what.exc_traceback)


def _warned(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any) -> None:
    del message
    _write(f"warning: {category.__name__} at {'/'.join(filename.split(os.sep)[-2:])}:{lineno}; please report it")


def _say(kind: type[BaseException], trace: TracebackType | None) -> None:
    _write(f"error: this should not happen: {kind.__name__} at {where(trace)}; please report it")


def _write(text: str) -> None:
    # At the very end of a process there may be nobody left to write to.
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{text}\n")
