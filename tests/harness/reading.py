"""What engines on one state share of their reading: no record is proven twice, none folded again by each of them.

Each engine still fetches every record for itself, one boundary each, and follows the chain of their digests. What it
finds there that is the same, byte for byte, as somebody found before it, it takes from them.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from catalogsync.model.ledger import Ledger
from catalogsync.model.state import State
from catalogsync.ports import Clock, RecordStore
from catalogsync.state import lease
from catalogsync.state.calls import OpenCalls
from catalogsync.state.codec import Record
from catalogsync.state.effects import Effects
from catalogsync.state.growth import Growth
from catalogsync.state.journal import RecordJournal
from catalogsync.state.keys import StateKey
from catalogsync.state.log import RecordLog
from catalogsync.state.replay import Replay

_LIVING = {Effects, Growth, Ledger, OpenCalls, Replay, State}
"""What changes while records are folded; everything else that a state consists of is frozen, or holds these."""


class Reading:
    """What was read of one state, and of those that came to its place.

    Attributes:
        key: the state's key.
        records: by number and bytes, those that were proven to be authentic.
        folded: what they came to, by the number of the first and by the last that was folded.
    """

    def __init__(self, key: StateKey) -> None:
        self.key = key
        self.records: dict[tuple[int, bytes], Record] = {}
        self.folded: dict[tuple[int, str], tuple[Replay, Growth]] = {}

    def open(self, store: RecordStore, clock: Clock, alive: lease.Alive, growth: Growth) -> RecordJournal | None:
        """What RecordJournal.open gives back.

        Raises:
            StateError: as there.
        """
        log = SharedLog(store, self)
        return SharedJournal(log, clock, alive, growth, self) if log.open(None) else None


class SharedLog(RecordLog):
    """A log that takes from others what they have proven."""

    def __init__(self, store: RecordStore, reading: Reading) -> None:
        super().__init__(store, reading.key, "memory")
        self._reading = reading

    def _decode(self, number: int, data: bytes) -> Record:
        record = self._reading.records.get((number, data))
        if record is None:
            record = self._reading.records[number, data] = super()._decode(number, data)
        return record


class SharedJournal(RecordJournal):
    """A journal that, when it is opened, takes from others what they have folded, and folds the rest itself."""

    def __init__(self, log: SharedLog, clock: Clock, alive: lease.Alive, growth: Growth, reading: Reading) -> None:
        self._reading = reading
        super().__init__(log, reading.key, clock, alive, growth)

    def _catch_up(self) -> None:
        if self.state.serial:
            super()._catch_up()
            return
        read = [*self._log.read()]
        known = self._known([record for record, _ in read])
        for record, size in read[known:]:
            self._fold(record, size)
        if known < len(read):
            self._reading.folded[read[0][0].number, self.head.digest] = (
                _twin(self._replay, {}),
                _twin(self._growth, {}),
            )

    def _known(self, records: Sequence[Record]) -> int:
        """Begin with the most that anybody has folded of records. Gives back how many of them that was."""
        digest: str | None = self.head.digest
        for count in range(len(records), 0, -1):
            folded = self._reading.folded.get((records[0].number, digest or ""))
            if folded is not None:
                self._replay, self._growth = (_twin(one, {}) for one in folded)
                return count
            digest = records[count - 1].prev
        return 0


def _twin(value: Any, twins: dict[int, Any]) -> Any:
    """A copy that may be folded on while the other stays as it is. What is frozen is in both."""
    kind = type(value)
    if kind is dict or kind is Counter:
        held: dict[Any, Any] = kind()
        dict.update(held, value)  # A Counter's own would count.
        for name, one in value.items():
            if type(one) in {dict, list, set}:
                held[name] = one.copy()
        return held
    if kind is list or kind is set:
        return value.copy()
    if kind not in _LIVING:
        return value
    if id(value) not in twins:
        twin = twins[id(value)] = object.__new__(kind)
        for name in getattr(kind, "__slots__", ()) or vars(value):
            setattr(twin, name, _twin(getattr(value, name), twins))
    return twins[id(value)]
