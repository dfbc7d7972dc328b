"""A person who answers the tool's questions, truthfully: looks at the marketplace, and says what is there."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from catalogsync.model.errors import CatalogsyncError
from catalogsync.model.events import Event
from catalogsync.model.plan import Blocked
from catalogsync.model.state import Call, Op
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow import marking
from catalogsync.workflow.desk import Desk
from tests.simulation.bazaar import SOURCE, Shelf, number_of
from tests.simulation.process import Process
from tests.simulation.scheduler import Actor, Killed, Violation

if TYPE_CHECKING:
    from tests.simulation.engine import Engine
    from tests.simulation.world import World

ROUNDS = 4
GAPS = (100.0, 500.0, 2000.0)


class Person:
    """Whoever is asked.

    Attributes:
        actor: what the scheduler runs, where the person is about while engines are at work.
    """

    def __init__(self, world: "World", engine: "Engine") -> None:
        self.actor = Actor("person", self._body)
        self._world = world
        self._engine = engine

    @property
    def is_about(self) -> bool:
        """Whether the person is about while engines are at work.

        Where requests may come later than settle nobody can answer truthfully before the last of them has come.
        """
        return self._world.traits.resolves and self._world.traits.punctual

    def decide(self) -> bool:
        """Answer everything that is asked, once the world is calm. Gives back whether anything was."""
        blocked = self._engine.plan().blocked
        answered = self._answer_all()
        for entry in blocked:
            self._unblock(entry)
        return bool(answered or blocked)

    def _body(self) -> None:
        world = self._world
        for _ in range(ROUNDS):
            world.scheduler.sleep(world.random.choice(GAPS))
            if world.scheduler.failure is not None:
                return
            try:
                if world.traits.unlocks and world.random.random() < 0.5:
                    self._unlock()
                else:
                    self._answer_all()
            except Killed:
                world.counts["kills"] += 1
            except CatalogsyncError as error:
                world.counts[type(error).__name__] += 1

    def _unlock(self) -> None:
        process, _, journal = self._sit_down()
        try:
            if journal.state.run is not None:
                journal.unlock(self._engine.run(process, "state"), journal.state.run)
                process.note(lambda: "has unlocked the state")
                journal.end(applied=False)
        finally:
            process.over = True

    def _answer_all(self) -> int:
        """Answer what is asked about calls in doubt. Gives back to how many questions."""
        _, _, journal = self._sit_down()
        ops = sorted(
            (op for op in journal.state.ops.values() if op.held and not self._may_arrive(op)),
            key=lambda op: (op.key, op.product_id or "", op.order or ""),
        )
        for op in ops:
            self._world.counts["answers"] += 1
            match op.call:
                case Call.CREATE:
                    self._say_which_listing(op)
                case Call.APPEND | Call.DELIVER:
                    self._say_whether_sent(op)
                case _:
                    raise Violation(f"a person is asked about {op.call} of {op.key}")
        return len(ops)

    def _say_which_listing(self, op: Op) -> None:
        shelf = self._unmanaged(op.fields.get(SOURCE))
        if shelf is None or op.key not in self._world.author.newest.products:
            if shelf is not None:
                self._world.bazaar.remove(shelf.product_id)
            self._write(lambda journal, _: [marking.resolve(journal, op.id, sent=False, who="person")])
            return
        product_id = shelf.product_id
        self._world.scheduler.sleep(self._world.traits.lag)
        self._write(lambda journal, desk: marking.bind(desk, journal, op.key, product_id))

    def _say_whether_sent(self, op: Op) -> None:
        world = self._world
        numbers = self._accounts_of(op)
        there = [number for number in numbers if world.bazaar.home.get(number) == op.destination]
        if there:
            world.guessed.update(numbers)
        else:
            for number in numbers:
                world.postbook.vouch(number)
        self._write(lambda journal, _: [marking.resolve(journal, op.id, sent=bool(there), who="person")])

    def _may_arrive(self, op: Op) -> bool:
        """Whether accounts of an order may still be on their way: who is asked waits some minutes first."""
        return op.call is Call.DELIVER and any(map(self._world.postbook.under_way, self._accounts_of(op)))

    def _accounts_of(self, op: Op) -> list[int]:
        """The accounts of an append, by their numbers."""
        _, _, journal = self._sit_down()
        return [
            number_of(account)
            for account in self._world.author.everything()
            if (found := journal.state.ledger.find(journal.fingerprints.user(account))) and found[0].id == op.id
        ]

    def _unblock(self, entry: Blocked) -> None:
        world = self._world
        key = entry.key or ""
        product = world.author.newest.products.get(key)
        if entry.rule == "missing-listing" and not world.traits.punctual:
            self._write(lambda journal, _: [marking.forget(journal, key)])
        elif entry.rule == "look-alike":
            self._remove_spares()
        elif entry.rule == "pool-unknown" and product is not None and product.pool:
            name = product.pool
            there = [account for account in world.author.newest.pools[name] if number_of(account) in world.bazaar.home]
            self._write(
                lambda journal, desk: marking.mark(
                    desk.catalog, "accplanet", journal, journal.fingerprints, name, there, whole=False
                )
            )
        elif entry.rule == "pool-alarm" and world.bazaar.spoiled:
            # Every entry names the same number, that of all listings together.
            self._engine.allow["pool-alarm"] = entry.message.rpartition("=")[2].strip("`")
        else:
            raise Violation(f"the plan is blocked by {entry.rule}: {entry.message}")

    def _remove_spares(self) -> None:
        bound = self._bound()
        for shelf in list(self._world.bazaar.shelves.values()):
            if shelf.ours and shelf.product_id not in bound:
                self._world.bazaar.remove(shelf.product_id)

    def _unmanaged(self, source: object) -> Shelf | None:
        bound = self._bound()
        found = [
            shelf
            for shelf in self._world.bazaar.shelves.values()
            if shelf.ours and shelf.product_id not in bound and shelf.fields.get(SOURCE) == source
        ]
        for spare in found[1:]:
            self._world.bazaar.remove(spare.product_id)
        return found[0] if found else None

    def _bound(self) -> set[str]:
        _, _, journal = self._sit_down()
        return {binding.product_id for binding in journal.state.bindings.values()}

    def _write(self, events: Callable[[RecordJournal, Desk], Sequence[Event]]) -> None:
        process, desk, journal = self._sit_down()
        try:
            marking.write(journal, self._engine.run(process, "state"), lambda: events(journal, desk))
        finally:
            process.over = True

    def _sit_down(self) -> tuple[Process, Desk, RecordJournal]:
        process = self._world.process("person")
        desk, journal = self._engine.desk(process, self._world.author.newest)
        return process, desk, journal
