"""Which operations are open, by what they are about: no record looks through all of them."""

from collections.abc import Iterator

from catalogsync.model.state import Call, Op, State


class OpenCalls:
    """The operations of a state by their key and by their destination. Whoever changes one does it here.

    Args:
        state: its operations are the ones.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._by_key: dict[str, dict[str, None]] = {}
        self._by_destination: dict[str, dict[str, None]] = {}
        for op in self._state.ops.values():
            self._enter(op)

    def put(self, op: Op) -> None:
        """Add an operation, or put it in the place of what it was."""
        before = self._state.ops.get(op.id)
        if before is not None and (before.key, before.destination) != (op.key, op.destination):
            self._leave(before)
        self._state.ops[op.id] = op
        self._enter(op)

    def drop(self, op: Op) -> None:
        """It is open no more."""
        del self._state.ops[op.id]
        self._leave(op)

    def of(self, key: str) -> Iterator[Op]:
        """Those of what is called by a key."""
        return map(self._state.ops.__getitem__, (*self._by_key.get(key, ()),))

    def to(self, destination: str) -> Iterator[Op]:
        """Those that go to a destination, in the ledger's words; a create has none yet."""
        return map(self._state.ops.__getitem__, (*self._by_destination.get(destination, ()),))

    def creates(self, key: str) -> bool:
        """Whether something is about to be created."""
        return any(op.call is Call.CREATE for op in self.of(key))

    def _enter(self, op: Op) -> None:
        self._by_key.setdefault(op.key, {})[op.id] = None
        if op.product_id is not None or op.order is not None:
            self._by_destination.setdefault(op.destination, {})[op.id] = None

    def _leave(self, op: Op) -> None:
        for index, name in ((self._by_key, op.key), (self._by_destination, op.destination)):
            ids = index.get(name, {})
            ids.pop(op.id, None)
            if not ids:
                index.pop(name, None)
