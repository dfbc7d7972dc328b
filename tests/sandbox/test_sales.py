"""What buyers and strangers do, the orders that sales leave behind, and the auditor's view of every account."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import pytest

LIST = "/products/api/supplier/products/"
ORDERS = "/orders/api/supplier/orders/"
SNAPSHOT = [
    *("product_id", "business_id", "category_id", "category_path", "parent_category_id", "title", "description"),
    *("price", "stock", "min_quantity", "sales_count", "rating", "status", "approval_status", "images"),
    *("source_product_id", "source_product_url", "warranty_period_days", "created_at", "updated_at"),
]

Listing = Callable[..., str]


def append(shop: httpx.Client, product_id: str, *names: str) -> dict[str, Any]:
    accounts = [{"username": name, "password": f"pw-{name}"} for name in names]
    answer = shop.post(f"{LIST}{product_id}/accounts/", json={"accounts": accounts})
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def sell(shop: httpx.Client, product_id: str, quantity: int = 1) -> dict[str, Any]:
    answer = shop.post("/admin/api/sell", json={"product_id": product_id, "quantity": quantity})
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def shown(shop: httpx.Client) -> tuple[int, int]:
    (item,) = shop.get(LIST).json()
    return item["stock"], item["sales_count"]


def pool(shop: httpx.Client, product_id: str) -> dict[str, dict[str, Any]]:
    found = shop.get("/admin/api/pool", params={"product_id": product_id}).json()["accounts"]
    return {entry["username_sha256"]: entry for entry in found}


def hashed(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def test_a_sale_moves_stock_and_makes_an_order(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(source_product_id="key-1", warranty_period_days=2)
    append(shop, product_id, "ann", "ben", "cho")
    sold = sell(shop, product_id, 2)
    assert (sold["delivered_units"], sold["remaining_to_deliver"]) == (2, 0)
    assert shown(shop) == (1, 2)
    (order,) = shop.get(ORDERS).json()
    assert order == shop.get(f"/orders/api/{sold['order_id']}/").json()["order"]
    assert (order["quantity"], order["delivered_units"], order["remaining_to_deliver"]) == (2, 2, 0)
    assert (order["status"], order["payment_status"]) == ("completed_order", "completed_payment")
    assert order["delivered_info"] == "ann:pw-ann\nben:pw-ben"
    assert len(order["delivered_account_ids"]) == 2
    assert (order["total_amount"], order["coupon_code"]) == ("19.98", None)
    assert list(order["product"]) == SNAPSHOT
    assert (order["product"]["source_product_id"], order["product"]["warranty_period_days"]) == ("key-1", "2")
    assert order["product"]["stock"] == 3, "as it was when the buyer bought"
    assert shop.get("/users/api/balance/").json()["supplier_balance"] == "19.98"


def test_what_is_short_is_delivered_with_the_next_append(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    append(shop, product_id, "ann")
    assert sell(shop, product_id, 3)["remaining_to_deliver"] == 2
    assert sell(shop, product_id, 1)["remaining_to_deliver"] == 1
    assert shown(shop) == (0, 4)
    assert [order["status"] for order in shop.get(ORDERS).json()] == ["pending_order", "running_order"]
    answer = append(shop, product_id, "ben", "cho")
    assert (answer["accounts_imported"], answer["delivery_tasks_queued"]) == (2, 1)
    answer = append(shop, product_id, "dan", "eve")
    assert (answer["accounts_imported"], answer["delivery_tasks_queued"]) == (2, 1)
    assert shown(shop) == (1, 4)
    assert {order["status"] for order in shop.get(ORDERS).json()} == {"completed_order"}


def test_a_listing_without_a_pool_sells_its_stock(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(stock=2)
    assert sell(shop, product_id, 3)["remaining_to_deliver"] == 3
    assert shown(shop) == (0, 3)


def test_sales_count_can_count_orders(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(stock=9)
    shop.post("/admin/api/settings", json={"sales_counts_orders": True})
    sell(shop, product_id, 5)
    assert shown(shop) == (4, 1)


def test_the_auditor_sees_how_often_each_account_arrived(shop: httpx.Client, listing: Listing) -> None:
    product_id, other = listing(), listing()
    append(shop, product_id, "canary-ann", "canary-ben")
    append(shop, product_id, "canary-ann")
    append(shop, other, "canary-ann")
    order_id = sell(shop, product_id)["order_id"]
    found = pool(shop, product_id)
    assert found[hashed("canary-ann")] == {
        "product_id": product_id,
        "username_sha256": hashed("canary-ann"),
        "arrivals": 2,
        "copies": 1,
        "status": "sold",
        "order_ids": [order_id],
    }
    ben = found[hashed("canary-ben")]
    assert (ben["arrivals"], ben["status"], ben["order_ids"]) == (1, "unsold", [])
    everything = shop.get("/admin/api/pool")
    assert len(everything.json()["accounts"]) == 3
    assert "canary" not in everything.text


def test_the_auditor_still_sees_what_went_to_a_deleted_listing(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    append(shop, product_id, "ann")
    shop.post(f"{LIST}{product_id}/delete/").raise_for_status()
    assert pool(shop, product_id)[hashed("ann")]["arrivals"] == 1
    assert shop.get("/admin/api/products").json() == {"products": []}
    (gone,) = shop.get("/admin/api/products", params={"removed": "1"}).json()["products"]
    assert (gone["product_id"], bool(gone["removed_at"])) == (product_id, True)


def test_kept_duplicates_are_copies(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    shop.post("/admin/api/settings", json={"duplicate_accounts": "keep"})
    append(shop, product_id, "ann")
    append(shop, product_id, "ann")
    sell(shop, product_id)
    found = pool(shop, product_id)[hashed("ann")]
    assert (found["arrivals"], found["copies"], found["status"], len(found["order_ids"])) == (2, 2, "sold", 1)


def test_accounts_are_revealed_only_when_asked(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    append(shop, product_id, "ann")
    assert shop.get("/admin/api/accounts").status_code == 400
    (account,) = shop.get("/admin/api/accounts", params={"reveal": "1", "product_id": product_id}).json()["accounts"]
    assert (account["username"], account["password"], account["order_id"]) == ("ann", "pw-ann", None)


def test_orders_are_filtered_and_paged(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(title="Blue seat", stock=5)
    first, second = sell(shop, product_id)["order_id"], sell(shop, product_id)["order_id"]
    assert [order["order_id"] for order in shop.get(ORDERS).json()] == [second, first]
    assert [o["order_id"] for o in shop.get(ORDERS, params={"page": 2, "page_size": 1}).json()] == [first]
    assert shop.get(ORDERS, params={"status": "completed_order"}).json() == []
    assert len(shop.get(ORDERS, params={"search": "BLUE"}).json()) == 2
    shop.post("/admin/api/settings", json={"envelope": "products_total"})
    assert shop.get(ORDERS).json()["total"] == len(shop.get(ORDERS).json()["orders"]) == 2
    assert shop.get("/orders/api/nothing/").status_code == 404
    listed = shop.get("/admin/api/orders", params={"product_id": product_id}).json()["orders"]
    assert [order["order_id"] for order in listed] == [first, second]
    assert "buyer_id" not in listed[0]


def test_delivered_info_can_be_json(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    append(shop, product_id, "ann")
    order_id = sell(shop, product_id)["order_id"]
    shop.post("/admin/api/settings", json={"delivered_info": "json"})
    order = shop.get(f"/orders/api/{order_id}/").json()["order"]
    assert json.loads(order["delivered_info"]) == ["ann:pw-ann"]


def test_a_stranger_edits(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    fields = {"price": "1.5", "title": "Theirs", "stock": 7, "sales_count": 3, "approval_status": "pending"}
    answer = shop.post("/admin/api/edit", json={"product_id": product_id, "fields": fields}).json()["product"]
    assert (answer["price"], answer["title"], answer["approval_status"]) == ("1.50", "Theirs", "pending")
    assert shown(shop) == (7, 3)


def test_a_stranger_imports_and_removes(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    answer = shop.post("/admin/api/add_accounts", json={"product_id": product_id, "count": 3}).json()
    assert (answer["imported"], answer["product"]["unsold_accounts"]) == (3, 3)
    named = [{"username": "ann", "password": "x"}]
    shop.post("/admin/api/add_accounts", json={"product_id": product_id, "accounts": named}).raise_for_status()
    assert shown(shop) == (4, 0)
    sell(shop, product_id)
    shop.post("/admin/api/remove", json={"product_id": product_id}).raise_for_status()
    assert shop.get(LIST).json() == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("sell", {"product_id": "nothing"}, 404),
        ("sell", {}, 400),
        ("sell", {"product_id": "nothing", "quantity": 0}, 400),
        ("sell", [], 400),
        ("edit", {"product_id": "nothing", "fields": {}}, 404),
        ("edit", {"product_id": "nothing"}, 400),
        ("remove", {"product_id": "nothing"}, 404),
        ("add_accounts", {"product_id": "nothing", "count": 1}, 404),
        ("seed", {"products": [1]}, 400),
        ("seed", {"products": [{"price": 1}]}, 400),
        ("settings", {"envelop": "array"}, 400),
        ("settings", {"page_cap": 0}, 400),
        ("settings", {"page_cap": True}, 400),
        ("settings", {"hide_unapproved": 1}, 400),
        ("settings", {"categories": {"a": 1}}, 400),
    ],
)
def test_admin_requests_that_cannot_be(shop: httpx.Client, path: str, body: object, status: int) -> None:
    answer = shop.post(f"/admin/api/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_an_unknown_setting_is_guessed_at(shop: httpx.Client) -> None:
    answer = shop.post("/admin/api/settings", json={"envelop": "array"})
    assert answer.json()["error"] == "unknown name 'envelop'; did you mean 'envelope'?"
    assert shop.post("/admin/api/settings", content=b"{").status_code == 400


def test_seeded_listings_are_as_asked(shop: httpx.Client) -> None:
    wanted = [
        {"product_id": "p1", "title": "Mine", "price": "3.50", "accounts": 2, "sales_count": 1},
        {"accounts": [{"username": "ann", "password": "x"}], "created_at": "2024-03-01T12:00:00Z"},
    ]
    made = shop.post("/admin/api/seed", json={"products": wanted}).json()["product_ids"]
    assert made[0] == "p1"
    second, first = shop.get(LIST).json()
    assert (first["title"], first["price"], first["stock"], first["sales_count"]) == ("Mine", "3.50", 2, 1)
    assert (second["product_id"], second["stock"], second["created_at"]) == (made[1], 1, "2024-03-01T12:00:00Z")
    assert shop.post("/admin/api/seed", json={"products": [{"product_id": "p1"}]}).status_code == 400


def test_reset_forgets_everything(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    append(shop, product_id, "ann")
    shop.post("/admin/api/settings", json={"envelope": "data_meta", "page_cap": 7})
    shop.post("/admin/api/faults", json={"kind": "reset", "call": "delete"})
    kept = shop.post("/admin/api/reset", json={"keep_settings": True}).json()
    assert (kept["envelope"], kept["page_cap"]) == ("data_meta", 7)
    assert shop.get("/admin/api/products", params={"removed": "1"}).json() == {"products": []}
    assert shop.get("/admin/api/pool").json() == {"accounts": []}
    assert shop.get("/admin/api/faults").json() == {"faults": []}
    assert shop.get("/admin/api/calls").json()["count"] == 0
    assert shop.post("/admin/api/reset").json()["envelope"] == "array"
    assert shop.delete("/admin/api/settings").json() == shop.get("/admin/api/settings").json()


def test_clocks_may_differ(shop: httpx.Client, listing: Listing) -> None:
    shop.post("/admin/api/settings", json={"clock_offset_s": -900_000_000})
    listing()
    assert shop.get(LIST).json()[0]["created_at"] < "2000"
