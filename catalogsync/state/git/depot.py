"""A bare repository of the tool's own, in which commits are fetched and made: a mere copy, which may vanish."""

import fcntl
import hashlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from catalogsync.state.git.command import FETCH, REMOTE, Git
from catalogsync.state.git.refusals import Refusal, refusal
from catalogsync.state.git.remote import NAME, Remote

_TIP: Final = "refs/catalogsync/tip"
_MANY: Final = 40
"""So many files in one of 256 folders are some 10,000 loose objects: it is quicker to fetch anew."""
_LONG: Final = 12
"""Digits of a size that nobody has."""
_CREATE: Final = ("init", "--quiet", "--bare", "--template=")


class Broken(Exception):
    """The copy cannot be used: something in it is missing or damaged, or somebody removed it."""


class Depot:
    """A branch of a remote, as far as it was fetched. Not for several threads at once.

    Nothing of the user's own repository is touched: no work tree, index, ref, setting, stash; and it does not become
    shallow. Two processes never share a depot: who comes second gets one that ends with it.

    Args:
        remote: where the branch is.
        branch: its name.
        environ: the environment.
        place: where the state is, in words for the user.
        keep: whether it may be kept for the next run.
    """

    def __init__(
        self, remote: Remote, branch: str, environ: Mapping[str, str], place: str, *, keep: bool = True
    ) -> None:
        self._remote = remote
        self._ref = f"refs/heads/{branch}"
        self._environ = environ
        self._place = place
        self._format = remote.format
        name = hashlib.sha256(f"{remote.address}\0{branch}".encode(errors="surrogateescape")).hexdigest()[:16]
        self._folder = (self._kept(remote.kept / name) if keep and remote.kept else None) or self._passing()
        self._git = self._enter()

    def tip(self) -> str | None:
        """The newest commit of the branch at the remote; None if there is no such branch.

        Raises:
            StateError: the remote cannot be asked.
            Broken: the copy cannot be used.
        """
        if not self._git.folder.is_dir():
            self._broken()
        answer = self._git.run("ls-remote", NAME, "HEAD", self._ref, seconds=REMOTE)
        if answer is None or answer.code:
            raise refusal(answer).error("read", self._place)
        # What is asked for is a pattern to git, which fits the ends of other names too.
        lines = [line.split("\t") for line in answer.out.decode(errors="replace").splitlines()]
        form = next(("sha256" if len(commit) == 64 else "sha1" for commit, _ in lines), self._format)
        if form != self._format:
            self._format = form
            self.renew()
        return next((commit for commit, name in lines if name == self._ref), None)

    def fetch(self, commit: str) -> str:
        """Make sure that a commit of the branch is here, without what came before it.

        Returns:
            The commit that is here; a newer one, if somebody was quick.

        Raises:
            StateError: it could not be fetched.
            Broken: the copy cannot be used.
        """
        if self._ours() == commit:
            return commit
        how = ("--depth=1", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules")
        answer = self._git.run("fetch", "--quiet", *how, NAME, f"+{self._ref}:{_TIP}", seconds=FETCH)
        if answer is None or answer.code:
            why = refusal(answer)
            if why is Refusal.OTHER:
                self._broken()
            raise why.error("read", self._place)
        return self._ours() or self._broken()

    def files(self, commit: str) -> dict[str, str]:
        """The ids of all files of a commit, by their paths.

        Raises:
            Broken: the copy cannot be used.
        """
        entries = self._here("ls-tree", "-r", "-z", "--full-tree", commit).decode(errors="replace").split("\0")
        parts = (entry.partition("\t") for entry in entries if entry)
        return {path: facts.split(" ")[2] for facts, _, path in parts}

    def read(self, *blobs: str, most: int) -> list[bytes]:
        """The contents of some files, by their ids; `most` bytes are in each of them.

        Raises:
            Broken: the copy cannot be used.
        """
        names = "".join(f"{blob}\n" for blob in blobs).encode()
        sizes = self._here("cat-file", "--batch-check=%(objectsize)", given=names).split()
        if not all(size.isdigit() and len(size) < _LONG and int(size) <= most for size in sizes):
            self._broken()
        out = memoryview(self._here("cat-file", "--batch", given=names))
        found = []
        for blob in blobs:
            head = f"{blob} blob ".encode()
            line = bytes(out[: len(head) + 20]).partition(b"\n")[0]
            if not line.startswith(head):
                self._broken()
            start, size = len(line) + 1, int(line[len(head) :])
            found.append(bytes(out[start : start + size]))
            out = out[start + size + 1 :]
        return found

    def commit(self, tip: str | None, files: dict[str, bytes], message: str, who: str) -> tuple[str, dict[str, str]]:
        """Make a commit, here.

        Args:
            tip: the commit that it follows on; None for the first one.
            files: what is added to it, by path.
            message: what it says.
            who: author and committer, with date, as git writes them.

        Returns:
            The commit, and the ids of its new files, by path.

        Raises:
            Broken: the copy cannot be used.
        """
        text = message.encode()
        blobs, marks = [], []
        for mark, (path, data) in enumerate(files.items(), 2):
            blobs.append(b"blob\nmark :%d\ndata %d\n%b\n" % (mark, len(data), data))
            marks.append(b"M 100644 :%d %b\n" % (mark, path.encode()))
        commands = [
            *blobs,
            b"commit %b\nmark :1\ncommitter %b\ndata %d\n%b\n" % (_TIP.encode(), who.encode(), len(text), text),
            b"from %b\n" % tip.encode() if tip else b"",
            *marks,
            b"\n",
            *(b"get-mark :%d\n" % mark for mark in range(1, len(files) + 2)),
            b"done\n",
        ]
        # Without a parent a ref that is there would be one.
        start = b"" if tip else b"reset %b\n\n" % _TIP.encode()
        out = self._here("fast-import", "--quiet", "--force", "--done", given=start + b"".join(commands))
        commit, *ids = out.decode().split()
        return commit, dict(zip(files, ids, strict=True))

    def push(self, commit: str) -> Refusal | None:
        """Offer a commit as the newest of the branch, which the remote takes only if it follows on what is there.

        Returns:
            None if it was taken. Else why not; nobody can tell then whether it was, but by looking.
        """
        return self._push(f"{commit}:{self._ref}")

    def remove(self) -> bool:
        """Remove the branch at the remote, if that is allowed."""
        return self._push(f":{self._ref}") is None

    def renew(self) -> None:
        """Begin with an empty copy.

        Raises:
            StateError: it cannot be made.
        """
        with suppress(OSError):
            shutil.rmtree(self._folder / "git")
        self._git = self._enter()

    def _push(self, what: str) -> Refusal | None:
        how = ("--porcelain", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no")
        answer = self._git.run("push", *how, NAME, what, seconds=REMOTE)
        return None if answer and not answer.code else refusal(answer)

    def _ours(self) -> str | None:
        answer = self._git.run("rev-parse", "--verify", "--quiet", f"{_TIP}^{{commit}}")
        return answer.out.decode().strip() or None if answer and not answer.code else None

    def _here(self, *words: str, given: bytes = b"") -> bytes:
        answer = self._git.run(*words, given=given)
        if answer is None or answer.code:
            if refusal(answer) is Refusal.DISK:
                raise Refusal.DISK.error("written", self._place)
            self._broken()
        return answer.out

    def _broken(self) -> NoReturn:
        raise Broken

    def _kept(self, folder: Path) -> Path | None:
        """A folder of this branch's own, if nobody else works in it at present and it can be had at all."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None
        # Held as long as this lives; the kernel lets go of it if we are killed.
        weakref.finalize(self, os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if len(list((folder / "git" / "objects" / "17").glob("*"))) > _MANY:
                shutil.rmtree(folder / "git")
        except OSError:
            return None
        return folder

    def _passing(self) -> Path:
        """A folder that ends with this."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="catalogsync-"))
        except OSError:
            raise Refusal.DISK.error("read", self._place) from None
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _enter(self) -> Git:
        folder = self._folder / "git"
        only = self._folder / "settings"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            only.write_text("".join(f"[safe]\n\tdirectory = {_quoted(path)}\n" for path in self._remote.trusted))
            form = folder / "format"
            if not form.is_file() or form.read_text() != self._format:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(mode=0o700)
                self._init(folder)
                form.write_text(self._format)
            for left in folder.rglob("*.lock"):
                left.unlink()
        except OSError:
            raise Refusal.DISK.error("read", self._place) from None
        return Git(folder, self._environ, self._remote.settings, only)

    def _init(self, folder: Path) -> None:
        answer = Git(folder, self._environ, ()).run(*_CREATE, f"--object-format={self._format}", str(folder))
        if answer is None or answer.code:
            raise refusal(answer).error("read", self._place)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
