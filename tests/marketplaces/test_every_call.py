"""Every call of both marketplaces, in every class of answer, over a socket: the table of endpoints leaves none out.

A call that is added to `schemas/endpoints.json` fails here until it says what confirms it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from catalogsync.marketplaces import AccPlanet
from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import TicketChange
from tests.contracts.marketplace import fields
from tests.harness.canary import leaks, password, username
from tests.harness.market import Market
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
    stubbed,
)

TABLE: Final = json.loads((Path(__file__).parents[2] / "schemas/endpoints.json").read_text(encoding="utf-8"))
ROWS: Final[dict[str, dict[str, Any]]] = {
    f"{market['type']} {row['name']}": {**row, "type": market["type"]}
    for market in TABLE["marketplaces"]
    for row in market["endpoints"]
}
ID: Final = "12345"
TITLE: Final = Secret("About an order")
SAID: Final = f"{username(0)}:{password(0)} of {KEY}"


@dataclass(frozen=True)
class Spoken:
    """A call of a client.

    Attributes:
        make: makes it.
        yes: an answer that confirms it, or that holds what is read.
        tries: how often it is sent where nobody knows what came of it.
    """

    make: Callable[[Any], object]
    yes: object
    tries: int = 1


ORDER: Final = {"order_id": ID, "product_id": "p1", "quantity": 1, "status": "pending_order"}
TICKET: Final = {"ticket_id": ID, "status": "open"}
SPOKEN: Final[dict[str, Spoken]] = {
    "accplanet upload-image": Spoken(lambda c: c.upload_image("a.png", b"\x89PNG"), {"image_path": "/a.webp"}, 3),
    "accplanet create-product": Spoken(lambda c: c.create(fields()), {"success": True, "product_id": ID}),
    "accplanet list-products": Spoken(lambda c: c.listings(), [{"product_id": ID, "title": "A", "price": "1.00"}]),
    "accplanet update-product": Spoken(lambda c: c.update(ID, {"price": "1.00"}), {"success": True}),
    "accplanet add-accounts": Spoken(lambda c: c.append(ID, ACCOUNTS), {"success": True, "accounts_imported": 5}),
    "accplanet delete-product": Spoken(lambda c: c.delete(ID), {"success": True}),
    "accplanet list-orders": Spoken(lambda c: list(c.order_pages()), [ORDER]),
    "accplanet refund-order": Spoken(lambda c: c.refund(ID), {"success": True, "refund_no": "REF1"}),
    "accplanet update-delivered-info": Spoken(
        lambda c: c.deliver(ID, ACCOUNTS, whole=True, reference="op-1"), {"success": True, "delivered_units": 5}
    ),
    "accplanet change-order-status": Spoken(lambda c: c.set_status(ID, "running_order"), {"success": True}),
    "accplanet get-order": Spoken(lambda c: c.order(ID), {"success": True, "order": ORDER}),
    "accplanet list-tickets": Spoken(lambda c: c.tickets(), [TICKET]),
    "accplanet get-ticket": Spoken(lambda c: c.ticket(ID), {"success": True, "ticket": TICKET}),
    "accplanet create-ticket": Spoken(lambda c: c.create_ticket(ID, TITLE, TITLE), {"success": True, "ticket_id": ID}),
    "accplanet update-ticket": Spoken(lambda c: c.update_ticket(ID, TicketChange(TITLE)), {"success": True}),
    "accplanet list-payments": Spoken(lambda c: c.payments(), [{"payment_no": "P1", "amount": "1.00"}]),
    "accplanet get-balance": Spoken(lambda c: c.balance(), {"success": True, "balance": "1.00"}),
    "hstockplus list-orders": Spoken(lambda c: list(c.order_pages()), {"orders": [], "count": 0, "total": 0}),
    "hstockplus update-order": Spoken(
        lambda c: c.deliver(ID, ACCOUNTS, whole=True, reference="op-1"), {"success": True, "order": int(ID)}
    ),
}
CHANGING: Final = [name for name, row in ROWS.items() if row["method"] == "POST"]
READING: Final = [name for name, row in ROWS.items() if row["method"] == "GET"]

REFUSALS: Final = (
    answer({"success": False, "error": SAID}),
    answer({"success": False, "error": SAID}, 400),
    answer({"error": "NOT_FOUND", "message": SAID}, 404),
    answer({"errors": {"a": [SAID]}}, 422),
    answer({"error": "INVALID_API_KEY", "message": SAID}, 401),
)
UNKNOWN: Final[tuple[Doing, ...]] = (
    "reset",
    "close",
    answer({"success": True}, 500),
    answer({"error": SAID}, 409),
    answer(SAID.encode(), 502, HTML),
    answer(b"", 302, Location="/login"),
    answer(b"<form>" + SAID.encode(), 200, HTML),
    answer(b"", 204),
    answer([SAID]),
    answer(None),
    answer({"success": "true"}),
    answer({"success": True, "error": SAID}),
    answer(b'{"success": tr'),
    [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"],
    [b"SSH-2.0-OpenSSH_9.2\r\n"],
)
UNREADABLE: Final[tuple[Doing, ...]] = (
    answer({"success": False, "message": SAID}),
    answer({"error": SAID}, 400),
    answer({"error": SAID}, 403),
    answer({"detail": SAID}, 404),
    *(doing for doing in UNKNOWN if doing != answer([SAID])),
    answer({"a": {"b": SAID}}),
)


@contextmanager
def client_of(name: str, script: Script) -> Iterator[tuple[Any, Stub]]:
    """The client that speaks a call, and the server that it speaks to."""
    with stubbed(script) as stub, opened(name, stub.url) as client:
        yield client, stub


def opened(name: str, url: str, key: str = KEY) -> AccPlanet | HstockPlus:
    """The client that speaks a call."""
    manual = ROWS[name]["type"] == "hstockplus"
    settings = manual_config(url) if manual else config(url)
    return (HstockPlus if manual else AccPlanet)(settings, Secret(key), QuickClock(), seed=1)


def changed(name: str, client: object) -> Answer:
    result = SPOKEN[name].make(client)
    assert isinstance(result, Answer)
    return result


def test_every_call_in_the_table_is_spoken_and_no_other() -> None:
    assert list(SPOKEN) == list(ROWS)
    assert (len(ROWS), len(CHANGING), len(READING)) == (19, 11, 8)


@pytest.mark.parametrize("name", ROWS)
def test_success(name: str) -> None:
    spoken, row = SPOKEN[name], ROWS[name]
    with client_of(name, in_turn(answer(spoken.yes))) as (client, stub):
        result = spoken.make(client)
    if name in CHANGING:
        assert isinstance(result, Answer)
        assert (result.kind, result.reason, len(stub.requests)) == (AnswerClass.CONFIRMED, "", 1)
    else:
        assert result is not None
    path = row["path"].replace("<product_id>", ID).replace("<order_id>", ID).replace("<ticket_id>", ID)
    for request in stub.requests:
        assert (request.method, request.headers["x-api-key"]) == (row["method"], KEY)
        assert request.target.partition("?")[0].endswith(path)
        assert KEY.encode() not in request.target.encode() + request.body


@pytest.mark.parametrize("name", CHANGING)
def test_refused(name: str) -> None:
    with client_of(name, in_turn(b"")) as (client, stub):
        for count, no in enumerate(REFUSALS, 1):
            stub.script = in_turn(no)
            result = changed(name, client)
            assert (result.kind, len(stub.requests)) == (AnswerClass.REFUSED, count), no
            assert result.stop == (result.status == 401)
            assert KEY not in result.reason
    assert KEY_ENV in result.reason


@pytest.mark.parametrize("name", CHANGING)
def test_never_reached(name: str) -> None:
    with opened(name, "http://127.0.0.1:1") as client:
        result = changed(name, client)
        assert (result.kind, result.status, client.calls) == (AnswerClass.NEVER, None, 0)


@pytest.mark.parametrize("name", CHANGING)
def test_unknown(name: str) -> None:
    tries = SPOKEN[name].tries
    with client_of(name, in_turn(b"")) as (client, stub):
        for count, odd in enumerate(UNKNOWN, 1):
            stub.script = in_turn(odd)
            result = changed(name, client)
            assert (result.kind, len(stub.requests)) == (AnswerClass.UNKNOWN, count * tries), odd
            assert result.reason
            assert KEY not in result.reason


@pytest.mark.parametrize("name", READING)
def test_refused_or_unreadable(name: str) -> None:
    for reply in UNREADABLE:
        with client_of(name, in_turn(reply)) as (client, _), pytest.raises(MarketplaceError) as caught:
            SPOKEN[name].make(client)
        told = f"{caught.value.message} {caught.value.hint}"
        assert told.startswith("shop: "), reply
        assert KEY not in told
        # Words about listings are the marketplace's own; about all else they may be a buyer's, and are not quoted.
        assert name == "accplanet list-products" or leaks(told) is None


@pytest.mark.parametrize("name", READING)
def test_nobody_there_to_be_read(name: str) -> None:
    with opened(name, "http://127.0.0.1:1") as client, pytest.raises(MarketplaceError, match="Connection refused"):
        SPOKEN[name].make(client)


def test_the_sandbox_says_yes_to_each_of_them(sandbox: Market) -> None:
    with (
        opened("accplanet get-balance", sandbox.base, "sandbox") as shop,
        opened("hstockplus list-orders", sandbox.base, "sandbox") as hub,
    ):
        assert isinstance(shop, AccPlanet)
        assert isinstance(hub, HstockPlus)
        product_id = shop.create(fields()).product_id or ""
        order_id, number = sandbox.sell(product_id, 2), str(sandbox.manual_order("p1", 2))
        assert product_id in shop.listings().by_id
        assert [order.order_id for page in shop.order_pages() for order in page] == [order_id]
        assert shop.order(order_id).quantity == 2
        assert [order.order_id for page in hub.order_pages() for order in page] == [number]
        ticket_id = shop.create_ticket(order_id, TITLE, TITLE).id or ""
        assert [one.ticket_id for one in shop.tickets()] == [ticket_id] == [shop.ticket(ticket_id).ticket_id]
        assert len(shop.payments()) == 1
        assert shop.balance().total is not None
        done = [
            shop.upload_image("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64),
            shop.update(product_id, {"price": "2.00"}),
            shop.append(product_id, ACCOUNTS[4:]),
            shop.set_status(order_id, "running_order"),
            shop.deliver(order_id, ACCOUNTS[:1], whole=False, reference="op-1"),
            shop.refund(order_id),
            shop.update_ticket(ticket_id, TicketChange(status="closed")),
            shop.delete(shop.create(fields()).product_id or ""),
            hub.deliver(number, ACCOUNTS[2:4], whole=True, reference="op-2"),
        ]
    assert [answer_.kind for answer_ in done] == [AnswerClass.CONFIRMED] * len(done), done
    calls = sandbox.get("/calls")
    assert len(calls["totals"]) == len(ROWS)
    assert {call["status"] for call in calls["calls"]} == {200}
