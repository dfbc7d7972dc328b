"""What is sent to change an order, which class each answer is, and that nothing of it is ever told: over a socket."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.marketplaces import AccPlanet
from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Buyer
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.harness.canary import leaks, password, username
from tests.marketplaces.stub import (
    ACCOUNTS,
    HTML,
    KEY,
    KEY_ENV,
    Doing,
    QuickClock,
    Script,
    Stub,
    answer,
    config,
    in_turn,
    manual_config,
    shop,
    stubbed,
)

PAIRS = [f"{username(n)}:{password(n)}" for n in range(5)]
Client = AccPlanet | HstockPlus


@contextmanager
def manual_shop(script: Script, clock: QuickClock | None = None) -> Iterator[tuple[HstockPlus, Stub]]:
    """HstockPlus' client, and the server that it talks to."""
    with (
        stubbed(script) as stub,
        HstockPlus(manual_config(stub.url), Secret(KEY), clock or QuickClock(), seed=1) as client,
    ):
        yield client, stub


@dataclass(frozen=True)
class Deed:
    """A changing call of one of the two."""

    do: Callable[[Client], Answer | None]
    manual: bool
    method: str
    path: str
    body: dict[str, object]
    yes: dict[str, object]


UPDATE = "/hstockplus/api/admin/v2/orders-update"
SUPPLIER = "/orders/api/supplier/orders"
DEEDS = {
    "deliver at AccPlanet": Deed(
        lambda client: client.deliver("a/b?c", ACCOUNTS, whole=True, reference="op-1"),
        False,
        "POST",
        f"{SUPPLIER}/a%2Fb%3Fc/delivered/",
        {"delivered_info": json.dumps(PAIRS, separators=(",", ":")), "append_delivered_info": True},
        {"success": True, "order_id": "a/b?c", "delivered_units": 5, "order_completed": True},
    ),
    "deliver a text at AccPlanet": Deed(
        lambda client: client.deliver_text("o1", Secret(PAIRS[0])),
        False,
        "POST",
        f"{SUPPLIER}/o1/delivered/",
        {"delivered_info": json.dumps(PAIRS[:1]), "append_delivered_info": True},
        {"success": True, "delivered_units": "1", "order_completed": False, "append_delivered_info": True},
    ),
    "refund at AccPlanet": Deed(
        lambda client: client.refund("o1"),
        False,
        "POST",
        f"{SUPPLIER}/o1/refund/",
        {},
        {"success": True, "order_id": "o1", "refund_no": "REF1772446511113"},
    ),
    "set a status at AccPlanet": Deed(
        lambda client: client.set_status("o1", "running_order"),
        False,
        "POST",
        f"{SUPPLIER}/o1/status/",
        {"order_status": "running_order"},
        {"success": True, "order_id": "o1", "status": "running_order"},
    ),
    "deliver at HstockPlus": Deed(
        lambda client: client.deliver("12345", ACCOUNTS, whole=True, reference="op-1"),
        True,
        "POST",
        UPDATE,
        {"order": 12345, "status": "completed", "accounts": PAIRS, "supplierOrderId": "op-1"},
        {"order": {"id": 12345, "_id": "65f0", "status": "completed"}},
    ),
    "deliver in part at HstockPlus": Deed(
        lambda client: client.deliver("12345", ACCOUNTS[:2], whole=False, reference="op-1"),
        True,
        "POST",
        UPDATE,
        {"order": 12345, "status": "partial", "accounts": PAIRS[:2], "supplierOrderId": "op-1"},
        {"message": "Order updated"},
    ),
    "start at HstockPlus": Deed(
        lambda client: client.start("12345"),
        True,
        "POST",
        UPDATE,
        {"order": 12345, "status": "processing"},
        {},
    ),
    "set a status at HstockPlus": Deed(
        lambda client: client.set_status("12345", "error"),
        True,
        "POST",
        UPDATE,
        {"order": 12345, "status": "error"},
        {"success": True, "order": "12345", "status": "error"},
    ),
}


def done(deed: Deed, reply: Doing, clock: QuickClock | None = None) -> tuple[Answer, Stub]:
    """What a call came to, and the server that it was sent to."""
    if deed.manual:
        with manual_shop(in_turn(reply), clock) as (manual, stub):
            result = deed.do(manual)
    else:
        with shop(in_turn(reply), clock=clock) as (client, stub):
            result = deed.do(client)
    assert result is not None
    return result, stub


@pytest.mark.parametrize("name", DEEDS)
def test_what_is_sent_and_what_confirms_it(name: str) -> None:
    deed = DEEDS[name]
    result, stub = done(deed, answer(deed.yes))
    assert (result.kind, result.reason, result.stop) == (AnswerClass.CONFIRMED, "", False)
    (request,) = stub.requests
    assert (request.method, request.target, request.json) == (deed.method, deed.path, deed.body)
    assert (request.headers["x-api-key"], request.headers["connection"]) == (KEY, "close")
    assert KEY not in request.target
    if "delivered_units" in deed.yes:
        assert (result.delivered, result.completed) == (
            int(str(deed.yes["delivered_units"])),
            deed.yes["order_completed"],
        )
    assert result.number == deed.yes.get("refund_no")


ECHO = f"we do not like {PAIRS[0]} of {KEY}"
SAYS_NO: list[tuple[bytes, str]] = [
    (answer({"error": "INVALID_ACCOUNTS", "message": ECHO}, 400), "INVALID_ACCOUNTS"),
    (answer({"error": "ORDER_NOT_FOUND", "message": "Order not found"}, 404), "ORDER_NOT_FOUND"),
    (answer({"error": "VALIDATION_ERROR", "message": ECHO}, 422), "VALIDATION_ERROR"),
    (answer({"error": "Order is closed", "message": ECHO}), ""),
    (answer({"success": False, "message": ECHO}), ""),
    (answer({"success": False, "error": {"accounts": [ECHO]}}, 400), ""),
    (answer({"accounts": [ECHO]}, 400), ""),
]


@pytest.mark.parametrize("name", DEEDS)
def test_a_plain_no_is_a_refusal_that_quotes_no_secret(name: str) -> None:
    deed = DEEDS[name]
    with_secrets = "deliver" in name
    for reply, code in SAYS_NO:
        result, stub = done(deed, reply)
        assert (result.kind, result.code, result.stop, len(stub.requests)) == (AnswerClass.REFUSED, code, False, 1)
        assert KEY not in result.reason
        assert not with_secrets or leaks(result.reason) is None
    result, _ = done(deed, answer({"error": f"The order of <{username(9)}>, Ann, is closed"}, 400))
    assert (result.kind, "Ann, is closed" in result.reason, leaks(result.reason)) == (AnswerClass.REFUSED, True, None)
    result, _ = done(deed, answer({"error": "INVALID_ACCOUNTS", "message": "No"}, 400))
    assert result.code == "INVALID_ACCOUNTS"
    for status, code in ((401, "INVALID_API_KEY"), (403, "ACCESS_DENIED")):
        result, _ = done(deed, answer({"error": code, "message": "No"}, status))
        about_one = deed.manual and status == 403
        assert (result.kind, result.code, result.stop) == (AnswerClass.REFUSED, code, not about_one)
        assert (KEY_ENV in result.reason) is not about_one


DOUBTS: list[Doing] = [
    *("close", "reset"),
    *(answer({"error": "no"}, status) for status in (409, 500, 502)),
    *(answer({"success": True, "delivered_units": 5}, status) for status in (302, 500)),
    answer(b"", 302, Location="/login"),
    answer(b"<html>Log in", 200, HTML),
    answer(b"", 204),
    answer(b"[]"),
    answer(b"true"),
    answer(b"{}"[:1]),
    answer({"success": "yes"}),
    answer({"success": None}),
    answer({"success": True, "error": ECHO}),
    answer({"success": True, "order_id": "o2", "order": 54321}),
    answer({"success": True, "status": "pending", "append_delivered_info": False, "refund_no": 1, "order_id": 2}),
    b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
]


@pytest.mark.parametrize("name", DEEDS)
def test_all_else_is_a_doubt_and_is_sent_once(name: str) -> None:
    deed = DEEDS[name]
    for doubtful in DOUBTS:
        result, stub = done(deed, doubtful)
        assert (result.kind, len(stub.requests)) == (AnswerClass.UNKNOWN, 1), doubtful
        assert KEY not in result.reason
        assert "deliver" not in name or leaks(result.reason) is None


@pytest.mark.parametrize("name", DEEDS)
def test_what_was_never_sent_is_sent_again_with_an_end_to_it(name: str) -> None:
    deed = DEEDS[name]
    clock = QuickClock()
    slower = answer({"error": "TOO_FAST", "message": "Slower"}, 429, Retry_After="5")
    with manual_shop(in_turn(slower, answer(deed.yes)), clock) as (manual, stub), shop(stub.script, clock=clock) as two:
        client: Client = manual if deed.manual else two[0]
        result = deed.do(client)
        assert result is not None
        assert result.kind is AnswerClass.CONFIRMED
        assert sum(clock.naps) > 4
        client.guard(lambda: False)
        server = stub if deed.manual else two[1]
        server.script, count = in_turn(slower), len(server.requests)
        result = deed.do(client)
        assert result is not None
        assert (result.kind, result.stop, len(server.requests)) == (AnswerClass.REFUSED, True, count + 1)
    down, nobody = QuickClock(), "http://127.0.0.1:1"
    settings_ = manual_config(nobody) if deed.manual else config(nobody)
    with (HstockPlus if deed.manual else AccPlanet)(settings_, Secret(KEY), down, seed=1) as client:
        result = deed.do(client)
        assert result is not None
        assert (result.kind, client.calls, len(down.naps)) == (AnswerClass.NEVER, 0, 3)


def test_a_delivery_that_replaced_what_was_there_is_no_success() -> None:
    replaced = answer({"success": True, "delivered_units": 5, "append_delivered_info": False})
    result, _ = done(DEEDS["deliver at AccPlanet"], replaced)
    assert result.kind is AnswerClass.UNKNOWN
    assert "all was replaced" in result.reason
    half = answer({"success": False, "delivered_units": 3, "error": "Two are bad"}, 400)
    assert done(DEEDS["deliver at AccPlanet"], half)[0].kind is AnswerClass.UNKNOWN


@pytest.mark.parametrize("half", ["a:b", "a|b", "a\udc00b"])
def test_what_cannot_be_written_is_not_sent(half: str) -> None:
    odd = [ACCOUNTS[0], Account(Secret(half), Secret("x"))]
    with shop(in_turn(b"")) as (client, stub), manual_shop(in_turn(b"")) as (manual, manual_stub):
        for market in (client, manual):
            result = market.deliver("12345", odd, whole=True, reference="op-1")
            assert (result.kind, half in result.reason) == (AnswerClass.NEVER, False)
        assert client.deliver_text("o1", Secret("\udc00")).kind is AnswerClass.NEVER
        for order_id in ("", ".", "..", "a b", "x" * 300):
            for result in (client.refund(order_id), client.set_status(order_id, "running_order")):
                assert (result.kind, "order_id" in result.reason) == (AnswerClass.NEVER, True)
        for order_id in ("", "o1", "-1", "1.5", "007", "٣", str(2**53)):
            assert manual.set_status(order_id, "error").kind is AnswerClass.NEVER
        assert stub.requests == manual_stub.requests == []


def test_an_address_names_the_call() -> None:
    with shop(in_turn(b"")) as (client, _), manual_shop(in_turn(b"")) as (manual, _):
        assert client.order_address("deliver") == f"POST {SUPPLIER}/<order_id>/delivered/"
        assert client.order_address("set-status", "o1") == f"POST {SUPPLIER}/o1/status/"
        assert client.order_address("refund", "o1") == f"POST {SUPPLIER}/o1/refund/"
        assert {manual.order_address(call, "7") for call in ("start", "deliver", "set-status")} == {
            "POST /orders-update"
        }


SHOWN = {
    "order_id": "o1",
    "order_no": "TK1",
    "buyer_id": username(901),
    "product_id": "p1",
    "quantity": "3",
    "status": "pending_order",
    "delivered_info": json.dumps(PAIRS[:2]),
    "delivered_units": 2,
    "remaining_to_deliver": 1,
}


@pytest.mark.parametrize(
    "shown",
    [SHOWN, {"success": True, "order": SHOWN}, {"data": {"order": SHOWN}}, {"result": SHOWN, "order_no": "TK1"}],
)
def test_one_order_is_found_wherever_it_stands(shown: object) -> None:
    with shop(in_turn(answer(shown))) as (client, stub):
        order = client.order("o1")
    assert (order.quantity, order.delivered, order.remaining) == (3, 2, 1)
    assert (order.accounts, order.content) == (tuple(ACCOUNTS[:2]), tuple(map(Secret, PAIRS[:2])))
    assert order.buyer == Buyer(Secret(username(901)))
    assert (stub.requests[0].method, stub.requests[0].target) == ("GET", "/orders/api/o1/")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (answer({"detail": ECHO}, 404), "there is no order o1"),
        (answer({"success": False, "error": ECHO}), "HTTP 200"),
        (answer({"success": True, "order": {**SHOWN, "order_id": username(5)}}), "another order came"),
        (answer({"success": True, "order": {PAIRS[0]: 1}}), "no order in what came"),
        (answer({"success": True, "orders": [SHOWN]}), "no order in what came"),
        (answer({"a": SHOWN, "b": SHOWN}), "no order in what came"),
        (answer(b"<html>", 200, HTML), "login page"),
        (answer({"error": ECHO}, 403), KEY_ENV),
    ],
)
def test_what_is_not_the_order_is_refused_and_not_quoted(reply: bytes, why: str) -> None:
    with shop(in_turn(reply)) as (client, _), pytest.raises(MarketplaceError, match=why) as caught:
        client.order("o1")
    assert leaks(caught.value.message) is None
    assert ("is yours" in str(caught.value.hint)) == (why == KEY_ENV)
    with shop(in_turn(reply)) as (client, stub), pytest.raises(MarketplaceError, match="that is no id"):
        client.order("..")
    assert stub.requests == []


def test_orders_are_asked_for_by_status_and_come_once() -> None:
    def script(request: object) -> bytes:
        status = getattr(request, "query", {}).get("status")
        items = [
            {"order_id": 1, "product_id": "p1", "status": "pending_order"},
            {"order_id": 2, "product_id": "p1", "status": "running_order"},
            {"order_id": 3, "status": "pending_order"},
            {"order_id": 4, "product_id": "p1"},
            {"order_id": 5, "product_id": "p1", "status": "completed_order"},
        ]
        return answer({"orders": [*items, {**items[0], "order_id": status or "all"}], "total": 6})

    with shop(script) as (client, stub):
        pages = list(client.order_pages(client.open_statuses, search="TK1"))
        everything = [order.order_id for page in client.order_pages() for order in page]
    assert [[order.order_id for order in page] for page in pages] == [
        ["1", "2", "3", "4", "pending_order"],
        ["running_order"],
    ]
    assert pages[0][2].trouble == "it does not say what was bought"
    assert everything == ["1", "2", "3", "4", "5", "all"]
    queries = [request.query for request in stub.requests]
    assert {query.get("status") for query in queries} == {"pending_order", "running_order", None}
    assert {query.get("search") for query in queries} == {"TK1", None}


VALUES = st.none() | st.booleans() | st.integers(0, 7) | st.text(max_size=3) | st.sampled_from(["12345", "completed"])
NAMES = ["success", "error", "message", "order", "status", "accountsAdded", "x"]
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES | st.dictionaries(st.sampled_from(NAMES), VALUES), max_size=4)


def test_only_what_does_not_say_no_confirms_an_update() -> None:
    with manual_shop(in_turn(b"")) as (client, stub):

        @settings(max_examples=150)
        @given(BODIES, st.sampled_from([200, 201, 400, 403, 404, 409, 500]))
        def law(body: dict[str, object], status: int) -> None:
            stub.script = in_turn(answer(body, status))
            result = client.deliver("12345", ACCOUNTS, whole=True, reference="op-1")
            if result.kind is AnswerClass.CONFIRMED:
                assert status < 300
                assert body.get("success", True) is True
                assert not body.get("error")
                assert body.get("status") not in ("pending", "failed", "error")
            elif result.kind is AnswerClass.REFUSED:
                assert status not in (409, 500)
                assert body.get("success", False) is False
            else:
                assert result.kind is AnswerClass.UNKNOWN
            assert result.status == status

        law()


def test_no_part_of_a_delivered_text_is_quoted() -> None:
    text = f"Your seats:\n{username(1)} {password(1)}\nKEY-7777-8888 until {username(2)}"
    echo = f"line 3 is odd: key-7777-8888; line 2 is odd: {username(1).split('@')[0]} {password(1)}"
    with shop(in_turn(answer({"success": False, "error": echo}, 400))) as (client, _):
        refused = client.deliver_text("o1", Secret(text))
    assert refused.kind is AnswerClass.REFUSED
    assert "line 3 is odd" in refused.reason
    assert "7777" not in refused.reason
    assert password(1) not in refused.reason
