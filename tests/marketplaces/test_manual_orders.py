"""HstockPlus' list: every order is given once, page by page, however it is served; and read as far as it can be."""

import json
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.marketplaces.manual_orders import number_of, page_in, read_order
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Buyer, Order
from catalogsync.model.secret import Secret
from tests.harness.canary import leaks, username
from tests.marketplaces.stub import KEY, KEY_ENV, Doing, QuickClock, Request, Stub, answer, in_turn, manual_config

PRODUCT = {"id": "507f1f77bcf86cd799439012", "name": "A course seat", "type": "product"}
LINE = {"product": PRODUCT, "quantity": 10, "unitPrice": 5.0, "totalPrice": 50.0}


def item(number: object = 12345, **more: object) -> dict[str, Any]:
    """An order as the guide shows it, bought by somebody whose data must not be seen."""
    return {
        "id": number,
        "order": number,
        "status": "pending",
        "paymentStatus": "completed",
        "quantity": 10,
        "user": {"id": username(1), "email": username(2), "name": username(3)},
        "items": [LINE],
        "createdAt": "2024-01-01T10:00:00.000Z",
    } | more


def read(**more: object) -> Order:
    order = read_order(item(**more))
    assert order is not None
    assert leaks(order.trouble) is leaks(repr(order)) is None
    return order


def test_an_order_as_the_guide_shows_it() -> None:
    assert read() == Order(
        "12345",
        "507f1f77bcf86cd799439012",
        10,
        created_at="2024-01-01T10:00:00.000Z",
        payment="completed",
        status="pending",
        title="A course seat",
        total="50.00",
        buyer=Buyer(Secret(username(1)), Secret(username(2)), Secret(username(3))),
    )


@pytest.mark.parametrize(
    ("prices", "total"),
    [
        (["0.0000001"], "0.0000001"),
        (["9" * 40, "0." + "0" * 39 + "1"], f"{'9' * 40}.{'0' * 39}1"),
        (["9" * 40, "9" * 40], None),
        (["1.10", 2.2], "3.30"),
        (["NaN"], None),
        (["1", "cheap"], None),
    ],
)
def test_what_items_cost_together_is_exact_or_not_shown(prices: list[object], total: str | None) -> None:
    assert read(items=[LINE | {"totalPrice": price} for price in prices]).total == total


def line(quantity: object, product: object = "p1", **more: object) -> dict[str, object]:
    return {"product": {"id": product, "name": f"Seat {product}", **more}, "quantity": quantity}


@pytest.mark.parametrize(
    ("more", "product_id", "quantity", "trouble"),
    [
        ({"id": 12346}, "507f1f77bcf86cd799439012", 10, "different numbers"),
        ({"order": "A-1"}, "507f1f77bcf86cd799439012", 10, "different numbers"),
        ({"id": "65f0"}, "507f1f77bcf86cd799439012", 10, ""),
        ({"order": None}, "507f1f77bcf86cd799439012", 10, ""),
        ({"quantity": "10"}, PRODUCT["id"], 10, ""),
        ({"quantity": None}, PRODUCT["id"], 10, ""),
        ({"items": [line("2"), line(3.0)], "quantity": 5}, "p1", 5, ""),
        ({"items": [line(2), line(3)], "quantity": None}, "p1", 5, ""),
        ({"items": [line(None)], "quantity": 4}, "p1", 4, ""),
        ({"items": [line(None)], "quantity": "many"}, "p1", None, ""),
        ({"items": [line(4, 7)], "quantity": 4}, "7", 4, ""),
        ({"items": [line(2), line(3)], "quantity": 10}, "p1", 10, "its items add up to 5"),
        ({"items": [line(1), line(1, "p2")], "quantity": 2}, "", 2, "several products"),
        ({"items": [line(1), {}], "quantity": 2}, "", 2, "several products"),
        ({"items": [line(2, None)], "quantity": 2}, "", 2, "what was bought"),
        ({"items": [], "quantity": 2}, "", 2, "what was bought"),
        ({"items": None, "quantity": 2}, "", 2, "what was bought"),
        ({"items": [7], "quantity": 2}, "", 2, "what was bought"),
        ({"items": None, "product": PRODUCT, "quantity": 2}, PRODUCT["id"], 2, ""),
        ({"items": [{"productId": "p1", "quantity": 2}], "quantity": 2}, "p1", 2, ""),
        ({"items": [line(2, type="smm_service")], "quantity": 2}, "p1", 2, "a service"),
        ({"items": [line(2, type="")], "quantity": 2}, "p1", 2, ""),
    ],
)
def test_what_was_bought(more: dict[str, object], product_id: str, quantity: int | None, trouble: str) -> None:
    order = read(**more)
    assert (order.product_id, order.quantity) == (product_id, quantity)
    assert trouble in order.trouble
    assert bool(order.trouble) is bool(trouble)


def test_ids_are_numbers_on_the_wire_and_texts_with_us() -> None:
    assert [read(id=own, order=told).order_id for own, told in ((7, "8"), (7, None), ("65f0", 9), (" 7 ", ""))] == [
        *("8", "7", "9", "7")
    ]
    odd = read(id="65f0", order=None)
    assert (odd.order_id, "no number" in odd.trouble) == ("65f0", True)
    assert read_order(item(None)) is read_order(item([])) is read_order({}) is None
    assert [number_of(text) for text in ("0", "12345", "007", "-1", "1e3", "٣", "", str(2**53), "9" * 5000)] == [
        *(0, 12345),
        *[None] * 7,
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*item(), "product", "name", "type", "totalPrice", "orders"]), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from([*item(), "product"]), JSON, max_size=8), JSON)
def test_whatever_comes_it_is_read_without_complaint(odd: dict[str, object], document: object) -> None:
    order = read_order(item() | odd)
    assert order is None or (order.order_id.strip() and (order.quantity or 0) >= 0)
    page = page_in(document)
    assert page is None or all(isinstance(read_order(found), Order | None) for found in page.items)


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({"orders": [item(1), item(2)], "count": 2, "total": 9}, 2),
        ([item(1)], 1),
        ({"success": True, "data": {"orders": [item(1)], "users": [{"id": 5}]}}, 1),
        ({"result": [{"order": 1}], "warnings": ["late"]}, 1),
        ({"orders": []}, 0),
        ([], 0),
        ({"orders": None, "total": 0}, 0),
        ({"orders": [7, None, item(1)]}, 3),
        ({"message": "Hello"}, None),
        ({"a": [item(1)], "b": [item(2)]}, None),
        (7, None),
    ],
)
def test_a_page_is_found_wherever_it_stands(document: object, count: int | None) -> None:
    page = page_in(document)
    assert (None if page is None else len(page.items)) == count


# Over a socket.


class Shelf:
    """A server's orders, and one of the ways in which it may list them."""

    def __init__(self, count: int, way: str, cap: int, total: str) -> None:
        self._waiting = list(range(1, count + 1))
        self._all = tuple(self._waiting)
        self._way = way
        self._cap = cap
        self._total = total

    def __call__(self, request: Request) -> bytes:
        query = request.query
        limit, offset = min(int(query["limit"]), self._cap), int(query["offset"])
        if self._way == "hides what it cut out":  # the half hour counts after the page was cut
            page = [number for number in self._all[offset : offset + limit] if number in self._waiting]
        else:
            page = self._waiting[offset : offset + limit]
        left = len(self._waiting)
        if self._way != "hides nothing":
            self._waiting = [number for number in self._waiting if number not in page]
        total = {"all": len(self._all), "left": left, "low": max(0, left - 1)}.get(self._total)
        return answer({"orders": [item(number) for number in page], "count": len(page), "total": total})


@pytest.fixture
def served() -> Iterator[tuple[HstockPlus, Stub]]:
    """A client, and its server, whose script may be exchanged."""
    stub = Stub(in_turn(answer({"orders": []})))
    try:
        with HstockPlus(manual_config(stub.url), Secret(KEY), QuickClock(), seed=1, page_size=4) as client:
            yield client, stub
    finally:
        stub.stop()


def ids(client: HstockPlus) -> list[int]:
    return [int(order.order_id) for page in client.order_pages() for order in page]


def test_every_order_is_given_once_however_it_is_listed(served: tuple[HstockPlus, Stub]) -> None:
    client, stub = served

    @settings(max_examples=60)
    @given(
        st.integers(0, 17),
        st.sampled_from(["hides at once", "hides nothing", "hides what it cut out"]),
        st.integers(1, 6),
        st.sampled_from(["all", "left", "low", "none"]),
    )
    def law(count: int, way: str, cap: int, total: str) -> None:
        stub.script, before = Shelf(count, way, cap, total), len(stub.requests)
        found = ids(client)
        assert len(found) == len(set(found))
        # a hole as large as a page tells nothing of what is behind it, if the list does not either
        if way != "hides what it cut out" or (total == "all" and cap >= 4):
            assert sorted(found) == list(range(1, count + 1))
        assert len(stub.requests) - before <= count + 5

    law()


def test_a_page_is_given_before_the_next_one_is_asked_for(served: tuple[HstockPlus, Stub]) -> None:
    client, stub = served
    stub.script = in_turn(
        answer({"orders": [item(1), item(2)], "total": 3}),
        answer({"orders": [item(3)], "total": 1}),
        answer({"error": 1}, 404),
    )
    pages = client.order_pages(("pending", "processing"))
    assert [order.order_id for order in next(pages)] == ["1", "2"]
    assert len(stub.requests) == 1
    assert [order.order_id for order in next(pages)] == ["3"]
    assert len(stub.requests) == 2
    with pytest.raises(MarketplaceError, match="404"):
        next(pages)
    (first, *_) = stub.requests
    assert first.target.partition("?")[0] == "/hstockplus/api/admin/v2/orders"
    assert first.query == {"productType": "manual", "limit": "4", "offset": "0", "status": "pending,processing"}
    assert (first.headers["x-api-key"], first.method) == (KEY, "GET")


def test_what_can_be_read_of_a_page_is_given_before_it_is_refused(served: tuple[HstockPlus, Stub]) -> None:
    client, stub = served
    stub.script = in_turn(answer({"orders": [item(1), {**item(None), "x": username(4)}, 7], "total": 3}))
    pages = client.order_pages()
    assert [order.order_id for order in next(pages)] == ["1"]
    with pytest.raises(MarketplaceError, match="without an id") as caught:
        next(pages)
    assert leaks("\n".join(traceback.format_exception(caught.value))) is None


def test_a_list_without_end_is_given_up(served: tuple[HstockPlus, Stub]) -> None:
    client, stub = served
    stub.script = lambda request: answer({"orders": [item(len(stub.requests))], "total": 10**6})
    pages = client.order_pages()
    for _ in range(50):
        assert len(next(pages)) == 1
    stub.script = in_turn(answer({"orders": [item(1)], "total": 10**6}))
    assert list(pages) == []
    assert len(stub.requests) == 53, "an offset that is ignored is found out"


SAID = f"it was {username(5)}"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (answer({"error": "INVALID_API_KEY", "message": SAID}, 401), KEY_ENV),
        (answer({"error": SAID}, 400), "HTTP 400"),
        (answer({"error": SAID}), "HTTP 200|cannot be understood"),
        (answer({"success": False, "message": SAID, "orders": []}), "HTTP 200"),
        (answer(b"", 302, Location="/login"), "redirects elsewhere"),
        (answer(f"<html>{SAID}".encode(), 200, "text/html"), "login page"),
        (answer({SAID: [{"id": 1}], "b": [{"id": 2}]}), "cannot be understood"),
        (answer(json.dumps({"orders": [SAID]}).encode()[:-3]), "4 times in a row"),
    ],
)
def test_what_is_no_list_is_refused_and_not_quoted(served: tuple[HstockPlus, Stub], reply: Doing, why: str) -> None:
    client, stub = served
    stub.script = in_turn(reply)
    with pytest.raises(MarketplaceError, match=why) as caught:
        ids(client)
    assert leaks("\n".join(traceback.format_exception(caught.value))) is None
    assert caught.value.message.startswith("shop: the list of orders ")
