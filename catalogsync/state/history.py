"""Which run set each field of a listing: the record log read backwards, until all is known.

Most records are of other listings: they are looked at, but only what is made use of is proven to be authentic.
"""

import re
from dataclasses import dataclass
from typing import Final

import orjson

from catalogsync.model.events import Bound, Event, Forgotten, Intended, Renamed, Verdict
from catalogsync.model.fields import Value
from catalogsync.model.history import Deed, History, Setting
from catalogsync.model.state import Binding, Call, Op, Run
from catalogsync.state.bodies import event_of
from catalogsync.state.codec import JSON, Record, newer
from catalogsync.state.log import RecordLog

_TYPE: Final = re.compile(rb'"type":"(\w+)","v":\d+\}$')
_TAIL: Final = 64
"""In so many bytes at its end a record says its type, for the names of its canonical form are sorted."""

_DEEDS: Final[dict[Call, Deed]] = {Call.CREATE: "create", Call.UPDATE: "update", Call.RETIRE: "retire"}


def history(log: RecordLog, binding: Binding) -> History:
    """Read the past of a listing, newest record first, in one pass. Records that are gone are passed over.

    Args:
        log: the records.
        binding: the listing as it is recorded now.

    Raises:
        StateError: a record cannot be read, or one that is made use of is damaged.
    """
    search = _Search(log, binding)
    for number, data in log.past():
        search.look(number, data)
        if search.done:
            break
    return search.found()


@dataclass(slots=True)
class _Found:
    """What set a field, as far as is known; `record` is None while nothing is."""

    value: Value
    deed: Deed = "bind"
    record: Record | None = None


class _Search:
    """One look back at one listing.

    Attributes:
        done: nothing older can say more.
    """

    def __init__(self, log: RecordLog, binding: Binding) -> None:
        self._log = log
        self._binding = binding
        self._names = [binding.key]
        self._needle = orjson.dumps(binding.product_id)
        self._open = {name: _Found(value) for name, value in binding.applied.items()}
        self._settled: dict[str, _Found] = {}
        self._ended: dict[str, tuple[int, str | None]] = {}
        self._runs: dict[str, Run | None] = {}

    @property
    def done(self) -> bool:
        return not self._open and None not in self._runs.values()

    def look(self, number: int, data: bytes) -> None:
        """Take the record before the last that was taken.

        Raises:
            StateError: it is damaged.
        """
        try:
            self._look(number, data)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise newer(self._log.where(self._log.record(number).number)) from None

    def _look(self, number: int, data: bytes) -> None:
        match = _TYPE.search(data[-_TAIL:])
        match match[1] if match else b"":
            case b"begin" | b"takeover":
                self._begin(number, data)
            case _ if not self._open:
                return
            case b"outcome":
                for ending in _body(data).get("endings", ()):
                    if ending.get("verdict") == Verdict.COMMITTED:
                        self._ended[ending["op"]] = number, ending.get("product_id")
            case b"resolve":
                body = _body(data)
                if body.get("sent"):
                    self._ended[body["op"]] = number, None
            case b"intent" if self._ended:
                self._intend(number, data)
            case b"bind" if self._needle in data or orjson.dumps(self._names[-1]) in data:
                self._bind(number)
            case b"rename" | b"forget":
                self._call(number)
            case _:
                pass

    def found(self) -> History:
        """What was found."""
        known = {name: one for name, one in {**self._open, **self._settled}.items() if one.record is not None}
        return History(
            {
                name: Setting(one.deed, one.record.number, one.record.at, self._runs.get(one.record.run))
                for name in self._binding.applied
                if (one := known.get(name)) is not None and one.record is not None
            },
            tuple(self._names[1:]),
        )

    def _begin(self, number: int, data: bytes) -> None:
        """Whoever is at work from here on; runs whose work was met are waited for."""
        run = orjson.loads(data)["run"]
        if run in self._runs:
            self._runs[run] = Run(**self._log.record(number).body["run"])

    def _intend(self, number: int, data: bytes) -> None:
        for raw in _body(data).get("intents", ()):
            op_id = raw["op"]["id"]
            end, created = self._ended.pop(op_id, (0, None))
            if end and self._ours(raw["op"], created):
                self._log.record(end)
                record = self._log.record(number)
                event = _event(record)
                if isinstance(event, Intended):
                    self._set(record, next(intent.op for intent in event.intents if intent.op.id == op_id))

    def _ours(self, op: JSON, created: str | None) -> bool:
        """Whether a call was about this listing, and can say something new of it."""
        if (created or op.get("product_id")) != self._binding.product_id:
            return False
        sets = op["call"] in _DEEDS and not self._open.keys().isdisjoint(op.get("fields", ()))
        return sets and op["marketplace"] == self._binding.marketplace

    def _set(self, record: Record, op: Op) -> None:
        """A call set these fields; what is said of them later was said of what it set, or of another value."""
        for name in op.fields.keys() & self._open.keys():
            one = self._open[name]
            if one.record is None or one.value == op.fields[name]:
                one.deed = _DEEDS[op.call]
                self._seen(one, record)
            self._settle(name)
        if op.call is Call.CREATE:
            self._settle_all()

    def _bind(self, number: int) -> None:
        """A binding says all that is applied: what an older record says too, it only goes on to say."""
        record = self._log.record(number)
        event = _event(record)
        for binding in event.bindings if isinstance(event, Bound) else ():
            if (binding.marketplace, binding.product_id) != (self._binding.marketplace, self._binding.product_id):
                if binding.key == self._names[-1]:
                    self._settle_all()  # before this, the key had another listing
                continue
            for name, one in list(self._open.items()):
                if name in binding.applied and binding.applied[name] == one.value:
                    self._seen(one, record)
                else:
                    self._settle(name)

    def _call(self, number: int) -> None:
        """The listing got its name here, or was not managed before."""
        event = _event(self._log.record(number))
        if isinstance(event, Forgotten) and self._names[-1] in event.keys:
            self._settle_all()
        elif isinstance(event, Renamed):
            self._names += [old for old, new in event.keys.items() if new == self._names[-1]]

    def _settle_all(self) -> None:
        for name in list(self._open):
            self._settle(name)

    def _settle(self, name: str) -> None:
        self._settled[name] = self._open.pop(name)

    def _seen(self, one: _Found, record: Record) -> None:
        one.record = record
        self._runs.setdefault(record.run, None)


def _body(data: bytes) -> JSON:
    """The body of a record as it stands; nobody has proven it yet."""
    body: JSON = orjson.loads(data)["body"]
    return body


def _event(record: Record) -> Event | None:
    return event_of(record.type, record.body)
