"""The doctor at a marketplace: it asks, and changes nothing."""

from catalogsync.model.balance import Balance
from catalogsync.model.errors import Unreachable
from catalogsync.model.finding import Finding, Grade
from catalogsync.workflow.examining import CHECKS, examine
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_market import FakeMarket
from tests.harness.fake_shop import SilentObserver

OK, WARNING, FAILED, NOT_CHECKED = Grade


class Silent(FakeMarket):
    """No answer comes."""

    def balance(self) -> Balance:
        raise Unreachable("accplanet: no connection", "look at the cable")


def seen(market: FakeMarket) -> dict[str, Finding]:
    found = list(examine(market, FakeClock(), SilentObserver()))
    assert tuple(finding.check for finding in found) == CHECKS
    assert market.calls == []
    return {finding.check: finding for finding in found}


def test_a_marketplace_that_is_well() -> None:
    market = FakeMarket(FakeClock(), rich=True)
    market.put(title="Seat", price="9.90")
    assert [finding.grade for finding in seen(market).values()] == [OK] * 4
    market.till.skew = -3600
    clock = seen(market)["clock"]
    assert (clock.grade, "60 minutes ahead of" in clock.message) == (WARNING, True)


def test_a_balance_that_is_not_understood_is_no_failure_where_the_key_works() -> None:
    market = FakeMarket(FakeClock())
    market.balance_unreadable = True
    found = seen(market)
    assert (found["marketplace"].grade, found["listings"].grade) == (WARNING, OK)
    assert "works all the same" in found["marketplace"].message
    market.unreadable = set(range(100))
    found = seen(market)
    assert [finding.grade for finding in found.values()] == [FAILED, OK, FAILED, NOT_CHECKED]


def test_a_marketplace_that_does_not_answer_is_asked_once() -> None:
    market = Silent(FakeClock())
    found = seen(market)
    assert [finding.grade for finding in found.values()] == [FAILED, *[NOT_CHECKED] * 3]
    assert found["marketplace"].hint == "look at the cable"
    assert market.lists == 0
