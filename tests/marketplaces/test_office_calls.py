"""Tickets and payments: each call's success, refusal and answer classes, and nothing of anybody in any message."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from catalogsync.marketplaces import AccPlanet
from catalogsync.marketplaces.accplanet.office_calls import ENDPOINTS
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.payment import Payment
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import Ticket, TicketChange
from tests.harness.canary import leaks, password, username
from tests.harness.market import Market
from tests.marketplaces.stub import Doing, QuickClock, Request, answer, config, in_turn, shop

SAID = f"{username(7)}:{password(7)}"
TITLE, TEXT = Secret(f"About {SAID}"), Secret(f"It says {SAID}")


def ticket(number: object = 1, **more: object) -> dict[str, object]:
    """A ticket as the documentation shows it, in which a buyer wrote what must not be seen."""
    return {
        "ticket_id": f"t{number}",
        "ticket_no": "TKT1772446511113",
        "order_id": "o1",
        "buyer_id": username(901),
        "supplier_id": username(902),
        "title": f"About {SAID}",
        "description": f"<p>{SAID}</p>",
        "status": "open",
        "admin_invited": False,
        "created_at": "2024-03-01T12:00:00Z",
        "updated_at": "2024-03-01T12:05:00Z",
    } | more


def payment(number: object = 1, **more: object) -> dict[str, object]:
    return {
        "payment_no": f"PAY{number}",
        "order_id": "o1",
        "amount": "99.99",
        "payment_method": "balance",
        "status": "completed_payment",
        "paid_at": "2024-03-01T12:00:00Z",
        "created_at": "2024-03-01T11:59:00Z",
    } | more


TICKET = Ticket(
    "t1",
    "TKT1772446511113",
    "o1",
    "open",
    Secret(f"About {SAID}"),
    Secret(f"<p>{SAID}</p>"),
    Secret(username(901)),
    False,
    "2024-03-01T12:00:00Z",
    "2024-03-01T12:05:00Z",
)
PAYMENT = Payment("PAY1", "o1", "99.99", "balance", "completed_payment", "2024-03-01T12:00:00Z", "2024-03-01T11:59:00Z")
ODD = {"a": 1}

READS: dict[str, Callable[[AccPlanet], object]] = {
    "the list of tickets": lambda client: client.tickets(),
    "the ticket": lambda client: client.ticket("t1"),
    "the list of payments": lambda client: client.payments(),
}


def in_pages(items: list[dict[str, object]], wrap: Callable[[list[dict[str, object]]], object]) -> Callable[..., Doing]:
    def script(request: Request) -> Doing:
        page, size = int(request.query["page"]), 2
        return answer(wrap(items[(page - 1) * size : page * size]))

    return script


@pytest.mark.parametrize(
    "wrap",
    [
        lambda items: items,
        lambda items: {"success": True, "tickets": items, "total": 5},
        lambda items: {"count": 5, "next": None, "results": items},
        lambda items: {"success": True, "data": {"items": items, "pagination": {"total_items": 5}}},
    ],
)
def test_lists_are_read_whole_in_whatever_envelope(wrap: Callable[[list[dict[str, object]]], object]) -> None:
    with shop(in_pages([ticket(n) for n in range(1, 6)], wrap)) as (client, stub):
        found = client.tickets("open")
        assert [one.ticket_id for one in found] == [f"t{n}" for n in range(1, 6)]
        assert found[0] == TICKET
        assert {request.query["status"] for request in stub.requests} == {"open"}
        assert stub.requests[0].target.startswith("/orders/api/supplier/tickets/?")
        stub.script = in_pages([payment(n) for n in range(1, 6)], wrap)
        paid = client.payments()
        assert [one.number for one in paid] == [f"PAY{n}" for n in range(1, 6)]
        assert paid[0] == PAYMENT
        assert stub.requests[-1].target.startswith("/orders/api/supplier/payments/?")


@pytest.mark.parametrize("total", ["total", "payment_count", "total_payments"])
def test_payments_that_are_not_shown_are_missed(total: str) -> None:
    reply = answer({"payments": [payment(1)], total: 2})
    with shop(in_turn(reply)) as (client, _), pytest.raises(MarketplaceError, match="2 items but shows 1"):
        client.payments()


@pytest.mark.parametrize(
    ("raw", "amount"),
    [("9.99", "9.99"), (9.9, "9.90"), (10, "10.00"), ("-3.1", "-3.10"), ("9,99", None), (None, None), (True, None)],
)
def test_an_amount_is_exact_or_not_shown(raw: object, amount: str | None) -> None:
    with shop(in_turn(answer([payment(amount=raw)]))) as (client, _):
        (found,) = client.payments()
    assert found.amount == amount


def test_what_cannot_be_read_is_not_shown() -> None:
    odd = dict.fromkeys(("ticket_no", "order_id", "status", "title", "description", "buyer_id", "updated_at"), ODD)
    with shop(in_turn(answer([ticket(ticket_id=5, admin_invited="no", created_at=None, **odd)]))) as (client, stub):
        assert client.tickets() == (Ticket("5"),)
        odd = dict.fromkeys(("order_id", "amount", "payment_method", "status", "paid_at", "created_at"), ODD)
        stub.script = in_turn(answer([payment(payment_no=5, **odd)]))
        assert client.payments() == (Payment("5"),)


@pytest.mark.parametrize("wrap", ["ticket", "data", "result", None])
def test_one_ticket(wrap: str | None) -> None:
    body: dict[str, object] = {wrap: ticket(), "success": True} if wrap else ticket()
    with shop(in_turn(answer(body))) as (client, stub):
        assert client.ticket("t1") == TICKET
    assert (stub.requests[0].method, stub.requests[0].target) == ("GET", "/orders/api/supplier/tickets/t1/")


@pytest.mark.parametrize("ticket_id", ["..", "", "a b", "create", "x" * 201])
def test_what_is_no_id_is_not_asked_for(ticket_id: str) -> None:
    with shop(in_turn(b"")) as (client, stub):
        with pytest.raises(MarketplaceError, match="no id of a ticket"):
            client.ticket(ticket_id)
        assert client.update_ticket(ticket_id.replace("create", ".."), TicketChange()).kind is AnswerClass.NEVER
    assert stub.requests == []


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize(
    "reply",
    [
        answer({"success": False, "message": SAID}),
        answer({"error": SAID}, 400),
        answer({"detail": SAID}, 404),
        answer({"detail": SAID}, 403),
        answer({SAID: [SAID]}),
        answer({"ticket": SAID, "payments": SAID}),
        answer({"ticket": ticket(2), "payments": [payment(payment_no=ODD)], "tickets": [ticket(ticket_id=ODD)]}),
        answer(b"<html>" + SAID.encode(), 200, "text/html"),
        answer(b"", 503),
        "reset",
    ],
)
def test_what_cannot_be_used_is_told_in_nobodys_words(call: str, reply: Doing) -> None:
    with shop(in_turn(reply)) as (client, _), pytest.raises(MarketplaceError) as caught:
        READS[call](client)
    error = caught.value
    assert error.message.startswith(f"shop: {call}")
    assert leaks("\n".join([*traceback.format_exception(error), error.message, error.hint or "", repr(error)])) is None


CHANGES: dict[str, Callable[[AccPlanet], Answer]] = {
    "create": lambda client: client.create_ticket("o1", TITLE, TEXT),
    "update": lambda client: client.update_ticket("t1", TicketChange(TITLE, TEXT, "closed")),
}


@dataclass(frozen=True)
class Row:
    call: str
    reply: Doing
    kind: str
    says: str = ""


CLOSED = ticket(status="closed")
ROWS = [
    Row("create", answer({"success": True, "ticket_id": "t9", "ticket_no": "TKT9", "message": "ok"}), "C"),
    Row("create", answer({"ticket_id": 9}, 201), "C"),
    Row("create", answer({"success": False, "error": f"no order for {SAID}"}, 400), "R", "no order"),
    Row("create", answer({"success": False, "message": "not yours"}), "R", "not yours"),
    Row("create", answer({"error": "bad key"}, 401), "R", "SHOP_KEY"),
    Row("create", answer({"success": True}), "U", "ticket_id"),
    Row("create", answer({"success": True, "ticket_id": ".."}), "U"),
    Row("create", answer({"success": False, "ticket_id": "t9"}), "U"),
    Row("create", answer({"success": True, "ticket_id": "t9"}, 500), "U"),
    Row("create", answer(b"<html>", 200, "text/html"), "U", "HTML"),
    Row("create", "reset", "U"),
    Row("update", answer({"success": True, "ticket": CLOSED}), "C"),
    Row("update", answer({"success": True}), "C"),
    Row("update", answer({"ticket": CLOSED}), "C"),
    Row("update", answer({"success": False, "error": "no such status"}, 422), "R", "no such status"),
    Row("update", answer({"detail": "Not found."}, 404), "R"),
    Row("update", answer({"success": True, "ticket": ticket()}), "U", "another status"),
    Row("update", answer({"success": True, "ticket": ticket(2)}), "U", "another ticket"),
    Row("update", answer({"message": "ok"}), "U", "nothing in it"),
    Row("update", answer([]), "U"),
    Row("update", "close", "U"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.call}-{row.kind}-{row.reply!r:.60}")
def test_answer_class(row: Row) -> None:
    with shop(in_turn(row.reply)) as (client, stub):
        found = CHANGES[row.call](client)
        assert (found.kind, client.calls, len(stub.requests)) == (AnswerClass(row.kind), 1, 1), found
    assert row.says in found.reason
    assert leaks(f"{found!r} {found.reason}") is None


def test_a_call_that_never_left() -> None:
    with AccPlanet(config("http://127.0.0.1:1"), Secret("k"), QuickClock(), seed=1) as client:
        for call in CHANGES.values():
            assert call(client).kind is AnswerClass.NEVER
        odd = client.create_ticket("o1", Secret("\ud800"), TEXT)
        assert (odd.kind, client.calls) == (AnswerClass.NEVER, 0)


def test_what_is_sent_and_what_a_confirmed_answer_carries() -> None:
    with shop(in_turn(answer({"success": True, "ticket_id": 9, "ticket_no": "TKT9"}))) as (client, stub):
        made = CHANGES["create"](client)
        assert (made.id, made.number) == ("9", "TKT9")
        client.update_ticket("a/b", TicketChange(status="closed"))
        client.update_ticket("t1", TicketChange(TITLE))
    created, closed, renamed = stub.requests
    assert (created.method, created.target) == ("POST", "/orders/api/supplier/tickets/create/")
    assert created.json == {"order_id": "o1", "title": TITLE.reveal(), "description": TEXT.reveal()}
    assert (closed.method, closed.target) == ("POST", "/orders/api/supplier/tickets/a%2Fb/update/")
    assert (closed.json, renamed.json) == ({"status": "closed"}, {"title": TITLE.reveal()})


def test_the_endpoints_are_those_that_are_documented() -> None:
    shown = {name: endpoint.shown() for name, endpoint in ENDPOINTS.items()}
    assert shown["get-ticket"] == "GET /orders/api/supplier/tickets/<ticket_id>/"
    assert shown["list-payments"] == "GET /orders/api/supplier/payments/"
    assert len(shown) == 5


def test_whose_a_balance_is_is_kept_apart() -> None:
    body = {"balance": "1.00", "email": username(900), "user_id": 17}
    with shop(in_turn(answer(body))) as (client, _):
        holder = client.balance().holder
    assert holder.email == Secret(username(900))
    assert holder.user_id == Secret("17")
    assert leaks(repr(holder)) is None


ENVELOPES = [
    *("array", "results_count_next", "products_total", "success_data_items", "success_data_list", "data_meta"),
    "items_has_more",
]


def test_every_envelope_of_the_sandbox_is_read_whole(sandbox: Market) -> None:
    with AccPlanet(config(sandbox.base), Secret("sandbox"), QuickClock(), seed=1) as client:
        product_id = client.create({"title": "A", "description": "B", "category_id": "c", "price": "1.00"}).product_id
        orders = [sandbox.post("/sell", {"product_id": product_id, "quantity": 1})["order_id"] for _ in range(8)]
        made = {client.create_ticket(order, TITLE, Secret("x")).id for order in orders}
        for envelope, last in zip(ENVELOPES, ["empty", "repeat", "404"] * 3, strict=False):
            sandbox.configure(envelope=envelope, last_page=last, page_cap=3)
            assert {ticket.ticket_id for ticket in client.tickets()} == made
            assert {payment.order_id for payment in client.payments()} == set(orders)
        sandbox.configure(filters="none")
        assert (
            client.update_ticket(min(filter(None, made)), TicketChange(status="closed")).kind is AnswerClass.CONFIRMED
        )
