"""What a run has to tell, and what it does not tell again: the engine, day after day."""

from collections.abc import Sequence
from dataclasses import replace

from catalogsync.model.message import Message
from catalogsync.model.plan import Notice
from catalogsync.workflow.applying import apply
from tests.harness.canary import leaks
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop

DAY = 86_400.0


def told(shop: FakeShop, *dry: str) -> list[Message]:
    """What an apply tells, with a plan that warns of products that run dry."""
    journal = shop.journal()
    remarks = tuple(Notice("running-dry", key, f"{key} has 3 units left,\nabout 1 day") for key in dry)
    report = apply(replace(shop.desk(journal), tells=True, remarks=remarks), shop.run(), show=lambda _: None)
    assert journal.state.run is None, "the state is given back"
    for message in report.messages:
        assert leaks(message.title + message.body) is None
    return list(report.messages)


def titles(messages: Sequence[Message]) -> list[str]:
    return [message.title.removeprefix("accplanet: ") for message in messages]


def test_a_shop_in_which_nothing_happens_tells_its_digest_once_a_day() -> None:
    shop = FakeShop()
    shop.product("tea")
    assert shop.apply().messages == (), "nobody is to be told"
    assert shop.state.told == {}
    (digest,) = told(shop)
    assert digest.title == "accplanet: the day's digest, 2026-11-21"
    assert digest.body.splitlines() == [
        "No open doubts",
        "Last apply before this run: 2026-11-21T12:00:00Z",
        "This apply: nothing to change",
    ]
    assert told(shop) == []
    shop.clock.pass_time(DAY)
    assert titles(told(shop)) == ["the day's digest, 2026-11-22"]


def test_a_product_that_runs_dry_is_told_of_once_a_day() -> None:
    shop = FakeShop()
    for key in ("cups", "tea"):
        shop.product(key)
    first = told(shop, "tea")
    assert titles(first) == ["1 product running dry", "the day's digest, 2026-11-21"]
    assert first[0].body == "- tea: tea has 3 units left, about 1 day"
    assert "Running dry: tea" in first[1].body
    assert titles(told(shop, "tea")) == []
    (second,) = told(shop, "cups", "tea")
    assert second.body.startswith("- cups")
    assert "tea" not in second.body
    shop.clock.pass_time(DAY)
    assert titles(told(shop, "cups", "tea"))[0] == "2 products running dry"


def test_many_products_are_counted() -> None:
    shop = FakeShop()
    shop.product("tea")
    keys = [f"p{number:03}" for number in range(500)]
    low, digest = told(shop, *keys)
    assert low.title == "accplanet: 500 products running dry"
    assert low.body.splitlines()[-1] == "and 480 more"
    assert "p009 and 490 more" in digest.body
    assert told(shop, *keys) == []


def test_an_apply_that_failed_is_told_of_every_time() -> None:
    shop = FakeShop()
    shop.product("tea")
    told(shop)
    shop.product("cups")
    for _ in range(2):
        shop.market.fail(Fault.REFUSED, on="create")
        (failed,) = told(shop)
        assert failed.title == "accplanet: the apply is not complete"
        assert failed.body.splitlines() == [
            "1 of 1 change not done.",
            "- cups: HTTP 400: no",
            "Running `catalogsync apply` again is safe.",
        ]
    assert told(shop) == []


def test_a_doubt_is_told_of_once_and_stands_in_each_digest() -> None:
    shop = FakeShop()
    shop.product("tea", pool="tea")
    shop.pool("tea", 1, 1)
    shop.market.blind = {"stock", "sales"}
    shop.market.fail(Fault.LOST_AFTER, on="append")
    messages = told(shop)
    assert titles(messages) == [
        "1 call of which nobody knows whether it arrived",
        "the day's digest, 2026-11-21",
    ]
    (doubt,) = shop.state.ops
    assert f"`catalogsync state resolve {doubt} --sent`" in messages[0].body
    assert messages[0].body.startswith("- tea: append of 1 account")
    assert told(shop) == []
    shop.clock.pass_time(DAY)
    (digest,) = told(shop)
    assert "Open doubts: 1" in digest.body


def test_each_unit_is_told_of_in_one_digest() -> None:
    shop = FakeShop()
    shop.product("tea", stock=100)
    shop.apply()
    sold = []
    for units in (5, 4, 0, 0, 3):
        shop.market.sell(shop.shelf("tea"), units)
        (digest,) = told(shop)
        sold.append([line for line in digest.body.splitlines() if line.startswith("Sold")])
        shop.clock.pass_time(DAY)
    assert sold == [
        [],
        ["Sold from listings since 2026-11-21: 9 units of 1 product (tea 9)"],
        ["Sold from listings since 2026-11-22: nothing"],
        ["Sold from listings since 2026-11-23: nothing"],
        ["Sold from listings since 2026-11-24: 3 units of 1 product (tea 3)"],
    ]


def test_a_run_that_was_stopped_tells_nothing_and_the_next_one_does() -> None:
    shop = FakeShop()
    shop.product("tea")
    shop.market.before["create"] = shop.clock.interrupted.set
    assert told(shop) == []
    shop.clock.interrupted.clear()
    assert titles(told(shop)) == ["the day's digest, 2026-11-21"]


def test_a_pool_that_sells_out_is_told_of_before_it_is_empty() -> None:
    shop = FakeShop()
    shop.product("tea", pool="tea")
    shop.pool("tea", 1, 20)
    shop.apply()
    warned = []
    for _ in range(5):
        warned.append([message.body for message in told(shop) if "running dry" in message.title])
        shop.clock.pass_time(DAY)
        shop.market.sell(shop.shelf("tea"), 3)
    assert warned[0] == []
    assert warned[-1][0].startswith("- tea: ")
    assert "add accounts to pool tea" in warned[-1][0]
