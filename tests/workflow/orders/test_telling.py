"""What a run that fills orders tells, and that a round in which nothing is new writes nothing."""

from dataclasses import replace

from catalogsync.workflow.orders.fulfilling import fulfill
from tests.harness.canary import leaks
from tests.harness.fake_fate import Fault
from tests.harness.order_shop import OrderShop

DAY = 86_400.0


def told(shop: OrderShop) -> dict[str, str]:
    """What a round tells: bodies by their titles, without where that was."""
    desk = replace(shop.order_desk(shop.journal()), tells=True)
    report = fulfill(desk, shop.run("orders fulfill"), show=lambda _: None)
    assert shop.state.run is None, "the state is given back"
    for message in report.messages:
        assert leaks(message.title + message.body) is None
    return {message.title.removeprefix("accplanet, vouchers: "): message.body for message in report.messages}


def test_an_order_that_cannot_be_filled_is_told_of_once_a_day() -> None:
    shop = OrderShop()
    listing = shop.stand("tea", 3)
    shop.counter.buy(listing, 2)
    shop.clock.pass_time(1)
    first = shop.vouchers.buy("v-tea", 5)
    shop.clock.pass_time(1)
    waiting = shop.counter.buy(listing, 4)
    messages = told(shop)
    assert list(messages) == ["2 orders cannot be filled as bought", "the day's digest, 2026-11-21"]
    assert [line.split(":")[0] for line in messages["2 orders cannot be filled as bought"].splitlines()[:2]] == [
        f"- order {first} at vouchers, tea",
        f"- order {waiting} at accplanet, tea",
    ]
    digest = messages["the day's digest, 2026-11-21"].splitlines()
    assert digest[-1] == "This run: 2 orders served, 2 that cannot be filled as bought"
    assert "Running dry: tea" in digest

    serial = shop.state.serial
    assert told(shop) == {}
    assert shop.state.serial == serial, "a round in which nothing is new writes nothing"

    shop.clock.pass_time(DAY)
    tomorrow = told(shop)
    assert list(tomorrow) == ["1 order cannot be filled as bought", "the day's digest, 2026-11-22"]
    assert (
        "Delivered to orders, 2026-11-21: 3 accounts of 1 product (tea 3)" in tomorrow["the day's digest, 2026-11-22"]
    )


def test_a_delivery_in_doubt_is_told_of_by_whoever_fills_orders_and_by_no_apply() -> None:
    shop = OrderShop()
    listing = shop.stand("tea", 3)
    shop.counter.buy(listing, 1)
    shop.counter.fail(Fault.LOST_BEFORE, on="deliver", times=9)
    messages = told(shop)
    (title, body) = next(iter(messages.items()))
    assert title == "1 call of which nobody knows whether it arrived"
    assert "deliver of 1 account to order" in body
    assert "Open doubts: 1" in messages["the day's digest, 2026-11-21"]
    assert not any("nobody knows" in title for title in told(shop))
