"""Orders on a screen, as documents and as sheets: what a supplier reads, and what a script may rely on."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from catalogsync.catalog import schema_text
from catalogsync.model.order import Buyer, Order
from catalogsync.model.order_plan import OrderAction, OrderChange, OrderPlan, OrderReport, PoolUse
from catalogsync.model.order_row import OrderLook, OrderRow
from catalogsync.model.plan import Ground, Notice
from catalogsync.model.report import Result
from catalogsync.model.secret import Secret
from catalogsync.render.facts import in_cells
from catalogsync.render.order_text import render_order
from catalogsync.render.orders_document import render_orders_plan_json, render_orders_report_json
from catalogsync.render.orders_list import HEADER, order_facts, render_orders
from catalogsync.render.orders_plan_text import render_orders_plan
from catalogsync.render.orders_report_text import render_orders_report, render_sketch
from catalogsync.render.orders_round import Rounds
from tests.harness.hostile import HOSTILE, assert_inactive
from tests.render.test_golden import same_as_golden

SHAPE = Draft202012Validator(json.loads(schema_text("orders")))
MADE = "2026-11-21T10:00:00Z"
AT = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
EMPTY = OrderPlan("0.1.0", "2026-11-21T12:00:00Z", ("accplanet", "hub"), Ground("6f1c2a7e", 12), ())


def order(number: int, action: OrderAction, marketplace: str = "hub", **rest: object) -> OrderChange:
    known = {"key": "tea-10", "pool": "tea-10", "quantity": 3, "title": "Tea course, ten evenings"}
    facts = known | {"status": "pending", "payment": "completed", "created_at": MADE} | rest
    return OrderChange(marketplace, str(12000 + number), action, **facts)  # type: ignore[arg-type]


def everyday() -> OrderPlan:
    none = OrderAction.NONE
    unpaid = "its payment is pending_payment; it is filled once it is paid"
    mapped = 'no product names it; write `marketplaces: {hub: {product_id: "507f"}}` into the one that it is'
    return replace(
        EMPTY,
        changes=(
            order(1, OrderAction.RESEND, count=3, op="a1b2"),
            order(2, OrderAction.FILL, count=3),
            order(3, OrderAction.FILL, "accplanet", count=2, pool="shared", status="pending_order", quantity=2),
            order(4, OrderAction.PARTIAL, count=1, code="partial", why="pool tea-10 has 1 new account left of 3"),
            order(5, none, code="pool-empty", why="pool tea-10 has no new account left of 3 that it needs"),
            order(6, none, key=None, pool=None, product_id="507f", code="not-mapped", why=mapped),
            order(7, none, key=None, pool=None, product_id="507f", code="not-mapped", why=mapped),
            order(8, none, "accplanet", code="unpaid", why=unpaid),
        ),
        pools=(PoolUse("shared", "tea-10", 40, 2, 38, 0), PoolUse("tea-10", "tea-10", 4, 4, 0, 5)),
        warnings=(Notice("not-read", None, "the orders of hub2 could not be read"),),
    )


def carried_out(**odd: Result) -> OrderReport:
    plan = everyday()
    results = {(one.marketplace, one.order_id): Result("applied") for one in plan.work}
    results |= {("hub", name[1:]): result for name, result in odd.items()}
    return OrderReport(plan, results, calls=7)


ODD = {"_12002": Result("failed", "ORDER_NOT_FOUND"), "_12004": Result("in-doubt", "its answer never came")}


@pytest.mark.parametrize("width", [100, 60])
def test_plan(width: int) -> None:
    same_as_golden(f"orders-plan-{width}", render_orders_plan(everyday(), width=width))


def test_plans_with_little_to_say() -> None:
    assert render_orders_plan(EMPTY) == "No order to fill.\nAt accplanet and hub.\n"
    stuck = replace(EMPTY, marketplaces=("hub",), changes=everyday().changes[4:5])
    text = render_orders_plan(stuck)
    assert text.startswith("Nothing can be filled now.\nAt hub: 1 open order.\n")
    assert "hub 12005" not in text, "the only marketplace is not named with each order"
    assert "Made 2026-11-21T12:00:00Z on record 12 of state 6f1c2a7e." in render_orders_plan(everyday(), verbose=1)


@pytest.mark.parametrize("width", [100, 60])
def test_report(width: int) -> None:
    same_as_golden(f"orders-report-{width}", render_orders_report(carried_out(**ODD), width=width))


def test_reports_with_little_to_say() -> None:
    assert render_orders_report(carried_out()).startswith("Done: 3 orders filled, 1 in part, 9 accounts sent.\n")
    assert render_orders_report(OrderReport(EMPTY)) == "Nothing to do.\n"
    stopped = render_orders_report(replace(carried_out(), interrupted=True))
    assert stopped.startswith("Interrupted: 4 of 4 orders served.\n")
    doubt = replace(OrderReport(EMPTY), notices=(Notice("in-doubt", None, "deliver of 3 accounts"),))
    assert "Not everything is done: 1 in doubt." in render_orders_report(doubt)
    assert render_sketch(()).startswith("Dry run: no call would be sent.")
    assert "Dry run: 1 call would be sent." in render_sketch(["POST /orders-update"])


def test_rounds_tell_what_waits_once() -> None:
    rounds = Rounds(100, color=False)
    first, second = rounds.told(AT, carried_out(**ODD)), rounds.told(AT, carried_out())
    counts = "8 read, 2 filled, 5 accounts, 3 waiting, 2 errors"
    assert first.startswith(f"2026-11-21 12:00:05 UTC  {counts}\n  ✗ failed hub 12002: ORDER_NOT_FOUND\n")
    assert "  ! pool-empty hub 12005: pool tea-10 has no new account left" in first
    assert second == "2026-11-21 12:00:05 UTC  8 read, 4 filled, 9 accounts, 3 waiting, 0 errors\n"
    assert rounds.told(AT, OrderReport(EMPTY)).endswith("0 read, 0 filled, 0 accounts, 0 waiting, 0 errors\n")
    assert "! not-mapped" in rounds.told(AT, carried_out()), "it was gone, and is told again"
    assert rounds.backing_off(900) == "  next round in 15 minutes, since this one failed\n"
    assert rounds.end(AT) == "2026-11-21 12:00:05 UTC  stopped; what was done is recorded\n"


def test_documents_keep_to_their_schema() -> None:
    for text in (
        render_orders_plan_json(EMPTY),
        render_orders_plan_json(replace(everyday(), ground=None)),
        render_orders_plan_json(everyday(), ["POST /orders-update"]),
        render_orders_report_json(carried_out(**ODD)),
    ):
        SHAPE.validate(json.loads(text))
    document = json.loads(render_orders_report_json(carried_out(**ODD)))
    counts = {"open": 8, "fill": 2, "partial": 1, "resend": 1, "none": 4, "accounts": 6}
    assert document["summary"] == {**counts, "failed": 1, "in_doubt": 1, "calls": 7}
    assert [one.get("result") for one in document["orders"]] == [
        *("applied", "failed", "applied", "in-doubt"),
        *[None] * 4,
    ]


def rows() -> list[OrderRow]:
    none = OrderAction.NONE
    return [
        OrderRow("accplanet", "697f60b0d041086cbb110fcf", "AP-7", MADE, "tea-10", "p1", "Tea", 2, 1, "19.80",
                 "running_order", "paid", "", OrderAction.FILL),
        OrderRow("hub", "12005", "12005", MADE, None, "507f", "=Tea()", 3, 0, None, "pending", "completed",
                 "2026-11-21T10:05:00Z", none, "not-mapped", "no product names it"),
        OrderRow("hub", "12006", "", "yesterday", None, "", "", None, 0, None, "partial"),
    ]  # fmt: skip


@pytest.mark.parametrize("width", [100, 60])
def test_list(width: int) -> None:
    same_as_golden(f"orders-list-{width}", render_orders(rows(), "text", width=width, color=False))


def test_list_as_data() -> None:
    document = json.loads(render_orders(rows(), "json", color=False))
    assert [sorted(one) for one in document] == [sorted(HEADER)] * 3
    cells = [in_cells(order_facts(row)) for row in rows()]
    assert (cells[1]["order_id"].kind.value, cells[0]["order_id"].kind.value) == ("number", "text")
    assert (cells[0]["total"].kind.value, "total" in cells[1]) == ("number", False)
    assert render_orders([], "text", color=False) == "No open orders.\n"
    assert render_orders([], "text", everything=True, color=False) == "No orders.\n"


def test_one_order_is_masked_unless_it_is_to_be_seen() -> None:
    buyer = Buyer(Secret("u-1"), Secret("buyer@mail.example"), Secret("Bea Buyer"))
    content = (Secret("ann@mail.example:pw\x1b[2J"), Secret("ben@mail.example:pw2"))
    secrets = ("u-1", "buyer@mail.example", "Bea Buyer", "ann@", "pw2")
    row = rows()[0]
    shown = OrderLook(row, Order(row.order_id, "p1", remaining=1, buyer=buyer, content=content), 1, ("a1b2",))
    masked = render_order(shown, "text", color=False)
    same_as_golden("order-100", masked)
    for text in (
        masked,
        render_order(shown, "json", color=False),
        render_order(shown, "json", reveal=True, color=False),
    ):
        assert not [secret for secret in secrets if secret in text]
    revealed = render_order(shown, "text", reveal=True, color=False)
    assert all(secret in revealed for secret in secrets)
    assert_inactive(revealed)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts(text: str) -> None:
    facts = {"title": text, "key": text, "pool": text, "why": text, "code": text, "status": text, "created_at": text}
    changes = tuple(order(n, action, text, count=1, **facts) for n, action in enumerate(OrderAction))
    changes += (replace(changes[0], order_id=text, key=None, title="", product_id=text, pool=None),)
    notice = Notice(text, text, text)
    plan = OrderPlan("0", text, (text, "b"), None, changes, (PoolUse(text, text, 1, 1, 0, 1),), (notice,))
    results = {(text, one.order_id): Result("failed", text) for one in changes[:2]}
    report = OrderReport(plan, results | {(text, "12002"): Result("applied")}, (notice,))
    row = OrderRow(text, text, text, text, text, text, text, 1, 1, text, text, text, text, OrderAction.NONE, text, text)
    found = Order(text, text, updated_at=text, buyer=Buyer(Secret(text), Secret(text)), content=(Secret(text),))
    for width in (20, 100):
        for output in (
            render_orders_plan(plan, verbose=1, width=width),
            render_orders_report(report, width=width),
            render_sketch([text], width=width),
            Rounds(width, color=False).told(AT, report),
            Rounds(width, color=False).broken(AT, "failed", text, text),
            render_orders([row, replace(row, marketplace="b")], "text", width=width, color=False),
            render_order(OrderLook(row, found, 1, (text,)), "text", reveal=True, width=width, color=False),
        ):
            assert_inactive(output)
    for document in (
        render_orders_report_json(report),
        render_orders([row], "json", color=False),
        render_order(OrderLook(row, found), "json", color=False),
    ):
        assert_inactive(document)
        json.loads(document)
