"""The git backend: a state on a branch of its own, in the catalog's repository or in another one."""

import re
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.model.finding import Fitness
from catalogsync.ports.clock import Clock
from catalogsync.ports.store import RecordStore
from catalogsync.state.git.depot import Depot
from catalogsync.state.git.remote import Remote
from catalogsync.state.stores.git import GitStore

_RIVALS: Final = 8


class BranchSite:
    """A Site that is a branch. Whoever may read the repository can read it, so no key may lie there.

    Args:
        config: which branch of which remote.
        root: the catalog's folder.
        clock: time.
        environ: the environment.
    """

    key_folder = None
    way_back = (
        "see that `state.remote` and `state.branch` are right; push the branch back from a clone that has it, or find "
        "its last commit in the activity of the repository's site"
    )

    def __init__(self, config: StateConfig, root: Path, clock: Clock, environ: Mapping[str, str]) -> None:
        self._config = config
        self._root = root
        self._clock = clock
        self._environ = environ

    @property
    def place(self) -> str:
        """Branch and remote, without user and password."""
        remote = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*://)?[^/]*@", r"\1", self._config.remote)
        return f"branch {self._config.branch} of {remote}"

    def store(self, *, heed_head: bool = True) -> GitStore:  # noqa: ARG002 - the branch itself is the head
        """The records on the branch.

        Raises:
            StateError: there is no git, or no such remote.
        """
        return self._store(self._find(), self._config.branch, keep=True)

    def prepare(self) -> None:
        """Try the repository: the first record makes the branch, but may get lost there.

        Raises:
            StateError: nobody can write there, or it is not fit for a state.
        """
        self.trial()

    def trial(self) -> Fitness:
        """Try a branch of a name of its own, which is removed again if that is allowed.

        Raises:
            StateError: nobody can write there, or it is not fit for a state.
        """
        remote = self._find()
        if remote.empty(self._root.absolute(), self._environ):
            raise StateError(
                f"the repository of {self.place} is empty: hosts take the first branch that is pushed for the main "
                "one, and the state's must not be that",
                "push a first commit of your own, and run the command again: "
                '`git commit --allow-empty -m "Begin" && git push -u origin HEAD`',
            )
        branch = f"{self._config.branch}-trial-{secrets.token_hex(4)}"
        store, *rivals = (self._store(remote, branch, keep=False) for _ in range(1 + _RIVALS))
        try:
            if not _keeps(store, rivals):
                raise StateError(
                    f"the repository of {self.place} is not fit for a state: what was pushed gets lost there, or lets "
                    "itself be overwritten",
                    "keep the state elsewhere: `state.remote` or `state.backend` in catalogsync.yaml says where",
                )
        finally:
            removed = store.discard()
        remark = None if removed else f"nobody may delete branches there: remove the branch {branch} by hand"
        return Fitness(self.place, "a push that comes second is refused", remark=remark)

    def _find(self) -> Remote:
        return Remote.find(self._config.remote, self._root, self._environ, self.place)

    def _store(self, remote: Remote, branch: str, *, keep: bool) -> GitStore:
        return GitStore(Depot(remote, branch, self._environ, self.place, keep=keep), self._clock, self.place)


def _keeps(store: RecordStore, rivals: Sequence[RecordStore]) -> bool:
    """Whether a record stays as it was written, and one of several rivals alone writes the next one."""
    if not store.create(1, b"1") or store.create(1, b"2") or rivals[0].get(1) != b"1":
        return False
    with ThreadPoolExecutor(len(rivals)) as race:
        won = list(race.map(lambda rival: rivals[rival].create(2, b"%d" % rival), range(len(rivals))))
    return won.count(True) == 1 and store.get(2) == b"%d" % won.index(True)
