"""Who reads a state without its key is told of records that no run would have written."""

import json
from pathlib import Path

import pytest

from catalogsync.model.errors import StateError
from catalogsync.state.keyless import KeylessState
from catalogsync.state.stores.memory import MemoryStore
from catalogsync.state.witness import no_witness

LOG = (Path(__file__).parents[1] / "fuzz" / "corpus" / "log-3.jsonl").read_bytes().splitlines()


def read(records: list[bytes]) -> KeylessState | None:
    store = MemoryStore()
    for number, record in enumerate(records, 1):
        store.create(number, record)
    return KeylessState.read(store, "memory", None, no_witness)


def test_what_was_written_is_read() -> None:
    found = read(LOG)
    assert found is not None
    assert found.state.serial == len(LOG)


@pytest.mark.parametrize("op", [[], {}, [[1]]])
def test_what_nobody_would_have_written_is_a_damaged_state(op: object) -> None:
    number = next(number for number, record in enumerate(LOG) if json.loads(record)["type"] == "outcome")
    odd = json.loads(LOG[number])
    odd["body"]["endings"][0]["op"] = op
    with pytest.raises(StateError) as told:
        read([*LOG[:number], json.dumps(odd).encode()])
    assert told.value.message == f"record {number + 1} of the state in memory says what no run would have written"
    assert told.value.hint
