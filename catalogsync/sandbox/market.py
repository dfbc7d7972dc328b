"""What all calls of the sandbox share: the database, the clock, the settings, the faults and the log."""

import sqlite3
import time
from asyncio import Task
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from catalogsync.sandbox.database import empty_tables, open_database
from catalogsync.sandbox.settings import Settings, load_settings, save_settings
from catalogsync.sandbox.wire.calls import CallLog
from catalogsync.sandbox.wire.faults import FaultRules
from catalogsync.sandbox.wire.held import HeldCalls

Found = TypeVar("Found")


class Market:
    """The world behind both marketplaces.

    Args:
        db: a file for SQLite, or `:memory:`.
        key: the API key that both marketplaces accept.

    Raises:
        UsageError: the file cannot be used.
    """

    def __init__(self, db: str, key: str) -> None:
        self.db: sqlite3.Connection = open_database(db)
        self.key = key
        self.settings: Settings = load_settings(self.db)
        self.calls = CallLog()
        self.faults = FaultRules()
        self.held = HeldCalls()
        self.late: set[Task[None]] = set()
        self._remembered: dict[Hashable, Any] = {}
        self._remembered_at = -1

    def now(self) -> float:
        """The marketplaces' clock, in seconds since 1970."""
        return time.time() + self.settings.clock_offset_s

    def stamp(self, seconds: float = 0) -> str:
        """The marketplaces' clock as they write it, some seconds from now or, if negative, ago."""
        return datetime.fromtimestamp(self.now() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: what happens inside is committed together, or not at all."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    def remembered(self, question: Hashable, ask: Callable[[], Found]) -> Found:
        """What the database says to a question; it is asked again only after a write."""
        if self._remembered_at != self.db.total_changes:
            self._remembered.clear()
            self._remembered_at = self.db.total_changes
        if question not in self._remembered:
            self._remembered[question] = ask()
        found: Found = self._remembered[question]
        return found

    def configure(self, settings: Settings) -> None:
        """Settings that count from now on."""
        with self.transaction() as db:
            save_settings(db, settings)
        self.settings = settings

    def reset(self, settings: Settings) -> None:
        """The first day again: no rows, faults or calls; held calls are broken off, late ones dropped."""
        self.held.release(proceed=False)
        for task in self.late:
            task.cancel()
        with self.transaction() as db:
            empty_tables(db)
            save_settings(db, settings)
        self.settings = settings
        self.faults.clear()
        self.calls.clear()

    def close(self) -> None:
        """Lets the database go."""
        self.db.close()
