"""An engine: it applies the catalog again and again, whatever became of it the last time."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config, Recovery
from catalogsync.model.errors import CatalogsyncError, Interrupted, StateLocked, Superseded
from catalogsync.model.plan import Plan, Selection
from catalogsync.model.report import Report
from catalogsync.model.state import Run, State
from catalogsync.state.growth import Growth
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.applying import apply
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.planning import make_plan
from tests.harness.fake_shop import KEY, SETTINGS, MemoryImages, SilentObserver
from tests.simulation.author import Revision
from tests.simulation.door import MarketDoor
from tests.simulation.process import Process
from tests.simulation.scheduler import Actor, Killed, Violation
from tests.simulation.store import StoreDoor

if TYPE_CHECKING:
    from tests.simulation.world import World

GAPS = (0.0, 1.0, 30.0, 400.0, 1000.0, 5000.0)
MOST_AGAIN = 8
CODES = {1, 3, 4, 5}


class Engine:
    """The real engine, in one process after another.

    Attributes:
        actor: what the scheduler runs.
        allow: which safety rules it lets pass, up to which number.
        report: what its last apply that ended came to.
    """

    def __init__(self, world: "World", name: str, skew: float) -> None:
        self.actor = Actor(name, self._body)
        self.allow = {"max_deletes": "99", "max_price_change": "100000%"}
        self.report: Report | None = None
        self._world = world
        self._name = name
        self._skew = skew

    def live(self) -> bool:
        """One process: an apply, to its end or its death. Gives back whether it came to anything."""
        process = self._world.process(self._name, self._skew)
        process.note(lambda: "begins")
        self.report = None
        try:
            self.report = self._apply(process)
        except Killed:
            self._world.counts["kills"] += 1
            return False
        except CatalogsyncError as error:
            self._failed(process, error)
            return not isinstance(error, StateLocked)
        finally:
            process.over = True
        return True

    def desk(self, process: Process, revision: Revision) -> tuple[Desk, RecordJournal]:
        """Everything wired together for one process."""
        world, traits = self._world, self._world.traits
        journal = RecordJournal.open(
            StoreDoor(world.records, process),
            KEY,
            process,
            place="memory",
            alive=world.alive,
            growth=Growth(traits.snapshots),
        )
        if journal is None:
            raise Violation("the state is gone")
        config = Config(
            {"accplanet": SETTINGS}, max_batch=traits.max_batch, recovery=Recovery(traits.in_doubt, traits.settle)
        )
        desk = Desk(
            catalog=Catalog(Path("/nowhere"), config, dict(revision.products), dict(revision.pools)),
            settings=SETTINGS,
            marketplace=world.tampering.market(MarketDoor(world, process)),
            journal=world.tampering.journal(journal),
            fingerprints=world.tampering.fingerprints(journal.fingerprints),
            images=MemoryImages(),
            clock=process,
            observer=SilentObserver(),
            selection=Selection(allow=self.allow),
            parallel=1,
            interrupted=lambda: process.interrupted,
        )
        return desk, journal

    def plan(self) -> Plan:
        """What an apply would do."""
        return make_plan(self.desk(self._world.process("planner"), self._world.author.newest)[0]).plan

    def in_step(self) -> bool:
        """Whether its last apply ended, and nothing is left to do."""
        plan = self.plan()
        return self.report is not None and not plan.changes and not plan.blocked

    def run(self, process: Process, command: str) -> Run:
        """Who a process is."""
        return Run(f"run-{process.pid}", command, "2026-11-21T12:00:00Z", "host", process.pid, "x")

    def _body(self) -> None:
        world = self._world
        lives, spare = world.traits.runs, MOST_AGAIN
        while lives and world.scheduler.failure is None:
            # A run that was killed, or locked out, is run again.
            if self.live() or not spare:
                lives -= 1
            else:
                spare -= 1
            if world.random.random() < 0.5:
                world.street.meddle()
            world.scheduler.sleep(world.random.choice(GAPS))

    def _apply(self, process: Process) -> Report:
        world = self._world
        revision = world.author.newest
        if not world.calm and world.random.random() < 0.1:
            # An older commit, though none that a new name or an end of a product separates from the newest.
            older = [one for one in world.author.revisions if one.products.keys() == revision.products.keys()]
            revision = world.random.choice(older)
        desk, _ = self.desk(process, revision)
        agreed = make_plan(desk).plan if not world.calm and world.random.random() < 0.1 else None

        def admit(_: State) -> None:
            """As the command line asks once it has the lease: one whose keys are no longer the newest is superseded."""
            if revision.products.keys() != world.author.newest.products.keys():
                raise Superseded("a newer catalog is there")

        report = apply(desk, self.run(process, "apply"), show=lambda _: None, agreed=agreed, admit=admit)
        outcomes = Counter(result.outcome for result in report.results.values())
        process.note(lambda: f"ends: {dict(outcomes)}")
        return report

    def _failed(self, process: Process, error: CatalogsyncError) -> None:
        kind = type(error).__name__
        process.note(lambda: f"ends with {kind}: {error.message}")
        self._world.counts[kind] += 1
        if isinstance(error, Interrupted) and process.interrupted:
            return
        if error.exit_code not in CODES:
            raise Violation(f"{kind} with exit code {error.exit_code} came out of the engine")
        if isinstance(error, StateLocked) and process.calls:
            raise Violation("a run that was locked out has sent something")
