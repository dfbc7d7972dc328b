"""List Products: envelopes, pages, filters, orders, and the ways a list may lag or lie."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from catalogsync.sandbox.accplanet.listings import SORTS, Listings
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.wire.answers import Call

LIST = "/products/api/supplier/products/"
ENVELOPES = [
    *("array", "results_count_next", "products_total", "success_data_items"),
    *("success_data_list", "data_meta", "items_has_more"),
]

Listing = Callable[..., str]


def settings(shop: httpx.Client, **changes: object) -> None:
    shop.post("/admin/api/settings", json=changes).raise_for_status()


def seed(shop: httpx.Client, *products: Mapping[str, object]) -> list[str]:
    made = shop.post("/admin/api/seed", json={"products": products}).json()["product_ids"]
    assert len(made) == len(products)
    return [str(product_id) for product_id in made]


def items(body: Any) -> list[dict[str, Any]]:
    """The array of listings, wherever it is."""
    if isinstance(body, list) and all(isinstance(item, dict) and "product_id" in item for item in body):
        return body
    inner = list(body.values()) if isinstance(body, dict) else []
    return next((found for value in inner if (found := items(value))), [])


def page(shop: httpx.Client, **query: object) -> list[dict[str, Any]]:
    return items(shop.get(LIST, params={name: str(value) for name, value in query.items()}).json())


def ids(shop: httpx.Client, **query: object) -> list[str]:
    return [str(item["product_id"]) for item in page(shop, **query)]


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("fields", ["poor", "rich"])
def test_every_envelope_gives_every_listing_once(shop: httpx.Client, envelope: str, fields: str) -> None:
    made = seed(shop, *[{"title": f"Seat {n}"} for n in range(10)])
    settings(shop, envelope=envelope, list_fields=fields, page_cap=4)
    pages = [ids(shop, page=n, page_size=50) for n in (1, 2, 3, 4)]
    assert [len(found) for found in pages] == [4, 4, 2, 0]
    assert [product_id for found in pages for product_id in found] == made[::-1]


def test_envelopes_look_as_they_are_named(shop: httpx.Client) -> None:
    seed(shop, {}, {}, {})

    def get(envelope: str, **more: object) -> Any:
        settings(shop, envelope=envelope, **more)
        return shop.get(LIST, params={"page": 2, "page_size": 2}).json()

    base = str(shop.base_url).rstrip("/")
    results = get("results_count_next")
    assert list(results) == ["count", "next", "previous", "results"]
    assert (results["count"], results["next"]) == (3, None)
    assert results["previous"] == f"{base}{LIST}?page=1&page_size=2"
    named = get("products_total")
    assert (named["total"], named["page"], named["page_size"]) == (3, 2, 2)
    nested = get("success_data_items")["data"]["pagination"]
    assert nested == {"page": 2, "page_size": 2, "total": 3, "total_pages": 2}
    beside = get("success_data_list")
    assert (beside["success"], len(beside["data"]), beside["total"], beside["total_pages"]) == (True, 1, 3, 2)
    meta = get("data_meta")
    assert meta["meta"] == {"current_page": 2, "per_page": 2, "total_count": 3, "last_page": 2}
    assert meta["data"]["facets"] == [{"category_id": "seats"}]
    assert get("items_has_more")["has_more"] is False


@pytest.mark.parametrize(("total", "said"), [("exact", 3), ("high", 4), ("low", 2)])
def test_totals_can_lie(shop: httpx.Client, total: str, said: int) -> None:
    seed(shop, {}, {}, {})
    settings(shop, envelope="products_total", total=total)
    assert shop.get(LIST).json()["total"] == said


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_totals_can_be_absent(shop: httpx.Client, envelope: str) -> None:
    seed(shop, {})
    settings(shop, envelope=envelope, total="absent")
    text = shop.get(LIST).text
    for name in ('"count"', '"total"', '"total_count"', '"total_pages"', '"last_page"'):
        assert name not in text


def test_next_can_mislead(shop: httpx.Client) -> None:
    seed(shop, {}, {}, {})

    def link(style: str) -> object:
        settings(shop, envelope="results_count_next", next_link=style)
        return shop.get(LIST, params={"page_size": 1}).json()["next"]

    base = str(shop.base_url).rstrip("/")
    assert link("absolute") == f"{base}{LIST}?page_size=1&page=2"
    assert link("path") == f"{LIST}?page_size=1&page=2"
    assert link("loop") == f"{base}{LIST}?page_size=1&page=1"
    assert link("foreign") == f"http://elsewhere.example{LIST}?page_size=1&page=2"


def test_after_the_last_page(shop: httpx.Client) -> None:
    made = seed(shop, {}, {}, {})[::-1]
    assert ids(shop, page=9, page_size=2) == []
    settings(shop, last_page="repeat")
    assert ids(shop, page=9, page_size=2) == made[2:]
    settings(shop, last_page="404")
    assert shop.get(LIST, params={"page": 3, "page_size": 2}).status_code == 404
    assert ids(shop, page=2, page_size=2) == made[2:]


def test_an_empty_list_has_a_first_page(shop: httpx.Client) -> None:
    for last_page in ("empty", "repeat", "404"):
        settings(shop, last_page=last_page)
        assert shop.get(LIST).json() == []


def test_page_sizes(shop: httpx.Client) -> None:
    seed(shop, *({} for _ in range(30)))
    assert len(ids(shop)) == 20
    settings(shop, default_page_size=7)
    assert len(ids(shop)) == 7
    assert len(ids(shop, page_size=25)) == 25
    settings(shop, page_cap=10)
    assert len(ids(shop, page_size=25)) == 10
    for bad in ("0", "-1", "x", "1.5", ""):
        assert shop.get(LIST, params={"page": bad}).status_code == 400


def test_pages_can_shift(shop: httpx.Client) -> None:
    made = seed(shop, *({} for _ in range(6)))[::-1]
    settings(shop, paging="overlap")
    assert [ids(shop, page=n, page_size=3) for n in (1, 2, 3)] == [made[:3], made[2:5], made[5:]]
    settings(shop, paging="gap")
    assert [ids(shop, page=n, page_size=3) for n in (1, 2)] == [made[:3], made[4:]]
    settings(shop, paging="empty_first")
    assert [ids(shop, page=n, page_size=3) for n in (1, 2)] == [[], made[3:]]
    settings(shop, paging="empty_middle")
    assert [ids(shop, page=n, page_size=2) for n in (1, 2, 3)] == [made[:2], [], made[4:]]


def test_filters(shop: httpx.Client) -> None:
    cheap, dear, other = seed(
        shop,
        {"title": "Cheap seat", "price": "5"},
        {"title": "Dear seat", "price": "50.01", "status": "inactive"},
        {"title": "Voucher", "price": "7", "category_id": "vouchers", "description": "<p>Like a SEAT</p>"},
    )
    assert ids(shop, category_id="vouchers") == [other]
    assert ids(shop, status="inactive") == [dear]
    assert ids(shop, search="SEAT") == [other, dear, cheap]
    assert ids(shop, search=cheap) == [cheap]
    assert ids(shop, search="100%_") == []
    assert ids(shop, min_price="7") == [other, dear]
    assert ids(shop, max_price="50.00") == [other, cheap]
    assert ids(shop, min_price="6", max_price="8", status="active") == [other]
    assert shop.get(LIST, params={"min_price": "cheap"}).status_code == 400


def test_orders(shop: httpx.Client, listing: Listing) -> None:
    first, second, third = seed(
        shop, {"title": "B", "price": "3"}, {"title": "A", "price": "1", "sales_count": 9}, {"title": "C", "price": "2"}
    )
    assert ids(shop) == [third, second, first]
    assert ids(shop, sort="oldest") == ids(shop, sort="created_at") == [first, second, third]
    assert ids(shop, sort="price") == [second, third, first]
    assert ids(shop, sort="-price") == ids(shop, sort="price_high") == [first, third, second]
    assert ids(shop, sort="title") == [second, first, third]
    assert ids(shop, sort="popular") == [second, third, first]
    assert ids(shop, sort="nonsense") == [third, second, first]
    settings(shop, default_order="oldest")
    assert ids(shop) == [first, second, third]
    settings(shop, default_order="shuffled")
    assert sorted(ids(shop)) == sorted([first, second, third])


@pytest.mark.parametrize(
    ("style", "shown"), [("two_places", "9.90"), ("trimmed", "9.9"), ("four_places", "9.9000"), ("number", 9.9)]
)
def test_price_styles(shop: httpx.Client, style: str, shown: object) -> None:
    seed(shop, {"price": "9.9"})
    settings(shop, price_style=style)
    assert page(shop)[0]["price"] == shown


def test_image_and_description_styles(shop: httpx.Client, listing: Listing) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    path = shop.post("/products/api/supplier/upload-image/", files={"image": ("a.png", png)}).json()["image_path"]
    settings(shop, image_style="url", description_style="as_sent")
    listing(images=[path], description=" <p onclick='x'>y</p>\n")
    item = page(shop)[0]
    assert item["images"] == [f"{str(shop.base_url).rstrip('/')}{path}"]
    assert item["description"] == " <p onclick='x'>y</p>\n"


def test_unapproved_listings_can_be_hidden(shop: httpx.Client, listing: Listing) -> None:
    settings(shop, approval="pending")
    product_id = listing()
    assert page(shop)[0]["approval_status"] == "pending"
    settings(shop, hide_unapproved=True)
    assert ids(shop) == []
    shop.post("/admin/api/edit", json={"product_id": product_id, "fields": {"approval_status": "approved"}})
    assert ids(shop) == [product_id]


def test_the_list_lags_behind_every_kind_of_write(shop: httpx.Client, listing: Listing) -> None:
    kept, doomed = listing(title="Old"), listing()
    settings(shop, list_lag_ms=3_600_000)
    late = listing()
    shop.post(f"{LIST}{kept}/update/", json={"title": "New"})
    shop.post(f"{LIST}{kept}/accounts/", json={"accounts_text": "a:b"})
    shop.post(f"{LIST}{doomed}/delete/")
    assert [(item["product_id"], item["title"], item["stock"]) for item in page(shop)] == [
        (doomed, "A seat", 0),
        (kept, "Old", 0),
    ]
    assert len(shop.get("/admin/api/products").json()["products"]) == 2
    settings(shop, list_lag_ms=0)
    assert [(item["product_id"], item["title"], item["stock"]) for item in page(shop)] == [
        (late, "A seat", 0),
        (kept, "New", 1),
    ]


def test_the_lag_ends_by_itself(shop: httpx.Client, listing: Listing) -> None:
    settings(shop, list_lag_ms=30)
    product_id = listing()
    for _ in range(200):
        if ids(shop) == [product_id]:
            return
    pytest.fail("the listing never showed")


def test_ids_can_repeat_from_run_to_run(shop: httpx.Client, listing: Listing) -> None:
    settings(shop, ids="sequential")
    assert [listing(), listing()] == [f"{501:024x}", f"{502:024x}"]


def test_a_thousand_listings_are_seeded_and_listed(shop: httpx.Client) -> None:
    made = shop.post("/admin/api/seed", json={"count": 1000, "accounts": 1}).json()["product_ids"]
    settings(shop, page_cap=1000)
    found = page(shop, page_size=1000)
    assert [item["product_id"] for item in found] == made[::-1]
    assert {item["stock"] for item in found} == {1}


@pytest.mark.parametrize("query", [{}, *({"sort": name} for name in SORTS), {"category_id": "c"}, {"status": "active"}])
@pytest.mark.parametrize("hide", [False, True])
def test_a_page_reads_an_index_and_its_own_rows(query: dict[str, str], hide: bool) -> None:
    market = Market(":memory:", "sandbox")
    asked: list[str] = []
    call = Call("list", LIST, {}, query, {}, b"", "http://127.0.0.1", Settings().changed({"hide_unapproved": hide}))
    market.db.set_trace_callback(asked.append)
    listings = Listings(market, call)
    listings.rows(10, listings.count())
    market.db.set_trace_callback(None)
    for sql in (sql for sql in asked if "FROM listings" in sql):
        plan = [str(row[3]) for row in market.db.execute(f"EXPLAIN QUERY PLAN {sql}")]
        for step in plan:
            assert "SCAN listings" not in step or "USING COVERING INDEX" in step, step
            assert "TEMP B-TREE" not in step or query.get("sort") == "shuffled", step
    market.close()
