"""A world made from a seed: its marketplace, its state, its engines, and what is counted in it."""

from collections import Counter as Counts
from collections.abc import Callable
from random import Random

from catalogsync.model.errors import CatalogsyncError
from catalogsync.state.journal import RecordJournal
from catalogsync.state.stores.memory import MemoryStore
from tests.harness.fake_shop import KEY
from tests.harness.reading import Reading
from tests.simulation.auditor import audit
from tests.simulation.author import Author
from tests.simulation.bazaar import Bazaar
from tests.simulation.counter import Counter
from tests.simulation.door import LEASED_PAUSE
from tests.simulation.engine import Engine
from tests.simulation.hall import Hall
from tests.simulation.person import Person
from tests.simulation.postbook import Postbook
from tests.simulation.process import PAUSES, Process
from tests.simulation.scheduler import Scheduler, Violation
from tests.simulation.street import Street
from tests.simulation.tampering import HONEST, Tampering
from tests.simulation.trade import NO_TRADE, Trade, draw_trade
from tests.simulation.traits import Traits, draw

MOST_APPLIES = 8
"""So many undisturbed applies a world may need until nothing is left to do."""

PATIENCE = 2200.0
"""By then a lease is over, also one that was written by the clock that is ahead."""


class World:
    """Everything there is.

    Attributes:
        traits: its nature.
        trade: the nature of its orders; None if it has none that are filled by hand.
        random: decides everything.
        scheduler: who goes on, and the time.
        bazaar: the marketplace.
        hall: the other one.
        author: the catalog.
        street: everybody but us.
        counter: everybody who has to do with orders, but us.
        postbook: every batch of accounts that was sent.
        records: the state.
        reading: what was read of it.
        processes: every process that ever ran, by its number.
        left_out: the accounts that the marketplace said it did not take.
        torn: the accounts that were not taken though others of their batch were, with those others.
        given: orders that a person gave accounts by their ids.
        guessed: the accounts of which a person could not answer exactly.
        counts: what happened how often.
        calm: nothing goes wrong any more.
        tampering: what a test breaks in it.
    """

    def __init__(self, seed: int, *, tampering: Tampering = HONEST, log: Callable[[str], None] | None = None) -> None:
        self.random = Random(seed)
        self.traits: Traits = tampering.traits(draw(self.random))
        self.trade: Trade | None = tampering.trade(draw_trade(seed))
        self.scheduler = Scheduler(self.random, self.traits.restless, self._stamped(log) if log else None)
        self.bazaar = Bazaar(self.scheduler, self.traits, self.trade)
        self.author = Author(self.random, self.traits.most_accounts, self.trade)
        self.hall = Hall(self.scheduler, self.trade or NO_TRADE, self.bazaar.arrive)
        self.postbook = Postbook(trusts_loss=self.traits.in_doubt == "auto")
        self.left_out: set[int] = set()
        self.torn: dict[int, frozenset[int]] = {}
        self.given: set[str] = set()
        self.guessed: set[int] = set()
        self.counts: Counts[str] = Counts()
        self.calm = False
        self.tampering = tampering
        self.processes: dict[int, Process] = {}
        self.records = tampering.records(MemoryStore((lambda: self.scheduler.now) if self.traits.store_clock else None))
        self.reading = Reading(KEY)
        self.street = Street(self)
        self.counter = Counter(self)
        traits = self.traits
        self.eventful = traits.kills + traits.pauses + traits.interrupts + traits.customers + traits.strangers
        self.eventful += self.trade.buyers if self.trade else 0.0
        self.engines = [Engine(self, f"engine {number + 1}", traits.skew * number) for number in range(traits.engines)]
        RecordJournal.create(self.records, KEY, self.process("founder"), place="memory")

    @property
    def longest_pause(self) -> float:
        """For how long a process may be paused just before a call."""
        traits = self.traits
        if not traits.punctual:
            return PAUSES[-1]
        return LEASED_PAUSE if traits.leased else traits.settle / 3

    def process(self, name: str, skew: float = 0.0) -> Process:
        """A new process."""
        pid = len(self.processes) + 1
        self.processes[pid] = Process(self, pid, name, skew)
        return self.processes[pid]

    def alive(self, host: str, pid: int, started: str) -> bool:
        """Whether a process may still be alive, as far as anybody knows."""
        if self.traits.alive == "told":
            return not self.processes[pid].over
        return self.traits.alive == "remote"

    def run(self) -> None:
        """Let it happen, then let it come to rest, then look whether every promise was kept.

        Raises:
            Violation: one was not.
        """
        last = Engine(self, "last engine", 0.0)
        person = Person(self, last)
        if self.traits.old:
            self.calm = True
            last.live()
            self._check()
            self.calm = False
            self.author.edit()
        self.scheduler.run([engine.actor for engine in self.engines] + ([person.actor] if person.is_about else []))
        self.calm = True
        if self.random.random() < 0.5:
            last.live()
        self.scheduler.drain()
        self._check()
        for _ in range(MOST_APPLIES):
            # Whoever was killed elsewhere is believed to be alive for as long as its lease says.
            self.scheduler.sleep(PATIENCE)
            last.live()
            if self.trade is not None:
                # What a look has read must not be hidden from who fills it right after.
                last.live("orders plan")
                last.live("orders fulfill")
            self._check()
            self.scheduler.sleep(self.traits.lag)
            if self.traits.resolves and person.decide():
                continue
            if last.in_step():
                break
        audit(self, last, person)

    def _check(self) -> None:
        if self.scheduler.failure is not None:
            raise self.scheduler.failure

    def _stamped(self, log: Callable[[str], None]) -> Callable[[str], None]:
        return lambda text: log(f"{self.scheduler.now:9.1f}  {text}")


def run(seed: int, *, tampering: Tampering = HONEST, log: Callable[[str], None] | None = None) -> World:
    """Make the world of a seed and let it happen.

    Raises:
        Violation: a promise was broken; the text says how to see it again.
    """
    world = World(seed, tampering=tampering, log=log)
    try:
        world.run()
    except (Violation, CatalogsyncError) as error:
        raise Violation(f"{error}\nreplay: python -m tests.simulation --seed {seed} -v") from None
    return world
