"""The doors to the state: which one the catalog has, with which key, and how far this machine has seen it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalogsync.cli.heads import Heads
from catalogsync.model.errors import StateError
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    import re

    from catalogsync.model.config import Config
    from catalogsync.ports import Clock
    from catalogsync.state import KeylessState, RecordJournal, Witness

STATE_KEY: Final = "CATALOGSYNC_STATE_KEY"


class States(ABC):
    """Opens and makes states, and remembers which were seen.

    Attributes:
        root: the catalog's folder.
        environ: the environment.
        clock: time.
        typed_keys: keys that were typed for this run, by the name of the variable that they stand for.
        lock_timeout: seconds that a run waits for another one to end.
    """

    def __init__(self, root: Path, environ: Mapping[str, str], clock: "Clock") -> None:
        self.root = root
        self.environ = environ
        self.clock = clock
        self.lock_timeout = 0.0
        self.typed_keys: dict[str, Secret] = {}
        self._named: set[str] = set()
        self._heads = Heads(environ)
        self._journals: list[RecordJournal] = []

    def keep_to_itself(self, config: "Config") -> None:
        """Give no program that is started what the catalog names for keys and addresses."""
        self._named.update(config.notify_envs, (entry.api_key_env for entry in config.marketplaces.values()))

    def surroundings(self, needed: "re.Pattern[str] | None" = None) -> dict[str, str]:
        """The environment of a program that is started: without our secrets, but for what it needs of them."""
        from catalogsync.core.surroundings import for_child

        return for_child(self.environ, self._named, needed)

    @property
    def outward(self) -> dict[str, str]:
        """The environment of git: with what lets it in at its remote."""
        from catalogsync.core.surroundings import FOR_GIT

        return self.surroundings(FOR_GIT)

    @property
    def for_state(self) -> dict[str, str]:
        """The environment for the state, and whoever goes its way: keys of its bucket, and the token of its remote."""
        return {name: value for name, value in self.environ.items() if name not in self._named}

    @abstractmethod
    def tell(self, text: str) -> None:
        """Say something that is no result."""

    def state_key(self) -> Secret | None:
        """The state's key: one that was typed, or else from the environment.

        None where the variable is not set, not even to nothing.
        """
        if typed := self.typed_keys.get(STATE_KEY):
            return typed
        text = self.environ.get(STATE_KEY)
        return None if text is None else Secret(text)

    def journal(self, config: "Config", *, witnessed: bool = True, moved: bool = False) -> "RecordJournal | None":
        """The state, or None where there is none yet.

        Args:
            config: says where it is.
            moved: whether one will do that was closed to live on elsewhere.
            witnessed: it must be at least as new as when this machine last saw it. Whoever does without repairs it,
                and says so by `renew_witness`.

        Raises:
            StateError: the catalog names a state that is not there, it is an old copy, or it cannot be read.
        """
        from catalogsync.state import Patience, no_witness, open_journal

        witness = self._heads.newest if witnessed else no_witness
        journal = open_journal(
            config.state, self.root, self.state_key(), self.clock, witness, self.for_state, moved=moved
        )
        if journal is not None:
            journal.patience = Patience(self.lock_timeout, self.tell)
            if witnessed:
                self._journals.append(journal)
        return journal

    def renew_witness(self, journal: "RecordJournal") -> None:
        """From now on this state counts as the newest, whatever was seen before."""
        self._heads.replace(journal.state.lineage, journal.head)

    def close(self) -> None:
        """Remember how far each state has come that was read or written, and let go of them."""
        for journal in self._journals:
            self._heads.keep(journal.state.lineage, journal.head)
        self._journals.clear()

    @property
    def witness(self) -> "Witness":
        """Knows how far each state had come when this machine last saw it."""
        return self._heads.newest

    def new_journal(self, config: "Config") -> "RecordJournal":
        """A new state.

        Raises:
            StateError: there is one, or it cannot be made.
        """
        from catalogsync.state import create_state

        journal = create_state(config.state, self.root, self.state_key(), self.clock, self.for_state)
        self._journals.append(journal)
        return journal

    def journal_to_recover(self, config: "Config") -> "RecordJournal | None":
        """What is left of the state, to be recovered; None where nothing is.

        Raises:
            StateError: what is there is damaged, or another catalog's.
        """
        from catalogsync.state import Patience, open_for_recovery

        journal = open_for_recovery(config.state, self.root, self.state_key(), self.clock, self.for_state)
        if journal is not None:
            journal.patience = Patience(self.lock_timeout, self.tell)
        return journal

    def journal_anew(self, config: "Config") -> "RecordJournal":
        """A new state in the place of one that is lost.

        Raises:
            StateError: it cannot be made.
        """
        from catalogsync.state import create_for_recovery

        return create_for_recovery(config.state, self.root, self.state_key(), self.clock, self.for_state)

    def existing_journal(self, config: "Config") -> "RecordJournal":
        """The state.

        Raises:
            StateError: there is none.
        """
        journal = self.journal(config)
        if journal is None:
            raise StateError("there is no state yet", "`catalogsync state init` makes it, and so does the first apply")
        return journal

    def recorded(self, config: "Config") -> "RecordJournal | KeylessState | None":
        """The state to be read only, and where its key is not at hand, without it; None where there is none yet.

        Raises:
            StateError: as `journal` does, but for a missing key; or it cannot be reached.
        """
        from catalogsync.state import has_key, read_without_key

        key = self.state_key()
        given = key if key is not None and key.reveal().strip() else None
        if has_key(config.state, self.root, given, self.clock, self.for_state):
            return self.journal(config)
        return read_without_key(config.state, self.root, self.clock, self._heads.newest, self.for_state)
