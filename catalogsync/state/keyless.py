"""A state that is read without its key: what forks of a repository can know of it."""

from catalogsync.model.bulk import bulk
from catalogsync.model.state import State
from catalogsync.ports.store import RecordStore
from catalogsync.state.codec import Record, damaged
from catalogsync.state.log import RecordLog
from catalogsync.state.replay import Replay
from catalogsync.state.witness import Witness


class KeylessState:
    """The folded records of a state. They are whole and in order; whether they are authentic only the key tells.

    Attributes:
        state: the folded state.
        check: which key it was made with, as record 1 says; no secret.
        fingerprints: None, for they are made with the key.
    """

    fingerprints = None

    def __init__(self, state: State, check: str) -> None:
        self.state = state
        self.check = check

    @classmethod
    def read(
        cls, store: RecordStore, place: str, expect_lineage: str | None, witness: Witness
    ) -> "KeylessState | None":
        """Read and fold the state in a store.

        Args:
            store: where its records are.
            place: where that is, in words for the user.
            expect_lineage: the only lineage that will do, or None for any.
            witness: knows how far this state had come before.

        Returns:
            The state, or None where there is none.

        Raises:
            StateError: the state is another one or an old copy, or a record is missing or damaged.
        """
        log = RecordLog(store, None, place)
        if not log.open(expect_lineage, witness):
            return None
        replay = Replay(log.lineage)
        with bulk():
            for record, _ in log.read():
                fold_unproven(replay, record, log.where(record.number))
        return cls(replay.state, log.check)


def fold_unproven(replay: Replay, record: Record, where: str) -> None:
    """Fold a record that may say anything: without the key nobody knows who wrote it.

    Args:
        replay: what it is folded into.
        record: the next one.
        where: which record of which state, for errors.

    Raises:
        StateError: it breaks a rule, or says nothing that a run would have written.
    """
    try:
        replay.fold(record)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise damaged(where, "says what no run would have written") from None
