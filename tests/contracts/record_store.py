"""What every RecordStore must do. A test class of a store inherits this suite and says how a store is made."""

import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest

from catalogsync.ports import RecordStore


class RecordStoreContract:
    """Inherit, and give a fixture `store` with an empty store."""

    @pytest.fixture
    def store(self) -> Iterator[RecordStore]:
        raise NotImplementedError

    def test_an_empty_store_has_nothing(self, store: RecordStore) -> None:
        assert store.get(1) is None
        assert store.hint() == 0

    def test_how_often_to_look_is_known(self, store: RecordStore) -> None:
        assert 0 <= store.look_interval <= 60

    def test_a_record_is_kept_byte_for_byte(self, store: RecordStore) -> None:
        every_byte = bytes(range(256)) * 4096
        assert store.create(1, every_byte)
        assert store.get(1) == every_byte

    def test_each_write_is_read_at_once(self, store: RecordStore) -> None:
        for number in range(1, 21):
            assert store.get(number) is None
            assert store.create(number, b"record %d" % number)
            assert store.get(number) == b"record %d" % number

    def test_a_record_cannot_be_written_over(self, store: RecordStore) -> None:
        assert store.create(1, b"first")
        assert not store.create(1, b"second")
        assert not store.create(1, b"")
        assert store.get(1) == b"first"

    def test_writing_the_same_bytes_again_finds_them_there(self, store: RecordStore) -> None:
        assert store.create(1, b"first")
        assert store.create(1, b"first")

    def test_of_sixteen_threads_exactly_one_wins(self, store: RecordStore) -> None:
        for number in range(1, 6):
            won: list[bytes] = []
            gate = threading.Barrier(16)

            def race(who: bytes, number: int = number, won: list[bytes] = won, gate: threading.Barrier = gate) -> None:
                gate.wait()
                if store.create(number, who):
                    won.append(who)

            racers = [threading.Thread(target=race, args=(b"racer %d" % who,)) for who in range(16)]
            for racer in racers:
                racer.start()
            for racer in racers:
                racer.join()
            assert len(won) == 1
            assert store.get(number) == won[0]

    def test_a_clock_of_the_store_never_runs_backwards(self, store: RecordStore) -> None:
        store.create(1, b"first")
        ages = [store.age(1) for _ in range(3)]
        store.create(2, b"second")
        assert ages == [None] * 3 or all(earlier <= later for earlier, later in pairwise(age or 0.0 for age in ages))
        assert all(age is None or 0 <= age < 60 for age in (*ages, store.age(1), store.age(2)))

    def test_asking_for_the_age_leaves_nothing_behind(self, store: RecordStore) -> None:
        store.create(1, b"first")
        store.age(1)
        assert store.get(1) == b"first"
        assert store.get(2) is None
        assert store.create(2, b"second")

    def test_the_hint_is_never_behind_what_was_remembered_last(self, store: RecordStore) -> None:
        for number in range(1, 4):
            store.create(number, b"record")
            store.set_hint(number)
            assert store.hint() == number
