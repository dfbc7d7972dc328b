"""Putting a copy of a state into a place: so that at no moment there are two to be worked with, or half of one.

A place counts as a state once it has all records from the first on. So the first that it lacks is written last; and
the record that opens a closed state again, before all others. A push that is killed leaves nothing that a run would go
on with, and is repeated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.model.secret import Secret
from catalogsync.ports.clock import Clock
from catalogsync.ports.store import BulkStore, RecordStore
from catalogsync.state.codec import Record, decode, digest, encode
from catalogsync.state.copies import CopyStore
from catalogsync.state.keys import StateKey, parse_key
from catalogsync.state.lease import timestamp
from catalogsync.state.log import RecordLog
from catalogsync.state.opening import known_key
from catalogsync.state.sites import site_of
from catalogsync.state.witness import Head, Witness, parted

T = TypeVar("T")

_AT_ONCE: Final = 8
_BATCH: Final = 1000
_BYTES: Final = 16 << 20
_ELSEWHERE: Final = (
    "nothing was written. Two places with one state would send accounts twice: go on with the other one. "
    "If that is lost, `catalogsync state recover` finds out what can be known"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said that a push may do, beyond finishing a move.

    Attributes:
        restore: put a back-up in, of a state that was not closed.
        reopen: open a state again in the place where it was closed.
        who: the user's or CI's name.
    """

    restore: bool = False
    reopen: bool = False
    who: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push came to.

    Attributes:
        lineage: of the state.
        records: how many the copy holds.
        written: how many of them were written now.
        opened: a closed state was opened now.
        outdated: more of this state was seen on this machine than the copy holds; None: as far as anybody knows, not.
    """

    lineage: str
    records: int
    written: int
    opened: bool
    outdated: Head | None = None


class Copy:
    """A copy of a state that was proven to be whole and authentic.

    Args:
        path: the file.
        key: the state's key.
        expect_lineage: the only lineage that will do, or None for any.

    Raises:
        StateError: it is damaged, of another state, or the key is not its own.
    """

    def __init__(self, path: Path, key: Callable[[RecordStore], StateKey], expect_lineage: str | None) -> None:
        self.path = path
        self.store = CopyStore(path)
        self.key = key(self.store)
        log = RecordLog(self.store, self.key, str(path))
        log.open(expect_lineage)
        last = None
        for record, _ in log.whole():
            last = record
        assert last is not None  # noqa: S101 - a copy has a first record, or it is refused
        self.last: Record = last

    @property
    def closed(self) -> bool:
        """Whether the state was closed, so that nobody goes on with it where it was."""
        return self.last.type == "close"

    def record(self, number: int) -> bytes:
        """The bytes of a record that the copy has."""
        return self.store.get(number) or b""


def push_copy(
    path: Path,
    config: StateConfig,
    root: Path,
    key: Secret | None,
    clock: Clock,
    witness: Witness,
    environ: Mapping[str, str],
    wish: Wish,
) -> Pushed:
    """Put a copy into the place that a catalog names for its state; arguments as in `open_journal`, and in `push`.

    Raises:
        StateError: as in `push`; or the copy is damaged, or its key is missing.
    """
    given = parse_key(key) if key is not None else None
    site = site_of(config, root, clock, environ)
    copy = Copy(path, lambda store: known_key(site, given, store), config.lineage)
    store = site.store(heed_head=False)
    return push(copy, store, site.place, clock, witness, wish, site.prepare)


def push(
    copy: Copy,
    target: RecordStore,
    place: str,
    clock: Clock,
    witness: Witness,
    wish: Wish,
    prepare: Callable[[], None] = lambda: None,
) -> Pushed:
    """Put a copy into a place that holds nothing, or the beginning of this very state. Can be repeated.

    Args:
        copy: of the state.
        target: the place.
        place: what it is called.
        clock: time.
        witness: knows how far this state had come before.
        wish: what somebody wants.
        prepare: makes the place fit for records.

    Raises:
        StateError: the place holds something else or more, the copy is none that may be put there, or it could not be
            written; what is there then is no state yet, or the one that it was.
    """
    count = copy.last.number
    missing = _missing(copy, target, place)
    opening = target.get(count + 1)
    if opening is not None:
        _require_successor(copy, opening, place)
    ahead = _ahead(copy, target, witness)
    if copy.closed and ahead is not None and (missing or opening is None):
        raise _lives_on(copy, ahead)
    if opening is None:
        _require_leave(copy, place, wish, whole=not missing)
    opens = copy.closed and opening is None
    if opens or missing:
        prepare()
    if opens and not target.create(count + 1, _opening(copy, place, clock, wish)):
        raise _raced(place, count + 1)
    _fill(copy, target, missing, place)
    target.set_hint(count if opening is None and not opens else count + 1)
    return Pushed(copy.last.lineage, count, len(missing), opens, ahead)


def _missing(copy: Copy, target: RecordStore, place: str) -> list[int]:
    """Which of the copy's records the place lacks, in their order.

    Raises:
        StateError: it has others in their places.
    """
    count = copy.last.number
    numbers = range(1, count + 1)
    first, last = target.get(1), target.get(count)
    if first is not None and first != copy.record(1):
        raise StateError(
            f"there is another state in {place}",
            "nothing was written; name a place that is empty under `state:` in catalogsync.yaml",
        )
    if last is not None and last != copy.record(count):
        raise _apart(copy, place, count)
    if first is None and last is None:
        return list(numbers)

    def lacks(number: int) -> bool:
        held = target.get(number)
        if held is not None and held != copy.record(number):
            raise _apart(copy, place, number)
        return held is None

    return [number for number, lacking in zip(numbers, _each(lacks, numbers), strict=True) if lacking]


def _require_successor(copy: Copy, data: bytes, place: str) -> None:
    """What follows in the place must follow on the copy, or they went two ways."""
    number = copy.last.number
    after = decode(data, copy.key, f"record {number + 1} of the state in {place}")
    if after.prev != digest(copy.record(number)):
        raise _apart(copy, place, number)


def _ahead(copy: Copy, target: RecordStore, witness: Witness) -> Head | None:
    """What this machine has seen of the state beyond the copy, other than in the place itself.

    Raises:
        StateError: it has seen it go another way.
    """
    seen = witness(copy.last.lineage)
    if seen is None:
        return None
    if seen.number <= copy.last.number:
        if digest(copy.record(seen.number)) != seen.digest:
            raise parted(str(copy.path), seen)
        return None
    held = target.get(seen.number)
    return None if held is not None and digest(held) == seen.digest else seen


def _lives_on(copy: Copy, ahead: Head) -> StateError:
    """The error for a closed copy of a state that went on elsewhere; also where a push was broken off, and given up."""
    return StateError(
        f"{copy.path} ends with record {copy.last.number}, but record {ahead.number} of this state was seen on this "
        "machine: it lives on in another place",
        _ELSEWHERE,
    )


def _require_leave(copy: Copy, place: str, wish: Wish, *, whole: bool) -> None:
    """Refuse what nobody asked for and would make two states of one.

    Args:
        copy: of the state.
        place: where it is to be put.
        wish: what somebody wants.
        whole: the place holds all of it already.

    Raises:
        StateError: it would.
    """
    file = copy.path
    if copy.closed and whole and not wish.reopen:
        raise StateError(
            f"{place} is where this state was closed, so nothing is to be moved",
            "name the new place under `state:` in catalogsync.yaml, and push again. If it is to stay here after all, "
            f"and {file} was pushed nowhere else: `--reopen`",
        )
    if not copy.closed and not whole and not wish.restore:
        raise StateError(
            f"{file} is a back-up of a state that was not closed: where it comes from, runs may go on with it",
            "to move that state, close it there: `catalogsync state pull FILE --close`. If it is lost, and this is the "
            "newest copy: `--restore` (accounts that were sent since would count as new)",
        )


def _opening(copy: Copy, place: str, clock: Clock, wish: Wish) -> bytes:
    last = copy.last
    record = Record(
        number=last.number + 1,
        lineage=last.lineage,
        prev=digest(copy.record(last.number)),
        run="",
        epoch=last.epoch,
        at=timestamp(clock.now()),
        type="open",
        body={"place": place, "who": wish.who},
        snap=last.snap,
    )
    return encode(record, copy.key)


def _fill(copy: Copy, target: RecordStore, missing: Sequence[int], place: str) -> None:
    """Write what the place lacks: the last record first, and the first that it lacks last."""

    def write(number: int) -> None:
        if not target.create(number, copy.record(number)):
            raise _raced(place, number)

    if isinstance(target, BulkStore):
        for batch in _batches(copy, missing):
            if not target.create_all(batch):
                raise _raced(place, max(batch))
        return
    for number in missing[1:][-1:]:
        write(number)
    for _ in _each(write, missing[1:-1]):
        pass
    for number in missing[:1]:
        write(number)


def _batches(copy: Copy, missing: Sequence[int]) -> Iterator[dict[int, bytes]]:
    batch: dict[int, bytes] = {}
    size = 0
    for number in reversed(missing):
        batch[number] = copy.record(number)
        size += len(batch[number])
        if size >= _BYTES or len(batch) >= _BATCH:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _each(act: Callable[[int], T], numbers: Sequence[int]) -> Iterator[T]:
    """Do something for each of many numbers, some at a time: over a network one waits long for each."""
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        for start in range(0, len(numbers), _BATCH):
            yield from workers.map(act, numbers[start : start + _BATCH])


def _apart(copy: Copy, place: str, number: int) -> StateError:
    return StateError(
        f"the state in {place} went another way than {copy.path}: they differ by record {number}", _ELSEWHERE
    )


def _raced(place: str, number: int) -> StateError:
    return StateError(
        f"somebody else has just written record {number} in {place}",
        "wait until they have ended, and push again; what is there is not touched",
    )
