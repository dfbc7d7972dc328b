"""HstockPlus leaves open what it answers to an update: whatever it is, an order is filled in one run, and once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Final

import pytest

from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.model.order_plan import OrderReport
from catalogsync.model.secret import Secret
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.orders.desk import OrderDesk
from tests.harness.market import Market
from tests.harness.order_shop import OrderShop
from tests.marketplaces.stub import manual_config

STYLES: Final = ("success", "order", "bare_order", "message", "empty_object", "empty", "no_content")
SILENT: Final = ("empty", "no_content")
"""What neither confirms nor refuses."""
ODD: Final[dict[str, Mapping[str, object]]] = {
    "an array": {"kind": "json", "body": []},
    "a word": {"kind": "json", "body": "done"},
    "another's number": {"kind": "json", "body": {"order": 77}},
    "yes and no": {"kind": "json", "body": {"success": True, "error": "late"}},
    "a text": {"kind": "status", "status": 202, "body": "OK"},
    "a page": {"kind": "html"},
}
"""Answers with a good status that cannot be read."""


class WiredShop(OrderShop):
    """The shop, at a real HstockPlus on a socket."""

    def __init__(self, client: HstockPlus) -> None:
        super().__init__()
        self._client = client
        self.serving = ("vouchers",)
        self.pool("tea", 0, 12)
        self.sell("tea", "tea")

    def order_desk(self, journal: RecordJournal | None) -> OrderDesk:
        return replace(super().order_desk(journal), markets={"vouchers": self._client})

    def came(self, report: OrderReport) -> list[str]:
        """What became of the orders, oldest first."""
        return [report.results[change.marketplace, change.order_id].outcome for change in report.plan.work]


@pytest.fixture
def wired(sandbox: Market) -> Iterator[WiredShop]:
    settings = replace(manual_config(sandbox.base), name="vouchers")
    with HstockPlus(settings, Secret("sandbox"), OrderShop().clock, seed=1) as client:
        yield WiredShop(client)


def statuses(sandbox: Market) -> list[str]:
    """What was said of orders, call by call."""
    return [call["words"]["status"] for call in sandbox.changing_calls()]


@pytest.mark.parametrize(("style", "duplicates"), [*product(STYLES, ("order", "everywhere"))])
def test_every_answer_fills_an_order_in_one_run(sandbox: Market, wired: WiredShop, style: str, duplicates: str) -> None:
    sandbox.configure(manual_answer=style, manual_duplicates=duplicates)
    whole, part = (str(sandbox.manual_order("v-tea", quantity)) for quantity in (5, 9))
    report = wired.fulfill()
    assert wired.came(report) == ["applied", "applied"]
    assert (report.failed, report.in_doubt, report.notices) == (0, 0, ())
    assert not wired.state.ops
    sent = ["processing", "completed", "processing", "partial"]
    # What cannot be read is sent again at once, and the marketplace then says that it is there.
    assert sorted(statuses(sandbox)) == sorted([*sent, *(sent[1::2] if style in SILENT else [])])
    assert {id_: len(names) for (_, id_), names in sandbox.deliveries().items()} == {whole: 5, part: 7}
    assert not wired.fulfill().plan.work


def test_where_nothing_is_said_and_nothing_dropped_it_stays_in_doubt(sandbox: Market, wired: WiredShop) -> None:
    # Neither "yes" nor "it is there" will ever come; but no account goes to anybody else.
    sandbox.configure(manual_answer="empty", manual_duplicates="request")
    number = str(sandbox.manual_order("v-tea", 2))
    for _ in range(2):
        assert wired.came(wired.fulfill()) == ["in-doubt"]
    (op,) = wired.state.ops.values()
    assert (op.order, op.count) == (number, 2)
    found = sandbox.get("/audit")
    assert found["at_two_destinations"] == []
    assert len(found["accounts"]) == 2
    sandbox.configure(manual_answer="success")
    assert wired.came(wired.fulfill()) == ["applied"]
    assert not wired.state.ops


def test_where_nothing_is_dropped_a_confirmed_delivery_is_sent_once(sandbox: Market, wired: WiredShop) -> None:
    for style in ("success", "order", "bare_order", "message", "empty_object"):
        sandbox.configure(manual_answer=style, manual_duplicates="request")
        sandbox.manual_order("v-tea", 2)
        assert wired.came(wired.fulfill()) == ["applied"]
    assert [len(names) for names in sandbox.deliveries().values()] == [2] * 5


@pytest.mark.parametrize("what", ODD)
def test_an_odd_yes_to_the_beginning_lets_it_begin(sandbox: Market, wired: WiredShop, what: str) -> None:
    sandbox.fault(call="manual_update", accounts=False, **ODD[what])
    sandbox.fault(call="manual_update", accounts=True, when="after", **ODD[what])
    sandbox.manual_order("v-tea", 2)
    assert wired.came(wired.fulfill()) == ["applied"]
    assert statuses(sandbox) == ["processing", "completed", "completed"]
    assert [len(names) for names in sandbox.deliveries().values()] == [2]


@pytest.mark.parametrize("status", [302, 409, 500, 504])
def test_without_a_yes_to_the_beginning_no_account_goes_out(sandbox: Market, wired: WiredShop, status: int) -> None:
    sandbox.fault(call="manual_update", kind="status", status=status, body="")
    sandbox.manual_order("v-tea", 2)
    report = wired.fulfill()
    # A call went out, so that the exit code must not say that nothing was sent.
    assert (wired.came(report), report.calls) == (["failed"], 1)
    assert statuses(sandbox) == ["processing"]
    assert not wired.state.ops
    assert sandbox.deliveries() == {}
    assert wired.came(wired.fulfill()) == ["applied"]
