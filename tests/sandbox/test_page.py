"""The admin page, and who may use the admin doors."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import httpx
import pytest

LIST = "/products/api/supplier/products/"

Listing = Callable[..., str]


class Links(HTMLParser):
    """Every address that a page would fetch or go to, and whether it has scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "action")]


def test_the_page_shows_the_shop(shop: httpx.Client, listing: Listing) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    path = shop.post("/products/api/supplier/upload-image/", files={"image": ("a.png", png)}).json()["image_path"]
    product_id = listing(title="Blue <b>seat</b>", images=[path, "https://img.example/a.png"])
    shop.post(f"{LIST}{product_id}/accounts/", json={"accounts_text": "canary-ann:x\ncanary-ben:y"})
    shop.post("/admin/api/sell", json={"product_id": product_id, "quantity": 1})
    page = shop.get("/")
    assert shop.get("/admin").status_code == 200
    assert "Blue &lt;b&gt;seat&lt;/b&gt;" in page.text
    assert f'src="{path}"' in page.text
    assert re.search(r"Pool</dt><dd>1<small> of 2</small>", page.text)
    assert "canary" not in page.text
    assert "append" in page.text
    assert "2 accounts" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_page_asks_nothing_of_anyone_else(shop: httpx.Client, listing: Listing) -> None:
    listing(title="<script>x</script>", images=["https://img.example/a.png"], description='<p>"><img src=x></p>')
    links = Links()
    links.feed(shop.get("/").text)
    assert links.scripts == 0
    assert all(link.startswith("/") or link == "data:," for link in links.found), links.found


def test_an_empty_shop_says_so(shop: httpx.Client) -> None:
    assert "No listings yet" in shop.get("/").text
    assert "Nothing matches" in shop.get("/", params={"q": "<x>"}).text


def test_a_shop_can_be_invented_once(shop: httpx.Client) -> None:
    answer = shop.post("/admin/invent")
    assert answer.headers["location"] == "/?done=invented"
    shown = shop.get(answer.headers["location"]).text
    assert "as if it had been here for long" in shown
    assert "Invent a shop" not in shown
    listings = shop.get(LIST, params={"page_size": "50"}).json()
    assert len(listings) == 12
    assert {listing["category_path"] for listing in listings} == {
        "Software > Licence keys",
        "Vouchers",
        "Courses > Seats",
    }
    assert all(listing["stock"] for listing in listings)
    assert {listing["title"]: listing["sales_count"] for listing in listings}["Lantern cinema, one ticket"] == 4
    shop.post("/admin/invent")
    assert len(shop.get(LIST, params={"page_size": "50"}).json()) == 12


def test_the_button_sells_one(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(stock=5)
    answer = shop.post("/admin/sell", data={"product_id": product_id, "page": "1", "q": "seat"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/?page=1&q=seat&done=sold#p-{product_id}"
    assert "Sold one" in shop.get(answer.headers["location"]).text
    assert shop.get(LIST).json()[0]["sales_count"] == 1
    assert shop.post("/admin/sell", data={"product_id": "nothing"}).status_code == 404


def test_orders_and_tickets_are_shown_without_whom_they_are_of(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing(title="<i>Seat</i>", stock=5)
    body = {"product_id": product_id, "quantity": 3, "buyer_id": "canary-buyer"}
    order_id = shop.post("/admin/api/sell", json=body).json()["order_id"]
    shop.post("/admin/api/sell", json=body | {"payment_status": "pending_payment"})
    delivered = {"delivered_info": '["canary-ann:x"]'}
    shop.post(f"/orders/api/supplier/orders/{order_id}/delivered/", json=delivered).raise_for_status()
    shop.post("/admin/api/tickets", json={"order_id": order_id, "title": "canary", "description": "canary"})
    answer = shop.post("/admin/order", data={"product_id": "<b>h1</b>", "quantity": "2"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=ordered#manual")
    page = shop.get("/?done=ordered").text
    for words in ("Ordered at HstockPlus", "1 of 3", "0 of 2", "not paid", "&lt;b&gt;h1&lt;/b&gt;", "TKT"):
        assert words in page, words
    assert "canary" not in page
    assert "buyers.example" not in page
    for bad in ({"product_id": " ", "quantity": "1"}, {"product_id": "h1", "quantity": "x"}, {"product_id": "h1"}):
        assert shop.post("/admin/order", data=bad).status_code == 400


def test_the_form_edits(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    form = {"product_id": product_id, "title": "Theirs", "price": "3", "status": "inactive"}
    answer = shop.post("/admin/edit", data=form | {"description": "<p>a</p>\r\n<p>b</p>"})
    assert answer.status_code == 303
    item = shop.get(LIST).json()[0]
    assert (item["title"], item["price"], item["status"]) == ("Theirs", "3.00", "inactive")
    assert item["description"] == "<p>a</p>\n<p>b</p>"


def test_a_bad_edit_is_shown_with_what_was_typed(shop: httpx.Client, listing: Listing) -> None:
    product_id = listing()
    form = {"product_id": product_id, "title": "Typed", "price": "1,99", "status": "active", "description": "x"}
    answer = shop.post("/admin/edit", data=form)
    assert answer.status_code == 400
    assert "price: A valid number is required." in answer.text
    assert 'value="Typed"' in answer.text
    assert shop.get(LIST).json()[0]["title"] == "A seat"
    assert shop.post("/admin/edit", data=form | {"product_id": "nothing"}).status_code == 404


def test_many_listings_come_in_pages(shop: httpx.Client) -> None:
    shop.post("/admin/api/seed", json={"count": 60})
    first, last = shop.get("/").text, shop.get("/", params={"page": "3"}).text
    assert (first.count("<article"), last.count("<article")) == (24, 12)
    assert "Page 1 of 3" in first
    assert "Page 3 of 3" in shop.get("/", params={"page": "99"}).text
    assert "Page 1 of 3" in shop.get("/", params={"page": "x"}).text
    assert shop.get("/", params={"q": "course 000042"}).text.count("<article") == 1


@pytest.mark.parametrize("path", ["/admin/sell", "/admin/invent", "/admin/api/reset", "/admin/api/remove"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_from_elsewhere_change_nothing(shop: httpx.Client, listing: Listing, path: str, origin: str) -> None:
    product_id = listing()
    body = {"product_id": product_id}
    answer = shop.post(path, data=body, headers={"Origin": origin})
    assert answer.status_code == 403
    assert shop.get(LIST).json()[0]["sales_count"] == 0


def test_a_page_of_our_own_may(shop: httpx.Client, listing: Listing, market_server: str) -> None:
    product_id = listing()
    answer = shop.post("/admin/sell", data={"product_id": product_id}, headers={"Origin": market_server})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/admin/api/accounts?reveal=1"])
def test_foreign_names_for_this_address_are_refused(shop: httpx.Client, path: str) -> None:
    assert shop.get(path, headers={"Host": "rebound.example"}).status_code == 403
