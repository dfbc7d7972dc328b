"""AccPlanet's orders: read, delivered by hand, given a status, refunded, and refused where that cannot be."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.test_sales import SNAPSHOT

ORDERS = "/orders/api/supplier/orders/"
FIELDS = [
    *("order_id", "order_no", "buyer_id", "product_id", "quantity", "original_price", "login_discount", "coupon_code"),
    *("coupon_discount", "total_amount", "status", "payment_status", "payment_method", "created_at", "updated_at"),
    *("delivered_info", "account_id", "delivered_account_ids", "delivered_units", "remaining_to_deliver"),
    *("supplier_income_recorded", "receipt_confirmed_at", "product"),
]

Listing = Callable[..., str]


def sell(shop: httpx.Client, product_id: str, quantity: int = 1, **more: object) -> str:
    answer = shop.post("/admin/api/sell", json={"product_id": product_id, "quantity": quantity} | more)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["order_id"])


def order(shop: httpx.Client, order_id: str) -> Any:
    return shop.get(f"/orders/api/{order_id}/").json()["order"]


def act(shop: httpx.Client, order_id: str, what: str, body: object) -> httpx.Response:
    return shop.post(f"{ORDERS}{order_id}/{what}/", json=body)


def append(shop: httpx.Client, order_id: str, *rows: str) -> httpx.Response:
    return act(shop, order_id, "delivered", {"delivered_info": json.dumps(rows), "append_delivered_info": True})


def settings(shop: httpx.Client, **patch: object) -> None:
    shop.post("/admin/api/settings", json=patch).raise_for_status()


def audit(shop: httpx.Client) -> Any:
    return shop.get("/admin/api/audit").json()


def test_an_order_without_a_pool_waits_and_looks_as_documented(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(stock=9), 3, discount="0.97", age_s=86_400)
    found = order(shop, order_id)
    assert (list(found), list(found["product"])) == (FIELDS, SNAPSHOT)
    assert found == shop.get(ORDERS).json()[0]
    assert (found["status"], found["payment_status"]) == ("pending_order", "completed_payment")
    assert (found["delivered_info"], found["delivered_units"], found["remaining_to_deliver"]) == (None, 0, 3)
    assert (found["original_price"], found["login_discount"], found["total_amount"]) == ("29.97", "0.97", "29.00")
    assert found["order_no"].startswith("TK")
    assert found["created_at"] < found["product"]["created_at"]


def test_rows_are_appended_once_and_complete_the_order(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(stock=9), 3)
    assert append(shop, order_id, "ann:1", "ben:2", "ann:1").json() == {
        "success": True,
        "order_id": order_id,
        "message": "Delivered info updated.",
        "delivered_units": 2,
        "order_completed": False,
        "append_delivered_info": True,
    }
    assert order(shop, order_id)["status"] == "running_order"
    settings(shop, delivered_answer="call")
    assert append(shop, order_id, "ann:1", "ben:2").json()["delivered_units"] == 0
    last = append(shop, order_id, "ben:2", "cho:3").json()
    assert (last["delivered_units"], last["order_completed"]) == (1, True)
    found = order(shop, order_id)
    assert (found["delivered_info"], found["delivered_units"]) == ("ann:1\nben:2\ncho:3", 3)
    assert (found["status"], found["supplier_income_recorded"]) == ("completed_order", True)
    refused = append(shop, order_id, "dan:4")
    assert (refused.status_code, refused.json()["error"]) == (400, "More was sent than was bought.")
    assert append(shop, order_id, "cho:3").status_code == 200
    arrivals = [place["arrivals"] for account in audit(shop)["accounts"] for place in account["destinations"]]
    assert arrivals == [3, 3, 2]
    settings(shop, completed_orders="closed")
    assert append(shop, order_id, "cho:3").json()["error"] == "This order is completed."


def test_without_append_what_was_there_is_replaced_and_the_auditor_remembers(
    shop: httpx.Client, listing: Listing
) -> None:
    order_id = sell(shop, listing(stock=9), 2)
    append(shop, order_id, "ann:1", "ben:2")
    answer = act(shop, order_id, "delivered", {"delivered_info": '["cho:3"]'}).json()
    assert (answer["delivered_units"], answer["order_completed"], answer["append_delivered_info"]) == (1, False, False)
    assert (order(shop, order_id)["delivered_info"], order(shop, order_id)["status"]) == ("cho:3", "running_order")
    copies = [place["copies"] for account in audit(shop)["accounts"] for place in account["destinations"]]
    assert copies == [0, 0, 1]


@pytest.mark.parametrize(("style", "units"), [("lines", 2), ("whole", 3), ("none", 0)])
def test_a_text_is_shown_as_it_came(shop: httpx.Client, listing: Listing, style: str, units: int) -> None:
    settings(shop, text_units=style, delivered_info="json")
    order_id = sell(shop, listing(stock=9), 3)
    text = "Go to the door.\n\nSay hello. "
    answer = act(shop, order_id, "delivered", {"delivered_info": text, "append_delivered_info": "false"}).json()
    assert (answer["delivered_units"], answer["order_completed"]) == (units, units == 3)
    assert order(shop, order_id)["delivered_info"] == text
    long = act(shop, order_id, "delivered", {"delivered_info": "a\nb\nc\nd\ne"}).json()
    assert long["delivered_units"] == (0 if style == "none" else 3)
    act(shop, order_id, "delivered", {"delivered_info": text})
    merged = append(shop, order_id, "Say hello.", "ann:1").json()["delivered_units"]
    assert (merged, json.loads(order(shop, order_id)["delivered_info"])) == (
        3,
        ["Go to the door.", "Say hello.", "ann:1"],
    )
    assert len(audit(shop)["accounts"]) == 1, "a line of prose is no account"


def test_pool_and_hand_together_give_what_was_bought(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(accounts_text="ann:1")
    order_id = sell(shop, product_id, 3)
    assert append(shop, order_id, "ben:2", "cho:3", "dan:4").status_code == 400
    assert append(shop, order_id, "ben:2").json()["delivered_units"] == 2
    more = {"accounts_text": "eve:5\nfay:6"}
    shop.post(f"/products/api/supplier/products/{product_id}/accounts/", json=more).raise_for_status()
    found = order(shop, order_id)
    assert (found["delivered_info"], found["status"]) == ("ann:1\neve:5\nben:2", "completed_order")
    assert len(found["delivered_account_ids"]) == 2
    settings(shop, delivered_info="json")
    assert json.loads(order(shop, order_id)["delivered_info"]) == ["ann:1", "eve:5", "ben:2"]
    settings(shop, delivered_info="hidden")
    assert (order(shop, order_id)["delivered_info"], order(shop, order_id)["delivered_units"]) == (None, 3)
    assert audit(shop)["overfilled"] == audit(shop)["at_two_destinations"] == []


def test_an_unpaid_order_takes_nothing_until_it_is_paid(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(accounts_text="ann:1\nben:2")
    order_id = sell(shop, product_id, 2, payment_status="pending_payment")
    found = order(shop, order_id)
    assert (found["payment_status"], found["delivered_units"]) == ("pending_payment", 0)
    (listed,) = shop.get("/products/api/supplier/products/").json()
    assert (listed["stock"], listed["sales_count"]) == (2, 0)
    more = {"accounts_text": "cho:3"}
    appended = shop.post(f"/products/api/supplier/products/{product_id}/accounts/", json=more).json()
    assert appended["delivery_tasks_queued"] == 0
    for refused in (
        append(shop, order_id, "dan:4"),
        act(shop, order_id, "refund", {}),
        act(shop, order_id, "status", {"status": "completed_order"}),
        act(shop, order_id, "status", {"status": "refunded_order"}),
    ):
        assert (refused.status_code, refused.json()["error"]) == (400, "This order is not paid.")
    assert act(shop, order_id, "status", {"status": "running_order"}).status_code == 200
    paid = shop.post("/admin/api/pay", json={"order_id": order_id}).json()
    assert (paid["delivered_units"], paid["status"], paid["product"]["stock"]) == (2, "completed_order", 1)
    assert shop.post("/admin/api/pay", json={"order_id": order_id}).status_code == 400
    assert shop.post("/admin/api/pay", json={"order_id": "nothing"}).status_code == 404


def test_a_status_is_one_of_four_words_in_either_field(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(stock=9))
    for field, word in [("order_status", "running_order"), ("status", "completed_order"), ("status", "pending_order")]:
        answer = act(shop, order_id, "status", {field: word}).json()
        assert answer == {
            "success": True,
            "order_id": order_id,
            "status": word,
            "message": "Order status updated.",
        }
        assert order(shop, order_id)["status"] == word
    bodies: list[object] = [
        *({}, {"status": "receipt_confirmed_order"}, {"order_status": "done"}, {"status": 1}, []),
        {"status": "running_order", "order_status": "pending_order"},
    ]
    for body in bodies:
        assert act(shop, order_id, "status", body).status_code == 400
    assert act(shop, order_id, "status", {"status": "refunded_order"}).status_code == 200
    assert "final" in act(shop, order_id, "status", {"status": "pending_order"}).json()["error"]
    (listed,) = shop.get("/admin/api/orders").json()["orders"]
    assert (listed["status"], listed["payment_status"]) == ("refunded_order", "refunded_payment")


def test_only_a_buyer_confirms_a_receipt(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(accounts_text="ann:1"))
    waiting = sell(shop, listing(stock=1))
    assert shop.post("/admin/api/confirm", json={"order_id": waiting}).status_code == 400
    assert shop.post("/admin/api/confirm", json={"order_id": order_id}).json()["status"] == "receipt_confirmed_order"
    assert order(shop, order_id)["receipt_confirmed_at"]
    assert act(shop, order_id, "status", {"status": "pending_order"}).status_code == 400
    assert shop.get("/users/api/balance/").json()["balance"] == "9.99"


def test_a_refund_is_whole_and_once(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(stock=9), 2)
    append(shop, order_id, "ann:1")
    answer = act(shop, order_id, "refund", {}).json()
    assert answer.pop("refund_no").startswith("REF")
    assert answer == {"success": True, "order_id": order_id, "message": "Refund processed successfully."}
    assert order(shop, order_id)["status"] == "refunded_order"
    again = act(shop, order_id, "refund", {})
    assert (again.status_code, again.json()["error"]) == (400, "This order was refunded before.")
    late = append(shop, order_id, "ben:2")
    assert (late.status_code, late.json()["error"]) == (400, "This order was refunded.")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"delivered_info": ""},
        {"delivered_info": " \n"},
        {"delivered_info": ["ann:1"]},
        {"delivered_info": "[]"},
        {"delivered_info": '["ann:1", 7]'},
        {"delivered_info": '[""]'},
        {"delivered_info": '["ann:1"]', "append_delivered_info": "maybe"},
        {"delivered_info": '["ann:1"]', "append_delivered_info": []},
        {"delivered_info": "ann:1", "append_delivered_info": True},
        {"delivered_info": '{"ann": 1}', "append_delivered_info": "true"},
        [],
    ],
)
def test_what_is_no_delivery_is_refused(shop: httpx.Client, listing: Listing, body: object) -> None:
    order_id = sell(shop, listing(stock=9))
    answer = act(shop, order_id, "delivered", body)
    assert (answer.status_code, answer.json()["success"]) == (400, False)
    assert (order(shop, order_id)["delivered_units"], audit(shop)["accounts"]) == (0, [])
    settings(shop, refusals="ok")
    assert act(shop, order_id, "delivered", body).status_code == 200


def test_orders_of_others_and_of_nobody_are_refused(shop: httpx.Client, listing: Listing) -> None:
    foreign = sell(shop, listing(stock=9), ours=False)
    for order_id, status in ((foreign, 403), ("nothing", 404)):
        assert shop.get(f"/orders/api/{order_id}/").status_code == status
        assert append(shop, order_id, "ann:1").status_code == status
        assert act(shop, order_id, "refund", {}).status_code == status
        assert act(shop, order_id, "status", {"status": "running_order"}).status_code == status
    assert shop.get(ORDERS).json() == shop.get("/orders/api/supplier/payments/").json() == []
    (listed,) = shop.get("/products/api/supplier/products/").json()
    assert (listed["stock"], listed["sales_count"]) == (9, 0)
    unkeyed = {"X-API-Key": ""}
    assert shop.post(f"{ORDERS}{foreign}/refund/", headers=unkeyed).status_code == 401


@pytest.mark.parametrize(
    ("style", "word", "found"),
    [
        *(("exact", "running_order", 0), ("exact", "done", 0), ("exact", "pending_order,running_order", 0)),
        *(("lenient", "running_order", 0), ("lenient", "done", 1), ("none", "running_order", 1)),
        *(("strict", "pending_order", 1), ("strict", "done", None)),
    ],
)
def test_filters_may_not_be_what_one_hopes(
    shop: httpx.Client, listing: Listing, style: str, word: str, found: int | None
) -> None:
    sell(shop, listing(stock=9))
    settings(shop, filters=style)
    answer = shop.get(ORDERS, params={"status": word})
    assert answer.status_code == (400 if found is None else 200)
    assert found is None or len(answer.json()) == found
    unknown = shop.get(ORDERS, params={"since": "2024"})
    assert unknown.status_code == (400 if style == "strict" else 200)


def test_orders_come_in_every_order_and_envelope(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(stock=9)
    made = [sell(shop, product_id) for _ in range(3)]
    settings(shop, default_order="oldest", envelope="success_data_items", number_style="strings")
    data = shop.get(ORDERS, params={"page_size": 2}).json()["data"]
    assert [item["order_id"] for item in data["items"]] == made[:2]
    assert (data["items"][0]["quantity"], data["items"][0]["remaining_to_deliver"]) == ("1", "1")
    assert data["pagination"] == {"page": "1", "page_size": "2", "total": "3", "total_pages": "2"}
    settings(shop, default_order="updated")
    act(shop, made[1], "status", {"status": "running_order"})
    first = shop.get(ORDERS, params={"status": "running_order"}).json()["data"]["items"]
    assert [item["order_id"] for item in first] == [made[1]]


def test_calls_about_orders_are_logged_and_struck(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(stock=9), 2)
    rules = [{"kind": "status", "call": "any", "accounts": True, "when": "after"}, {"kind": "status", "call": "refund"}]
    shop.post("/admin/api/faults", json=rules).raise_for_status()
    shop.delete("/admin/api/calls")
    assert act(shop, order_id, "status", {"order_status": "running_order"}).status_code == 200
    assert append(shop, order_id, "ann:1", "ben:2").status_code == 500
    assert act(shop, order_id, "refund", {}).status_code == 500
    assert order(shop, order_id)["delivered_units"] == 2
    calls = shop.get("/admin/api/calls", params={"changing": "1"}).json()["calls"]
    assert [(call["call"], call["accounts"], call["words"]) for call in calls] == [
        ("set_status", 0, {"order_status": "running_order"}),
        ("deliver", 2, {"append_delivered_info": True}),
        ("refund", 0, {}),
    ]
    wrong = shop.post("/admin/api/faults", json={"kind": "reset", "accounts": 1})
    assert "true or false" in wrong.json()["error"]
