"""A part of the fault matrix once more, through the real command line in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cells import script_of, what_is_hit
from tests.faults.faults import FAULTS
from tests.faults.front import Front, call_of
from tests.faults.matrix import Cell, read_matrix
from tests.faults.order_cells import order_script
from tests.faults.order_front import OrderFront
from tests.faults.scene import Scene
from tests.harness.canary import API_KEY
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_market import FakeMarket
from tests.harness.market import Market
from tests.harness.order_shop import OrderShop
from tests.harness.shop import Shop
from tests.marketplaces.stub import Stub

CHOSEN = {
    "upload": ("24b", "29a", "32a", "50a"),
    "create": ("7a", "12a", "18", "23a", "24a", "27", "28a", "30", "32a", "48a", "49c", "50c"),
    "append": (
        "7a",
        "11a",
        "17e",
        "18",
        "23a",
        "24a",
        "24e",
        "26",
        "27",
        "28a",
        "31a",
        "24b",
        "34",
        "48e",
        "50a",
        "50c",
    ),
    "list": ("25", "27", "28c", "30", "32a", "37b", "38", "48e", "49a", "50a"),
}
"""Faults that a first apply can meet, and that nobody waits long for."""

CELLS = [cell for row in read_matrix() for cell in row.cells if cell.number in CHOSEN.get(cell.call, ())]


@pytest.fixture
def elsewhere() -> Iterator[Stub]:
    stub = Stub(lambda _request: "close")
    yield stub
    stub.stop()
    assert stub.accepted == 0


def fill(shop: Shop, cell: Cell) -> None:
    """A catalog of which a first apply makes the call."""
    for number in range(FAULTS[cell.number].many):
        key = f"k{number}"
        if cell.call == "append":
            shop.pool(key, number, 1)
        images = [shop.image(f"{key}.png", key.encode())] if cell.call == "upload" else None
        shop.product(key, pool=key if cell.call == "append" else None, images=images)


def test_enough_cells_are_run() -> None:
    assert len(CELLS) == sum(map(len, CHOSEN.values())) >= 40


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(cell: Cell, tmp_path: Path, elsewhere: Stub) -> None:
    fault = FAULTS[cell.number]
    clock = FakeClock()
    fake = FakeMarket(clock)
    for number in range(5):
        fake.put(title=f"Stranger {number}", category_id="c-2", price="1.00", description="x", stock=1)
    stub = Stub(script_of(fault, what_is_hit(fault, cell.call), Scene(Front(fake), clock, elsewhere.url)))
    market = Market(stub.url)
    try:
        shop = Shop(tmp_path / "shop", market)
        shop.env["ACCPLANET_API_KEY"] = API_KEY
        fill(shop, cell)
        came = shop.run("apply", "--auto-approve", "--parallel", "1")
        reached = sum(call_of(request.method, request.target) == cell.call for request in stub.requests)
    finally:
        market.close()
        stub.stop()
    assert came.code == cell.code, came.out + came.err
    assert cell.requests in (None, reached)
    for fragment in cell.fragments:
        assert fragment in came.out + came.err
    assert "\x1b" not in came.out + came.err
    assert max(fake.arrivals.values(), default=0) <= 1
    assert len({shelf.fields["title"] for shelf in fake.shelves.values()}) == len(fake.shelves)


ORDER_CELLS = (
    ("7a", "fill", 3),
    ("29a", "manual", 0),
    ("18", "begin", 3),
    ("24b", "begin", 3),
    ("25", "manual", 1),
    ("28a", "begin", 0),
    ("32a", "fill", 3),
    ("49c", "fill", 3),
    ("50c", "fill", 3),
)
"""Faults of calls about orders, and the exit code of `orders fulfill`."""


@pytest.mark.parametrize(("number", "call", "code"), ORDER_CELLS, ids=[f"{n}-{call}" for n, call, _ in ORDER_CELLS])
def test_an_order(number: str, call: str, code: int, tmp_path: Path, elsewhere: Stub) -> None:
    there = OrderShop()
    there.vouchers.buy("v-tea", 2)
    scene = Scene(OrderFront(there), there.clock, elsewhere.url)
    stub = Stub(order_script(FAULTS[number], call, scene))
    market = Market(stub.url)
    try:
        shop = Shop(tmp_path / "shop", market)
        key = {"api_key_env": "ACCPLANET_API_KEY"}
        listings = {"type": "accplanet", "base_url": stub.url} | key
        hub = {"type": "hstockplus", "base_url": f"{stub.url}/hub"} | key
        shop.configure(marketplaces={"accplanet": listings, "hub": hub})
        shop.env["ACCPLANET_API_KEY"] = API_KEY
        shop.pool("tea", 0, 4)
        shop.product("tea", pool="tea", delivery="manual", marketplaces={"hub": {"product_id": "v-tea"}})
        came = shop.run("-m", "hub", "orders", "fulfill", "--auto-approve")
        stub.script = order_script(FAULTS["46"], call, scene)  # all is well
        there.clock.pass_time(1801)
        again = shop.run("-m", "hub", "orders", "fulfill", "--auto-approve")
    finally:
        market.close()
        stub.stop()
    assert came.code == code, came.out + came.err
    assert "\x1b" not in came.out + came.err
    assert again.code == 0, again.out + again.err
    (order,) = there.vouchers.bought.values()
    assert len(order.accounts) == 2
    assert len({name for _, names in there.vouchers.sent for name in names}) == 2
