"""Tickets, payments and the balance through the real command line: at the sandbox, and where every word is hostile."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.harness.canary import password, username
from tests.harness.command import Outcome
from tests.harness.market import Market
from tests.harness.shop import Shop
from tests.harness.terminal import on_terminal
from tests.marketplaces.stub import Request, Stub, answer

BUYER = "b0b0b0b00000000000000001"


@pytest.fixture
def order(shop: Shop) -> str:
    """An order for a listing of the shop, at the sandbox."""
    shop.product("seat", pool="seat")
    shop.pool("seat", 1, 3)
    shop.apply()
    product_id = shop.market.product("Title of seat")["product_id"]
    sale = shop.market.post("/sell", {"product_id": product_id, "quantity": 2, "buyer_id": BUYER})
    return str(sale["order_id"])


def table(outcome: Outcome) -> list[dict[str, str]]:
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(outcome.out.removeprefix("\ufeff"))))


def ticket_calls(market: Market) -> list[str]:
    return [call["call"] for call in market.changing_calls() if call["call"].startswith("ticket")]


def test_a_ticket_from_its_opening_to_its_end(shop: Shop, order: str) -> None:
    words = ("tickets", "create", "--order", order, "--title", f"For {username(50)} =1", "--auto-approve")
    refused = shop.run(*words[:-1], "--description", "It does not open.")
    assert (refused.code, "--auto-approve" in refused.err) == (1, True)
    assert ticket_calls(shop.market) == []

    assert shop.run("tickets", "list").out == "No tickets.\n"
    made = shop.run(*words, "--description", "-", stdin=f"It says {password(50)}\n<p>at once</p>")
    assert (made.code, made.out.split(".")[0]) == (0, "The ticket is open"), made.err
    again = shop.run(*words, "--description", "-", stdin=f"It says {password(50)}\n<p>at once</p>")
    assert (again.code, "nothing was sent" in again.out) == (0, True)
    assert ticket_calls(shop.market) == ["ticket_create"]

    (row,) = json.loads(shop.run("tickets", "list", "--format", "json").out)
    assert (row["order_id"], row["status"], row["title"]) == (order, "open", "For *** =1")
    assert "description" not in row
    assert "buyer" not in str(row)
    assert table(shop.run("tickets", "list", "--format", "csv"))[0]["ticket_id"].lstrip("'") == row["ticket_id"]
    assert shop.run("tickets", "list", "--status", "closed").out == "No tickets.\n"

    shown = shop.run("tickets", "show", row["ticket_id"])
    assert f"{row['description_length']} characters; `--reveal` shows it on a terminal" in " ".join(shown.out.split())
    assert BUYER not in shown.out
    assert json.loads(shop.run("tickets", "show", row["ticket_id"], "--format", "json").out) == row

    closing = ("tickets", "update", row["ticket_id"], "--status", "closed", "--auto-approve")
    assert shop.run(*closing).code == 0
    assert "shows all of that already" in shop.run(*closing).out
    assert ticket_calls(shop.market) == ["ticket_create", "ticket_update"]
    assert "closed" in shop.run("tickets", "show", row["ticket_id"]).out


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A seat", f"{username(1)} {password(1)}"),
        (username(2).upper(), password(2)),
        (f"{username(3)}:{password(3)}", "x"),
    ],
)
def test_no_account_goes_out_in_a_ticket(shop: Shop, order: str, title: str, text: str) -> None:
    for words in (("create", "--order", order), ("update", "t1")):
        outcome = shop.run("tickets", *words, "--title", title, "--description", text, "--auto-approve")
        assert (outcome.code, "would hold an account" in outcome.err) == (1, True)
    assert ticket_calls(shop.market) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("create", "--order", "o1", "--title", " ", "--description", "x"), "--title is empty"),
        (("create", "--order", "o1", "--title", "x", "--description", "-"), "--description is empty"),
        (("create", "--order", "o1", "--title", "x", "--description", "x" * 100_001), "more than 100,000"),
        (("update", "t1"), "nothing to change"),
        (("update", "t1", "--status", ""), "--status is empty"),
        (("update", "a b", "--status", "closed"), "no id of a ticket"),
        (("create", "--order", "", "--title", "x", "--description", "x"), "no id of an order"),
        (("create", "--order", "o\n1", "--title", "x", "--description", "x"), "no id of an order"),
    ],
)
def test_what_cannot_be_sent(shop: Shop, words: tuple[str, ...], why: str) -> None:
    outcome = shop.run("tickets", *words, "--auto-approve")
    assert (outcome.code, why in outcome.err) == (1, True), outcome.err
    assert ticket_calls(shop.market) == []


def test_lost_answers_and_refusals(shop: Shop, order: str) -> None:
    words = ("tickets", "create", "--order", order, "--title", "A seat", "--description", "x", "--auto-approve")
    shop.market.fault(call="ticket_create", kind="reset", when="after")
    found = shop.run(*words)
    assert (found.code, "The answer never came, but the marketplace shows it" in found.out) == (0, True), found.err
    shop.market.fault(call="ticket_create", kind="reset", when="before")
    lost = shop.run(*words[:-2], "y", "--auto-approve")
    assert (lost.code, "it may not have arrived" in lost.err) == (3, True), lost.err
    refused = shop.run("tickets", "create", "--order", "none", *words[4:])
    assert (refused.code, "it said no" in refused.err) == (3, True)
    (ticket,) = json.loads(shop.run("tickets", "list", "--format", "json").out)
    shop.market.fault(call="ticket_update", kind="close", when="after")
    assert shop.run("tickets", "update", ticket["ticket_id"], "--status", "closed", "--auto-approve").code == 0
    assert shop.run("tickets", "update", ticket["ticket_id"], "--status", "gone", "--auto-approve").code == 3


def test_payments_beside_orders(shop: Shop, order: str) -> None:
    product_id = shop.market.product("Title of seat")["product_id"]
    for more in ({"age_s": 86_400}, {"payment_status": "pending_payment"}, {"payment_status": "paid"}):
        shop.market.post("/sell", {"product_id": product_id, "quantity": 1, **more})
    report = json.loads(shop.run("payments", "list", "--by", "product", "--format", "json").out)
    (row,) = report["rows"]
    assert row == {
        "product": "seat",
        "orders": 4,
        "ordered": "49.95",
        "paid": "39.96",
        "payments": 3,
        "received": "39.96",
        "difference": "0.00",
        "refunded": "0.00",
        "unread": 0,
    }
    assert report["total"] == {name: fact for name, fact in row.items() if name != "product"}
    assert report["time_zone"] == "UTC"
    days = table(shop.run("payments", "list", "--by", "day", "--format", "csv"))
    assert sum(Decimal(day["received"]) for day in days) == Decimal("39.96")
    rows = table(shop.run("payments", "list", "--format", "csv"))
    assert sum(Decimal(one["received"]) for one in rows) == Decimal("39.96")
    assert {one["product"] for one in rows} == {"seat"}
    first = min(day["day"] for day in days)
    chosen = json.loads(shop.run("payments", "list", "--until", first, "--format", "json").out)
    assert (len(chosen["rows"]), chosen["total"]["received"]) == (1, "9.99")
    text = shop.run("payments", "list").out
    assert "difference 0.00" in " ".join(text.split())
    assert BUYER not in text
    assert shop.run("payments", "list", "--since", "2026-11-02", "--until", "2026-11-01").code == 1
    # without a state, a listing is known by what it was created with
    shop.configure(state={"path": "elsewhere"})
    again = json.loads(shop.run("payments", "list", "--by", "product", "--format", "json").out)
    assert again["rows"] == report["rows"]


def test_the_balance(shop: Shop) -> None:
    assert shop.run("balance", "--format", "json").code == 0
    (row,) = table(shop.run("balance", "--format", "csv"))
    assert row == {"supplier_balance": "0.00", "user_balance": "0.00", "balance": "0.00"}
    assert "sandbox.example" not in shop.run("balance").out


@pytest.mark.parametrize("words", [("balance",), ("tickets", "list"), ("tickets", "show", "t1")])
def test_nothing_personal_goes_into_a_pipe(shop: Shop, words: tuple[str, ...]) -> None:
    outcome = shop.run(*words, "--reveal")
    assert (outcome.code, outcome.out, "on a terminal" in outcome.err) == (1, "", True)


@pytest.mark.parametrize("words", [("balance",), ("tickets", "list"), ("payments", "list")])
def test_a_marketplace_that_has_none_of_these(shop: Shop, words: tuple[str, ...]) -> None:
    manual = {"type": "hstockplus", "base_url": shop.market.base, "api_key_env": "ACCPLANET_API_KEY"}
    shop.configure(marketplaces={"manual": manual})
    outcome = shop.run("-m", "manual", *words)
    assert (outcome.code, "has no tickets, payments or balance" in outcome.err) == (1, True), outcome.err


# On a terminal, at a marketplace whose every text is hostile.

HOSTILE = "\x1b[2J::error::x\n=HYPERLINK(1)\u202e"


@pytest.fixture
def stub(shop: Shop) -> Iterator[Stub]:
    def script(request: Request) -> bytes:
        path = request.target.partition("?")[0]
        if path == "/users/api/balance/":
            return answer({"balance": "1.00", "email": f"me@shop.example{HOSTILE}", "user_id": "u1"})
        if path.endswith("/payments/"):
            paid = {
                "payment_no": HOSTILE,
                "amount": "5.00",
                "status": "paid",
                "paid_at": HOSTILE,
                "payment_method": HOSTILE,
            }
            return answer(
                [{**paid, "order_id": HOSTILE}, {**paid, "payment_no": "P2", "order_id": "o1", "amount": HOSTILE}]
            )
        if path.endswith("/orders/"):
            seat = {"product_id": HOSTILE, "title": HOSTILE}
            return answer([{"order_id": "o1", "product": seat, "total_amount": "5.00", "payment_status": "paid"}])
        texts = dict.fromkeys(("ticket_no", "order_id", "status", "title", "updated_at"), HOSTILE)
        ticket = {"ticket_id": "t1", **texts, "description": f"From sue@buyers.example{HOSTILE}", "buyer_id": "b1"}
        return answer([ticket] if path.endswith("/tickets/") else {"ticket": ticket})

    stub = Stub(script)
    shop.configure(
        marketplaces={"far": {"type": "accplanet", "base_url": stub.url, "api_key_env": "ACCPLANET_API_KEY"}}
    )
    yield stub
    stub.stop()


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_hostile_words_stay_words(shop: Shop, stub: Stub, form: str) -> None:
    for words in (("tickets", "list"), *(("payments", "list", "--by", by) for by in ("payment", "day", "product"))):
        outcome = shop.run(*words, "--format", form)
        assert outcome.code == 0, outcome.err
        assert not {"\x1b", "\u202e"} & set(outcome.out)
        assert not any(line.startswith(("::", "=")) for line in outcome.out.splitlines())
        assert "buyers.example" not in outcome.out
    (odd,) = json.loads(shop.run("payments", "list", "--format", "json").out)["payments_without_order"]
    assert odd == HOSTILE.strip()


def test_what_is_revealed_on_a_terminal(shop: Shop, stub: Stub) -> None:
    with on_terminal("tickets", "show", "t1", "--reveal", root=shop.root, columns=60) as terminal:
        assert terminal.end() == 0
    assert "From sue@buyers.example" in terminal.screen
    assert "b1" in terminal.screen
    assert "\u202e" not in terminal.screen
    assert all(len(line) <= 60 for line in terminal.screen.splitlines())
    with on_terminal("balance", "--reveal", root=shop.root, columns=60) as terminal:
        assert terminal.end() == 0
    assert "me@shop.example" in terminal.screen


def test_a_question_that_is_answered_with_no(shop: Shop, stub: Stub) -> None:
    before = len(stub.requests)
    with on_terminal("tickets", "update", "t1", "--status", "closed", root=shop.root) as terminal:
        assert "→ closed" in terminal.answer("Change it? [y/N]:", "n")
        assert terminal.end() == 1
    assert "Nothing was sent" in terminal.screen
    assert {request.method for request in stub.requests[before:]} == {"GET"}


def test_an_answer_that_cannot_be_told(shop: Shop, stub: Stub) -> None:
    def script(request: Request) -> bytes:
        if request.method == "POST":
            return answer(b"<html>", 502, "text/html")
        asked_again = any(earlier.method == "POST" for earlier in stub.requests)
        return answer({"detail": "no"}, 400) if asked_again else answer([])

    stub.script = script
    words = ("tickets", "create", "--order", "o1", "--title", "x", "--description", "y", "--auto-approve")
    outcome = shop.run(*words)
    assert (outcome.code, "nobody can tell whether it arrived" in outcome.err) == (3, True), outcome.err
