"""Large pools that are as they were: what a plan found of them before need not be found again.

What was found holds for exactly these accounts, in this order, and exactly this ledger. A mark says which these were:
one keyed digest over all of it, so that nobody without the state's key can tell anything by it. Only that nothing is
new is remembered; whatever is to be sent is looked for each time.
"""

from collections.abc import Sequence
from hashlib import blake2b
from hmac import compare_digest
from typing import Final, Protocol

from catalogsync.core.allocate import Stocktake, take_stock
from catalogsync.model.pool import Pool
from catalogsync.model.state import State
from catalogsync.ports import Fingerprints

LARGE: Final = 10_000
"""Fewer accounts are compared in no time."""
_FORM: Final = b"stocktakes/1"
_SIZE: Final = 16


class Memory(Protocol):
    """The door to what is remembered between runs. It only helps: it may forget anything."""

    def recall(self, mark: str) -> Sequence[object]:
        """What was kept under a mark; nothing if nothing was."""
        ...

    def keep(self, mark: str, found: Sequence[int | str]) -> None:
        """Keep something for later runs."""
        ...


class Remembered:
    """Takes stock of pools, and remembers it of large ones.

    Args:
        memory: where it is kept.
        large: how many accounts a pool must have for it.
    """

    def __init__(self, memory: Memory, large: int = LARGE) -> None:
        self._memory = memory
        self._large = large

    def take(self, pool: Pool, state: State, prints: Fingerprints) -> Stocktake:
        """What `take_stock` says, from memory where it is the same.

        Args:
            pool: the pool.
            state: what went out.
            prints: made with the state's key.
        """
        if len(pool) < self._large:
            return take_stock(pool, state.ledger, prints.users, prints.contents)
        key = bytes.fromhex(prints.authenticator(_FORM))
        mark = _mark(pool, state, key)
        known = _numbers(self._memory.recall(mark), mark, key)
        if known is not None:
            sent, held, changed, gone = known
            return Stocktake(pool.name, sent=sent, held=held, changed=changed, gone=gone)
        found = take_stock(pool, state.ledger, prints.users, prints.contents)
        if not found.new and not found.elsewhere:
            numbers = (found.sent, found.held, found.changed, found.gone)
            self._memory.keep(mark, [*numbers, _tag(mark, numbers, key)])
        return found


def _numbers(kept: Sequence[object], mark: str, key: bytes) -> Sequence[int] | None:
    """What was kept, if whoever has the key did so."""
    match kept:
        case [*numbers, str(tag)] if compare_digest(tag.encode(), _tag(mark, numbers, key).encode()):
            return [number for number in numbers if isinstance(number, int)]
        case _:
            return None


def _mark(pool: Pool, state: State, key: bytes) -> str:
    digest = blake2b(f"{state.lineage}\0{pool.name}\0".encode(), digest_size=_SIZE, key=key, person=b"mark")
    for batch in state.ledger.batches:
        said = f"{batch.id}\0{batch.pool}\0{batch.destination}\0{batch.count}\0{batch.fate}\n"
        digest.update(said.encode())
    digest.update(b"\0")
    for stretch in pool.stretches():
        stretch.feed(digest.update)
    return digest.hexdigest()


def _tag(mark: str, numbers: Sequence[object], key: bytes) -> str:
    """What only who has the key can make: it tells that these numbers were found for this mark."""
    return blake2b(f"{mark} {list(numbers)}".encode(), digest_size=_SIZE, key=key, person=b"numbers").hexdigest()
