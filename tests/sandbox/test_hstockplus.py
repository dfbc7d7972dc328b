"""HstockPlus: orders are listed once in half an hour, and an account counts once an order."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import pytest

BASE = "/hstockplus/api/admin/v2"


def order(shop: httpx.Client, **fields: object) -> int:
    answer = shop.post("/admin/api/manual_orders", json={"product_id": "h1"} | fields)
    assert answer.status_code == 200
    return int(answer.json()["order"])


def listed(shop: httpx.Client, **query: str) -> Any:
    return shop.get(f"{BASE}/orders", params={"productType": "manual"} | query).json()


def update(shop: httpx.Client, number: int, **fields: object) -> httpx.Response:
    return shop.post(f"{BASE}/orders-update", json={"order": number} | fields)


def test_an_order_is_listed_as_documented(shop: httpx.Client) -> None:
    number = order(shop, quantity=10, price="5.00", product_name="A seat")
    body = listed(shop, status="pending,processing")
    (shown,) = body.pop("orders")
    assert body == {"count": 1, "total": 1}
    assert list(shown) == ["id", "order", "status", "paymentStatus", "quantity", "user", "items", "createdAt"]
    assert (shown["id"], shown["order"], shown["status"], shown["paymentStatus"]) == (
        number,
        number,
        "pending",
        "completed",
    )
    assert shown["items"] == [
        {
            "product": {"id": "h1", "name": "A seat", "type": "product"},
            "quantity": 10,
            "unitPrice": 5.0,
            "totalPrice": 50.0,
        }
    ]


def test_a_listed_order_hides_for_half_an_hour(shop: httpx.Client) -> None:
    number = order(shop)
    assert [shown["id"] for shown in listed(shop)["orders"]] == [number]
    assert listed(shop) == {"orders": [], "count": 0, "total": 0}
    shop.post("/admin/api/settings", json={"clock_offset_s": 29 * 60})
    assert listed(shop)["orders"] == []
    shop.post("/admin/api/settings", json={"clock_offset_s": 31 * 60})
    assert len(listed(shop)["orders"]) == 1


def test_only_paid_orders_of_ours_are_listed(shop: httpx.Client) -> None:
    order(shop, payment_status="pending")
    order(shop, ours=False)
    done, service = order(shop, status="completed"), order(shop, entity_type="smm_service", sub_category="Likes")
    assert [shown["id"] for shown in listed(shop, status="completed")["orders"]] == [done]
    assert [shown["id"] for shown in listed(shop, entityType="smm_service")["orders"]] == [service]
    assert shop.get(f"{BASE}/orders").status_code == 400
    assert listed(shop, limit="none")["error"] == "VALIDATION_ERROR"


def test_pages_are_by_limit_and_offset(shop: httpx.Client) -> None:
    shop.post("/admin/api/settings", json={"relist_minutes": 0})
    made = [order(shop) for _ in range(5)]
    body = listed(shop, limit="2", offset="3")
    assert ([shown["id"] for shown in body["orders"]], body["count"], body["total"]) == (made[3:], 2, 5)


def test_an_account_counts_once_an_order(shop: httpx.Client) -> None:
    number = order(shop, quantity=2)
    assert update(shop, number, status="processing").json()["status"] == "processing"
    answer = update(shop, number, status="partial", accounts=["ann:1", "ann:1", "bad"], supplierOrderId="op-1")
    assert answer.json() == {"success": True, "order": number, "status": "partial", "accountsAdded": 1}
    again = update(shop, number, status="completed", accounts=["ann:1"])
    assert (again.status_code, again.json()["error"]) == (400, "INVALID_ACCOUNTS")
    assert update(shop, order(shop), accounts=["ann:1"]).json()["accountsAdded"] == 1
    first, second = shop.get("/admin/api/manual_orders").json()["orders"]
    assert (first["status"], first["supplier_order_id"]) == ("partial", "op-1")
    assert first["username_sha256"] == second["username_sha256"] == [sha256(b"ann").hexdigest()]


@pytest.mark.parametrize("accounts", [[], ["no-separator"], [":x", "x:", 7], "ann:1"])
def test_accounts_must_be_some(shop: httpx.Client, accounts: object) -> None:
    answer = update(shop, order(shop), accounts=accounts)
    assert answer.json() == {
        "error": "INVALID_ACCOUNTS",
        "message": "No valid accounts provided after deduplication",
    }


def settings(shop: httpx.Client, **patch: object) -> None:
    shop.post("/admin/api/settings", json=patch).raise_for_status()


def test_an_order_may_have_several_items_and_an_age(shop: httpx.Client) -> None:
    things = [{"product_id": "h1", "quantity": 2, "price": "5.00"}, {"product_id": "s1", "entity_type": "smm_service"}]
    whole = order(shop, items=things, age_s=3600, buyer_name="Ann")
    odd = order(shop, items=things, quantity=7)
    first, second = listed(shop, entityType="smm_service")["orders"]
    assert (first["id"], first["quantity"], first["user"]["name"]) == (whole, 3, "Ann")
    assert [(item["product"]["id"], item["quantity"], item["totalPrice"]) for item in first["items"]] == [
        ("h1", 2, 10.0),
        ("s1", 1, 9.99),
    ]
    assert (second["id"], second["quantity"]) == (odd, 7)
    assert first["createdAt"] < second["createdAt"]
    assert first["createdAt"].endswith(".000Z")
    kept = shop.get("/admin/api/manual_orders").json()["orders"]
    assert [(row["product_id"], len(row["items"])) for row in kept] == [(None, 2), (None, 2)]
    bad: list[dict[str, object]] = [{"items": 1}, {"items": [{}]}, {"status": "gone"}, {"quantity": 0}, {"ours": 1}]
    for wrong in bad:
        assert shop.post("/admin/api/manual_orders", json={"product_id": "h1"} | wrong).status_code == 400


@pytest.mark.parametrize(("hides", "seen"), [("at_once", [0, 1, 4]), ("after_listing", [0, 1, 2, 3, 4])])
def test_reading_by_offset_is_a_trap_or_not(shop: httpx.Client, hides: str, seen: list[int]) -> None:
    settings(shop, relist_hides=hides)
    made = [order(shop) for _ in range(5)]
    found, offset = [], 0
    while page := listed(shop, limit="2", offset=str(offset))["orders"]:
        found += [made.index(shown["id"]) for shown in page]
        offset += 2
    assert found == seen
    assert len(listed(shop)["orders"]) == 5 - len(seen)


def test_a_list_that_was_left_in_the_middle_is_shown_again(shop: httpx.Client) -> None:
    settings(shop, relist_hides="after_listing")
    made = [order(shop) for _ in range(3)]
    assert [shown["id"] for shown in listed(shop, limit="1")["orders"]] == made[:1]
    assert [shown["id"] for shown in listed(shop, limit="2")["orders"]] == made[:2]
    assert [shown["id"] for shown in listed(shop)["orders"]] == made
    assert listed(shop)["orders"] == []


@pytest.mark.parametrize(
    ("style", "query", "found"),
    [
        *(("exact", {"status": "done"}, 0), ("exact", {"entityType": "x"}, 0), ("exact", {"subCategory": "x"}, 0)),
        *(("lenient", {"status": "done"}, 1), ("lenient", {"entityType": "x"}, 1), ("lenient", {"status": "error"}, 0)),
        *(("none", {"status": "error", "entityType": "smm_service", "subCategory": "x"}, 1),),
        *(("strict", {"status": "done"}, None), ("strict", {"entityType": "x"}, None)),
    ],
)
def test_filters_may_not_be_what_one_hopes(
    shop: httpx.Client, style: str, query: dict[str, str], found: int | None
) -> None:
    order(shop)
    settings(shop, filters=style, total="absent", number_style="strings")
    body = listed(shop, **query)
    assert body.get("count") == (None if found is None else str(found))
    assert "total" not in body


def test_numbers_may_be_texts(shop: httpx.Client) -> None:
    number = order(shop, price="5.00", quantity=2)
    settings(shop, number_style="strings", total="high")
    body = listed(shop)
    (shown,) = body["orders"]
    assert (body["count"], body["total"]) == ("1", "2")
    assert (shown["id"], shown["order"], shown["quantity"]) == (str(number), str(number), "2")
    assert (shown["items"][0]["unitPrice"], shown["items"][0]["totalPrice"]) == ("5.00", "10.00")


def test_the_answer_to_an_update_is_open(shop: httpx.Client) -> None:
    number = order(shop)
    answers: dict[str, tuple[int, object]] = {
        "message": (200, {"message": "Order updated successfully"}),
        "empty_object": (200, {}),
        "empty": (200, None),
        "no_content": (204, None),
    }
    for style, (status, body) in answers.items():
        settings(shop, manual_answer=style)
        answer = update(shop, number, status="processing")
        assert (answer.status_code, answer.json() if answer.content else None) == (status, body)
    settings(shop, manual_answer="bare_order")
    bare = update(shop, number).json()
    settings(shop, manual_answer="order", relist_minutes=0)
    assert update(shop, number).json() == {"order": bare}
    assert listed(shop)["orders"] == [bare]


@pytest.mark.parametrize(
    ("where", "added", "elsewhere", "again"),
    [("order", 2, 2, None), ("everywhere", 2, None, None), ("request", 2, 2, 2)],
)
def test_where_duplicates_are_looked_for_is_open(
    shop: httpx.Client, where: str, added: int, elsewhere: int | None, again: int | None
) -> None:
    settings(shop, manual_duplicates=where)
    first, second = order(shop, quantity=2), order(shop, quantity=2)
    sent = ["ann:1", "ben:2", "ann:1"]
    results = [update(shop, number, accounts=sent, status="completed") for number in (first, second, first)]
    assert [answer.json().get("accountsAdded") for answer in results] == [added, elsewhere, again]
    assert {answer.json()["error"] for answer in results if answer.status_code == 400} <= {"INVALID_ACCOUNTS"}
    found = shop.get("/admin/api/audit").json()
    assert len(found["at_two_destinations"]) == 2, "it went to both, whether or not it counted"
    assert len(found["twice_at_one"]) == (2 if where == "request" else 0)
    assert found["overfilled"] == ([["manual_order", str(first)]] if where == "request" else [])
    _, other = shop.get("/admin/api/manual_orders").json()["orders"]
    assert other["status"] == ("pending" if elsewhere is None else "completed"), "a refusal changes nothing"


def test_some_orders_take_no_accounts(shop: httpx.Client) -> None:
    cancelled, unpaid = order(shop), order(shop, payment_status="pending")
    shop.post("/admin/api/manual_order", json={"order": cancelled, "status": "cancelled"}).raise_for_status()
    service = order(shop, entity_type="smm_service")
    for number in (cancelled, unpaid, service):
        answer = update(shop, number, accounts=["ann:1"])
        assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")
    assert update(shop, service, status="completed").status_code == 200
    assert update(shop, cancelled, status="processing").status_code == 400
    settings(shop, completed_orders="closed")
    assert update(shop, service, status="processing").status_code == 400
    shop.post("/admin/api/manual_order", json={"order": unpaid, "payment_status": "completed"}).raise_for_status()
    assert update(shop, unpaid, accounts=["ann:1"]).status_code == 200
    assert shop.post("/admin/api/manual_order", json={"order": 99, "status": "error"}).status_code == 404
    assert shop.post("/admin/api/manual_order", json={"order": unpaid, "status": "gone"}).status_code == 400


def test_a_refusal_may_come_with_200(shop: httpx.Client) -> None:
    settings(shop, refusals="ok")
    answer = update(shop, 99)
    assert (answer.status_code, answer.json()["error"]) == (200, "ORDER_NOT_FOUND")


def test_buyers_are_shown_to_tests_that_say_so(shop: httpx.Client, listing: Callable[..., str]) -> None:
    number = order(shop, buyer_email="ann@buyers.example")
    shop.post("/admin/api/sell", json={"product_id": listing(stock=1)}).raise_for_status()
    assert shop.get("/admin/api/buyers").status_code == 400
    theirs, ours = shop.get("/admin/api/buyers", params={"reveal": "1"}).json()["buyers"]
    assert (theirs["marketplace"], theirs["email"], theirs["id"][:8]) == ("accplanet", None, "b0b0b0b0")
    assert (ours["order_id"], ours["email"], ours["id"][:8]) == (number, "ann@buyers.example", "b0b0b0b0")
    assert "buyers.example" not in shop.get("/admin/api/manual_orders").text + shop.get("/").text


def test_the_documented_refusals(shop: httpx.Client) -> None:
    wrong = shop.get(f"{BASE}/orders", headers={"x-api-key": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, {"error": "INVALID_API_KEY", "message": "Invalid API key"})
    missing = update(shop, 99)
    assert (missing.status_code, missing.json()["error"]) == (404, "ORDER_NOT_FOUND")
    foreign = update(shop, order(shop, ours=False))
    assert (foreign.status_code, foreign.json()["error"]) == (403, "ACCESS_DENIED")
    bodies: list[object] = [
        {},
        {"order": "1"},
        {"order": True},
        {"order": 1, "status": "done"},
        {"order": 1, "supplierOrderId": 1},
        [],
    ]
    for body in bodies:
        assert shop.post(f"{BASE}/orders-update", json=body).status_code == 400


def test_its_calls_are_logged_and_struck_too(shop: httpx.Client) -> None:
    number = order(shop)
    shop.post("/admin/api/faults", json={"kind": "status", "call": "manual_update"})
    assert update(shop, number, accounts=["ann:1"]).status_code == 500
    listed(shop)
    calls = shop.get("/admin/api/calls").json()["calls"]
    assert [(call["call"], call["accounts"], call["changing"]) for call in calls] == [
        ("manual_update", 1, True),
        ("manual_orders", 0, False),
    ]
