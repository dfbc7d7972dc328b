"""The engine on a catalog in memory: its real journal, its real steps, a fake marketplace and fake time."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config, MarketplaceConfig
from catalogsync.model.fields import Value, normalize
from catalogsync.model.plan import Plan, Selection
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place
from catalogsync.model.product import Image, Lifecycle, Product
from catalogsync.model.report import Report
from catalogsync.model.secret import Secret
from catalogsync.model.state import Run, State
from catalogsync.state.growth import Growth
from catalogsync.state.journal import RecordJournal
from catalogsync.state.keys import parse_key
from catalogsync.state.stores.memory import MemoryStore
from catalogsync.workflow.applying import apply
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.planning import make_plan
from tests.harness.canary import password, username
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_fate import Life
from tests.harness.fake_market import FakeMarket
from tests.harness.reading import Reading

KEY = parse_key(Secret(base64.b64encode(bytes(range(32))).decode()))
SETTINGS = MarketplaceConfig("accplanet", "accplanet", "https://accplanet.invalid", "ACCPLANET_API_KEY")


class MortalStore(MemoryStore):
    """Records that outlive the process which writes them.

    Attributes:
        dies_at: the number of the write, from 0, at which the process dies.
        after: it dies after that write, not before it.
    """

    def __init__(self, life: Life) -> None:
        super().__init__()
        self._life = life
        self.writes = 0
        self.dies_at: int | None = None
        self.after = False

    def get(self, number: int) -> bytes | None:
        self._life.check()
        return super().get(number)

    def create(self, number: int, data: bytes) -> bool:
        self._life.check()
        dies = self.writes == self.dies_at
        self.writes += 1
        if dies and not self.after:
            self._life.end()
        created = super().create(number, data)
        if dies:
            self._life.end()
        return created


class MemoryImages:
    """Image files: each holds its own name."""

    def read(self, image: Image) -> bytes:
        return image.ref.encode()


class SilentObserver:
    """Nobody watches."""

    def stage(self, title: str, total: int | None = None) -> None:
        """A stage begins."""

    def step(self, text: str, amount: int = 1) -> None:
        """A step is done."""

    def say(self, text: str) -> None:
        """A word to a person."""


class FakeShop:
    """A supplier's catalog, its state, and the marketplace.

    Attributes:
        products: the catalog, by key.
        pools: its pools, by name.
        config: its settings.
        parallel: how many calls may be under way at once.
    """

    def __init__(self, *, rich: bool = False, lag: float = 0.0, parallel: int = 1) -> None:
        self.clock = FakeClock()
        self.market = FakeMarket(self.clock, rich=rich, lag=lag)
        self.store = MortalStore(self.market.life)
        self.products: dict[str, Product] = {}
        self.pools: dict[str, Pool] = {}
        self.config = Config({"accplanet": SETTINGS})
        self.parallel = parallel
        self._runs = 0
        self._reading = Reading(KEY)
        RecordJournal.create(self.store, KEY, self.clock, place="memory")

    def product(
        self,
        key: str,
        *,
        images: tuple[str, ...] = (),
        pool: str | None = None,
        pool_level: int | None = None,
        previous_key: str | None = None,
        lifecycle: Lifecycle | None = None,
        **fields: object,
    ) -> Product:
        """Write a product; what is not given has a sensible value, None leaves a field out."""
        wanted: dict[str, object] = {
            "title": f"Title of {key}",
            "category_id": "c-1",
            "description": f"<p>About <b>{key}</b>.</p>",
            "price": "9.99",
            **fields,
        }
        values = {name: normalize(name, value) for name, value in wanted.items() if value is not None}
        if images:
            values["images"] = images
        self.products[key] = Product(
            key,
            values,
            Place(f"products/{key}.yaml", 1, 1),
            images=tuple(Image(ref, sha256(ref.encode()).hexdigest()) for ref in images),
            pool=pool,
            pool_level=pool_level,
            previous_key=previous_key,
            lifecycle=lifecycle or Lifecycle(),
        )
        return self.products[key]

    def edit(self, key: str, **fields: Value) -> None:
        """Change fields of a product."""
        product = self.products[key]
        self.products[key] = replace(product, fields={**product.fields, **fields})

    def pool(self, name: str, first: int, count: int) -> None:
        """Write a pool of planted accounts."""
        where = Place(f"pools/{name}.yaml", 1, 1)
        rows = ((username(number), password(number), where) for number in range(first, first + count))
        self.pools[name] = Pool(name, where, rows)

    def journal(self) -> RecordJournal:
        """The state as a new process finds it; a run that was at work is dead."""
        journal = self._reading.open(self.store, self.clock, lambda *_: False, Growth())
        assert journal is not None
        return journal

    @property
    def state(self) -> State:
        """The folded state."""
        return self.journal().state

    def desk(self, journal: RecordJournal, selection: Selection | None = None) -> Desk:
        """Everything wired together for one run."""
        return Desk(
            catalog=Catalog(Path("/nowhere"), self.config, self.products, self.pools),
            settings=SETTINGS,
            marketplace=self.market,
            journal=journal,
            fingerprints=journal.fingerprints,
            images=MemoryImages(),
            clock=self.clock,
            observer=SilentObserver(),
            selection=selection or Selection(),
            parallel=self.parallel,
            interrupted=self.clock.interrupted.is_set,
        )

    def run(self, command: str = "apply") -> Run:
        """Who a new run is."""
        self._runs += 1
        return Run(f"run-{self._runs}", command, "2026-11-21T12:00:00Z", "host", self._runs)

    def plan(self, *, only: tuple[str, ...] = (), allow: Mapping[str, str] | None = None) -> Plan:
        """What an apply would do."""
        return make_plan(self.desk(self.journal(), Selection(only=only, allow=allow or {}))).plan

    def apply(
        self, *, only: tuple[str, ...] = (), allow: Mapping[str, str] | None = None, agreed: Plan | None = None
    ) -> Report:
        """Carry the catalog out, as a process of its own."""
        desk = self.desk(self.journal(), Selection(only=only, allow=allow or {}))
        return apply(desk, self.run(), show=lambda _: None, agreed=agreed)

    def lose_state(self) -> None:
        """The records are gone, and a new state is made in their place, as a recovery makes it."""
        self.store = MortalStore(self.market.life)
        RecordJournal.create(self.store, KEY, self.clock, place="memory")

    def copied_state(self) -> MortalStore:
        """A copy of the records as they are, to be put back later."""
        copy = MortalStore(self.market.life)
        for number in range(1, self.state.serial + 1):
            copy.create(number, self.store.get(number) or b"")
        copy.writes = 0
        return copy

    def revive(self) -> None:
        """A new process may begin."""
        self.market.life.over = False
        self.store.dies_at = None

    def shelf(self, key: str) -> str:
        """The product_id of a key's listing."""
        return self.state.bindings[key].product_id
