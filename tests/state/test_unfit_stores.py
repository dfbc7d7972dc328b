"""Stores that break their promises are refused before anything is sent."""

import pytest

from catalogsync.model.errors import StateError
from catalogsync.model.events import Bound, Forgotten
from catalogsync.state import MemoryStore
from tests.state.ground import (
    attempts,
    create,
    listed,
    nobody,
    reopen,
    run,
)


class Overwriting(MemoryStore):
    """Ignores the condition that there be no record yet."""

    def create(self, number: int, data: bytes) -> bool:
        self._records[number] = data
        return True


class Refusing(MemoryStore):
    """Says no, and has nothing."""

    def create(self, number: int, data: bytes) -> bool:
        return super().create(number, data) if number < 3 else False


class Losing(MemoryStore):
    """Says yes, and keeps nothing."""

    def create(self, number: int, data: bytes) -> bool:
        return super().create(number, data) if number < 2 else number not in self._records


class Cutting(MemoryStore):
    """Keeps a part of what it is given."""

    def create(self, number: int, data: bytes) -> bool:
        return super().create(number, data[:100] if number > 1 else data)


class Stale(MemoryStore):
    """Shows a record only when a later one is there."""

    def get(self, number: int) -> bytes | None:
        return super().get(number) if number + 1 in self._records or number == 1 else None


class Failing(MemoryStore):
    """Fails from a record on."""

    full_at = 3

    def create(self, number: int, data: bytes) -> bool:
        if number >= self.full_at:
            raise StateError("the state cannot be written: the disk is full", "make room")
        return super().create(number, data)


@pytest.mark.parametrize("store", [Overwriting(), Losing(), Cutting(), Stale()], ids=lambda s: type(s).__name__)
def test_a_store_that_breaks_its_promises_is_refused_before_anything_is_sent(store: MemoryStore) -> None:
    with pytest.raises(StateError, match="not fit for a state"):  # noqa: PT012
        journal = create(store)
        journal.begin(run())
    assert len(store._records) <= 2


def test_a_run_on_an_unfit_store_writes_no_more() -> None:
    journal = create(Cutting())
    with pytest.raises(StateError, match="not fit"):
        journal.begin(run())
    with pytest.raises(StateError, match="not fit"):
        journal.write(Forgotten(()))


def test_a_store_that_refuses_what_it_does_not_have_is_refused() -> None:
    journal = create(Refusing())
    journal.begin(run())
    with pytest.raises(StateError, match="not fit"):
        journal.write(Bound((listed("a"),)))
    other = create(Refusing())
    other.begin(run())
    with pytest.raises(StateError, match="not fit"):
        other.end(applied=False)


def test_after_a_write_that_failed_nothing_more_is_written() -> None:
    store = Failing()
    journal = create(store)
    journal.begin(run())
    for attempt in attempts(journal):
        with pytest.raises(StateError, match="the disk is full"):
            attempt()
    store.full_at = 100
    with pytest.raises(StateError, match="the disk is full"):
        journal.write(Bound((listed("a"),)))
    again = reopen(store, alive=nobody)
    again.begin(run("run-2"))
    assert again.state.bindings == {}
