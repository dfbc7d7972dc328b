"""Old copies of a state, and copies that went apart, are noticed by who has seen more of it."""

import shutil
from pathlib import Path

import pytest

from catalogsync.model.config import StateConfig
from catalogsync.model.errors import StateError
from catalogsync.model.events import Bound
from catalogsync.state import Head, create_state, open_journal
from tests.state.ground import CheckedStore, ManualClock, at_work, create, listed, quick, reopen, run, said

CLOCK = ManualClock()
CONFIG = StateConfig()


def worked(store: CheckedStore, name: str) -> Head:
    """A run more, and the newest record after it."""
    journal = reopen(store)
    journal.begin(run(name))
    journal.write(Bound((listed(name),)))
    journal.end(applied=True)
    return journal.head


def test_the_head_is_the_last_record_read_or_written() -> None:
    store = CheckedStore()
    journal = create(store)
    assert journal.head.number == 1
    assert reopen(store).head == journal.head
    head = worked(store, "a")
    assert head.number == 4
    assert reopen(store).head == head
    assert journal.head.number == 1


def test_a_state_that_went_on_since_is_the_same_state() -> None:
    store = CheckedStore()
    heads = [create(store).head, worked(store, "a"), worked(store, "b")]
    for head in heads:
        assert reopen(store, witness=lambda _, head=head: head).head == heads[-1]


def test_the_witness_is_asked_for_this_lineage() -> None:
    store = CheckedStore()
    journal = create(store)
    asked: list[str] = []

    def witness(lineage: str) -> None:
        asked.append(lineage)

    reopen(store, witness=witness)
    assert asked == [journal.state.lineage]


def test_an_old_copy_is_refused() -> None:
    store = CheckedStore()
    create(store)
    old = store.copy()
    head = worked(store, "a")
    old.set_hint(0)
    with pytest.raises(StateError, match="ends with record 1, but record 4 of it was seen") as caught:
        reopen(old, witness=lambda _: head)
    assert "newest copy back" in said(caught.value)
    assert "catalogsync state recover" in said(caught.value)


@pytest.mark.parametrize("more", [0, 1, 2])
def test_of_two_copies_that_went_apart_one_is_refused_however_long(more: int) -> None:
    store = CheckedStore()
    create(store)
    other = store.copy()
    head = worked(store, "a")
    for number in range(1 + more):
        worked(other, f"b{number}")
    with pytest.raises(StateError, match=r"record 4 .* is another one than was seen.*two copies"):
        reopen(other, witness=lambda _: head)


def test_a_record_from_before_the_snapshot_is_witnessed_too() -> None:
    store = CheckedStore()
    journal = at_work(store, growth=quick(3))
    head = journal.head
    for number in range(9):
        journal.write(Bound((listed(f"k{number}"),)))
    assert reopen(store, witness=lambda _: head).head == journal.head
    with pytest.raises(StateError, match="two copies"):
        reopen(store, witness=lambda _: Head(head.number, "sha256:00"))


def test_a_whole_folder_that_was_put_back_is_refused(tmp_path: Path) -> None:
    made = create_state(CONFIG, tmp_path, None, CLOCK)
    shutil.copytree(tmp_path / ".catalogsync", tmp_path / "backup")
    made.begin(run())
    made.write(Bound((listed("a"),)))
    head = made.head
    shutil.rmtree(tmp_path / ".catalogsync")
    (tmp_path / "backup").rename(tmp_path / ".catalogsync")
    with pytest.raises(StateError, match="an old copy was put back"):
        open_journal(CONFIG, tmp_path, None, CLOCK, lambda _: head)
    assert open_journal(CONFIG, tmp_path, None, CLOCK) is not None
