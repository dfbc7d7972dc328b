"""Moving a state: closed in one place, opened in another, and at no moment two that can be worked with."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from catalogsync.model.errors import StateError, StateFenced, StateLocked
from catalogsync.model.events import Bound
from catalogsync.state import FileStore, Head, MemoryStore, RecordJournal, no_witness
from catalogsync.state.codec import Record, decode, digest, encode
from catalogsync.state.growth import Growth
from catalogsync.state.pushing import Copy, Pushed, Wish, push
from catalogsync.state.witness import Witness
from tests.state.ground import KEY, CheckedStore, ManualClock, create, listed, nobody, reopen, run, said

CLOCK = ManualClock()


class Listed(CheckedStore):
    """Knows its newest record, as a folder does; dies after some writes."""

    left = 1000

    def hint(self) -> int:
        return max(self._records, default=0)

    def create(self, number: int, data: bytes) -> bool:
        if self.left <= 0:
            raise StateError("killed")
        self.left -= 1
        return super().create(number, data)


class Unlisted(Listed):
    """Has only a hint, as a bucket does."""

    def hint(self) -> int:
        return MemoryStore.hint(self) or int(1 in self._records)


def lived(store: CheckedStore, *names: str) -> RecordJournal:
    """A state in which something happened, with snapshots."""
    journal = reopen(store, growth=Growth(2), alive=nobody) if len(store) else create(store, growth=Growth(2))
    for name in names:
        journal.begin(run(f"run-{name}"))
        journal.write(Bound((listed(name),)))
        journal.end(applied=True)
    return journal


def copied(journal: RecordJournal, path: Path) -> Copy:
    path.write_bytes(b"".join(record + b"\n" for record in journal.records()))
    return Copy(path, lambda _: KEY, None)


def moved(tmp_path: Path) -> tuple[CheckedStore, Copy]:
    """A closed state, and its copy."""
    store = CheckedStore()
    journal = lived(store, "a", "b", "c")
    journal.close(run("run-close"))
    return store, copied(journal, tmp_path / "moved")


def pushed(copy: Copy, store: MemoryStore, wish: Wish | None = None, witness: Witness = no_witness) -> Pushed:
    return push(copy, store, "the new place", CLOCK, witness, wish or Wish(who="ann"))


def refusal(copy: Copy, store: MemoryStore, wish: Wish | None = None, witness: Witness = no_witness) -> str:
    """What a push is refused with; nothing is written then."""
    before = dict(store._records)
    with pytest.raises(StateError) as caught:
        pushed(copy, store, wish, witness)
    assert store._records == before
    return said(caught.value)


def test_a_closed_state_takes_no_run_and_can_be_read() -> None:
    store = CheckedStore()
    journal = lived(store, "a")
    journal.close(run("run-close"))
    for attempt in (journal, reopen(store)):
        with pytest.raises(StateError, match=r"was moved away from the test at 2026-11-21T12:00:00.000Z by ann"):
            attempt.begin(run("run-2"))
        assert attempt.state.run is None
        assert list(attempt.state.bindings) == ["a"]
        assert len(list(attempt.records())) == len(store)


def test_a_run_at_work_is_not_closed_over() -> None:
    store = CheckedStore()
    working = lived(store, "a")
    working.begin(run("run-2"))
    with pytest.raises(StateLocked, match="run-2"):
        reopen(store, alive=lambda *_: True).close(run("run-close"))
    reopen(store, alive=nobody).close(run("run-close"))
    with pytest.raises(StateFenced):
        working.write(Bound((listed("b"),)))
    with pytest.raises(StateFenced):
        working.assure(10)


def test_who_had_it_open_before_learns_of_it_when_he_begins() -> None:
    store = CheckedStore()
    waiting = lived(store, "a")
    reopen(store).close(run("run-close"))
    with pytest.raises(StateError, match="moved away"):
        waiting.begin(run("run-2"))


def test_killed_before_it_was_closed_it_is_not_closed() -> None:
    store = Listed()
    journal = lived(store, "a")
    store.left = 2  # the beginning, and the proof of exclusiveness
    with pytest.raises(StateError, match="killed"):
        journal.close(run("run-close"))
    store.left = 1000
    again = reopen(store, alive=nobody)
    assert again.state.moved is None
    again.close(run("run-close-2"))
    assert reopen(store).state.moved is not None


@pytest.mark.parametrize("kind", [Listed, Unlisted])
def test_a_state_lives_on_where_it_is_pushed(tmp_path: Path, kind: type[Listed]) -> None:
    old, copy = moved(tmp_path)
    new = kind()
    came = pushed(copy, new)
    assert (came.records, came.written, came.opened, came.outdated) == (len(old), len(old), True, None)
    journal = reopen(new)
    assert journal.state.moved is None
    assert sorted(journal.state.bindings) == ["a", "b", "c"]
    lived(new, "d")
    assert reopen(old).state.moved is not None
    again = pushed(copy, new)
    assert (again.written, again.opened) == (0, False)
    assert sorted(reopen(new).state.bindings) == ["a", "b", "c", "d"]
    [opening] = [json.loads(data) for data in new._records.values() if b'"type":"open"' in data]
    assert opening["body"] == {"place": "the new place", "who": "ann"}


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("kind", [Listed, Unlisted])
def test_a_push_killed_at_any_record_leaves_nothing_to_work_with_and_is_repeated(
    tmp_path: Path, kind: type[Listed], back: bool
) -> None:
    old, copy = moved(tmp_path)
    if back:  # it moved on once more, and comes back to where it was first
        there = Listed()
        pushed(copy, there)
        journal = lived(there, "d", "e")
        journal.close(run("run-close"))
        copy = copied(journal, tmp_path / "back")
    total = copy.last.number + 1 - (len(old) if back else 0)
    for cut in range(total):
        new = kind()
        if back:
            new._records = dict(old._records)
            new.set_hint(len(old))
        new.left = cut
        with pytest.raises(StateError, match="killed"):
            pushed(copy, new)
        new.left = 1000
        assert not works(new, copy)
        came = pushed(copy, new)
        assert came.opened == (cut == 0)
        assert works(new, copy)
        assert len(new) == copy.last.number + 1


class Bulky(Listed):
    """Takes many records in one trip."""

    def create_all(self, records: Mapping[int, bytes]) -> bool:
        if self.left <= 0:
            raise StateError("killed")
        self.left -= 1
        return all(CheckedStore.create(self, number, data) for number, data in records.items())


def test_where_many_records_are_one_trip_they_are_one(tmp_path: Path) -> None:
    _, copy = moved(tmp_path)
    new = Bulky()
    for cut in range(2):
        new.left = cut
        with pytest.raises(StateError, match="killed"):
            pushed(copy, new)
        assert not works(new, copy)
    new.left = 1
    assert not pushed(copy, new).opened
    new.left = 1000
    assert works(new, copy)


def works(store: Listed, copy: Copy) -> bool:
    """Whether a run can begin there; if so, on all that the copy knows."""
    try:
        journal = RecordJournal.open(store, KEY, CLOCK, place="there", expect_lineage=copy.last.lineage)
        if journal is None:
            return False
        whole = dict(store._records)
        journal.begin(run("run-probe"))
    except StateError:
        return False
    assert journal.state.serial == copy.last.number + 2
    store._records = whole
    return all(store.get(number) == copy.record(number) for number in range(1, copy.last.number + 1))


def test_two_machines_push_at_once_and_it_is_one_state(tmp_path: Path) -> None:
    _, copy = moved(tmp_path)
    new = Listed()
    errors: list[StateError] = []

    def attempt() -> None:
        try:
            pushed(copy, new)
        except StateError as error:
            errors.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("just written" in error.message for error in errors)
    assert len(errors) < 4
    assert sum(b'"type":"open"' in data for data in new._records.values()) == 1
    assert works(new, copy)


def test_what_is_put_where_something_else_is_is_refused(tmp_path: Path) -> None:
    old, copy = moved(tmp_path)
    other = CheckedStore()
    lived(other, "z")
    assert "there is another state in the new place" in refusal(copy, other)
    fork = Listed()
    fork._records = {number: data for number, data in old._records.items() if number <= 4}
    lived(fork, "z", "y", "x")
    for wish in (Wish(), Wish(restore=True, reopen=True)):
        assert "went another way" in refusal(copy, fork, wish)


def test_where_it_was_closed_it_is_opened_only_if_somebody_says_so(tmp_path: Path) -> None:
    old, copy = moved(tmp_path)
    assert "is where this state was closed" in refusal(copy, old)
    came = pushed(copy, old, Wish(reopen=True))
    assert (came.written, came.opened) == (0, True)
    lived(old, "d")


def test_a_state_that_was_seen_to_live_elsewhere_is_not_opened_a_second_time(tmp_path: Path) -> None:
    old, copy = moved(tmp_path)
    new = Listed()
    pushed(copy, new)
    head = lived(new, "d").head
    for place, wish in ((Listed(), Wish()), (old, Wish(reopen=True))):
        assert "it lives on in another place" in refusal(copy, place, wish, lambda _: head)
    assert pushed(copy, new, witness=lambda _: head).written == 0
    begun = Listed()
    begun.left = 1
    with pytest.raises(StateError, match="killed"):
        pushed(copy, begun)
    assert "it lives on in another place" in refusal(copy, begun, None, lambda _: head), "nor where it was given up"
    other = Head(2, "sha256:" + "0" * 64)
    assert "two copies" in refusal(copy, Listed(), None, lambda _: other)


def test_a_backup_is_put_in_only_if_somebody_says_that_it_is_one(tmp_path: Path) -> None:
    old = Listed()
    journal = lived(old, "a", "b")
    copy = copied(journal, tmp_path / "backup")
    new = Listed()
    assert "is a back-up of a state that was not closed" in refusal(copy, new)
    came = pushed(copy, new, Wish(restore=True))
    assert (came.written, came.opened) == (len(old), False)
    assert new._records == old._records
    head = lived(old, "c").head
    came = pushed(copy, Listed(), Wish(restore=True), lambda _: head)
    assert came.outdated == head
    assert pushed(copy, old).written == 0


def test_a_lost_record_in_the_middle_is_put_back_from_a_backup(tmp_path: Path) -> None:
    store = Listed()
    copy = copied(lived(store, "a", "b"), tmp_path / "backup")
    lived(store, "c")
    store.put(2, None)
    assert pushed(copy, store).written == 1
    assert len(list(reopen(store).records())) == len(store)


def test_files_take_it_as_well(tmp_path: Path) -> None:
    _, copy = moved(tmp_path)
    store = FileStore(tmp_path / "new")
    assert pushed_to_files(copy, store).opened
    assert store.hint() == copy.last.number + 1
    assert sorted(reopen(store).state.bindings) == ["a", "b", "c"]


def pushed_to_files(copy: Copy, store: FileStore) -> Pushed:
    return push(copy, store, "a folder", CLOCK, no_witness, Wish())


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda lines: lines[:3] + lines[4:], "is a copy of record"),
        (lambda lines: lines[1:], "does not say which key"),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], "cut short"),
        (lambda lines: [lines[0], lines[1].replace(b"ann", b"eve"), *lines[2:]], "was changed by something"),
        (lambda lines: [*lines, b"\n"], "is no copy of a state"),
        (lambda lines: [], "is no copy of a state"),
        (lambda lines: [b"key: tea\n"], "is no copy of a state"),
        (lambda lines: [b'{"at":' + b" " * 2_000_000 + b"\n"], "is no copy of a state"),
    ],
)
def test_a_copy_that_is_not_whole_is_refused(tmp_path: Path, spoil: object, says: str) -> None:
    _, copy = moved(tmp_path)
    assert callable(spoil)
    lines = spoil(copy.path.read_bytes().splitlines(keepends=True))
    copy.path.write_bytes(b"".join(lines))
    with pytest.raises(StateError) as caught:
        Copy(copy.path, lambda _: KEY, None)
    assert says in said(caught.value)


def test_a_copy_is_a_file_that_can_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(StateError, match="is no file"):
            Copy(path, lambda _: KEY, None)


def test_a_copy_of_another_catalogs_state_is_refused(tmp_path: Path) -> None:
    _, copy = moved(tmp_path)
    with pytest.raises(StateError, match="but the catalog belongs to"):
        Copy(copy.path, lambda _: KEY, "11111111-2222-3333-4444-555555555555")


def forged(store: CheckedStore, record_type: str, body: dict[str, object]) -> None:
    """A record that nothing of ours would write, but whoever has the key can."""
    last = decode(store._records[len(store)], KEY, "")
    record = Record(
        len(store) + 1, last.lineage, digest(store._records[len(store)]), "run-x", last.epoch + 1, last.at, record_type,
        body, last.snap,
    )  # fmt: skip
    MemoryStore.create(store, len(store) + 1, encode(record, KEY))


def test_what_was_not_closed_is_not_opened_and_what_is_closed_is_not_begun(tmp_path: Path) -> None:
    store = CheckedStore()
    lived(store, "a")
    forged(store, "open", {"place": "x", "who": ""})
    with pytest.raises(StateError, match="was not closed"):
        reopen(store)
    old, _ = moved(tmp_path)
    forged(old, "begin", {"run": {"id": "run-x"}})
    with pytest.raises(StateError, match="cannot be followed"):
        reopen(old)


def test_an_old_copy_that_was_closed_says_so_to_who_has_seen_more(tmp_path: Path) -> None:
    old, copy = moved(tmp_path)
    new = Listed()
    pushed(copy, new)
    head = lived(new, "d").head
    assert reopen(old, witness=lambda _: head).state.moved is not None
