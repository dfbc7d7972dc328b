"""What the tests of the state share: time that stands still, a key, stores that check what they are given."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jsonschema_rs

from catalogsync.model.errors import CatalogsyncError
from catalogsync.model.events import Bound, Ended, Ending, Event, Intended, Intent, Marked, Verdict
from catalogsync.model.fields import Value
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.order import KeptOrder
from catalogsync.model.secret import Secret
from catalogsync.model.state import Binding, Call, Keepsake, Op, Run
from catalogsync.ports import RecordStore
from catalogsync.state import MemoryStore, RecordJournal, parse_key
from catalogsync.state.growth import Growth

KEY_TEXT = base64.b64encode(bytes(range(32))).decode()
KEY = parse_key(Secret(KEY_TEXT))
OTHER_KEY_TEXT = base64.b64encode(bytes(32)).decode()

_SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parents[2] / "schemas/state-record.schema.json").read_text())
)


class ManualClock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.ticks = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, seconds: float) -> None:
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds


class CheckedStore(MemoryStore):
    """Refuses what the published schema does not allow."""

    def create(self, number: int, data: bytes) -> bool:
        if data.startswith(b"{"):
            check_schema(data)
        return super().create(number, data)

    def __len__(self) -> int:
        return len(self._records)

    def copy(self) -> "CheckedStore":
        twin = CheckedStore()
        twin._records, twin._hint = dict(self._records), self._hint
        return twin

    def put(self, number: int, data: bytes | None) -> None:
        """What no store does: exchange or remove a record."""
        if data is None:
            del self._records[number]
        else:
            self._records[number] = data


def check_schema(data: bytes) -> None:
    """A record is as the published schema says."""
    problems = [f"{error.instance_path}: {error.message}" for error in _SCHEMA.iter_errors(json.loads(data))]
    assert problems == []


def create(store: RecordStore, clock: ManualClock | None = None, **options: Any) -> RecordJournal:
    """A new state."""
    return RecordJournal.create(store, KEY, clock or ManualClock(), place="the test", **options)


def reopen(store: RecordStore, clock: ManualClock | None = None, **options: Any) -> RecordJournal:
    """The state again, as another process would read it."""
    journal = RecordJournal.open(store, KEY, clock or ManualClock(), place="the test", **options)
    assert journal is not None
    return journal


def at_work(store: RecordStore | None = None, clock: ManualClock | None = None, **options: Any) -> RecordJournal:
    """A new state, with a run that has begun."""
    journal = create(store if store is not None else CheckedStore(), clock, **options)
    journal.begin(run("run-1"))
    return journal


def run(name: str = "run-1", host: str = "here", pid: int = 1, ttl: float = 900.0) -> Run:
    """A run."""
    return Run(name, "apply", "2026-11-21T12:00:00Z", host, pid, "birth", who="ann", ttl=ttl)


def prints(*accounts: int) -> bytes:
    """Fingerprints of some accounts, spread as real ones are."""
    return b"".join(blake2b(b"%d" % account, digest_size=FINGERPRINT).digest() for account in accounts)


def creates(key: str, op: str = "", **fields: str) -> Intent:
    """An intent to create."""
    return Intent(Op(op or f"create-{key}", Call.CREATE, key, "shop", fields={"title": key, **fields}))


def appends(key: str, op: str, *accounts: int, pool: str = "pool") -> Intent:
    """An intent to append, to the listing that `listed` gives the key."""
    users = prints(*accounts)
    return Intent(
        Op(op, Call.APPEND, key, "shop", f"p-{key}", pool=pool, count=len(accounts), stock=0, sales=0), users, users
    )


def delivers(order: str, op: str, *accounts: int, quantity: int = 5, key: str = "a", whole: str = "no") -> Intent:
    """An intent to deliver to an order; to `p-KEY` of a product."""
    users = prints(*accounts)
    fields: dict[str, Value] = {"quantity": quantity, "whole": whole}
    return Intent(
        Op(op, Call.DELIVER, key, "shop", f"p-{key}", order, fields, pool="pool", count=len(accounts)), users, users
    )


def of_order(order: str, op: str, call: Call, **fields: str) -> Intent:
    """An intent to change an order otherwise."""
    return Intent(Op(op, call, "a", "shop", "p-a", order, dict(fields)))


def kept(order: str, **more: Any) -> KeptOrder:
    """An order as it is kept."""
    return KeptOrder("shop", order, "p-a", 5, **more)


def holds(op: str, *accounts: int, pool: str = "pool", key: str = "a") -> Intent:
    """Accounts that a recovery holds."""
    users = prints(*accounts)
    held = Op(op, Call.APPEND, key, "shop", f"p-{key}" if key else None, pool=pool, count=len(accounts), evidence="?")
    return Intent(held, users, users)


def changes(key: str, op: str, call: Call = Call.UPDATE, **fields: str) -> Intent:
    """An intent to change a listing."""
    before = {name: f"old {name}" for name in fields}
    return Intent(
        Op(op, call, key, "shop", f"p-{key}", fields=dict(fields), before=before, keepsake=Keepsake(pool="pool"))
    )


def listed(key: str, product_id: str = "") -> Binding:
    """A binding."""
    return Binding(key, "shop", product_id or f"p-{key}", {"title": key}, {"title": key})


def ended(op: str, verdict: Verdict = Verdict.COMMITTED, **more: Any) -> Ended:
    """The end of one operation."""
    return Ended((Ending(op, verdict, **more),))


def intended(*intents: Intent) -> Intended:
    """The event of some intents."""
    return Intended(intents)


def said(error: CatalogsyncError) -> str:
    """All that a user would read of an error."""
    return f"{error.message} ({error.hint})"


def marks(accounts: int, batch: int = 20_000, seed: int = 1) -> Iterator[Event]:
    """Events that fill a ledger with so many accounts."""
    source = random.Random(seed)
    for number, start in enumerate(range(0, accounts, batch)):
        count = min(batch, accounts - start)
        users, contents = source.randbytes(count * FINGERPRINT), source.randbytes(count * FINGERPRINT)
        yield Marked("pool", Batch(f"batch-{number}", "shop/p", "key", "pool", count, Fate.SENT), users, contents)


def quick(records: int = 5) -> Growth:
    """Snapshots after a few records."""
    return Growth(records)


def attempts(journal: RecordJournal) -> list[Callable[[], None]]:
    """All that needs the lease."""
    return [
        lambda: journal.write(Bound((listed("a"),))),
        lambda: journal.assure(60),
        lambda: journal.end(applied=True),
    ]


def types(store: MemoryStore) -> list[str]:
    found: list[str] = []
    while (data := store.get(len(found) + 1)) is not None:
        found.append(json.loads(data)["type"])
    return found


def nobody(_host: str, _pid: int, _started: str) -> bool:
    return False


def everybody(_host: str, _pid: int, _started: str) -> bool:
    return True


def fate(journal: RecordJournal, op: str) -> Fate | None:
    """What became of the accounts of an operation."""
    batch = journal.state.ledger.batch(op)
    return batch.fate if batch else None
