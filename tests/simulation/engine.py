"""An engine: it applies the catalog, and fills orders, again and again, whatever became of it the last time."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config, MarketplaceConfig, Recovery
from catalogsync.model.errors import CatalogsyncError, Interrupted, StateLocked, Superseded
from catalogsync.model.order_plan import OrderPlan, OrderReport
from catalogsync.model.plan import Plan, Selection
from catalogsync.model.report import Report
from catalogsync.model.state import Run, State
from catalogsync.ports import OrderMarket
from catalogsync.state.growth import Growth
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.applying import apply
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.orders.altering import deliver_accounts, refund
from catalogsync.workflow.orders.desk import OrderDesk
from catalogsync.workflow.orders.fulfilling import fulfill
from catalogsync.workflow.orders.planning import make_order_plan
from catalogsync.workflow.planning import make_plan
from tests.harness.fake_shop import SETTINGS, MemoryImages, SilentObserver
from tests.simulation.author import Revision
from tests.simulation.door import MarketDoor
from tests.simulation.order_door import AccountOrders, HallOrders
from tests.simulation.process import Process
from tests.simulation.scheduler import Actor, Killed, Violation
from tests.simulation.store import StoreDoor
from tests.simulation.trade import HSTOCK

if TYPE_CHECKING:
    from tests.simulation.world import World

GAPS = (0.0, 1.0, 30.0, 400.0, 1000.0, 5000.0)
MOST_AGAIN = 8
CODES = {1, 3, 4, 5}
OPEN = {"pending", "processing", "partial"}
ORDERS = MarketplaceConfig(HSTOCK, "hstockplus", "https://hstock.invalid/api/admin/v2", "HSTOCK_API_KEY")

Command = Literal["apply", "orders fulfill", "orders plan", "orders deliver", "orders refund"]


class Engine:
    """The real engine, in one process after another.

    Attributes:
        actor: what the scheduler runs.
        allow: which safety rules it lets pass, up to which number.
        report: what its last apply that ended came to.
        served: what its last run that filled orders came to.
    """

    def __init__(self, world: "World", name: str, skew: float) -> None:
        self.actor = Actor(name, self._body)
        self.allow = {"max_deletes": "99", "max_price_change": "100000%"}
        self.report: Report | None = None
        self.served: OrderReport | None = None
        self._world = world
        self._name = name
        self._skew = skew

    def live(self, command: Command = "apply") -> bool:
        """One process, to its end or its death. Gives back whether it came to anything."""
        process = self._world.process(self._name, self._skew)
        process.note(lambda: "begins" if command == "apply" else f"begins: {command}")
        try:
            match command:
                case "apply":
                    self.report = None
                    self.report = self._apply(process)
                case "orders fulfill":
                    self.served = None
                    self.served = self._serve(process)
                case "orders deliver":
                    self._give(process)
                case "orders refund":
                    self._give_back(process)
                case "orders plan":
                    make_order_plan(self._order_desk(process, self._revision()), self.run(process, command))
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
        journal = world.reading.open(StoreDoor(world.records, process), process, world.alive, Growth(traits.snapshots))
        if journal is None:
            raise Violation("the state is gone")
        config = Config(
            {"accplanet": SETTINGS, **({HSTOCK: ORDERS} if world.trade else {})},
            max_batch=traits.max_batch,
            recovery=Recovery(traits.in_doubt, traits.settle),
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

    def order_plan(self) -> OrderPlan:
        """What filling orders would do."""
        process = self._world.process("planner")
        try:
            return make_order_plan(
                self._order_desk(process, self._world.author.newest), self.run(process, "orders plan")
            )
        finally:
            process.over = True

    def plan(self) -> Plan:
        """What an apply would do."""
        return make_plan(self.desk(self._world.process("planner"), self._world.author.newest)[0]).plan

    def in_step(self) -> bool:
        """Whether its last apply ended, and nothing is left to do."""
        plan = self.plan()
        applied = self.report is not None and not plan.changes and not plan.blocked
        if self._world.trade is None:
            return applied
        return applied and self.served is not None and not self.order_plan().work

    def run(self, process: Process, command: str) -> Run:
        """Who a process is."""
        return Run(f"run-{process.pid}", command, "2026-11-21T12:00:00Z", "host", process.pid, "x")

    def _body(self) -> None:
        world = self._world
        lives, spare = world.traits.runs + (world.trade is not None), MOST_AGAIN
        while lives and world.scheduler.failure is None:
            # A run that was killed, or locked out, is run again.
            if self.live(self._command()) or not spare:
                lives -= 1
            else:
                spare -= 1
            if world.random.random() < 0.5:
                world.street.meddle()
            world.scheduler.sleep(world.random.choice(GAPS))

    def _command(self) -> Command:
        world = self._world
        if world.trade is None or world.random.random() >= world.trade.fills:
            return "apply"
        if world.random.random() < world.trade.looks:
            return "orders plan"
        if world.random.random() >= world.trade.gifts:
            return "orders fulfill"
        return world.random.choice(["orders deliver", "orders deliver", "orders refund"])

    def _order_desk(self, process: Process, revision: Revision) -> OrderDesk:
        world = self._world
        desk, _ = self.desk(process, revision)
        doors: list[OrderMarket] = [AccountOrders(world, process), HallOrders(world, process)]
        if world.random.random() < 0.5 and not world.calm:
            doors.reverse()
        return OrderDesk(
            catalog=desk.catalog,
            markets={door.name: world.tampering.orders(door) for door in doors},
            settings=desk.catalog.config.marketplaces,
            journal=desk.journal,
            fingerprints=desk.fingerprints,
            clock=process,
            observer=desk.observer,
            parallel=1,
            interrupted=desk.interrupted,
        )

    def _give(self, process: Process) -> None:
        """A person gives some order accounts by its id, paid or not, whoever delivers it otherwise."""
        world = self._world
        waiting = [(HSTOCK, ticket.order_id) for ticket in world.hall.tickets.values() if ticket.status in OPEN]
        waiting += [("accplanet", purchase.order_id) for purchase in world.bazaar.purchases if purchase.left]
        if not waiting:
            return
        name, order_id = world.random.choice(waiting)
        world.given.add(order_id)
        run = self.run(process, "orders deliver")
        desk = self._order_desk(process, self._revision())
        given = deliver_accounts(desk, run, name, order_id, world.random.randint(1, 2))
        process.note(lambda: f"ends: {given.result.outcome}")

    def _give_back(self, process: Process) -> None:
        """A person gives the money for some order back."""
        world = self._world
        sold = [purchase.order_id for purchase in world.bazaar.purchases if not purchase.refunded]
        if sold:
            run = self.run(process, "orders refund")
            desk = self._order_desk(process, self._revision())
            given = refund(desk, run, "accplanet", world.random.choice(sold))
            process.note(lambda: f"ends: {given.result.outcome}")

    def _serve(self, process: Process) -> OrderReport:
        world = self._world
        desk = self._order_desk(process, self._revision())
        run = self.run(process, "orders fulfill")
        agreed = make_order_plan(desk, run) if not world.calm and world.random.random() < 0.3 else None
        report = fulfill(desk, run, show=lambda _: None, agreed=agreed)
        outcomes = Counter(result.outcome for result in report.results.values())
        process.note(lambda: f"ends: {dict(outcomes)}")
        return report

    def _apply(self, process: Process) -> Report:
        world = self._world
        revision = self._revision()
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

    def _revision(self) -> Revision:
        """The catalog as it stands, or now and then an older commit.

        None that a new name or an end of a product separates from the newest.
        """
        world = self._world
        newest = world.author.newest
        if world.calm or world.random.random() >= 0.1:
            return newest
        return world.random.choice(
            [one for one in world.author.revisions if one.products.keys() == newest.products.keys()]
        )

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
