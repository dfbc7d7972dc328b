"""The sops program, for files in its form, which are never written by ourselves."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from catalogsync.model.errors import UsageError

_SECONDS: Final = 60.0
_KEPT: Final = re.compile(r"PATH|HOME|TMPDIR|LANG|LC_\w+|XDG_CONFIG_HOME|SOPS_AGE_KEY(_FILE)?")
"""All of our environment that it sees: it looks for age keys where we do."""
_RECIPIENT: Final = re.compile(rb"^ *-? *recipient: *\"?(age1[0-9a-z]+)", re.MULTILINE)
_NO_TEXT: Final = re.compile(rb"type:(int|float|bool|time)\]")
_FORM: Final = ("--input-type", "yaml", "--output-type", "yaml")


class SopsProgram:
    """The sops program that is installed.

    Args:
        environ: the environment.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {name: value for name, value in environ.items() if _KEPT.fullmatch(name)}

    def require(self, what: str) -> None:
        """See that there is such a program, before anything is done.

        Raises:
            UsageError: there is none to do this with.
        """
        if shutil.which("sops", path=self._environ.get("PATH", os.defpath)) is None:
            raise _not_installed(what)

    def encrypt(self, name: str, text: bytes, recipients: Sequence[str]) -> bytes:
        """A SOPS file.

        Args:
            name: what it is to be called.
            text: a pool file in clear text.
            recipients: `age1…` texts.

        Raises:
            UsageError: there is no such program, it refuses, or it takes a text for a number.
        """
        words = ("--age", ",".join(recipients), *_FORM, "--filename-override", os.path.basename(name), "/dev/stdin")
        data = self._run("encrypt", words, f"make {name}", text)
        if _NO_TEXT.search(data):
            raise UsageError(
                f"sops takes a text in {name} for a number or a date, and would change it",
                'put quotes around it, as in `password: "0123"`; or encrypt without --sops',
            )
        return data

    def decrypt(self, path: Path) -> bytes:
        """What a SOPS file holds.

        Raises:
            UsageError: there is no such program, or it cannot open the file.
        """
        return self._run("decrypt", (*_FORM, str(path)), f"open {path.name}")

    def rotate(self, path: Path, recipients: Sequence[str]) -> bytes:
        """A SOPS file with a new data key, encrypted to other recipients.

        Raises:
            UsageError: there is no such program, or it cannot open the file.
        """
        there = recipients_in(path.read_bytes())
        words = [*_FORM]
        if more := sorted(set(recipients) - there):
            words += ["--add-age", ",".join(more)]
        if less := sorted(there - set(recipients)):
            words += ["--rm-age", ",".join(less)]
        return self._run("rotate", (*words, str(path)), f"encrypt {path.name} anew")

    def _run(self, command: str, words: Sequence[str], what: str, given: bytes = b"") -> bytes:
        try:
            program = subprocess.Popen(
                # No settings of its own count: who the recipients are is decided here.
                ["sops", "--disable-version-check", "--config", os.devnull, command, *words],
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # What it says may quote the file.
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            raise _not_installed(what) from None
        with program:
            try:
                out, _ = program.communicate(given, timeout=_SECONDS)
            except BaseException as error:
                os.killpg(program.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise UsageError(f"sops took longer than {_SECONDS:.0f} seconds to {what}") from None
                raise
        if program.returncode != 0 or not out:
            hint = f"`sops {command}` of the file tells more; is your age key at hand?"
            raise UsageError(f"sops cannot {what} (its exit code is {program.returncode})", hint)
        return out


def _not_installed(what: str) -> UsageError:
    hint = "install it (https://getsops.io), or use age files, which need no other program"
    return UsageError(f"the sops program is needed to {what}, and it is not installed", hint)


def recipients_in(data: bytes) -> frozenset[str]:
    """The age recipients that a SOPS file names."""
    return frozenset(found.decode() for found in _RECIPIENT.findall(data.rpartition(b"\nsops:")[2]))
