"""What is told of orders, and of errors: in which words, and of which nothing is said."""

from dataclasses import replace

import pytest

from catalogsync.core.telling import of_failure, of_orders
from catalogsync.model.errors import MarketplaceError, PlanBlocked
from catalogsync.model.message import Message
from catalogsync.model.order_plan import OrderAction, OrderChange, OrderPlan, OrderReport
from catalogsync.model.report import Result
from catalogsync.model.state import Run, State

NOW = "2026-11-22T09:00:00Z"
STATE = State("", told={"digest": NOW}, run=Run("r", "orders fulfill", NOW, "h", 1, ci_url="https://ci.example/7"))


def order(number: int, code: str, action: OrderAction = OrderAction.NONE, why: str = "none is left") -> OrderChange:
    return OrderChange("bazaar", f"o{number}", action, key="tea", title="<!everyone>", code=code, why=why)


def told(*changes: OrderChange, failed: str = "") -> list[Message]:
    results = {("bazaar", failed): Result("failed", "HTTP 400: no")} if failed else {}
    report = OrderReport(OrderPlan("0", "", ("accplanet", "bazaar"), None, changes), results=results)
    return [telling.message for telling in of_orders(report, STATE, {}, NOW)]


def test_an_order_is_named_by_its_id_and_its_product_and_nothing_in_it_commands_a_service() -> None:
    (message,) = told(
        order(1, "pool-empty", why="pool tea\x1b[31m has none;\n<@everyone> add\u202e accounts" + "!" * 900)
    )
    first, second, log = message.body.splitlines()
    assert message.title == "accplanet, bazaar: 1 order cannot be filled as bought"
    assert first.startswith("- order o1 at bazaar, tea: pool tea [31m has none; ‹＠everyone› add accounts!!!")
    assert len(first) == 240
    assert (second, log) == ("`catalogsync orders plan` shows all of them.", "Log: https://ci.example/7")


@pytest.mark.parametrize(
    "code", ["", "unpaid", "filled", "closed", "not-manual", "not-listed", "in-doubt", "append-open", "not-open"]
)
def test_an_order_that_needs_nobody_is_not_told_of(code: str) -> None:
    assert told(order(1, code), order(2, "", OrderAction.FILL), order(3, "partial", OrderAction.RESEND)) == []


def test_an_order_that_was_refused_is_told_of() -> None:
    (message,) = told(order(1, "", OrderAction.FILL), order(2, "partial", OrderAction.PARTIAL), failed="o1")
    assert message.body.splitlines()[:2] == [
        "- order o1 at bazaar, tea: HTTP 400: no",
        "- order o2 at bazaar, tea: none is left",
    ]


def test_the_words_of_an_error_are_told_and_those_of_an_accident_are_not() -> None:
    assert of_failure("apply", MarketplaceError("it is down", "wait"), None).body == "it is down\nWhat to do: wait"
    blocked = of_failure("apply", PlanBlocked("a rule blocks", "see Blocked", (("min_price", "tea"),)), None)
    assert blocked.body.splitlines()[:2] == ["a rule blocks", "- min_price: tea"]
    accident = of_failure("apply", ValueError("hunter2"), "https://ci.example/7")
    assert accident.body.splitlines() == [
        "It ended with an error that should not happen: ValueError.",
        "Log: https://ci.example/7",
    ]


def test_the_digest_counts_whole_days_of_deliveries() -> None:
    delivered = {("bazaar", "tea"): {"2026-11-18": 9, "2026-11-19": 1, "2026-11-21": 2, "2026-11-22": 4}}
    state = replace(STATE, told={"digest": "2026-11-19T23:00:00Z"}, delivered=delivered)
    report = OrderReport(OrderPlan("0", "", ("bazaar",), None, ()))
    (telling,) = of_orders(report, state, {}, NOW)
    assert telling.message.body.splitlines()[0] == (
        "Delivered to orders, 2026-11-19 to 2026-11-21: 3 accounts of 1 product (tea 3)"
    )
