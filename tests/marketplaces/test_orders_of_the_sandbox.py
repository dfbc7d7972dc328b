"""Orders of a sandbox over a socket: whole or refused, in whatever form and with whatever faults they come."""

from collections.abc import Iterator
from itertools import product

import pytest

from catalogsync.marketplaces import AccPlanet
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Order
from catalogsync.model.secret import Secret
from tests.contracts.marketplace import accounts, fields
from tests.harness.market import Market
from tests.marketplaces.stub import KEY_ENV, QuickClock, config, in_no_words

ENVELOPES = [
    *("array", "results_count_next", "products_total", "success_data_items", "success_data_list", "data_meta"),
    "items_has_more",
]


@pytest.fixture
def client(sandbox: Market) -> Iterator[AccPlanet]:
    with AccPlanet(config(sandbox.base), Secret("sandbox"), QuickClock(), seed=1) as client:
        yield client


@pytest.fixture(scope="module")
def sold(running_sandbox: Market) -> Iterator[tuple[Market, AccPlanet, dict[str, Order]]]:
    """A sandbox with orders, some of which wait; a client; and what it must read."""
    market = running_sandbox
    market.reset()
    with AccPlanet(config(market.base), Secret("sandbox"), QuickClock(), seed=1) as client:
        truth: dict[str, Order] = {}
        for number in range(3):
            product_id = client.create(fields(source_product_id=f"seat-{number}")).product_id
            assert product_id
            client.append(product_id, accounts(12, number * 12))
            for nth in range(6):
                sale = market.post("/sell", {"product_id": product_id, "quantity": 3})
                delivered, first = (3, nth * 3) if nth < 4 else (0, 0)
                truth[sale["order_id"]] = Order(
                    sale["order_id"],
                    product_id,
                    3,
                    delivered,
                    3 - delivered,
                    None,
                    f"seat-{number}",
                    tuple(accounts(delivered, number * 12 + first)),
                    "completed_payment",
                    "completed_order" if delivered else "pending_order",
                )
        yield market, client, truth


def undated(orders: tuple[Order, ...]) -> dict[str, Order]:
    """Orders by their ids, without what the sandbox made up: its moments, its numbers, its buyers."""
    for order in orders:
        assert all((order.created_at, order.updated_at, order.number, order.title, order.total, order.buyer.id))
        assert len(order.content) == order.delivered
    fields = ("order_id", "product_id", "quantity", "delivered", "remaining", "source_product_id", "accounts")
    kept = (*fields, "payment", "status")
    return {order.order_id: Order(**{name: getattr(order, name) for name in kept}) for order in orders}


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_every_envelope_is_read_whole(sold: tuple[Market, AccPlanet, dict[str, Order]], envelope: str) -> None:
    market, client, truth = sold
    for cap, last, total in product([7, 100], ["empty", "repeat", "404"], ["exact", "absent"]):
        odd = cap == 7
        market.configure(
            envelope=envelope,
            page_cap=cap,
            last_page=last,
            total=total,
            paging="steady",
            number_style="strings" if odd else "numbers",
            delivered_info="json" if odd else "lines",
        )
        assert undated(client.orders()) == truth


@pytest.mark.parametrize("paging", ["overlap", "gap", "empty_first", "empty_middle"])
@pytest.mark.parametrize("total", ["exact", "low", "high"])
def test_pages_that_lie_make_no_short_list(
    sold: tuple[Market, AccPlanet, dict[str, Order]], paging: str, total: str
) -> None:
    market, client, truth = sold
    for envelope in ENVELOPES[1:]:
        market.configure(envelope=envelope, page_cap=7, last_page="empty", paging=paging, total=total)
        try:  # both are right: to refuse the list, and to read it whole
            found = undated(client.orders())
        except MarketplaceError as error:
            assert in_no_words(error)  # noqa: PT017  # see above
            continue
        # what no page shows can be missed only where the total is a lie as well
        assert found == truth or (paging == "gap" and total == "low")


@pytest.mark.parametrize("kind", ["reset", "close", "truncated", "garbage", "status"])
def test_a_fault_is_got_over(sandbox: Market, client: AccPlanet, kind: str) -> None:
    product_id = client.create(fields()).product_id or ""
    client.append(product_id, accounts(1))
    sandbox.sell(product_id, 2)
    sandbox.fault(kind=kind, call="orders", count=3)
    (order,) = client.orders()
    assert (order.accounts, order.remaining) == (tuple(accounts(1)), 1)
    sandbox.fault(kind=kind, call="orders", count=4)
    with pytest.raises(MarketplaceError, match="4 times in a row") as caught:
        client.orders()
    assert in_no_words(caught.value)


@pytest.mark.parametrize("kind", ["html", "redirect"])
def test_a_login_page_is_no_empty_list(sandbox: Market, client: AccPlanet, kind: str) -> None:
    sandbox.fault(kind=kind, call="orders")
    with pytest.raises(MarketplaceError, match="login page"):
        client.orders()


def test_a_wrong_key(sandbox: Market) -> None:
    stranger = AccPlanet(config(sandbox.base), Secret("another-key"), QuickClock())
    with stranger, pytest.raises(MarketplaceError, match=KEY_ENV):
        stranger.orders()
