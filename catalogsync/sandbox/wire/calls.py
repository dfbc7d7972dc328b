"""The log of marketplace calls: who called what over which connection, and what came of it; never an account."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

KEPT = 20_000
_WORDS = ("order", "status", "order_status", "append_delivered_info", "supplierOrderId")
_LONGEST = 200


@dataclass(slots=True)
class Entry:
    """One call.

    Attributes:
        n: counts from 1 since the start or the last clearing.
        at: when it came, by the marketplaces' clock.
        call: what it was: create, list, ...
        method: GET or POST.
        path: without the query.
        query: without what may be a key.
        changing: whether the call can change the marketplace.
        keys: the names of the body's fields, never their values.
        words: what the body says in fields that hold no secret: order, status, and the like.
        accounts: how many accounts the body brought; of a delivered text, its lines.
        connection: the number of the TCP connection it came over.
        fresh: whether it was the first call on that connection.
        connection_header: the `Connection` header, or empty.
        fault: the kind of the fault that struck, or None.
        handled: the status that the marketplace decided on, or None as long as it never did.
        status: the status that was sent, or None if there was none.
        outcome: open, held, answered, broken (no whole answer was sent), or left (the client went away).
    """

    n: int
    at: str
    call: str
    method: str
    path: str
    query: dict[str, str]
    changing: bool
    keys: list[str]
    words: dict[str, object]
    accounts: int
    connection: int
    fresh: bool
    connection_header: str
    fault: str | None = None
    handled: int | None = None
    status: int | None = None
    outcome: str = "open"


@dataclass(slots=True)
class CallLog:
    """The last calls, and how many of each kind there ever were."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    totals: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def add(self, entry: Entry) -> Entry:
        """Numbers and keeps an entry, which its call then completes."""
        self.count += 1
        self.totals[entry.call] += 1
        entry.n = self.count
        self.entries.append(entry)
        return entry

    def newest(self) -> Iterator[Entry]:
        """The kept entries, the last call first."""
        return reversed(self.entries)

    def clear(self) -> None:
        """Forgets all, and counts from 1 again."""
        self.entries.clear()
        self.totals.clear()
        self.count = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be told of a JSON body.

    Attributes:
        keys: the names of its fields.
        words: the values of those that hold no secret.
        accounts: how many accounts it brings.
    """

    keys: list[str] = field(default_factory=list)
    words: dict[str, object] = field(default_factory=dict)
    accounts: int = 0


def body_shape(content_type: str, body: bytes) -> Shape:
    """What may be told of a body; nothing if it is no JSON object."""
    value = _json(body or b"{}") if content_type.startswith("application/json") else None
    if not isinstance(value, dict):
        return Shape()
    brought = sum(map(_count, (value.get("accounts"), value.get("accounts_text"), value.get("delivered_info"))))
    words = {name: value[name] for name in _WORDS if isinstance(value.get(name), str | int)}
    return Shape(sorted(value), {name: word for name, word in words.items() if len(str(word)) <= _LONGEST}, brought)


def _count(value: object) -> int:
    """How many accounts a field holds: those of an array, of an array in a text, or a line each."""
    if isinstance(value, str):
        packed = _json(value)
        value = packed if isinstance(packed, list) else [line for line in value.splitlines() if line.strip()]
    return len(value) if isinstance(value, list) else 0


def _json(text: bytes | str) -> object:
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value
