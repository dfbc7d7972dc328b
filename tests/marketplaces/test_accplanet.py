"""What AccPlanet's client sends, and what it refuses to send."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogsync import __version__
from catalogsync.marketplaces import AccPlanet, open_marketplace
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError, UsageError
from catalogsync.model.fields import Value
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.ports import Marketplace
from tests.marketplaces.stub import ACCOUNTS, KEY, KEY_ENV, QuickClock, answer, config, in_turn, shop

API = "/products/api/supplier"
CALLS: dict[str, Callable[[AccPlanet], Answer]] = {
    "upload": lambda client: client.upload_image("a.png", b"x"),
    "create": lambda client: client.create({}),
    "update": lambda client: client.update("a/b", {}),
    "append": lambda client: client.append("a/b", ACCOUNTS),
    "delete": lambda client: client.delete("a/b"),
}
YES = answer({"success": True, "product_id": "p1", "accounts_imported": 1, "image_path": "/media/a.webp"})


def test_headers() -> None:
    with shop(in_turn(YES)) as (client, stub):
        client.create({})
    headers = stub.requests[0].headers
    assert headers["x-api-key"] == KEY
    assert headers["user-agent"] == f"catalogsync/{__version__}"
    assert headers["accept"] == "application/json"
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"127.0.0.1:{stub.port}"
    assert "authorization" not in headers


def test_create_and_update_send_fields_by_their_types() -> None:
    fields: dict[str, Value] = {
        "title": "Zoë's seat",
        "price": "9.90",
        "stock": 3,
        "images": ("/a", "/b"),
        "status": "active",
    }
    with shop(in_turn(YES)) as (client, stub):
        client.create(fields)
        client.update("p1", fields)
    create, update = stub.requests
    assert (create.method, create.target) == ("POST", f"{API}/create/")
    assert (update.method, update.target) == ("POST", f"{API}/products/p1/update/")
    assert create.json == update.json == fields | {"images": ["/a", "/b"]}


def test_append_sends_account_objects_in_order() -> None:
    pairs = [("b@example.com", "pa|ss:1"), ("a@example.com", 'quo"te\\'), ("c@example.com", "ü €")]
    with shop(in_turn(YES)) as (client, stub):
        client.append("p1", [Account(Secret(user), Secret(password)) for user, password in pairs])
    (request,) = stub.requests
    assert request.target == f"{API}/products/p1/accounts/"
    assert request.json == {"accounts": [{"username": user, "password": password} for user, password in pairs]}


def test_delete_sends_no_body() -> None:
    with shop(in_turn(YES)) as (client, stub):
        client.delete("p1")
    (request,) = stub.requests
    assert (request.method, request.target, request.body) == ("POST", f"{API}/products/p1/delete/", b"")
    assert request.headers["content-length"] == "0"


@pytest.mark.parametrize(
    ("name", "sent_name", "media_type"),
    [
        ("images/seat.png", "seat.png", "image/png"),
        ("seat.webp", "seat.webp", "image/webp|application/octet-stream"),
        ("Sitz ü.jpg", "Sitz ü.jpg", "image/jpeg"),
        ("strange", "strange", "application/octet-stream"),
        ("", "image", "application/octet-stream"),
    ],
)
def test_upload_sends_a_form(name: str, sent_name: str, media_type: str) -> None:
    content = bytes(range(256)) * 100
    with shop(in_turn(YES)) as (client, stub):
        assert client.upload_image(name, content).image_path == "/media/a.webp"
    (request,) = stub.requests
    assert request.target == f"{API}/upload-image/"
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    head, _, rest = request.body.partition(b"\r\n\r\n")
    assert f'name="image"; filename="{sent_name}"' in head.decode()
    assert re.search(f"Content-Type: ({media_type})", head.decode())
    assert rest.startswith(content + b"\r\n--")


def test_an_upload_in_doubt_is_sent_again_twice() -> None:
    with shop(in_turn("close", "reset", YES)) as (client, stub):
        assert client.upload_image("a.png", b"x").kind is AnswerClass.CONFIRMED
        assert (len(stub.requests), client.calls) == (3, 3)
        assert len({request.body.partition(b"\r\n")[2] for request in stub.requests}) >= 1
    with shop(in_turn("close")) as (client, stub):
        assert client.upload_image("a.png", b"x").kind is AnswerClass.UNKNOWN
        assert len(stub.requests) == 3


@pytest.mark.parametrize(
    ("product_id", "path"),
    [
        ("65f0c0ffee", "65f0c0ffee"),
        ("a/b", "a%2Fb"),
        ("a?b#c&d", "a%3Fb%23c%26d"),
        ("100%", "100%25"),
        ("a%2Fb", "a%252Fb"),
        ("../create", "..%2Fcreate"),
        ("é", "%C3%A9"),
        ("a..b", "a..b"),
    ],
)
def test_an_id_stays_one_part_of_the_address(product_id: str, path: str) -> None:
    with shop(in_turn(answer({"success": True}))) as (client, stub):
        assert client.delete(product_id).kind is AnswerClass.CONFIRMED
    assert stub.requests[0].target == f"{API}/products/{path}/delete/"


@pytest.mark.parametrize("product_id", ["", ".", "..", "a b", "a\nb", "a\x00", "\u202ea", "a" * 201, "\ud800"])
def test_an_id_that_cannot_be_one_is_not_sent(product_id: str) -> None:
    with shop(in_turn(YES)) as (client, stub):
        for result in (client.delete(product_id), client.update(product_id, {}), client.append(product_id, [])):
            assert (result.kind, result.stop) == (AnswerClass.NEVER, False)
            assert "product_id" in result.reason
        assert (stub.requests, client.calls) == ([], 0)


def test_a_text_that_is_no_unicode_is_not_sent() -> None:
    with shop(in_turn(YES)) as (client, stub):
        result = client.append("p1", [Account(Secret("a\ud800"), Secret("secret-word"))])
        assert (result.kind, stub.requests) == (AnswerClass.NEVER, [])
        assert "secret-word" not in result.reason


def test_calls_from_many_threads() -> None:
    with shop(in_turn(YES)) as (client, stub), ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: client.update("p1", {"title": str(n)}), range(100)))
        assert {result.kind for result in answers} == {AnswerClass.CONFIRMED}
        assert sorted(int(str(request.json["title"])) for request in stub.requests) == list(range(100))
        assert client.calls == stub.accepted == 100


def test_a_base_url_may_have_a_path() -> None:
    with shop(in_turn(YES)) as (client, stub):
        other = AccPlanet(config(f"{stub.url}/market/"), Secret(KEY), QuickClock())
        with other:
            other.delete("p1")
        client.delete("p1")
    assert [request.target for request in stub.requests] == [
        f"/market{API}/products/p1/delete/",
        f"{API}/products/p1/delete/",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "http://shop.example",
        "http://10.0.0.1",
        "http://127.0.0.1.example",
        "ftp://127.0.0.1",
        "https://",
        "https://user:canary-word@shop.example",
        "https://shop.example/?key=canary-word",
        "https://shop.example/#canary-word",
        "https://[canary-word",
        "https://shop.example:port",
    ],
)
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(MarketplaceError, match="base_url of shop") as caught:
        AccPlanet(config(url), Secret(KEY), QuickClock())
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    AccPlanet(config(url), Secret(KEY), QuickClock()).close()


@pytest.mark.parametrize("key", ["", " ", "canary\n", "can ary", "canär-y", "canary\x00"])
def test_a_key_that_cannot_be_sent_is_named_and_not_shown(key: str) -> None:
    with pytest.raises(MarketplaceError, match=KEY_ENV) as caught:
        AccPlanet(config("http://127.0.0.1:1"), Secret(key), QuickClock())
    assert "can" not in f"{caught.value.message}{caught.value.hint}".replace("cannot", "")


def test_a_refused_key_is_called_by_its_variable() -> None:
    refused = answer({"error": "Invalid API key."}, 401)
    with shop(in_turn(refused)) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.listings()
    assert caught.value.message == (
        f"shop: the list of listings could not be read: it refused the key in {KEY_ENV} (HTTP 401: “Invalid API key.”)"
    )
    assert caught.value.hint == f"check the value of {KEY_ENV}"


@pytest.mark.parametrize("call", ["upload", "create", "update", "append", "delete"])
def test_an_address_is_what_is_sent(call: str) -> None:
    with shop(in_turn(YES)) as (client, stub):
        CALLS[call](client)
        assert f"{stub.requests[0].method} {stub.requests[0].target}" == client.address(call, "a/b")
        assert "<product_id>" in client.address(call) or call in ("upload", "create")


def test_open_marketplace() -> None:
    hstock = MarketplaceConfig("hstock", "hstockplus", "http://127.0.0.1:1", KEY_ENV)
    with pytest.raises(UsageError, match="orders but no listings"):
        open_marketplace(hstock, Secret(KEY), QuickClock())
    with open_marketplace(config("http://127.0.0.1:1"), Secret(KEY), QuickClock()) as opened:
        marketplace: Marketplace = opened
        assert marketplace.name == "shop"
