"""AccPlanet's endpoints 1 to 6: what they do, and what they refuse."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import pytest

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 20
UPLOAD = "/products/api/supplier/upload-image/"
CREATE = "/products/api/supplier/create/"
LIST = "/products/api/supplier/products/"
BODY = {"category_id": "seats", "title": "A seat", "description": "<p>One seat.</p>", "price": "9.99"}

Listing = Callable[..., str]

POOR = [
    *("product_id", "category_id", "title", "description", "price", "stock", "min_quantity", "sales_count"),
    *("rating", "status", "approval_status", "images", "category_path", "parent_category_id", "tags"),
    *("created_at", "updated_at"),
]


def upload(shop: httpx.Client, content: bytes = PNG) -> str:
    answer = shop.post(UPLOAD, files={"image": ("picture.png", content, "image/png")})
    assert answer.status_code == 200
    return str(answer.json()["image_path"])


def only(shop: httpx.Client) -> dict[str, Any]:
    (item,) = shop.get(LIST).json()
    assert isinstance(item, dict)
    return item


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"x-api-key": "wrong"}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Basic sandbox"}, 401),
        ({"x-api-key": "sandbox"}, 200),
        ({"Authorization": "Bearer sandbox"}, 200),
    ],
)
def test_the_key_is_checked(shop: httpx.Client, headers: dict[str, str], status: int) -> None:
    request = shop.build_request("GET", LIST, headers=headers)
    if "x-api-key" not in headers:
        del request.headers["x-api-key"]
    request.headers.update(headers)
    answer = shop.send(request)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["success"] is False
        assert "wrong" not in answer.text


def test_every_upload_gets_its_own_path_and_is_served(shop: httpx.Client) -> None:
    first, second = upload(shop), upload(shop)
    assert first != second
    assert re.fullmatch(r"/media/product_images/[0-9a-f]{64}\.webp", first)
    served = shop.get(first)
    assert served.content == PNG
    assert served.headers["content-type"] == "image/png"
    assert shop.get("/media/product_images/none.webp").status_code == 404


def test_images_can_be_content_addressed(shop: httpx.Client) -> None:
    shop.post("/admin/api/settings", json={"content_addressed_images": True})
    assert upload(shop) == upload(shop) == f"/media/product_images/{sha256(PNG).hexdigest()}.webp"


def test_what_is_no_image_is_refused(shop: httpx.Client) -> None:
    for files in ({"image": ("a.png", b"text")}, {"picture": ("a.png", PNG)}, {"image": ("a.png", b"")}):
        assert shop.post(UPLOAD, files=files).status_code == 400
    assert shop.post(UPLOAD, json={}).status_code == 400
    broken = shop.post(UPLOAD, content=b"nonsense", headers={"content-type": "multipart/form-data; boundary=x"})
    assert broken.status_code == 400


def test_create_answers_as_documented(shop: httpx.Client) -> None:
    answer = shop.post(CREATE, json=BODY | {"accounts": [{"username": "ann", "password": "x"}]}).json()
    assert isinstance(answer.pop("business_id"), int)
    assert isinstance(answer.pop("product_id"), str)
    assert answer == {
        "success": True,
        "approval_status": "approved",
        "message": "Product created successfully",
        "accounts_imported": 1,
    }


def test_list_shows_exactly_the_documented_fields(shop: httpx.Client, listing: Listing) -> None:
    image = upload(shop)
    product_id = listing(price="9.9", images=[image, "https://img.example/a.png"], source_product_id="key-1")
    item = only(shop)
    assert list(item) == POOR
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item.pop("created_at"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item.pop("updated_at"))
    assert item == {
        "product_id": product_id,
        "category_id": "seats",
        "title": "A seat",
        "description": "<p>One seat.</p>",
        "price": "9.90",
        "stock": 0,
        "min_quantity": 1,
        "sales_count": 0,
        "rating": "0.00",
        "status": "active",
        "approval_status": "approved",
        "images": [image, "https://img.example/a.png"],
        "category_path": "Everything > seats",
        "parent_category_id": None,
        "tags": [],
    }


def test_the_rich_list_shows_what_is_write_only_by_the_document(shop: httpx.Client, listing: Listing) -> None:
    listing(source_product_id="key-1", supplier_name="A shop", warranty_period_days=30)
    shop.post("/admin/api/settings", json={"list_fields": "rich"})
    item = only(shop)
    assert list(item)[: len(POOR)] == POOR
    assert item["source_product_id"] == "key-1"
    assert item["source_product_url"] is None
    assert item["supplier_name"] == "A shop"
    assert item["warranty_period_days"] == "30"


def test_descriptions_come_back_cleaned(shop: httpx.Client, listing: Listing) -> None:
    listing(description="<p onclick='x()'>Hello<script>evil()</script> <b>you</b></p>")
    assert only(shop)["description"] == "<p>Hello <b>you</b></p>"


@pytest.mark.parametrize(("sent", "kept"), [("9.9", "9.90"), ("9.995", "10.00"), ("0", "0.00"), ("007.10", "7.10")])
def test_prices_are_kept_to_two_places(shop: httpx.Client, listing: Listing, sent: str, kept: str) -> None:
    listing(price=sent)
    assert only(shop)["price"] == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("price", value) for value in (9.99, 10, None, "", "1,99", "-1", "1e3", "NaN", "9.99 USD", "١", "0x10")),
        *(("title", value) for value in ("", "  ", None, 7)),
        *(("category_id", value) for value in ("", None, 7)),
        *(("description", value) for value in ("", None, "<script>x</script>")),
        *(("stock", value) for value in (-1, 1.5, "7", True, None)),
        *(("min_quantity", value) for value in (0, "1")),
        *(("warranty_period_days", value) for value in (-1, "30")),
        *(("images", value) for value in ("/a.webp", [1], ["/media/product_images/unknown.webp"], ["file:///a"])),
        ("source_product_id", "x" * 201),
        ("source_product_url", "https://a.example/" + "x" * 2000),
        *(("status", value) for value in ("", 1)),
        *(("accounts", value) for value in ("ann:x", [{"username": "canary-ann"}], ["canary-ann:x"])),
    ],
)
def test_fields_that_cannot_be_are_refused_by_name(
    shop: httpx.Client, listing: Listing, field: str, value: object
) -> None:
    product_id = listing()
    for path in (CREATE, f"{LIST}{product_id}/update/"):
        answer = shop.post(path, json=BODY | {field: value})
        assert answer.status_code == 400, path
        assert answer.json()["success"] is False
        assert list(answer.json()["errors"]) == [field]
        assert "canary" not in answer.text
    assert only(shop)["title"] == "A seat"


@pytest.mark.parametrize("field", ["category_id", "title", "description", "price"])
def test_create_requires_four_fields(shop: httpx.Client, field: str) -> None:
    answer = shop.post(CREATE, json={name: value for name, value in BODY.items() if name != field})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {field: ["This field is required."]}


@pytest.mark.parametrize("content", [b"[]", b"{", b'"x"', b"\xff", b"{}x"])
def test_a_body_that_is_no_json_object_is_refused(shop: httpx.Client, content: bytes) -> None:
    answer = shop.post(CREATE, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert shop.post(CREATE, data={"title": "x"}).status_code == 400


def test_longest_allowed_source_fields_fit(listing: Listing) -> None:
    listing(source_product_id="x" * 200, source_product_url="y" * 2000)


def test_categories_can_be_known(shop: httpx.Client) -> None:
    shop.post("/admin/api/settings", json={"unknown_category": "refuse", "categories": {"c1": "Courses > Seats"}})
    assert shop.post(CREATE, json=BODY).json()["errors"] == {"category_id": ["Category not found."]}
    assert shop.post(CREATE, json=BODY | {"category_id": "c1"}).status_code == 200
    assert only(shop)["category_path"] == "Courses > Seats"


def test_unknown_fields_can_be_refused(shop: httpx.Client, listing: Listing) -> None:
    listing(colour="red")
    shop.post("/admin/api/settings", json={"unknown_fields": "refuse"})
    assert list(shop.post(CREATE, json=BODY | {"colour": "red"}).json()["errors"]) == ["colour"]


def test_update_changes_what_it_names(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(min_quantity=2)
    answer = shop.post(f"{LIST}{product_id}/update/", json={"title": " New ", "price": "5", "status": "inactive"})
    assert answer.json()["message"] == "Product updated successfully"
    assert answer.json()["product_id"] == product_id
    item = only(shop)
    assert (item["title"], item["price"], item["status"]) == ("New", "5.00", "inactive")
    assert (item["min_quantity"], item["description"]) == (2, "<p>One seat.</p>")


@pytest.mark.parametrize("call", ["update", "accounts", "delete"])
def test_a_listing_that_is_not_there_is_a_404(shop: httpx.Client, call: str) -> None:
    answer = shop.post(f"{LIST}nothing/{call}/", json={"accounts_text": "a:b"})
    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "Product not found."}


def test_stock_is_kept_until_there_are_accounts(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(stock=100)
    assert only(shop)["stock"] == 100
    shop.post(f"{LIST}{product_id}/update/", json={"stock": 90})
    assert only(shop)["stock"] == 90
    shop.post(f"{LIST}{product_id}/accounts/", json={"accounts_text": "a:1\nb|2\n\n"})
    assert only(shop)["stock"] == 2
    shop.post(f"{LIST}{product_id}/update/", json={"stock": 50, "title": "Still two"})
    assert (only(shop)["stock"], only(shop)["title"]) == (2, "Still two")


def test_append_counts_what_is_new(shop: httpx.Client, listing: Listing) -> None:
    path = f"{LIST}{listing()}/accounts/"
    batch = [{"username": "ann", "password": "p|:w"}, {"username": "ben", "password": "x"}]
    answer = shop.post(path, json={"accounts": batch}).json()
    assert (answer["accounts_imported"], answer["delivery_tasks_queued"]) == (2, 0)
    assert answer["message"] == "Accounts imported."
    batch.append({"username": "cho", "password": "x"})
    assert shop.post(path, json={"accounts": batch}).json()["accounts_imported"] == 1
    shop.post("/admin/api/settings", json={"duplicate_accounts": "keep"})
    assert shop.post(path, json={"accounts": batch}).json()["accounts_imported"] == 3
    assert only(shop)["stock"] == 6


@pytest.mark.parametrize("body", [{}, {"accounts": []}, {"accounts_text": " \n"}, {"accounts_text": "no separator"}])
def test_append_refuses_what_brings_no_accounts(shop: httpx.Client, listing: Listing, body: dict[str, object]) -> None:
    answer = shop.post(f"{LIST}{listing()}/accounts/", json=body)
    assert answer.status_code == 400
    assert answer.json()["success"] is False


def test_append_is_all_or_nothing(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    accounts = [{"username": "ann", "password": "x"}, {"username": "ben", "password": ""}]
    assert shop.post(f"{LIST}{product_id}/accounts/", json={"accounts": accounts}).status_code == 400
    assert shop.get("/admin/api/pool").json() == {"accounts": []}


def test_delete_takes_only_what_was_never_sold(shop: httpx.Client, listing: Listing) -> None:
    sold, unsold = listing(stock=3), listing()
    shop.post("/admin/api/sell", json={"product_id": sold})
    answer = shop.post(f"{LIST}{sold}/delete/")
    assert answer.status_code == 400
    assert "has been sold" in answer.json()["error"]
    assert shop.post(f"{LIST}{unsold}/delete/").json() == {"success": True, "message": "Product deleted successfully"}
    assert only(shop)["product_id"] == sold
    assert shop.post(f"{LIST}{unsold}/delete/").status_code == 404


def test_refusals_can_come_as_200(shop: httpx.Client) -> None:
    shop.post("/admin/api/settings", json={"refusals": "ok"})
    answer = shop.post(f"{LIST}nothing/delete/")
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert shop.post(CREATE, json={}).status_code == 200
    assert shop.get(LIST, headers={"x-api-key": ""}).status_code == 401


def test_answers_can_write_numbers_as_text(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    shop.post("/admin/api/settings", json={"number_style": "strings", "created_status": "201"})
    answer = shop.post(f"{LIST}{product_id}/accounts/", json={"accounts_text": "a:b"}).json()
    assert (answer["accounts_imported"], answer["delivery_tasks_queued"]) == ("1", "0")
    assert only(shop)["stock"] == "1"
    assert shop.post(CREATE, json=BODY).status_code == 201


def test_what_is_no_endpoint_is_json_too(shop: httpx.Client) -> None:
    assert shop.get("/products/api/supplier/nothing/").status_code == 404
    wrong = shop.get(CREATE)
    assert (wrong.status_code, wrong.json()["success"]) == (405, False)
    assert shop.post(CREATE.rstrip("/"), json=BODY).status_code == 404
