"""A fault that happens to a call about orders: what it comes to, and what must hold whatever it comes to."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from catalogsync.cli.orders_fulfill import exit_code
from catalogsync.marketplaces import AccPlanet
from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.model.answer import Answer
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Order
from catalogsync.model.order_plan import OrderPlan
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.render.escape import guard, inline
from catalogsync.render.orders_plan_text import render_orders_plan
from catalogsync.render.orders_report_text import render_orders_report
from catalogsync.state.journal import RecordJournal
from catalogsync.workflow.orders.altering import refund, set_status
from catalogsync.workflow.orders.desk import OrderDesk
from catalogsync.workflow.orders.fulfilling import fulfill
from tests.faults.cells import HARMFUL
from tests.faults.faults import Fault
from tests.faults.network import Network, network
from tests.faults.order_front import OrderFront, order_call
from tests.faults.scene import Scene
from tests.harness.canary import API_KEY, leaks
from tests.harness.fake_shop import SETTINGS
from tests.harness.order_shop import VOUCHERS, OrderShop
from tests.marketplaces.stub import Doing, Request, Script, Stub

CALLS: Final = ("orders", "order", "deliver", "set-status", "refund", "manual", "begin", "fill")
"""The calls that something happens to; the last three are HstockPlus'."""
READING: Final = ("orders", "order", "manual")
UNITS: Final = 2


@dataclass(slots=True)
class Noted:
    """What the calls of one kind came to: answer classes; `ok` or `refused` of those that read."""

    came: list[str] = field(default_factory=list)


class _Astray:
    """While the call is made that something happens to, the way to the marketplace leads astray."""

    noted: Noted
    way: Network
    call: str

    @contextmanager
    def _at(self, call: str) -> Iterator[None]:
        self.way.astray = call == self.call
        try:
            yield
            if call == self.call and call in READING:
                self.noted.came.append("ok")
        except MarketplaceError:
            self.noted.came.append("refused")
            raise
        finally:
            self.way.astray = False

    def _change(self, call: str, make: Callable[[], Answer]) -> Answer:
        with self._at(call):
            answer = make()
        if call == self.call:
            self.noted.came.append(answer.kind)
        return answer


class AtCounter(_Astray, AccPlanet):
    """AccPlanet's client."""

    def order_pages(self, statuses: Sequence[str] = (), *, search: str = "") -> Iterator[tuple[Order, ...]]:
        with self._at("orders"):
            yield from super().order_pages(statuses, search=search)

    def order(self, order_id: str) -> Order:
        with self._at("order"):
            return super().order(order_id)

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        send = super().deliver
        return self._change("deliver", lambda: send(order_id, accounts, whole=whole, reference=reference))

    def set_status(self, order_id: str, status: str) -> Answer:
        send = super().set_status
        return self._change("set-status", lambda: send(order_id, status))

    def refund(self, order_id: str) -> Answer:
        send = super().refund
        return self._change("refund", lambda: send(order_id))


class AtHub(_Astray, HstockPlus):
    """HstockPlus' client."""

    def order_pages(self, statuses: Sequence[str] = ()) -> Iterator[tuple[Order, ...]]:
        with self._at("manual"):
            yield from super().order_pages(statuses)

    def start(self, order_id: str) -> Answer:
        send = super().start
        return self._change("begin", lambda: send(order_id))

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        send = super().deliver
        return self._change("fill", lambda: send(order_id, accounts, whole=whole, reference=reference))


class WiredShop(OrderShop):
    """The shop, at marketplaces on a socket.

    Attributes:
        ours: the client that something happens to; None: the marketplaces in memory.
        told: everything that the user was shown.
        came: what became of the orders, each word once; `error` if the run ended before it began with any.
    """

    def __init__(self, call: str, many: int) -> None:
        super().__init__()
        self.told = ""
        self.came = "nothing"
        self.ours: AtCounter | AtHub | None = None
        self._call = call
        listing = self.stand(units=UNITS * many + 4)
        self.at_hub = call in ("manual", "begin", "fill")
        self.serving = ("vouchers",) if self.at_hub else ("accplanet",)
        orders, product_id = (self.vouchers, "v-tea") if self.at_hub else (self.counter, listing)
        self.ids = [orders.buy(product_id, UNITS) for _ in range(many)]
        self.bought = orders.bought

    def order_desk(self, journal: RecordJournal | None) -> OrderDesk:
        desk = super().order_desk(journal)
        return desk if self.ours is None else replace(desk, markets={self.serving[0]: self.ours})

    def go(self) -> int:
        """What the command line does. Gives back its exit code."""
        desk = self.order_desk(self.journal())
        try:
            if self._call in ("set-status", "refund"):
                return self._by_hand(desk)

            def show(plan: OrderPlan) -> None:
                self.told += render_orders_plan(plan, verbose=1, width=1000)

            report = fulfill(desk, self.run("orders fulfill"), show=show)
            self.told += render_orders_report(report, verbose=1, width=1000)
            self.came = "+".join(sorted({one.outcome for one in report.results.values()})) or "nothing"
            return exit_code(report)
        except MarketplaceError as error:
            self.came = "error"
            self.told += guard(f"error: {inline(error.message)}\n  hint: {inline(error.hint or '')}\n")
            return error.exit_code

    def _by_hand(self, desk: OrderDesk) -> int:
        run, name = self.run("orders"), self.serving[0]
        if self._call == "refund":
            made = refund(desk, run, name, self.ids[0])
        else:
            made = set_status(desk, run, name, self.ids[0], "running_order")
        self.came = made.result.outcome
        self.told += guard(f"{made.result.outcome}: {made.result.error}")
        return 0 if made.result.outcome == "applied" else 3 if made.calls else 1


@dataclass(frozen=True)
class Outcome:
    """What a cell came to.

    Attributes:
        cell: as it is written down: class of the answer, requests, exit code, what became of it, accounts there.
        told: what the user was shown.
    """

    cell: str
    told: str


def run_cell(fault: Fault, call: str, certificates: Path) -> Outcome:
    """Let a fault happen to a call, and check what must hold in every cell.

    No secret is told, nothing that commands a terminal, nobody else is spoken to; no account is at two places, no
    order has more than was bought, and what is sent again goes to the same order: at once, and after all is well again
    and the orders have been filled two times more. Then they have what was bought, or a person is asked.
    """
    shop = WiredShop(call, 1 if call in ("set-status", "refund", "order") else fault.many)
    with _running(fault, call, shop, certificates) as (noted, stub):
        code = shop.go()
        requests = sum(order_call(request) == call for request in stub.requests)
        changed = [request for request in stub.requests if request.method == "POST"]
        assert leaks(shop.told) is None, leaks(shop.told)
        assert not (found := HARMFUL.search(shop.told)), found
        assert code != 0 or shop.state.ops == {}, shop.told
        assert code != 1 or not changed, shop.told
    shop.ours = None
    there = sum(len(order.accounts) for order in shop.bought.values())
    shop.audit_orders()
    for _ in range(3):
        shop.clock.pass_time(1801)
        shop.market.listings()
        shop.fulfill()
        shop.audit_orders()
    sent = [(order_id, name) for order_id, names in (*shop.counter.sent, *shop.vouchers.sent) for name in set(names)]
    assert len({name for _, name in sent}) == len(set(sent)), "an account was sent to two orders"
    held = sum(1 for op in shop.state.ops.values() if op.held)
    assert held == len(shop.state.ops)
    for order in shop.bought.values():
        if not held and order.status != "refunded_order":
            assert len(order.accounts) == UNITS, f"{call}: {shop.told}"
    kind = "".join(dict.fromkeys(noted.came)) or "-"
    return Outcome(f"{kind} {requests} {code} {shop.came} {there}", shop.told)


@contextmanager
def _running(fault: Fault, call: str, shop: WiredShop, certificates: Path) -> Iterator[tuple[Noted, Stub]]:
    front, noted, elsewhere = OrderFront(shop), Noted(), Stub(lambda _request: "close")
    front.closes = call in READING and (fault.way is not None or fault.proxy is not None or fault.unread)
    scene = Scene(front, shop.clock, elsewhere.url.replace("127.0.0.1", "localhost"))
    with ExitStack() as stack:
        stack.callback(elsewhere.stop)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        way = stack.enter_context(
            network(order_script(fault, call, scene), fault.way, fault.proxy, certificates, patch)
        )
        if fault.unread:
            way.stub.cuts = lambda start: _begins(start, call)
        kind: Any = AtHub if shop.at_hub else AtCounter
        client = kind(_settings(shop, way), Secret(API_KEY), shop.clock, seed=1)
        client.noted, client.way, client.call = noted, way, call
        shop.ours = stack.enter_context(client)
        yield noted, way.stub
        assert elsewhere.accepted == 0


def _settings(shop: WiredShop, way: Network) -> MarketplaceConfig:
    entry = VOUCHERS if shop.at_hub else SETTINGS
    return replace(entry, base_url=f"{way.url}/hub" if shop.at_hub else way.url, connect_timeout=way.connect_timeout)


def _begins(start: bytes, call: str) -> bool:
    """Whether the first bytes of a request are those of a call; HstockPlus' updates are one call by then."""
    method, target, _ = start.decode("latin-1").split(" ", 2)
    found = order_call(Request(method, target, {}, b"{}", 0))
    return found == ("begin" if call == "fill" else call)


def order_script(fault: Fault, hit: str, scene: Scene) -> Script:
    """A server that is honest but to one call; where that reads one order, a delivery's answer is lost before."""
    lock = threading.Lock()
    lost: list[Request] = []

    def script(request: Request) -> Doing:
        call = order_call(request)
        with lock:
            if hit == "order" and call == "deliver" and not lost:
                lost.append(request)
                scene.front.do(request)
                return "reset"
            if call != hit:
                return scene.front.answer(request)
            scene.hits += 1
            scene.scans += request.query.get("page") == "1"
            return fault.deed(scene, request)

    return script
