"""AccPlanet's tickets, payments and balance."""

from collections.abc import Callable

import httpx
import pytest

from tests.sandbox.test_orders import act, append, sell, settings

TICKETS = "/orders/api/supplier/tickets/"
PAYMENTS = "/orders/api/supplier/payments/"
TICKET_FIELDS = [
    *("ticket_id", "ticket_no", "order_id", "buyer_id", "supplier_id", "title", "description", "status"),
    *("admin_invited", "created_at", "updated_at"),
]

Listing = Callable[..., str]


def balance(shop: httpx.Client) -> str:
    return str(shop.get("/users/api/balance/").json()["supplier_balance"])


def test_a_ticket_is_opened_read_and_changed(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(stock=9), buyer_id="b-1")
    body = {"order_id": order_id, "title": " Late ", "description": "<p>Soon<script>x</script></p>"}
    made = shop.post(f"{TICKETS}create/", json=body).json()
    assert (list(made), made["message"]) == (
        ["success", "ticket_id", "ticket_no", "message"],
        "Ticket created successfully.",
    )
    assert made["ticket_no"].startswith("TKT")
    read = shop.get(f"{TICKETS}{made['ticket_id']}/").json()
    ticket = read["ticket"]
    assert (read["success"], list(ticket)) == (True, TICKET_FIELDS)
    assert (ticket["title"], ticket["description"], ticket["status"]) == ("Late", "<p>Soon</p>", "open")
    assert (ticket["order_id"], ticket["buyer_id"], ticket["admin_invited"]) == (order_id, "b-1", False)
    changed = shop.post(f"{TICKETS}{ticket['ticket_id']}/update/", json={"status": "in_progress", "title": "Sent"})
    assert changed.json() == {"success": True, "ticket": {**ticket, "status": "in_progress", "title": "Sent"}}
    settings(shop, created_status="201")
    assert shop.post(f"{TICKETS}create/", json=body).status_code == 201
    (first, _) = shop.get("/admin/api/tickets").json()["tickets"]
    assert (first["status"], first["ours"]) == ("in_progress", True)
    assert not {"title", "description", "buyer_id"} & first.keys()


def test_tickets_are_filtered_and_paged(shop: httpx.Client, listing: Listing) -> None:
    order_id = sell(shop, listing(stock=9))
    made = [
        shop.post("/admin/api/tickets", json={"order_id": order_id, "status": status}).json()["ticket_id"]
        for status in ("open", "closed", "open")
    ]
    assert [item["ticket_id"] for item in shop.get(TICKETS).json()] == made[::-1]
    assert [item["ticket_id"] for item in shop.get(TICKETS, params={"status": "closed"}).json()] == made[1:2]
    assert [item["ticket_id"] for item in shop.get(TICKETS, params={"page": 2, "page_size": 2}).json()] == made[:1]
    settings(shop, envelope="products_total", filters="strict")
    assert shop.get(TICKETS, params={"status": "open"}).json()["total"] == 2
    assert shop.get(TICKETS).json()["tickets"]
    assert shop.get(TICKETS, params={"status": "new"}).status_code == 400
    assert shop.post("/admin/api/tickets", json={"order_id": order_id, "status": "new"}).status_code == 400
    assert shop.post("/admin/api/tickets", json={"order_id": "nothing"}).status_code == 404


def test_tickets_that_cannot_be_are_refused(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(stock=9)
    order_id, foreign = sell(shop, product_id), sell(shop, product_id, ours=False)
    whole = {"order_id": order_id, "title": "Late", "description": "Soon"}
    for name in whole:
        answer = shop.post(f"{TICKETS}create/", json=whole | {name: ""})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
    wrong: list[tuple[str, object, int]] = [
        ("title", 1, 400),
        ("title", "x" * 201, 400),
        ("description", "<script></script>", 400),
        ("order_id", "nothing", 404),
        ("order_id", foreign, 403),
    ]
    for name, value, status in wrong:
        assert shop.post(f"{TICKETS}create/", json={**whole, name: value}).status_code == status
    assert shop.get(TICKETS).json() == []
    ticket_id = shop.post(f"{TICKETS}create/", json=whole).json()["ticket_id"]
    theirs = shop.post("/admin/api/tickets", json={"order_id": foreign}).json()["ticket_id"]
    bodies: list[object] = [{}, {"status": "gone"}, {"status": []}, {"title": ""}, {"description": 1}, []]
    for body in bodies:
        assert shop.post(f"{TICKETS}{ticket_id}/update/", json=body).status_code == 400
    for other, status in ((theirs, 403), ("nothing", 404)):
        assert shop.get(f"{TICKETS}{other}/").status_code == status
        assert shop.post(f"{TICKETS}{other}/update/", json={"status": "closed"}).status_code == status
    assert len(shop.get(TICKETS).json()) == 1


def test_each_paid_order_is_a_payment_and_a_refund_shows(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(stock=9)
    sell(shop, product_id, payment_status="pending_payment")
    refunded, kept = sell(shop, product_id, 2, discount="1.00", age_s=60), sell(shop, product_id)
    append(shop, refunded, "ann:1", "ben:2")
    assert balance(shop) == "18.98"
    append(shop, kept, "cho:3")
    assert balance(shop) == "28.97"
    act(shop, refunded, "refund", {})
    assert balance(shop) == "9.99"
    newest, oldest = shop.get(PAYMENTS).json()
    assert list(newest) == ["payment_no", "order_id", "amount", "payment_method", "status", "paid_at", "created_at"]
    assert (newest["order_id"], newest["amount"], newest["status"]) == (kept, "9.99", "completed_payment")
    assert (oldest["order_id"], oldest["amount"], oldest["status"]) == (refunded, "18.98", "refunded_payment")
    assert newest["payment_no"].startswith("PAY")
    assert newest["payment_no"] != oldest["payment_no"]
    settings(shop, envelope="results_count_next", filters="strict")
    page = shop.get(PAYMENTS, params={"page_size": 1, "page": 2}).json()
    assert (page["count"], [item["order_id"] for item in page["results"]]) == (2, [refunded])
    assert shop.get(PAYMENTS, params={"status": "x"}).status_code == 400


@pytest.mark.parametrize("path", [TICKETS, f"{TICKETS}x/", PAYMENTS, "/users/api/balance/"])
def test_without_a_key_nothing_is_shown(shop: httpx.Client, path: str) -> None:
    assert shop.get(path, headers={"X-API-Key": "wrong"}).status_code == 401
