"""What git says about the catalog's commits; git is asked, never told to change anything."""

import os
import re
import signal
import subprocess
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from catalogsync.core.surroundings import FOR_GIT, for_child

_REMOTE: Final = "origin"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HELPER: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*::")


class Repository:
    """The git repository that a folder lies in, if it lies in one.

    Args:
        folder: the catalog's; may be a part of the repository.
        environ: the environment.
        local: seconds that git may take here.
        remote: seconds that the remote may take.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str], *, local: float = 10.0, remote: float = 20.0) -> None:
        self._folder = folder
        self._local = local
        self._remote = remote
        self._start = ["git", "-C", str(folder), "-c", "core.hooksPath=/dev/null"]
        # Whatever would ask a person is told that there is none; a file that is not here is not fetched.
        never = {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GIT_NO_LAZY_FETCH": "1"}
        self._given = {**environ, **never}
        self._environ = for_child(self._given, needed=FOR_GIT)

    def top(self) -> Path | None:
        """The repository's folder; None if there is no git, or no repository with files in it."""
        code, out = self._git("rev-parse", "--show-toplevel")
        return Path(out) if code == 0 and out else None

    def default_branch(self) -> str:
        """What is merged into: as the remote says, or else the branch that is checked out, or main."""
        for words in (("symbolic-ref", "refs/remotes/origin/HEAD"), ("symbolic-ref", "HEAD")):
            code, out = self._git(*words)
            if code == 0:
                return out.removeprefix("refs/remotes/origin/").removeprefix("refs/heads/")
        return "main"

    def head(self) -> str | None:
        """The commit that is checked out; None if there is no git, no repository, or no commit."""
        code, out = self._git("rev-parse", "HEAD")
        return out or None if code == 0 else None

    def prefix(self) -> str | None:
        """Where the folder is in the repository, with a `/` at its end, "" for all of it; None if nobody can tell."""
        code, out = self._git("rev-parse", "--show-prefix")
        return out if code == 0 else None

    def contains(self, commit: str) -> bool | None:
        """Whether a commit is the one that is checked out, or came before it; None if nobody can tell."""
        code, _ = self._git("merge-base", "--is-ancestor", commit, "HEAD")
        if code == 0:
            return True
        if code is None:
            return None
        if self._git("rev-parse", "--is-shallow-repository") != (0, "true"):
            return False
        # What was cut off may hold it, unless it is seen to have come later.
        later, _ = self._git("merge-base", "--is-ancestor", "HEAD", commit)
        return False if later == 0 else None

    def tip(self, ref: str) -> str | None:
        """The newest commit of a branch at the remote, "" if there is no such branch, None if nobody can tell."""
        from catalogsync.model.errors import StateError
        from catalogsync.state.git.remote import Remote

        try:
            # The same way in as the state's, and so the same token: a checkout in CI leaves no credentials behind.
            remote = Remote.find(_REMOTE, self._folder, self._given, _REMOTE)
            return remote.tip(ref, self._folder.absolute(), self._given, self._remote)
        except StateError:
            return None

    def remotes(self) -> Iterator[tuple[str, str]]:
        """Name and address of each remote; user, password and query of an address are cut off."""
        _, out = self._git("remote", "-v")
        seen = set()
        for line in out.splitlines():
            name, _, rest = line.partition("\t")
            remote = (name, without_credentials(rest.rpartition(" ")[0]))
            if remote not in seen:
                seen.add(remote)
                yield remote

    def committed(self, *patterns: str) -> tuple[str, ...] | None:
        """The files in git that fit git's own patterns, by their names in the repository; None if nobody can tell."""
        code, out = self._git("ls-files", "-z", "--full-name", "--", *patterns)
        return tuple(name for name in out.split("\0") if name) if code == 0 else None

    def has_history(self, path: str) -> bool:
        """Whether a path, relative to the folder, stands in a commit before or at the one that is checked out."""
        code, out = self._git("log", "-1", "--format=%h", "--", path)
        return code == 0 and bool(out)

    def unmerged(self, path: str) -> dict[int, bytes]:
        """The versions of a file that a merge could not put together: 1 from before, 2 ours, 3 theirs."""
        _, out = self._git("ls-files", "--unmerged", "-z", "--", f":(literal){path}")
        found = {}
        for line in filter(None, out.split("\0")):
            _, blob, number = line.partition("\t")[0].split(" ")
            code, data = self._raw("cat-file", "blob", blob)
            if code == 0:
                found[int(number)] = data
        return found

    def staged_otherwise(self, paths: Collection[str]) -> dict[str, bytes]:
        """What git would commit of files, relative to the folder, that are not so on disk or are there no more."""
        literal = [f":(literal){path}" for path in paths]
        _, out = self._git("diff", "--name-only", "--relative", "--no-ext-diff", "-z", "--", *literal)
        found = {}
        for path in filter(None, out.split("\0")):
            code, data = self._raw("cat-file", "blob", f":0:./{path}")
            if code == 0:
                found[path] = data
        return found

    def may_change(self, path: str) -> bool:
        """Whether git may take a file for text, and give it other line ends on some machines."""
        code, out = self._git("check-attr", "-z", "text", "--", path)
        return code == 0 and out.strip("\0").rpartition("\0")[2] != "unset"

    def ignores(self, path: str) -> bool | None:
        """Whether git leaves a path alone; None if nobody can tell."""
        code, _ = self._git("check-ignore", "-q", "--", path)
        return {0: True, 1: False}.get(code) if code is not None else None

    def _git(self, *words: str, seconds: float | None = None) -> tuple[int | None, str]:
        """Its exit code and what it said, as a text; None where it could not be run, or took too long."""
        code, out = self._raw(*words, seconds=seconds)
        return code, out.decode(errors="replace").strip()

    def _raw(self, *words: str, seconds: float | None = None) -> tuple[int | None, bytes]:
        """Its exit code and what it said; None where it could not be run, or took too long.

        What it says on stderr is not read: an address with a password may be in it.
        """
        try:
            git = subprocess.Popen(
                [*self._start, *words],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Without a terminal nobody can be asked for a password; and it ends with all that it has started.
                start_new_session=True,
            )
        except OSError:
            return None, b""
        with git:
            try:
                out, _ = git.communicate(timeout=seconds or self._local)
            except subprocess.TimeoutExpired:
                os.killpg(git.pid, signal.SIGKILL)
                return None, b""
            return git.returncode, out


def without_credentials(address: str) -> str:
    """Host and path of a remote's address: whatever may be a user, a password or a token before or after is cut off."""
    if _HELPER.match(address):
        return "a remote helper"
    rest = _SCHEME.sub("", address, count=1)
    return rest.partition("?")[0].partition("#")[0].rpartition("@")[2]
