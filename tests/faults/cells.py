"""One cell of the matrix: a fault that happens to a call, and what it comes to."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalogsync.model.errors import PlanBlocked
from tests.faults.deeds import lost_while_selling
from tests.faults.faults import Fault
from tests.faults.front import Front, call_of
from tests.faults.network import network
from tests.faults.scene import Scene
from tests.faults.wired import READING, SENT_AS, Noted, Wired, a_shop
from tests.harness.audit import audit
from tests.harness.canary import leaks
from tests.harness.fake_shop import FakeShop
from tests.marketplaces.stub import Doing, Request, Script, Stub

HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|^\\s*::|##\\[", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What a cell came to.

    Attributes:
        kind: the answer class of the call; of a reading call `ok`, `again` or `refused`; `-` if it was never made.
        requests: how many requests of the call reached the marketplace.
        code: the exit code of the apply.
        told: what the user was shown.
    """

    kind: str
    requests: int
    code: int
    told: str


def run_cell(fault: Fault, call: str, certificates: Path) -> Outcome:
    """Let a fault happen to a call, and check what must hold in every cell.

    No secret is told, nothing that commands a terminal, nobody else is spoken to, and no account or listing is there
    twice: neither at once, nor after all is well again and apply has been run two times more.
    """
    shop = a_shop(call, fault.many)
    fault.prepare(shop)
    front = Front(shop.market)
    front.closes = call in READING and (fault.way is not None or fault.proxy is not None or fault.unread)
    with _running(fault, call, shop, front, certificates) as (wired, reached):
        code = wired.run()
        came = _came(wired.noted, call)
        requests = reached()
        assert leaks(wired.told) is None, leaks(wired.told)
        assert leaks(repr(wired.noted)) is None
        assert not (found := HARMFUL.search(wired.told)), found
    audit(shop, short=front.kept_back)
    with suppress(PlanBlocked):  # a listing that appeared although it was refused is for a person to decide
        for _ in range(2):
            shop.clock.pass_time(100)
            shop.apply(allow={"max_deletes": "9"})
    audit(shop, short=front.kept_back)
    return Outcome(came, requests, code, wired.told)


@contextmanager
def _running(
    fault: Fault, call: str, shop: FakeShop, front: Front, certificates: Path
) -> Iterator[tuple[Wired, "_Reached"]]:
    hit = what_is_hit(fault, call)
    elsewhere = Stub(lambda _request: "close")
    scene = Scene(front, shop.clock, elsewhere.url.replace("127.0.0.1", "localhost"))
    script = script_of(fault, hit, scene)
    with pytest.MonkeyPatch.context() as patch, network(script, fault.way, fault.proxy, certificates, patch) as found:
        if fault.unread:
            found.stub.cuts = lambda start: _starts(start, hit)
        wired = Wired(shop, found, call)
        try:
            yield wired, _Reached(found.stub, call, wired.noted)
            assert elsewhere.accepted == 0
        finally:
            wired.close()
            elsewhere.stop()


def what_is_hit(fault: Fault, call: str) -> str:
    """The call of the marketplace that a fault happens to."""
    return call if call in READING else "list" if fault.to_lists else SENT_AS.get(call, call)


def script_of(fault: Fault, hit: str, scene: Scene) -> Script:
    """A server that is honest but to one call."""
    lock = threading.Lock()

    def script(request: Request) -> Doing:
        call = call_of(request.method, request.target)
        if hit == "orders" and call == "append":
            return lost_while_selling(scene, request)
        if call != hit:
            return scene.front.answer(request)
        with lock:
            scene.hits += 1
            scene.scans += request.method == "GET" and request.query["page"] == "1"
            return fault.deed(scene, request)

    return script


@dataclass(frozen=True)
class _Reached:
    """How many requests of a call were read by the marketplace."""

    stub: Stub
    call: str
    noted: Noted

    def __call__(self) -> int:
        name = SENT_AS.get(self.call, self.call)
        return sum(call_of(request.method, request.target) == name for request in self.stub.requests)


def _starts(start: bytes, call: str) -> bool:
    method, target, _ = start.decode("latin-1").split(" ", 2)
    return call_of(method, target) == call


def _came(noted: Noted, call: str) -> str:
    if call in READING:
        return noted.reading or "-"
    return "".join(dict.fromkeys(answer.kind for answer in noted.answers)) or "-"
