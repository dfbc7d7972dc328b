"""A person who answers the tool's questions, truthfully: looks at the marketplace, and says what is there."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from catalogsync.model.events import Event
from catalogsync.model.ledger import Ledger
from catalogsync.model.plan import Blocked
from catalogsync.model.state import Call, Op
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow import marking
from catalogsync.workflow.desk import Desk
from tests.simulation.bazaar import SOURCE, Shelf, number_of
from tests.simulation.scheduler import Violation

if TYPE_CHECKING:
    from tests.simulation.engine import Engine
    from tests.simulation.world import World


class Person:
    """Whoever is asked."""

    def __init__(self, world: "World", engine: "Engine") -> None:
        self._world = world
        self._engine = engine

    def decide(self) -> bool:
        """Answer everything that is asked. Gives back whether anything was."""
        blocked = self._engine.plan().blocked
        journal = self._journal()
        ops = sorted((op for op in journal.state.ops.values() if op.held), key=lambda op: (op.key, op.product_id or ""))
        for op in ops:
            self._world.counts["answers"] += 1
            self._answer(op)
        for entry in blocked:
            self._unblock(entry)
        return bool(ops or blocked)

    def numbers(self, ledger: Ledger, op: Op) -> list[int]:
        """The accounts of an append, by their numbers."""
        prints = self._journal().fingerprints
        return [
            number_of(account)
            for account in self._world.author.everything()
            if (found := ledger.find(prints.user(account))) and found[0].id == op.id
        ]

    def _answer(self, op: Op) -> None:
        match op.call:
            case Call.CREATE:
                self._say_which_listing(op)
            case Call.APPEND:
                self._say_whether_sent(op)
            case _:
                raise Violation(f"a person is asked about {op.call} of {op.key}")

    def _say_which_listing(self, op: Op) -> None:
        shelf = self._unmanaged(op.fields.get(SOURCE))
        if shelf is None or op.key not in self._world.author.newest.products:
            if shelf is not None:
                self._world.bazaar.remove(shelf.product_id)
            self._write(lambda journal, _: [marking.resolve(journal, op.id, sent=False, who="person")])
        else:
            product_id = shelf.product_id
            self._world.scheduler.sleep(self._world.traits.lag)
            self._write(lambda journal, desk: marking.bind(desk, journal, op.key, product_id))

    def _say_whether_sent(self, op: Op) -> None:
        world = self._world
        numbers = self.numbers(self._journal().state.ledger, op)
        there = [number for number in numbers if number in world.bazaar.home]
        if there:
            world.guessed.update(numbers)
        else:
            for number in numbers:
                world.postbook.vouch(number)
        self._write(lambda journal, _: [marking.resolve(journal, op.id, sent=bool(there), who="person")])

    def _unblock(self, entry: Blocked) -> None:
        world = self._world
        key = entry.key or ""
        product = world.author.newest.products.get(key)
        if entry.rule == "missing-listing":
            self._write(lambda journal, _: [marking.forget(journal, key)])
        elif entry.rule == "look-alike" and product is not None:
            state = self._journal().state
            bound = {binding.product_id for binding in state.bindings.values()}
            for shelf in list(world.bazaar.shelves.values()):
                if shelf.ours and shelf.product_id not in bound:
                    world.bazaar.remove(shelf.product_id)
        elif entry.rule == "pool-unknown" and product is not None and product.pool:
            pool = world.author.newest.pools[product.pool]
            sent = [account for account in pool if number_of(account) in world.bazaar.home]
            name = product.pool
            self._write(
                lambda journal, desk: marking.mark(
                    desk.catalog, "accplanet", journal, journal.fingerprints, name, sent, whole=False
                )
            )
        elif entry.rule == "pool-alarm" and world.bazaar.spoiled:
            # Every entry names the same number, that of all listings together.
            self._engine.allow["pool-alarm"] = entry.message.rpartition("=")[2].strip("`")
        else:
            raise Violation(f"the plan is blocked by {entry.rule}: {entry.message}")

    def _unmanaged(self, source: object) -> Shelf | None:
        state = self._journal().state
        bound = {binding.product_id for binding in state.bindings.values()}
        found = [
            shelf
            for shelf in self._world.bazaar.shelves.values()
            if shelf.ours and shelf.product_id not in bound and shelf.fields.get(SOURCE) == source
        ]
        for spare in found[1:]:
            self._world.bazaar.remove(spare.product_id)
        return found[0] if found else None

    def _write(self, events: Callable[[RecordJournal, Desk], Sequence[Event]]) -> None:
        process = self._world.process("person")
        desk, journal = self._engine.desk(process, self._world.author.newest)
        marking.write(journal, self._engine.run(process, "state"), lambda: events(journal, desk))

    def _journal(self) -> RecordJournal:
        return self._engine.desk(self._world.process("person"), self._world.author.newest)[1]
