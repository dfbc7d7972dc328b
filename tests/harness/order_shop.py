"""A supplier who serves orders at two marketplaces from the pools that also fill listings: the engine, in memory."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config, MarketplaceConfig
from catalogsync.model.ledger import Fate
from catalogsync.model.order_plan import OrderPlan, OrderReport
from catalogsync.model.product import Delivery
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.orders.desk import OrderDesk
from catalogsync.workflow.orders.fulfilling import fulfill
from catalogsync.workflow.orders.planning import make_order_plan
from tests.harness.fake_orders import HALF_AN_HOUR, FakeOrders
from tests.harness.fake_shop import SETTINGS, FakeShop, SilentObserver
from tests.harness.fake_till import name_of

VOUCHERS = MarketplaceConfig("vouchers", "hstockplus", "https://vouchers.invalid/api/admin/v2", "VOUCHERS_API_KEY")


class OrderShop(FakeShop):
    """The shop, with orders.

    Attributes:
        counter: orders at the marketplace that has the listings, to be delivered by hand.
        vouchers: orders at the other one.
        named: ids that a person names.
        serving: the names of the marketplaces that are served.
    """

    def __init__(self, *, parallel: int = 1) -> None:
        super().__init__(parallel=parallel)
        self.config = Config({"accplanet": SETTINGS, "vouchers": VOUCHERS})
        self.counter = FakeOrders(self.clock, "accplanet")
        self.vouchers = FakeOrders(self.clock, "vouchers", relists=HALF_AN_HOUR)
        self.counter.life = self.vouchers.life = self.market.life
        self.named: tuple[str, ...] = ()
        self.serving: tuple[str, ...] = ("accplanet", "vouchers")

    def sell(self, key: str, pool: str | None, *, delivery: Delivery = "manual", pool_level: int | None = None) -> None:
        """A product whose orders are filled from a pool; at the other marketplace it is called `v-KEY`."""
        self.product(key, pool=pool, pool_level=pool_level)
        self.products[key] = replace(self.products[key], delivery=delivery, marketplaces={"vouchers": f"v-{key}"})

    def stand(self, key: str = "tea", units: int = 10, **more: object) -> str:
        """A product with a pool and a listing; gives the listing's id."""
        self.pool(key, 0, units)
        self.sell(key, key, **more)  # type: ignore[arg-type]
        self.apply()
        return self.shelf(key)

    def order_desk(self, journal: RecordJournal | None) -> OrderDesk:
        """Everything wired together for one run on orders."""
        markets = {"accplanet": self.counter, "vouchers": self.vouchers}
        return OrderDesk(
            catalog=Catalog(Path("/nowhere"), self.config, self.products, self.pools),
            markets={name: markets[name] for name in self.serving},
            settings=self.config.marketplaces,
            journal=journal,
            fingerprints=journal.fingerprints if journal else None,
            clock=self.clock,
            observer=SilentObserver(),
            parallel=self.parallel,
            interrupted=self.clock.interrupted.is_set,
            named=self.named,
        )

    def order_plan(self) -> OrderPlan:
        """What would be done about orders."""
        return make_order_plan(self.order_desk(self.journal()), self.run("orders plan"))

    def fulfill(self, agreed: OrderPlan | None = None) -> OrderReport:
        """Fill orders, as a process of its own."""
        return fulfill(self.order_desk(self.journal()), self.run("orders fulfill"), show=lambda _: None, agreed=agreed)

    def outcomes(self, report: OrderReport) -> dict[str, str]:
        """What became of each order, by its id."""
        return {order_id: result.outcome for (_, order_id), result in report.results.items()}

    def audit_orders(self) -> None:
        """No account at two destinations, none that arrived counts as new, and no order has more than was bought."""
        state, prints = self.state, self.journal().fingerprints
        at = {
            f"{name}/order/{id_}": order.names
            for name, market in self.markets()
            for id_, order in market.bought.items()
        }
        where = Counter(name for names in at.values() for name in names) + self.market.arrivals
        assert not [name for name, times in where.items() if times > 1], "an account is at two places"
        for name, market in self.markets():
            for order_id, order in market.bought.items():
                assert len(order.accounts) <= order.quantity, f"{order_id} at {name} has more than was bought"
        for pool in self.pools.values():
            for account in pool:
                found, name = state.ledger.find(prints.user(account)), name_of(account)
                assert found is not None or not where[name], f"an account of {pool.name} arrived and counts as new"
                if found is not None and "/order/" in found[0].destination:
                    there = name in at[found[0].destination]
                    assert there or not where[name], "an account is elsewhere than the ledger says"
                    assert there or found[0].fate is not Fate.SENT, "an account counts as sent and never arrived"
        assert not [op for op in state.ops.values() if op.run == "" and not op.recovered]

    def markets(self) -> tuple[tuple[str, FakeOrders], ...]:
        """The marketplaces by name."""
        return ("accplanet", self.counter), ("vouchers", self.vouchers)


def codes(plan: OrderPlan) -> dict[str, str]:
    """Why orders are not filled, or how they are."""
    return {change.order_id: change.code or change.action.value for change in plan.changes}
