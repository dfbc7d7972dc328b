"""Running git: a clean environment, a time limit, nobody to ask, and nothing shown of what it says."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogsync.core.surroundings import FOR_GIT, for_child
from catalogsync.model.errors import StateError

LOCAL: Final = 60.0
"""Seconds that git may take for something on this machine."""
REMOTE: Final = 120.0
"""Seconds that git may take for a question to the remote, or a push."""
FETCH: Final = 600.0
"""Seconds that a whole state may take to come over a slow line."""

_OLDEST: Final = (2, 31)
"""The first that takes settings from its environment, where no other user of the machine can see them."""
_INSTALL: Final = "install git 2.31 or newer (https://git-scm.com/downloads), and see that `git version` tells so"
_KEPT: Final = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|PROXY_\w+|HTTP_\w+|EXEC_PATH|ALLOW_PROTOCOL|CONFIG\w*"
    r"|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)"
)
"""Which of git's variables count: how to get there. Not those that name another repository, or write logs."""
_OURS: Final = re.compile(r"GIT_\w+|LC_\w+|LANG|LANGUAGE|SSH_ASKPASS\w*")
_NEVER_ASK: Final = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
}
_SETTINGS: Final = re.compile(r"GIT_CONFIG\w*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What git answered. `said` may hold an address with a password: it is looked through, and never shown."""

    code: int
    out: bytes
    said: str


class Git:
    """Git in one folder, with an environment of its own.

    Attributes:
        folder: where it works.

    Args:
        folder: where it works.
        environ: the user's environment.
        settings: git's settings for this folder, in order; if given, no others count, whichever file they stand in.
        only: the file that counts as the user's own settings then.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        settings: tuple[tuple[str, str], ...] | None = None,
        only: Path = Path(os.devnull),
    ) -> None:
        self.folder = folder
        self._environ = {
            name: value
            for name, value in for_child(environ, needed=FOR_GIT).items()
            if _KEPT.fullmatch(name) or not _OURS.fullmatch(name)
        } | _NEVER_ASK
        if settings is not None:
            self._environ = {name: value for name, value in self._environ.items() if not _SETTINGS.fullmatch(name)}
            self._environ |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": str(only), "GIT_DIR": str(folder)}
            self._environ["GIT_CONFIG_COUNT"] = str(len(settings))
            for number, (name, value) in enumerate(settings):
                self._environ |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}

    def run(self, *words: str, given: bytes = b"", seconds: float = LOCAL) -> Answer | None:
        """Run it.

        Args:
            words: what git is to do; never a secret, for others on this machine can see them.
            given: its input.
            seconds: how long it may take.

        Returns:
            Its answer; None if it took too long, and was killed with all that it had started.

        Raises:
            StateError: there is no git.
        """
        try:
            git = subprocess.Popen(
                ["git", *words],
                cwd=self.folder,
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Without a terminal nobody can be asked for a password; and it ends with all that it has started.
                start_new_session=True,
            )
        except FileNotFoundError:
            if not self.folder.is_dir():
                return Answer(128, b"", "")
            raise StateError("the state is kept in git, but there is no git here", _INSTALL) from None
        except OSError as error:
            raise StateError(f"git cannot be run: {error.strerror}", _INSTALL) from None
        with git:
            try:
                out, said = git.communicate(given, timeout=seconds)
            except BaseException as error:
                os.killpg(git.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    return None
                raise
        return Answer(git.returncode, out, said.decode(errors="replace"))


def require_git(environ: Mapping[str, str]) -> None:
    """See that there is a git that can do what is needed.

    Raises:
        StateError: there is none, or it is too old.
    """
    answer = Git(Path("/"), environ).run("version")
    found = re.search(rb"\d+(\.\d+)+", answer.out) if answer else None
    version = found.group().decode() if found else "unknown"
    if tuple(int(part) for part in re.findall(r"\d+", version)) < _OLDEST:
        raise StateError(f"the state is kept in git, and this git is too old for it: {version}", _INSTALL)
