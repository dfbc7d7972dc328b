"""A call that was told to wait asks before it is sent again: meanwhile another run may have done its work."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from catalogsync.marketplaces import AccPlanet
from catalogsync.model.config import Recovery
from catalogsync.model.errors import StateFenced
from catalogsync.workflow.applying import apply
from tests.harness.fake_market import FakeMarket
from tests.harness.fake_shop import FakeShop
from tests.harness.fake_till import name_of
from tests.marketplaces.stub import Doing, QuickClock, Request, answer
from tests.marketplaces.stub import shop as client_and_stub

TOLD_TO_WAIT = answer({"error": "slower"}, 429, Retry_After="100")


class EventfulClock(QuickClock):
    """Something happens while somebody waits for the first time."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = [happens]

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self._happens:
            self._happens.pop()()


def over_the_wire(market: FakeMarket, client: AccPlanet) -> Any:
    """The marketplace, whose creates and appends go through the real client."""
    return SimpleNamespace(
        name=market.name,
        listings=market.listings,
        orders=market.orders,
        guard=client.guard,
        create=client.create,
        append=client.append,
    )


def unlock_and_apply(shop: FakeShop) -> None:
    """A person takes the first run for dead; the state is unlocked, and a second run does it all."""
    journal = shop.journal()
    assert journal.state.run
    journal.unlock(shop.run("state unlock"), journal.state.run)
    journal.end(applied=False)
    shop.apply()


def run_that_is_fenced(shop: FakeShop, done: Callable[[Request], Doing]) -> int:
    """An apply that is told to wait and loses its state meanwhile. Gives back how many requests it sent."""
    answers = [TOLD_TO_WAIT]

    def script(request: Request) -> Doing:
        return answers.pop() if answers else done(request)

    with client_and_stub(script, clock=EventfulClock(lambda: unlock_and_apply(shop))) as (client, stub):
        desk = replace(shop.desk(shop.journal()), marketplace=over_the_wire(shop.market, client))
        with pytest.raises(StateFenced):
            apply(desk, shop.run(), show=lambda _: None)
        return len(stub.requests)


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_create_is_not_sent_again_after_another_run_took_over(parallel: int) -> None:
    shop = FakeShop(parallel=parallel)
    shop.product("k")

    def done(request: Request) -> Doing:
        return answer({"success": True, "product_id": shop.market.put(**request.json)})  # type: ignore[arg-type]

    assert run_that_is_fenced(shop, done) == 1
    assert len(shop.market.shelves) == 1
    assert shop.state.run is None


def test_an_append_is_not_sent_again_after_another_run_took_over() -> None:
    """The other run found that nothing had arrived, which was true when it looked."""
    shop = FakeShop()
    shop.config = replace(shop.config, recovery=Recovery(in_doubt="auto"))
    shop.pool("k", 0, 31)
    shop.product("k", pool="k")
    shop.apply()
    shop.pool("k", 0, 32)
    last = name_of(list(shop.pools["k"])[31])

    def done(_request: Request) -> Doing:
        shop.market.fill(shop.shelf("k"), [last])
        return answer({"success": True, "accounts_imported": 1})

    assert run_that_is_fenced(shop, done) == 1
    assert shop.market.arrivals[last] == 1


def test_a_run_that_kept_its_state_sends_it_again() -> None:
    shop = FakeShop()
    shop.product("k")
    answers = [TOLD_TO_WAIT]

    def script(request: Request) -> Doing:
        if answers:
            return answers.pop()
        return answer({"success": True, "product_id": shop.market.put(**request.json)})  # type: ignore[arg-type]

    with client_and_stub(script) as (client, stub):
        desk = replace(shop.desk(shop.journal()), marketplace=over_the_wire(shop.market, client))
        assert apply(desk, shop.run(), show=lambda _: None).results["k"].outcome == "applied"
        assert len(stub.requests) == 2
