"""The journal: the record log folded into a state, written by one run at a time."""

import threading
import uuid
from collections.abc import Iterator
from typing import Final

from catalogsync.model.bulk import bulk
from catalogsync.model.errors import StateError, StateFenced
from catalogsync.model.events import Event
from catalogsync.model.history import History
from catalogsync.model.state import Run, State
from catalogsync.ports.clock import Clock
from catalogsync.ports.store import RecordStore
from catalogsync.state import lease
from catalogsync.state.bodies import TYPES, body_of, halves, plain
from catalogsync.state.codec import JSON, LIMIT, Record, canonical, too_large
from catalogsync.state.growth import Growth
from catalogsync.state.history import history
from catalogsync.state.keys import KeyedFingerprints, StateKey
from catalogsync.state.log import RecordLog
from catalogsync.state.patience import Patience
from catalogsync.state.process import alive as process_alive
from catalogsync.state.replay import Replay
from catalogsync.state.snapshot import parts
from catalogsync.state.witness import Head, Witness, no_witness

_BODY_LIMIT: Final = LIMIT - 8192
"""What a body may have, so that its envelope, and later a snapshot's, always fits around it."""


class RecordJournal:
    """A Journal over any RecordStore. May be used from several threads.

    Attributes:
        fingerprints: made with this state's key.
        patience: how long `begin` waits for another run to end; not at all unless it is set.
    """

    def __init__(self, log: RecordLog, key: StateKey, clock: Clock, alive: lease.Alive, growth: Growth) -> None:
        self.fingerprints = KeyedFingerprints(key)
        self.patience = Patience()
        self._log = log
        self._clock = clock
        self._alive = alive
        self._growth = growth
        self._replay = Replay(log.lineage)
        self._lock = threading.RLock()
        self._run: Run | None = None
        self._failure: StateError | StateFenced | None = None
        self._renewed = self._looked = lease.moment(clock)
        self._catch_up()

    @classmethod
    def open(
        cls,
        store: RecordStore,
        key: StateKey,
        clock: Clock,
        *,
        place: str,
        expect_lineage: str | None = None,
        witness: Witness = no_witness,
        alive: lease.Alive = process_alive,
        growth: Growth | None = None,
    ) -> "RecordJournal | None":
        """Read and fold the state in a store. Reading needs no lease.

        Args:
            store: where its records are.
            key: the state key.
            clock: time.
            place: where that is, in words for the user.
            expect_lineage: the only lineage that will do, or None for any.
            witness: knows how far this state had come before.
            alive: whether a process may still be alive.
            growth: when snapshots are due.

        Returns:
            The journal, or None where there is no state.

        Raises:
            StateError: the key does not fit, the state is another one or an old copy, or a record is missing or
                damaged.
        """
        log = RecordLog(store, key, place)
        return cls(log, key, clock, alive, growth or Growth()) if log.open(expect_lineage, witness) else None

    @classmethod
    def create(
        cls,
        store: RecordStore,
        key: StateKey,
        clock: Clock,
        *,
        place: str,
        alive: lease.Alive = process_alive,
        growth: Growth | None = None,
    ) -> "RecordJournal":
        """Make a new state, of a new lineage; arguments as in `open`.

        Raises:
            StateError: there is a state already, or the store is not fit for one.
        """
        log = RecordLog(store, key, place)
        if not log.found(str(uuid.uuid4()), lease.timestamp(clock.now())):
            raise StateError(
                f"there is a state in {place} already", "name its lineage in catalogsync.yaml as `state.lineage`"
            )
        log.open(log.lineage)
        return cls(log, key, clock, alive, growth or Growth())

    @property
    def place(self) -> str:
        """Where the state is, in words for the user."""
        return self._log.place

    @property
    def look_interval(self) -> float:
        """Seconds for which a run that was taken over may go on before it notices. No record of its is taken."""
        return self._log.look_interval

    @property
    def state(self) -> State:
        """The folded state. After every write it includes what was written."""
        return self._replay.state

    @property
    def head(self) -> Head:
        """The last record that was read or written."""
        with self._lock:
            return self._log.head

    def history(self, key: str) -> History:
        """Which run set each field of a managed listing.

        Raises:
            KeyError: no listing is bound to the key.
            StateError: a record cannot be read, or is damaged.
        """
        return history(self._log, self.state.bindings[key])

    def records(self) -> Iterator[bytes]:
        """Every record's bytes, from the first to the last, each proven to be authentic and to follow on the others.

        Raises:
            StateError: one is missing or damaged.
        """
        return (data for _, data in self._log.whole())

    def await_free(self) -> None:
        """Read what was written by now, and make sure that no other run is at work; nothing is taken, or written.

        Raises:
            StateLocked: another run holds the lease, and our patience is at its end.
            StateError: the state lives on elsewhere, or the log is damaged.
            Interrupted: the user did not want to wait any longer.
        """
        self.patience.until(self._look_free, self._clock)

    def catch_up(self) -> None:
        """Read what others wrote by now; nothing is taken, or written.

        Raises:
            StateError: the log is damaged.
        """
        with self._lock:
            self._catch_up()

    def begin(self, run: Run) -> None:
        """Take the lease; a dead run's is taken over where that is safe. Then the state is as it is by now.

        Raises:
            StateLocked: another run holds it, and our patience is at its end.
            StateError: the log is damaged, or the store is not fit for one.
            Interrupted: the user did not want to wait any longer.
        """
        self.patience.until(lambda: self._begin(run), self._clock)

    def unlock(self, run: Run, holder: Run) -> None:
        """Take the lease from a run because a person says so. If that run is alive, its next record is refused.

        Args:
            run: who takes it.
            holder: the run that the person was told of; from no other is it taken.

        Raises:
            StateLocked: another run holds it by now.
            StateError: the log is damaged, or the store is not fit for one.
        """
        self._begin(run, holder)

    def close(self, run: Run) -> None:
        """Take the lease, and close the state: from now on no run begins here. It is to be put into another place.

        Raises:
            StateLocked: another run holds it, and our patience is at its end.
            StateError: it is closed already, or that could not be written.
        """
        self.begin(run)
        with self._lock:
            self._add(run, "close", {"place": self.place, "who": run.who})
            self._run = None

    def _look_free(self) -> None:
        with self._lock:
            self._catch_up()
            state = self.state
            if state.moved is not None:
                raise StateError(*lease.moved_away(state.moved))
            if state.run is not None:
                lease.why_over(state, state.run, self._clock.now(), self._alive, self._log.age)

    def _begin(self, run: Run, unlocked: Run | None = None) -> None:
        with self._lock:
            self._catch_up()
            while not self._enter(run, unlocked):
                self._others()
            self._run = run
            self._failure = None
            try:
                self._log.prove_exclusive()
            except StateError as error:
                self._failure = error
                raise

    def write(self, event: Event) -> None:
        """Make an event durable, then fold it. Split into several records where it is too large for one.

        Raises:
            StateFenced: another run took over; nothing more may be done.
            StateError: it could not be written, or breaks a rule of the log; nothing more may be sent.
        """
        with self._lock:
            run = self._at_work()
            self._replay.check(event)
            for piece, body in list(_pieces(event)):
                if piece is not event:
                    self._replay.check(piece)
                self._add(run, TYPES[type(piece)], body)
            if self._growth.due:
                self._snapshot(run)

    def assure(self, seconds: float) -> None:
        """Make sure that the lease holds for a call of so many seconds; renews it if need be.

        Looks whether another run has taken over, too: a clock that is wrong or a person may have ended the lease early,
        and many calls may follow on one record. One look, or record of ours, is enough for the store's interval.

        Raises:
            StateFenced: another run took over.
            StateError: the lease could not be renewed.
        """
        with self._lock:
            run = self._at_work()
            if lease.must_renew(run.ttl, self._renewed.passed(self._clock), seconds):
                self._add(run, "renew", {})
            # The last thing before a call: whatever took its time until here, nobody has taken over by now; or, where
            # to look is a trip over the network, not long before.
            if self._looked.passed(self._clock) >= self._log.look_interval:
                self._look()

    def end(self, *, applied: bool, complete: bool = False) -> None:
        """Give the lease back.

        Args:
            applied: this run was an apply that came to its end.
            complete: and all that it was to do is done.

        Raises:
            StateFenced: another run took over.
            StateError: it could not be written.
        """
        with self._lock:
            self._add(self._at_work(), "end", {"applied": applied, **({"complete": True} if complete else {})})
            self._run = None

    def _look(self) -> None:
        """Stop if another run has taken over."""
        started = lease.moment(self._clock)
        if self._log.overtaken():
            self._others()
            self._failure = lease.fenced(self.state.run)
            raise self._failure
        self._looked = started

    def _enter(self, run: Run, unlocked: Run | None) -> bool:
        """Write that the run begins; False if somebody else wrote meanwhile."""
        state = self.state
        if state.moved is not None:
            raise StateError(*lease.moved_away(state.moved))
        moment = self._clock.now()
        body: JSON = {"run": plain(run)}
        if state.run is None:
            return self._try(run, "begin", body, state.epoch + 1)
        if state.run == unlocked:
            why = lease.why_unlocked(run)
        else:
            why = lease.why_over(state, state.run, moment, self._alive, self._log.age)
        return self._try(run, "takeover", {**body, "from": state.run.id, "why": why}, state.epoch + 1)

    def _at_work(self) -> Run:
        if self._failure is not None:
            raise self._failure
        if self._run is None:
            raise StateError("the state may only be written by a run that has begun")
        return self._run

    def _add(self, run: Run, record_type: str, body: JSON, snap: int | None = None) -> None:
        try:
            if self._try(run, record_type, body, self.state.epoch, snap):
                return
            self._others()
            self._failure = lease.fenced(self.state.run)
        except StateError as error:
            # Nobody can tell whether the record is there, so neither which number the next one would have.
            self._failure = error
        raise self._failure

    def _try(self, run: Run, record_type: str, body: JSON, epoch: int, snap: int | None = None) -> bool:
        """Write a record and fold it; False if somebody else has written one of that number."""
        started = lease.moment(self._clock)
        at = lease.timestamp(started.wall)
        added = self._log.add(record_type, body, run=run.id, epoch=epoch, at=at, snap=snap)
        if added is None:
            return False
        # That the record was taken proves that nobody had written before it.
        self._renewed = self._looked = started
        self._fold(*added)
        return True

    def _snapshot(self, run: Run) -> None:
        first = self._log.last + 1
        for body in parts(self.state):
            self._add(run, "snapshot", body, first if body["last"] else None)

    def _others(self) -> None:
        """Read what somebody else wrote where this run wanted to write."""
        before = self._log.last
        self._catch_up()
        if self._log.last == before:
            raise self._log.unfit()

    def _catch_up(self) -> None:
        with bulk():
            for record, size in self._log.read():
                self._fold(record, size)

    def _fold(self, record: Record, size: int) -> None:
        try:
            self._replay.fold(record)
        except StateError as error:
            raise StateError(
                f"record {record.number} of the state in {self._log.place} cannot be followed: {error.message}",
                error.hint,
            ) from None
        self._growth.take(record, size)


def _pieces(event: Event) -> Iterator[tuple[Event, JSON]]:
    """An event as events that fit into a record each, with their bodies."""
    body = body_of(event)
    size = len(canonical(body))
    if size <= _BODY_LIMIT:
        yield event, body
        return
    two = halves(event)
    if two is None:
        raise too_large(size)
    for half in two:
        yield from _pieces(half)
