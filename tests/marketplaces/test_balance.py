"""The balance in whatever form it comes, nothing of whose it is; and the marketplace's clock by its Date header."""

import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from catalogsync.marketplaces.dates import clock_ahead
from catalogsync.model.balance import Balance
from catalogsync.model.errors import MarketplaceError, Unreachable
from tests.harness.canary import leaks, username
from tests.marketplaces.stub import Doing, QuickClock, answer, in_turn, shop

WHOSE = {"email": username(900), "user_id": username(901), "current_role": "user"}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "balance"),
    [
        (
            {"success": True, "balance": "100.00", "user_balance": "90.00", "supplier_balance": "10.00"},
            Balance("10.00", "90.00", "100.00"),
        ),
        ({"balance": 100, "user_balance": 90.5, "supplier_balance": "9.5"}, Balance("9.50", "90.50", "100.00")),
        ({"supplier_balance": "-3.10", "user_balance": None, "balance": ""}, Balance("-3.10")),
        ({"balance": "0.00"}, Balance(total="0.00")),
        ({"success": True, "data": {"supplier_balance": "1.00"}}, Balance("1.00")),
        ({"balance": {"supplier_balance": "1.00"}, "result": {"supplier_balance": 2}}, Balance("2.00")),
    ],
)
def test_a_balance_in_its_forms(body: dict[str, object], balance: Balance) -> None:
    with shop(in_turn(answer(body | WHOSE))) as (client, stub):
        assert client.balance() == balance
    (request,) = stub.requests
    assert (request.method, request.target) == ("GET", "/users/api/balance/")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "100.00",
        {"success": True},
        {"supplier_balance": None},
        {"supplier_balance": username(902)},
        {"supplier_balance": True},
        {"supplier_balance": [1]},
        {"balance": {"amount": "1.00", username(903): 1}},
        {"success": False, "message": f"{username(904)} is blocked", "supplier_balance": "1.00"},
        {"success": "perhaps", "supplier_balance": "1.00"},
        [{"supplier_balance": "1.00"}],
        b"<html>",
    ],
)
def test_what_is_no_balance_is_said_in_nobodys_words(body: object) -> None:
    content = body | WHOSE if isinstance(body, dict) else body
    with shop(in_turn(answer(content))) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.balance()
    assert caught.value.message.startswith("shop: the balance ")
    told = [*traceback.format_exception(caught.value), caught.value.message, caught.value.hint or ""]
    assert leaks("\n".join(told)) is None


def test_a_clock_that_differs() -> None:
    def dated(text: str) -> bytes:
        return answer({"balance": "1.00"}, Date=text)

    ahead, behind, same = NOON + timedelta(hours=2), NOON - timedelta(minutes=5), NOON
    script = in_turn(answer({"balance": "1.00"}), *(dated(format_datetime(at, usegmt=True)) for at in (ahead, behind)))
    with shop(script, clock=QuickClock()) as (client, stub):
        seen = [client.clock_ahead()]
        for _ in range(3):
            client.balance()
            seen.append(client.clock_ahead())
        for text in (format_datetime(same, usegmt=True), "soon", ""):
            stub.script = in_turn(dated(text))
            client.balance()
            seen.append(client.clock_ahead())
    assert seen == [None, None, 7200.0, -299.0, 0.0, None, None]


@pytest.mark.parametrize(("told", "ahead"), [(-2, -1.0), (-1, 0.0), (0, 0.0), (5, 0.0), (30, 0.0), (31, 1.0)])
def test_a_slow_answer_was_dated_at_any_moment_of_it(told: int, ahead: float) -> None:
    date = format_datetime(NOON + timedelta(seconds=told), usegmt=True)
    assert clock_ahead(date, NOON, NOON + timedelta(seconds=30)) == ahead


@pytest.mark.parametrize(
    ("doing", "silent"), [("close", True), ("reset", True), (answer({"error": "busy"}, 503), False)]
)
def test_no_answer_at_all_is_told_from_a_bad_one(doing: Doing, silent: bool) -> None:
    with shop(in_turn(doing)) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.balance()
    assert isinstance(caught.value, Unreachable) == silent
