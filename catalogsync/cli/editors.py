"""The user's editor: which one it is, how it is kept from leaving copies elsewhere, and how it is run."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from catalogsync.model.errors import Interrupted, UsageError

_USUAL: Final = ("nano", "vim", "vi")
"""What is looked for where the user named none."""
_VIM_KEEPS_NOTHING: Final = "set noswapfile nobackup nowritebackup noundofile"
_QUIET: Final[Mapping[str, tuple[str, ...]]] = {
    # Twice: before the file is read, and once more after the user's own settings.
    "vim": ("-n", "-i", "NONE", "--cmd", _VIM_KEEPS_NOTHING, "-c", _VIM_KEEPS_NOTHING),
    "emacs": ("--eval", "(setq make-backup-files nil auto-save-default nil create-lockfiles nil)"),
    "nano": ("--ignorercfiles",),
}
"""Flags that keep an editor from leaving backups, swap, undo and history beside the file or in the user's folder."""
_BUILDS: Final = {"vim": "vim", "nvim": "vim", "gvim": "vim", "emacs": "emacs", "nano": "nano"}
"""Editors whose flags are known."""
_ENDING: Final = 2.0
"""Seconds that an editor has to end when it is told to."""


def find_editor(environ: Mapping[str, str]) -> list[str]:
    """The editor's words, with the flags that keep it from leaving copies, where they are known.

    `$VISUAL`, else `$EDITOR`, split as a shell splits words; else one that is usually there.

    Raises:
        UsageError: there is none, or what is named cannot be run.
    """
    name = next((name for name in ("VISUAL", "EDITOR") if environ.get(name, "").strip()), None)
    try:
        words = shlex.split(environ[name]) if name else [word for word in _USUAL if _program(word, environ)][:1]
    except ValueError:
        raise UsageError(f"${name} cannot be read: a quote in it is never closed") from None
    found = _program(words[0], environ) if words else None
    if found is None:
        message = f"${name} names no program that can be run" if name else "there is no editor here"
        raise UsageError(message, "name one, with its path if need be: `export VISUAL=nano`")
    return [*words, *_quiet(found)]


def _program(word: str, environ: Mapping[str, str]) -> str | None:
    return shutil.which(word, path=environ.get("PATH", os.defpath))


def _quiet(found: str) -> Sequence[str]:
    # `vi` leads to vim nearly everywhere, and vim to a build of it, such as vim.basic.
    build = Path(os.path.realpath(found)).name
    return _QUIET.get(_BUILDS.get(build.partition(".")[0].partition("-")[0], ""), ())


def run_editor(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run an editor, or what starts one, on this terminal, and wait for it.

    Ctrl-C is the editor's affair. Where this run itself is told to end, the editor is told so too.

    Args:
        words: the program and what it is given.
        environ: its environment.

    Returns:
        Its exit code.

    Raises:
        UsageError: it cannot be run, or a signal ended it.
    """
    with _terminal_kept(), _left_alone(signal.SIGINT, signal.SIGQUIT):
        try:
            process = subprocess.Popen(words, env=environ)
        except OSError as error:
            raise UsageError(f"{words[0]} cannot be run: {error.strerror}; nothing was changed") from None
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_ENDING)
            raise
    if code < 0:
        raise UsageError(f"{words[0]} was ended by {signal.Signals(-code).name}; nothing was changed")
    return code


@contextmanager
def ending_at_once() -> Iterator[None]:
    """While this is open, SIGTERM and SIGHUP raise, so that what must be removed is removed at once."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted("told to end; nothing was changed")

    with _handled({signal.SIGTERM: handle, signal.SIGHUP: handle}):
        yield


@contextmanager
def _left_alone(*numbers: signal.Signals) -> Iterator[None]:
    # Not SIG_IGN, which the editor would inherit.
    with _handled(dict.fromkeys(numbers, lambda _number, _frame: None)):
        yield


@contextmanager
def _handled(handlers: "Mapping[signal.Signals, signal._HANDLER]") -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """An editor that was killed leaves the terminal as it had it, where no question can be answered."""
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(number, termios.TCSADRAIN, before)
