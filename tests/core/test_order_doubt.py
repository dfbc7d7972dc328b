"""What became of a delivery in doubt: every row of the table, and which orders somebody's yes still holds for."""

from dataclasses import replace
from typing import Any

import pytest

from catalogsync.core.order_agreement import agreed_orders, as_agreed
from catalogsync.core.order_doubt import judge_delivery
from catalogsync.core.order_texts import folded, names_in, stands_in
from catalogsync.model.order import Order
from catalogsync.model.order_plan import OrderAction, OrderChange, OrderPlan
from catalogsync.model.secret import Secret
from catalogsync.model.state import Call, Op

OPEN = ("pending_order", "running_order")
ROW = (Secret("somebody:else"),)


def order(**more: Any) -> Order:
    return Order("o1", "p1", **{"quantity": 3, "delivered": 0, "remaining": 3, "status": "pending_order", **more})


@pytest.mark.parametrize(
    ("shown", "there", "verdict", "refused"),
    [
        (order(content=ROW, delivered=2, remaining=1), 2, "committed", "committed"),
        (order(content=ROW, status="refunded_order"), 2, "committed", "committed"),
        (order(content=ROW), 1, "held", "held"),
        (order(delivered=2, remaining=1), 0, "committed", "held"),
        (order(delivered=2, remaining=1, content=ROW), 0, "held", "aborted"),
        (order(delivered=1, remaining=2), 0, "again", "held"),
        (order(status="refunded_order"), 0, "held", "aborted"),
        (order(status="completed_order"), 0, "held", "aborted"),
        (order(remaining=1), 0, "held", "aborted"),
        (order(remaining=None, delivered=2, content=ROW), 0, "held", "aborted"),
        (order(), 0, "again", "aborted"),
        (order(remaining=None, delivered=None), 0, "again", "aborted"),
        (order(status=None), 0, "again", "aborted"),
    ],
)
def test_the_table(shown: Order, there: int, verdict: str, refused: str) -> None:
    op = Op("op", Call.DELIVER, "tea", "accplanet", "p1", "o1", before={"delivered": 0}, count=2, pool="tea")
    for words, expected in (("", verdict), ("HTTP 400: no", refused)):
        ruling = judge_delivery(op, shown, there, OPEN, words)
        assert ("again" if ruling is None else ruling.verdict.value) == expected
        assert ruling is None or ruling.evidence


def test_units_say_nothing_where_it_is_not_known_how_many_there_were() -> None:
    op = Op("op", Call.DELIVER, "tea", "accplanet", "p1", "o1", count=2, pool="tea")
    assert judge_delivery(op, order(delivered=2, remaining=None, quantity=None), 0, OPEN, "") is None


CHANGE = OrderChange("vouchers", "1", OrderAction.FILL, key="tea", pool="tea", quantity=3, count=3)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (CHANGE, None),
        (replace(CHANGE, title="called otherwise", delivered=1), None),
        (
            replace(CHANGE, count=2, action=OrderAction.PARTIAL),
            "to give 3 of pool tea was agreed to, and now to give 2",
        ),
        (replace(CHANGE, pool="other"), "now to give 3 of pool other"),
        (replace(CHANGE, action=OrderAction.NONE, count=0, why="it is cancelled"), "now it is cancelled"),
        (replace(CHANGE, action=OrderAction.RESEND, op="op"), "now to send again 3"),
        (None, "now it is open no more"),
    ],
)
def test_exactly_what_was_agreed_to_is_done(now: OrderChange | None, words: str | None) -> None:
    idle = replace(CHANGE, order_id="2", action=OrderAction.NONE)
    agreed = OrderPlan("0", "", ("vouchers",), None, (CHANGE, idle))
    assert agreed_orders(agreed) == {("vouchers", "1")}
    plan, spoilt = as_agreed(agreed, replace(agreed, changes=(now,) if now else ()))
    assert [change.order_id for change in plan.work] == ["1"]
    assert list(spoilt) == ([] if words is None else [("vouchers", "1")])
    assert words is None or words in spoilt["vouchers", "1"]


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com",
        "Your login: ANN@example.com, and enjoy!",
        "ann@example.com:secret",
        "login=ann@example.com|secret",
        "Dear buyer\n(ann@example.com).\n",
        "\uff41nn@example.com",
    ],
)
def test_a_username_is_found_in_a_text(text: str) -> None:
    assert "ann@example.com" in names_in(text)


def test_a_name_with_blanks_is_found_at_the_head_of_its_line() -> None:
    assert "ann of the hill" in names_in("For you:\n Ann of the Hill:secret")
    assert "" not in names_in(" : , ")


@pytest.mark.parametrize(
    "text",
    [
        "ann.smith-9/pw-1",
        "https://x.example/?u=ann.smith-9&p=1",
        "take Ann.Smith-9\u2014soon",
        "ann.\u200bsmith-9",
        "“ann.smith-9”",
    ],
)
def test_a_username_is_found_however_it_is_joined_to_other_words(text: str) -> None:
    assert stands_in("ann.smith-9", folded(text))


def test_a_part_of_a_word_is_no_username() -> None:
    assert not stands_in("ann", folded("An annual planning meeting, channa"))
