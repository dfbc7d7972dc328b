"""The log of marketplace calls: who called what over which connection, and what came of it; never an account."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

KEPT = 20_000


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
        accounts: how many accounts the body brought.
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


def body_shape(content_type: str, body: bytes) -> tuple[list[str], int]:
    """The names of a JSON body's fields and the number of its accounts."""
    if not content_type.startswith("application/json"):
        return [], 0
    try:
        value = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return [], 0
    if not isinstance(value, dict):
        return [], 0
    accounts, text = value.get("accounts"), value.get("accounts_text")
    listed = len(accounts) if isinstance(accounts, list) else 0
    lines = sum(1 for line in text.splitlines() if line.strip()) if isinstance(text, str) else 0
    return sorted(value), listed + lines
