"""Both marketplaces' orders against the sandbox, and those in memory: one contract; and what the sandbox varies."""

from collections.abc import Iterator
from itertools import product

import pytest

from catalogsync.marketplaces import AccPlanet, open_marketplace, open_orders
from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.model.answer import AnswerClass
from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret
from catalogsync.ports import OrderMarket
from tests.contracts.marketplace import accounts, fields
from tests.contracts.order_market import OrderMarketContract, is_done, read
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_orders import HALF_AN_HOUR, FakeOrders
from tests.harness.market import Market
from tests.marketplaces.stub import QuickClock, config, manual_config


class AtAccPlanet:
    """Customers of a sandbox's AccPlanet, who buy one thing that has no pool."""

    def __init__(self, sandbox: Market, client: AccPlanet) -> None:
        self._sandbox = sandbox
        self._product_id = client.create(fields()).product_id or ""

    def buy(self, quantity: int = 1) -> str:
        return self._sandbox.sell(self._product_id, quantity)

    def arrived(self, order_id: str) -> int:
        return len(self._sandbox.deliveries().get(("order", order_id), ()))

    def pass_time(self, seconds: float) -> None:
        self._sandbox.pass_time(int(seconds))


class AtHstockPlus(AtAccPlanet):
    """Customers of a sandbox's HstockPlus."""

    def __init__(self, sandbox: Market) -> None:
        self._sandbox = sandbox

    def buy(self, quantity: int = 1) -> str:
        return str(self._sandbox.manual_order("507f1f77bcf86cd799439012", quantity))

    def arrived(self, order_id: str) -> int:
        return len(self._sandbox.deliveries().get(("manual_order", order_id), ()))


class InMemory:
    """Customers of the marketplace in memory."""

    def __init__(self, market: FakeOrders, clock: FakeClock) -> None:
        self._market = market
        self._clock = clock

    def buy(self, quantity: int = 1) -> str:
        return self._market.buy("p1", quantity)

    def arrived(self, order_id: str) -> int:
        assert set(self._market.arrivals.values()) <= {1}
        return len(self._market.bought[order_id].accounts)

    def pass_time(self, seconds: float) -> None:
        self._clock.pass_time(seconds)


class TestAccPlanet(OrderMarketContract):
    @pytest.fixture
    def market(self, sandbox: Market) -> Iterator[AccPlanet]:
        with AccPlanet(config(sandbox.base), Secret("sandbox"), QuickClock(), seed=1, page_size=3) as client:
            yield client

    @pytest.fixture
    def buyers(self, sandbox: Market) -> Iterator[AtAccPlanet]:
        with AccPlanet(config(sandbox.base), Secret("sandbox"), QuickClock(), seed=1) as client:
            yield AtAccPlanet(sandbox, client)


class TestAnAccPlanetThatIgnoresFilters(TestAccPlanet):
    @pytest.fixture
    def buyers(self, sandbox: Market) -> Iterator[AtAccPlanet]:
        sandbox.configure(
            filters="none",
            delivered_info="json",
            delivered_answer="call",
            refusals="ok",
            number_style="strings",
            envelope="success_data_items",
        )
        with AccPlanet(config(sandbox.base), Secret("sandbox"), QuickClock(), seed=1) as client:
            yield AtAccPlanet(sandbox, client)


class TestHstockPlus(OrderMarketContract):
    @pytest.fixture
    def market(self, sandbox: Market) -> Iterator[HstockPlus]:
        with HstockPlus(manual_config(sandbox.base), Secret("sandbox"), QuickClock(), seed=1, page_size=3) as client:
            yield client

    @pytest.fixture
    def buyers(self, sandbox: Market) -> AtHstockPlus:
        return AtHstockPlus(sandbox)


class TestAHstockPlusThatAnswersOtherwise(TestHstockPlus):
    @pytest.fixture
    def buyers(self, sandbox: Market) -> AtHstockPlus:
        sandbox.configure(
            relist_hides="after_listing",
            manual_answer="bare_order",
            manual_duplicates="everywhere",
            number_style="strings",
            total="absent",
        )
        return AtHstockPlus(sandbox)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class TestOrdersInMemory(OrderMarketContract):
    @pytest.fixture
    def market(self, clock: FakeClock) -> FakeOrders:
        return FakeOrders(clock)

    @pytest.fixture
    def buyers(self, market: FakeOrders, clock: FakeClock) -> InMemory:
        return InMemory(market, clock)


class TestOrdersInMemoryThatAreListedOnce(TestOrdersInMemory):
    @pytest.fixture
    def market(self, clock: FakeClock) -> FakeOrders:
        return FakeOrders(clock, "hstockplus", relists=HALF_AN_HOUR)


# What the sandbox varies.


@pytest.fixture
def client(sandbox: Market) -> Iterator[HstockPlus]:
    with HstockPlus(manual_config(sandbox.base), Secret("sandbox"), QuickClock(), seed=1, page_size=3) as client:
        yield client


def test_a_list_that_hides_what_it_showed_is_read_to_its_end(sandbox: Market, client: HstockPlus) -> None:
    bought: set[str] = set()
    for hides, total in product(["at_once", "after_listing"], ["exact", "high", "low", "absent"]):
        sandbox.configure(relist_hides=hides, total=total)
        bought |= {str(sandbox.manual_order("p1")) for _ in range(8)}
        assert set(read(client)) == bought, (hides, total)
        assert read(client) == {}
        sandbox.pass_time(1801)


def test_a_list_that_shows_everything_each_time_is_read_to_its_end(sandbox: Market, client: HstockPlus) -> None:
    sandbox.configure(relist_minutes=0)
    bought = {str(sandbox.manual_order("p1")) for _ in range(10)}
    for total in ("exact", "high"):
        sandbox.configure(total=total)
        assert set(read(client)) == bought


@pytest.mark.parametrize("duplicates", ["order", "everywhere", "request"])
def test_whatever_an_update_answers_a_second_sending_tells_that_the_accounts_are_there(
    sandbox: Market, client: HstockPlus, duplicates: str
) -> None:
    sandbox.configure(manual_duplicates=duplicates)
    for nth, style in enumerate(("success", "order", "message", "empty_object", "empty", "no_content")):
        sandbox.configure(manual_answer=style)
        order_id = str(sandbox.manual_order("p1"))
        begun = client.start(order_id)
        first = client.deliver(order_id, accounts(1, nth), whole=True, reference=f"op-{nth}")
        unsure = AnswerClass.UNKNOWN if style in ("empty", "no_content") else AnswerClass.CONFIRMED
        assert (begun.kind, first.kind) == (unsure, unsure), style
        again = client.deliver(order_id, accounts(1, nth), whole=True, reference=f"op-{nth}")
        if duplicates != "request":
            assert (again.kind, again.code, is_done(again)) == (AnswerClass.REFUSED, "INVALID_ACCOUNTS", True)
        order = sandbox.manual_orders()[int(order_id)]
        assert (order["status"], order["supplier_order_id"]) == ("completed", f"op-{nth}")
        assert len(order["username_sha256"]) == 1


def test_an_order_of_somebody_else_is_refused_and_the_run_goes_on(sandbox: Market, client: HstockPlus) -> None:
    order_id = str(sandbox.manual_order("p1", ours=False))
    answer = client.deliver(order_id, accounts(1), whole=True, reference="op-1")
    assert (answer.kind, answer.code, answer.status) == (AnswerClass.REFUSED, "ACCESS_DENIED", 403)
    assert not answer.stop
    assert read(client) == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delivery_whose_answer_was_lost_is_sent_again_by_nobody_but_the_caller(
    sandbox: Market, client: HstockPlus, when: str
) -> None:
    order_id = str(sandbox.manual_order("p1", 2))
    sandbox.fault(kind="reset", when=when, call="manual_update")
    first = client.deliver(order_id, accounts(2), whole=True, reference="op-1")
    assert (first.kind, client.calls) == (AnswerClass.UNKNOWN, 1)
    again = client.deliver(order_id, accounts(2), whole=True, reference="op-1")
    assert again.kind is (AnswerClass.REFUSED if when == "after" else AnswerClass.CONFIRMED)
    assert is_done(again)
    assert len(sandbox.deliveries()["manual_order", order_id]) == 2


def test_orders_of_several_things_or_of_services_are_read_with_what_is_wrong(
    sandbox: Market, client: HstockPlus
) -> None:
    seat, voucher = {"product_id": "p1", "quantity": 2}, {"product_id": "p2"}
    service = {"product_id": "p1", "entity_type": "smm_service"}
    numbers = [
        sandbox.post("/manual_orders", body)["order"]
        for body in (
            {"items": [seat, seat]},
            {"items": [seat, voucher]},
            {"items": [service]},
            {"items": [seat], "quantity": 3},
        )
    ]
    found = read(client)
    orders = [found[str(number)] for number in numbers]
    assert [(order.product_id, order.quantity) for order in orders] == [("p1", 4), ("", 3), ("p1", 1), ("p1", 3)]
    assert [order.trouble for order in orders] == [
        "",
        "several products were bought at once",
        "what was bought is a service and no product",
        "it says that 3 were bought, and its items add up to 2",
    ]


def test_a_client_is_what_the_config_says(sandbox: Market) -> None:
    key, clock = Secret("sandbox"), QuickClock()
    kinds = {"accplanet": (AccPlanet, None), "hstockplus": (HstockPlus, 1800)}
    for chosen in (config(sandbox.base), manual_config(sandbox.base)):
        with open_orders(chosen, key, clock) as client:
            market: OrderMarket = client
            kind, relists = kinds[chosen.type]
            assert isinstance(market, kind)
            assert market.relists == relists
            assert list(market.order_pages()) == []
    with pytest.raises(UsageError):
        open_marketplace(manual_config(sandbox.base), key, clock)
