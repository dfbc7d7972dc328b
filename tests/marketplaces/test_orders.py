"""Orders are whole or refused, say as much as can be read of them, and nothing that they hold is ever told."""

import json
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.marketplaces.orders import OrderReader, accounts_in
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.order import Buyer, Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.contracts.marketplace import accounts
from tests.harness.canary import leaks, password, username
from tests.marketplaces.stub import KEY, KEY_ENV, Doing, QuickClock, Request, answer, in_no_words, in_turn, shop

READER = OrderReader("shop: the list of orders")
LINES = [f"{username(n)}:{password(n)}" for n in range(3)]
OBJECTS = [{"username": username(n), "password": password(n)} for n in range(3)]


def item(number: object = 1, **more: object) -> dict[str, object]:
    """An order as the documentation shows it, bought by somebody whose data must not be seen."""
    return {
        "order_id": f"{username(900)}-{number}",
        "order_no": "TK1772446511113",
        "buyer_id": username(901),
        "product_id": "p1",
        "quantity": 3,
        "original_price": "99.99",
        "total_amount": "88.010",
        "status": "completed_order",
        "created_at": "2024-03-01T12:00:00Z",
        "updated_at": "2024-03-01T12:05:00Z",
        "delivered_info": "\n".join(LINES),
        "account_id": None,
        "delivered_account_ids": ["1", "2", "3"],
        "delivered_units": 3,
        "remaining_to_deliver": 0,
        "product": {"product_id": "p1", "title": "A seat", "stock": 9, "source_product_id": "seat-1"},
    } | more


def read(**more: object) -> Order:
    order_id, order = READER.read(item(**more))
    assert order_id == order.order_id
    return order


def test_an_order_as_the_documentation_shows_it() -> None:
    assert read() == Order(
        f"{username(900)}-1",
        "p1",
        3,
        3,
        0,
        "2024-03-01T12:00:00Z",
        "seat-1",
        tuple(accounts(3)),
        None,
        "completed_order",
        "TK1772446511113",
        "A seat",
        "88.01",
        "2024-03-01T12:05:00Z",
        Buyer(Secret(username(901))),
        tuple(map(Secret, LINES)),
    )


@pytest.mark.parametrize("odd", [None, "", "many", True, -1, 1.5, [], {"id": 1}])
def test_what_is_not_shown_or_cannot_be_read_is_none(odd: object) -> None:
    order = read(quantity=odd, delivered_units=odd, remaining_to_deliver=odd)
    assert (order.quantity, order.delivered, order.remaining) == (None, None, None)
    assert isinstance(odd, str) or read(created_at=odd).created_at is None
    assert read(product=odd).source_product_id is read(product=odd).title is None
    assert read(total_amount=odd).total in (None, "-1.00", "1.50")
    assert isinstance(odd, int | str) or read(order_no=odd, buyer_id=odd).buyer == Buyer()


def test_what_is_not_shown_at_all() -> None:
    assert read(product={"source_product_id": None}).source_product_id is None
    bare = READER.read({"order_id": 7, "product_id": 8})
    assert bare == ("7", Order("7", "8"))


def test_numbers_may_be_texts() -> None:
    order = read(quantity="3", delivered_units="2.0", remaining_to_deliver=1.0)
    assert (order.quantity, order.delivered, order.remaining) == (3, 2, 1)


def test_ids_are_those_of_listings() -> None:
    assert read(product_id=" 65f0 ").product_id == "65f0"
    assert read(product_id=None, product={"product_id": 42}).product_id == "42"


@pytest.mark.parametrize("odd", [None, "", "  ", True, 1.5, [], {}])
def test_an_order_without_an_id_or_a_listing_is_refused(odd: object) -> None:
    with pytest.raises(MarketplaceError, match="order_id") as caught:
        READER.read(item(order_id=odd))
    assert in_no_words(caught.value)
    with pytest.raises(MarketplaceError, match="which listing") as caught:
        READER.read(item(product_id=odd, product={"product_id": odd}))
    assert in_no_words(caught.value)


FORMS: dict[str, object] = {
    "lines": "\n".join(LINES),
    "Windows lines": "\r\n".join(LINES) + "\r\n",
    "lines with blanks": "\n\n  ".join(LINES) + "  \n",
    "lines with a bar": "\n".join(f"{username(n)}|{password(n)}" for n in range(3)),
    "lines among words": "Thank you!\n\n{}\n{}\n[draft\n{}\n:\nBye".format(*LINES),
    "objects as lines": "\n".join(json.dumps(entry) for entry in OBJECTS),
    "an array of lines": LINES,
    "an array of lines in a text": json.dumps(LINES),
    "an array of objects": OBJECTS,
    "an array of objects in a text": f" {json.dumps(OBJECTS, indent=2)} ",
    "an array of objects in texts": [json.dumps(entry) for entry in OBJECTS],
    "an array of anything": [LINES[0], None, 7, "words", OBJECTS[1], {"username": "x"}, [], {"x": 1}, [LINES[2]]],
}


@pytest.mark.parametrize("form", FORMS)
def test_delivered_accounts_are_read_in_any_form(form: str) -> None:
    assert read(delivered_info=FORMS[form]).accounts == tuple(accounts(3))


@pytest.mark.parametrize(
    "content",
    [
        *(None, "", "  ", "Delivery content", ":", "|", "a:", "|b", " : ", "[]", "{}", "[", "[{]", "[1, 2]"),
        *(7, True, 1.5, [], {}, [None], {"username": "a"}, {"username": "a", "password": ""}),
        *({"username": [], "password": {}}, {"username": True, "password": False}, "[" * 5000 + "]" * 5000),
    ],
)
def test_what_is_no_account_is_left_out(content: object) -> None:
    assert read(delivered_info=content).accounts == ()


@pytest.mark.parametrize("deep", ["[" * 1020 + "]" * 1020, '[{"username":' + "[" * 1015 + "]" * 1015 + "}]"])
def test_what_was_delivered_may_be_deeper_than_can_be_shown(deep: str) -> None:
    """The reader of JSON goes down further than Python."""
    order = read(delivered_info=deep)
    assert [row.reveal() for row in order.content] == ["(nested too deeply to be shown)"]


def test_a_number_may_be_an_account() -> None:
    found = read(delivered_info=["700123:45", {"username": 700123, "password": 45}]).accounts
    assert [(account.username.reveal(), account.password.reveal()) for account in found] == [("700123", "45")] * 2


def test_a_bracket_may_begin_a_username() -> None:
    (found,) = read(delivered_info="[vip]seat:pass[1]").accounts
    assert (found.username.reveal(), found.password.reveal()) == ("[vip]seat", "pass[1]")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["username", "password", "x"]), inner, max_size=3)
        | inner.map(json.dumps)
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_was_delivered_it_is_read_without_complaint(content: object) -> None:
    for account in accounts_in(content):
        assert account.username.reveal().strip()
        assert account.password.reveal().strip()


HALVES = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C", "Z"]), min_size=1)
NAMES = HALVES.filter(lambda text: not set(":|") & set(text) and text[0] not in "[{")


@given(st.lists(st.tuples(NAMES, HALVES), max_size=4), st.sampled_from(":|"))
def test_what_a_pool_may_hold_is_read_back(pairs: list[tuple[str, str]], bar: str) -> None:
    lines = [f"{name}{bar}{word}" for name, word in pairs]
    objects = [{"username": name, "password": word} for name, word in pairs]
    given = [Account(Secret(name), Secret(word)) for name, word in pairs]
    for form in (lines, objects, "\n".join(lines), json.dumps(lines), json.dumps(objects)):
        assert list(accounts_in(form)) == given


def test_an_order_that_is_shown_shows_no_account() -> None:
    order = READER.read(item(order_id="o1"))[1]
    assert leaks(repr(order)) is leaks(str(order)) is leaks(f"{order}") is None
    with pytest.raises(TypeError) as caught:
        f"{order.accounts[0].username}"
    assert leaks(str(caught.value)) is None


# Over a real socket.


def listed(request: Request, count: int, size: int = 4) -> bytes:
    start = (int(request.query["page"]) - 1) * size
    return answer({"orders": [item(n) for n in range(start, min(start + size, count))], "total_orders": count})


def test_a_list_of_orders_is_asked_for_page_by_page() -> None:
    with shop(lambda request: listed(request, 10)) as (client, stub):
        orders = client.orders()
    assert [order.order_id for order in orders] == [f"{username(900)}-{n}" for n in range(10)]
    assert {request.target.partition("?")[0] for request in stub.requests} == {"/orders/api/supplier/orders/"}
    assert {request.method for request in stub.requests} == {"GET"}
    assert sorted(request.query["page"] for request in stub.requests) == ["1", "2", "3", "4"], "one scan was enough"
    assert {request.query["page_size"] for request in stub.requests} == {"100"}
    assert client.calls == 0


SAID = f"it was {LINES[0]}"
REFUSED: dict[str, tuple[bytes, str]] = {
    "a login page": (answer(f"<html>{SAID}".encode(), 200, "text/html"), "looks like a login page"),
    "a redirect": (answer(b"", 302, Location=f"/login?{LINES[0]}"), "redirects elsewhere"),
    "a wrong key": (answer({"detail": SAID}, 401), KEY_ENV),
    "a key without rights": (answer({"error": SAID}, 403), KEY_ENV),
    "a refusal": (answer({"error": {username(1): [SAID]}}, 400), "HTTP 400"),
    "a refusal that looks well": (answer({"success": False, "message": SAID, "orders": []}), "HTTP 200"),
    "a fault": (answer({"error": SAID, "order": item()}, 500), "4 times in a row"),
    "a fault as a page": (answer(f"<p>{SAID}".encode(), 502, "text/html"), "4 times in a row"),
    "half an answer": (answer(json.dumps([item()]).encode()[:-9]), "4 times in a row"),
    "no JSON": (answer(SAID.encode()), "4 times in a row"),
    "orders by their ids": (answer({"orders": {LINES[0]: item()}}), "stands in no array"),
    "one order": (answer(item()), "stands in no array"),
    "orders without ids": (answer([{username(1): LINES[0], "id": 1}]), "its items have no order_id"),
    "two lists": (answer({username(1): [item()], username(2): [item()]}), "more than one array"),
    "a bad order": (answer({"orders": [item(), item(2, order_id=[LINES[0]])]}), "order_id is neither"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("page", [1, 2])
def test_what_is_no_list_of_orders_is_refused_and_not_quoted(page: int, case: str) -> None:
    reply, why = REFUSED[case]

    def script(request: Request) -> Doing:
        return reply if request.query["page"] == str(page) else listed(request, 10)

    with shop(script) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.orders()
    assert in_no_words(caught.value)
    assert caught.value.message.startswith("shop: the list of orders ")
    if page == 1 or case not in ("orders by their ids", "one order", "orders without ids", "two lists"):
        assert any(part in caught.value.message + str(caught.value.hint) for part in why.split("|"))
    else:
        assert "not where it was" in caught.value.message


def test_a_404_on_the_first_page_is_no_empty_list() -> None:
    with shop(in_turn(answer({"detail": SAID}, 404))) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.orders()
    assert "HTTP 404" in caught.value.message
    assert in_no_words(caught.value)


def test_names_of_fields_are_quoted_where_nothing_is_understood() -> None:
    reply = answer({"data": {"rows": {username(1): 1}}, KEY: 1})
    with shop(in_turn(reply)) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.orders()
    assert "data (an object of rows (an object of … (number))), … (number)" in caught.value.message


@pytest.mark.parametrize("total", ["total", "order_count"])
def test_orders_that_are_not_shown_are_missed(total: str) -> None:
    reply = answer({"orders": [item(1), item(2)], total: 3})
    with shop(in_turn(reply)) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.orders()
    assert "says that it has 3 items but shows 2" in caught.value.message
    assert in_no_words(caught.value)


def test_orders_that_do_not_hold_still_are_refused() -> None:
    numbers = count()

    def script(request: Request) -> Doing:
        return answer([item(next(numbers))] if request.query["page"] == "1" else [])

    with shop(script) as (client, _), pytest.raises(MarketplaceError, match="does not hold still"):
        client.orders()


# Against the sandbox, a process of its own.


def test_a_marketplace_that_asks_to_go_slower_is_heard() -> None:
    clock = QuickClock()
    slower = answer({"detail": SAID}, 429, Retry_After="7")
    with shop(in_turn(slower, answer([item()]), answer([item()])), clock=clock) as (client, _):
        assert [order.product_id for order in client.orders()] == ["p1"]
    assert sum(clock.naps) > 6
