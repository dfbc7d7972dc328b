"""HstockPlus: orders are listed once in half an hour, and an account counts once an order."""

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


def test_the_documented_refusals(shop: httpx.Client) -> None:
    wrong = shop.get(f"{BASE}/orders", headers={"x-api-key": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, {"error": "INVALID_API_KEY", "message": "Invalid API key"})
    missing = update(shop, 99)
    assert (missing.status_code, missing.json()["error"]) == (404, "ORDER_NOT_FOUND")
    foreign = update(shop, order(shop, ours=False))
    assert (foreign.status_code, foreign.json()["error"]) == (403, "ACCESS_DENIED")
    bodies: list[object] = [{}, {"order": "1"}, {"order": True}, {"order": 1, "status": "done"}, []]
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
