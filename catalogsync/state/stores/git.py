"""Records as files on a branch in git: one commit a record, and a plain push as the only way to write."""

import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

import orjson

from catalogsync.model.errors import StateError
from catalogsync.ports.clock import Clock
from catalogsync.state.git.depot import Broken, Depot
from catalogsync.state.git.refusals import Refusal
from catalogsync.state.stores.durable import LARGEST

_RECORD: Final = re.compile(r"records/([0-9]{6,15})/([0-9]{9,18})\.json")
_PER_FOLDER: Final = 1000
_AT_ONCE: Final = 64
"""So many records are read together: to ask git for one takes as long."""
_TRIES: Final = 12
_PAUSE: Final = 0.2
_TYPE: Final = re.compile(r"[a-z-]{1,20}")
_CATALOG: Final = re.compile(r"(.*/)?catalogsync\.yaml")
_WHO: Final = "catalogsync <catalogsync@catalogsync.invalid>"
_README: Final = b"""\
# The memory of catalogsync

`catalogsync` keeps here what it knows of a catalog: which listing belongs to which product, what was applied last, and
which accounts went out, as fingerprints. No account, password or key is in it.

One file for each thing that happened; they are only ever added, never changed. Please do not edit, merge or delete
this branch: without it every account would look as if it had never been sent.
"""

_T = TypeVar("_T")


class GitStore:
    """A RecordStore on a branch: `records/000000/000000042.json`. May be used from several threads.

    A push that does not follow on the newest commit is refused by the remote. That makes of it a compare-and-swap, and
    it is never forced: so the branch may be protected against force pushes and deletion.

    Args:
        depot: the branch, and our copy of it.
        clock: dates commits, and waits.
        place: where the state is, in words for the user.
    """

    look_interval = 10.0

    def __init__(self, depot: Depot, clock: Clock, place: str) -> None:
        self._depot = depot
        self._clock = clock
        self._place = place
        self._lock = threading.RLock()
        self._tip: str | None = None
        self._records: dict[int, str] = {}
        self._near: dict[int, bytes] = {}

    def get(self, number: int) -> bytes | None:
        """A record's bytes, or None if there is none. What was seen once is not asked for again: it never changes.

        Raises:
            StateError: the branch cannot be read, or was rewritten.
        """
        with self._lock:
            if number not in self._records:
                self._steadily(self._look)
            return self._held(number) if number in self._records else None

    def create(self, number: int, data: bytes) -> bool:
        """Write a record if there is none of this number: push a commit that follows on the newest one.

        Raises:
            StateError: it could not be written, or nobody can tell whether it was.
        """
        return self.create_all({number: data})

    def create_all(self, records: Mapping[int, bytes]) -> bool:
        """Write records that are absent, in one commit.

        Raises:
            StateError: they could not be written, or nobody can tell whether they were.
        """
        with self._lock:
            if self._tip is None or records.keys() & self._records.keys():
                self._steadily(self._look)
            for tried in range(_TRIES):
                there = records.keys() & self._records.keys()
                if any(self._held(number) != records[number] for number in there):
                    return False
                absent = {number: data for number, data in records.items() if number not in self._records}
                if not absent:
                    return True
                before = self._tip
                refused = self._steadily(partial(self._push, absent))
                if refused is None:
                    return True
                # The answer may have been lost, or somebody else was quicker: only the branch itself can tell.
                self._steadily(self._look)
                if self._tip == before and refused is not Refusal.RACE:
                    raise refused.error("written", self._place)
                self._clock.sleep(_PAUSE * tried)
            raise Refusal.RACE.error("written", self._place)

    def age(self, number: int) -> None:
        """Nobody knows: a commit has the date that its writer's clock showed, and git has no clock of its own."""

    def hint(self) -> int:
        """The newest record on the branch.

        Raises:
            StateError: the branch cannot be read.
        """
        with self._lock:
            self._steadily(self._look)
            return max(self._records, default=0)

    def set_hint(self, number: int) -> None:
        """Nothing to remember: the branch tells."""

    def discard(self) -> bool:
        """Remove the whole branch, if that is allowed: for trials."""
        return self._depot.remove()

    def _steadily(self, act: Callable[[], _T]) -> _T:
        """Do something with our copy of the branch; once more with a new copy, if the old one cannot be used."""
        try:
            return act()
        except Broken:
            self._depot.renew()
            try:
                self._enter(self._depot.tip())
                return act()
            except Broken:
                raise Refusal.OTHER.error("read", self._place) from None

    def _look(self) -> None:
        tip = self._depot.tip()
        if tip != self._tip or tip is None:
            self._enter(tip)

    def _enter(self, tip: str | None) -> None:
        """Take in what the branch holds by now."""
        records: dict[int, str] = {}
        catalog = False
        if tip is not None:
            tip = self._depot.fetch(tip)
            for path, blob in self._depot.files(tip).items():
                catalog = catalog or _CATALOG.fullmatch(path) is not None
                match = _RECORD.fullmatch(path)
                if match and path == _path(int(match[2])):
                    records[int(match[2])] = blob
        if not self._records.items() <= records.items():
            raise StateError(
                f"the state in {self._place} was rewritten or removed while it was in use",
                "bring the branch back as it was (`git push`, from a clone that has it), and see that it is protected",
            )
        if catalog and not records:
            # Such a branch is rewritten, reverted and merged, and each record would move it on.
            raise StateError(
                f"the state cannot be in {self._place}: a catalog is there",
                "give the state a branch of its own: `state.branch` in catalogsync.yaml",
            )
        self._tip, self._records = tip, records

    def _read(self, number: int) -> bytes:
        if number not in self._near:
            first = number - number % _AT_ONCE
            near = {each: self._records[each] for each in range(first, first + _AT_ONCE) if each in self._records}
            self._near = dict(zip(near, self._depot.read(*near.values(), most=LARGEST), strict=True))
        return self._near[number]

    def _held(self, number: int) -> bytes:
        return self._steadily(lambda: self._read(number))

    def _push(self, records: Mapping[int, bytes]) -> Refusal | None:
        files = {} if self._tip else {"README.md": _README}
        files |= {_path(number): data for number, data in records.items()}
        moment = int(self._clock.now().timestamp())
        commit, ids = self._depot.commit(self._tip, files, _message(records), f"{_WHO} {moment} +0000")
        refused = self._depot.push(commit)
        if refused is None:
            self._tip = commit
            self._records |= {number: ids[_path(number)] for number in records}
            if len(records) == 1:
                self._near |= records
            if len(self._near) > 2 * _AT_ONCE:
                self._near = dict(records)
        return refused


def _path(number: int) -> str:
    return f"records/{number // _PER_FOLDER:06d}/{number:09d}.json"


def _message(records: Mapping[int, bytes]) -> str:
    """What a commit says: in short what its record is; and that no workflow need run for it."""
    if len(records) > 1:
        return f"Records {min(records)} to {max(records)} [skip ci]\n"
    [(number, data)] = records.items()
    try:
        record = orjson.loads(data)
        kind = record["type"] if isinstance(record, dict) else ""
    except (ValueError, KeyError):
        kind = ""
    known = f": {kind}" if isinstance(kind, str) and _TYPE.fullmatch(kind) else ""
    return f"Record {number}{known} [skip ci]\n"
