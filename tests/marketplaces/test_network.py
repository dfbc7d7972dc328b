"""What the network can do to a call: nothing is sent twice, nothing lasts too long, the key goes nowhere else."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogsync.marketplaces import AccPlanet
from catalogsync.marketplaces.exchange import IN_FLIGHT
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import Interrupted, MarketplaceError
from catalogsync.model.secret import Secret
from tests.marketplaces.stub import (
    ACCOUNTS,
    KEY,
    Doing,
    QuickClock,
    Request,
    Stub,
    answer,
    config,
    in_turn,
    shop,
)

CREATED = {"success": True, "product_id": "p1"}

CHANGING: dict[str, Callable[[AccPlanet], Answer]] = {
    "create": lambda client: client.create({"title": "A seat"}),
    "update": lambda client: client.update("p1", {"title": "A seat"}),
    "append": lambda client: client.append("p1", ACCOUNTS),
    "delete": lambda client: client.delete("p1"),
}


def page(*ids: str, **more: object) -> bytes:
    items = [{"product_id": i, "title": i, "price": "1.00"} for i in ids]
    return answer({"results": items, "count": len(ids), **more})


@pytest.fixture
def closed_port() -> Iterator[socket.socket]:
    """A port that is taken, so that nobody else listens on it, but not yet open."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder


def address_of(port: socket.socket) -> str:
    return f"http://127.0.0.1:{port.getsockname()[1]}"


@pytest.mark.parametrize("call", CHANGING)
def test_a_refused_connection_is_proof_and_is_tried_four_times(call: str, closed_port: socket.socket) -> None:
    clock = QuickClock()
    with AccPlanet(config(address_of(closed_port)), Secret(KEY), clock) as client:
        result = CHANGING[call](client)
        assert (result.kind, result.stop, client.calls) == (AnswerClass.NEVER, False, 0)
        assert "Connection refused" in result.reason
        assert len(clock.naps) == 3
        with pytest.raises(MarketplaceError, match="Connection refused, 4 times"):
            client.listings()


def test_a_call_that_never_left_is_sent_when_the_marketplace_opens(closed_port: socket.socket) -> None:
    stubs: list[Stub] = []

    class Opening(QuickClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if len(self.naps) == 3:
                closed_port.listen()
                stubs.append(Stub(in_turn(answer(CREATED)), closed_port))

    with AccPlanet(config(address_of(closed_port)), Secret(KEY), Opening()) as client:
        assert client.create({}).product_id == "p1"
        assert client.calls == 1
    (stub,) = stubs
    assert len(stub.requests) == 1
    stub.stop()


def test_an_unknown_host_is_proof() -> None:
    with AccPlanet(config("https://shop.invalid"), Secret(KEY), QuickClock()) as client:
        result = client.create({})
    assert result.kind is AnswerClass.NEVER
    assert "no connection" in result.reason


def drip(pieces: Callable[[], Iterator[bytes]], over: threading.Event) -> Iterator[bytes]:
    for piece in pieces():
        yield piece
        if over.wait(0.05):
            return


@pytest.mark.parametrize("where", ["headers", "body", "gzip"])
def test_a_drip_does_not_outlast_the_call(where: str) -> None:
    over = threading.Event()

    def pieces() -> Iterator[bytes]:
        if where == "headers":
            yield b"HTTP/1.1 200 OK\r\nX-Slow: "
        elif where == "body":
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"
        else:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00"
        while True:
            yield b" "

    try:
        with shop(lambda _request: drip(pieces, over), call_timeout=0.4) as (client, stub):
            began = time.monotonic()
            result = client.create({})
            assert time.monotonic() - began < 5
            assert (result.kind, len(stub.requests)) == (AnswerClass.UNKNOWN, 1)
            assert "0.4 s" in result.reason or where == "gzip"
            over.set()
    finally:
        over.set()


def test_silence_does_not_outlast_the_call() -> None:
    with shop(in_turn("hang"), call_timeout=0.3) as (client, stub):
        result = client.append("p1", ACCOUNTS)
        assert (result.kind, len(stub.requests)) == (AnswerClass.UNKNOWN, 1)


def test_a_server_that_does_not_read_does_not_outlast_the_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = AccPlanet(config(address_of(listener), call_timeout=0.4), Secret(KEY), QuickClock())
        result = client.update("p1", {"description": "x" * 50_000_000})
        client.close()
    assert result.kind is AnswerClass.UNKNOWN
    assert "0.4 s" in result.reason


@pytest.mark.parametrize("what", ["plain", "bomb", "nested bomb"])
def test_a_huge_answer_is_cut_off(what: str) -> None:
    block = b" " * 1_000_000
    if what == "plain":
        headers, content = b"", block * 70
    else:
        packer = zlib.compressobj(1, wbits=31)
        content = b"".join(packer.compress(block) for _ in range(200)) + packer.flush()
        content = gzip.compress(content) if what == "nested bomb" else content
        headers = b"Content-Encoding: gzip" + (b", gzip" if what == "nested bomb" else b"") + b"\r\n"
    reply = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (headers, len(content), content)
    with shop(in_turn([reply])) as (client, _):
        result = client.create({})
        assert result.kind is AnswerClass.UNKNOWN
        with pytest.raises(MarketplaceError, match="64 MiB" if what != "nested bomb" else "encoding"):
            client.listings()


def test_an_answer_in_crumbs_is_not_put_together() -> None:
    """A million tiny pieces would take longer than a million bytes in one."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with shop(in_turn([head + b"1\r\n \r\n" * 25_000 + b"0\r\n\r\n"])) as (client, stub):
        result = client.create({})
        assert (result.kind, len(stub.requests)) == (AnswerClass.UNKNOWN, 1)
        assert "in more pieces" in result.reason


def test_a_dense_answer_is_refused_before_it_becomes_objects() -> None:
    dense = answer(b"[" + b"[]," * 3_000_000 + b"[]]")
    with shop(in_turn(dense)) as (client, _), pytest.raises(MarketplaceError, match="too many values"):
        client.listings()


def test_a_packed_list_is_unpacked_and_a_packed_confirmation_too() -> None:
    packed = gzip.compress(b'{"success": true, "product_id": "p1"}')
    listed = gzip.compress(b'{"results": [{"product_id": "p1"}], "total": 1}')
    with shop(lambda request: answer(packed if request.method == "POST" else listed, Content_Encoding="gzip")) as (
        client,
        stub,
    ):
        assert client.create({}).product_id == "p1"
        assert list(client.listings().by_id) == ["p1"]
        assert stub.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("packed", [gzip.compress(b'{"success": true}', mtime=0)[:-9], b"no gzip at all"])
def test_a_damaged_packing_is_a_doubt(packed: bytes) -> None:
    with shop(in_turn(answer(packed, Content_Encoding="gzip"))) as (client, _):
        assert client.delete("p1").kind is AnswerClass.UNKNOWN


def test_what_follows_the_end_of_a_packed_answer_is_not_waited_for() -> None:
    packed = gzip.compress(b'{"success": true, "product_id": "p1"}', mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\nContent-Encoding: gzip\r\n\r\n"
    over = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield head + packed
        while True:
            yield bytes(100)

    try:
        with shop(lambda _request: drip(pieces, over), call_timeout=60) as (client, _):
            assert client.create({}).product_id == "p1"
    finally:
        over.set()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["other", "/login", "http://[bad", ""])
def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(status: int, location: str) -> None:
    other = Stub(in_turn(answer(CREATED)))
    target = other.url if location == "other" else location
    try:
        with shop(in_turn(answer(b"", status, Location=target))) as (client, stub):
            assert client.create({}).kind is AnswerClass.UNKNOWN
            with pytest.raises(MarketplaceError, match="redirects elsewhere"):
                client.listings()
            assert len(stub.requests) == 2
        assert other.accepted == 0
    finally:
        other.stop()


def test_a_next_link_is_not_followed() -> None:
    other = Stub(in_turn(answer([])))
    try:
        with shop(in_turn(page("p1", next=f"{other.url}/?page=2"), page(count=1))) as (client, stub):
            assert list(client.listings().by_id) == ["p1"]
            assert [request.query["page"] for request in stub.requests] == ["1", "2"]
        assert other.accepted == 0
    finally:
        other.stop()


def test_each_changing_call_has_a_connection_of_its_own_and_reading_ones_share() -> None:
    with shop(lambda request: page("p1") if request.method == "GET" else answer(CREATED)) as (client, stub):
        client.listings()
        client.listings()
        assert stub.accepted == 1
        for _ in range(3):
            client.create({})
        client.append("p1", ACCOUNTS)
        client.listings()
        posts = [request for request in stub.requests if request.method == "POST"]
        assert len({request.connection for request in posts}) == 4
        assert {request.headers["connection"] for request in posts} == {"close"}
        assert stub.accepted == 5


def test_a_kept_connection_that_the_server_closed_costs_a_reading_call_nothing_but_time() -> None:
    def script(request: Request) -> Doing:
        return page("p1", "p2") if request.connection > 1 or request.query["page"] == "1" else "close"

    with shop(script) as (client, _):
        assert list(client.listings().by_id) == ["p1", "p2"]


def test_cookies_are_not_kept() -> None:
    with shop(in_turn(page("p1")[:-1].replace(b"\r\n\r\n", b"\r\nSet-Cookie: session=1\r\n\r\n") + b"}")) as (
        client,
        stub,
    ):
        client.listings()
        assert all("cookie" not in request.headers for request in stub.requests)


def test_closing_ends_a_list_that_another_thread_reads_and_none_begins() -> None:
    all_in_flight = 1 + IN_FLIGHT

    def script(request: Request) -> Doing:
        return page("p1", total=1000) if request.query["page"] == "1" else "hang"

    with shop(script) as (client, stub), ThreadPoolExecutor(1) as other:
        reading = other.submit(client.listings)
        while len(stub.requests) < all_in_flight:
            time.sleep(0.002)
        client.close()
        with pytest.raises(Interrupted):
            reading.result(10)  # and not after the 20 seconds that a call may take
        with pytest.raises(Interrupted):
            client.listings()
        assert len(stub.requests) == all_in_flight


def test_closing_ends_a_wait_for_the_next_try() -> None:
    class Closing(QuickClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            client.close()

    with shop(in_turn(answer(status=503)), clock=Closing()) as (client, stub):
        with pytest.raises(Interrupted):
            client.listings()
        assert len(stub.requests) == 1


def test_an_interrupt_while_waiting_says_that_nothing_was_done(closed_port: socket.socket) -> None:
    clock = QuickClock()
    clock.interrupt = Interrupted("stop")
    with AccPlanet(config(address_of(closed_port)), Secret(KEY), clock) as client:
        result = client.create({})
        assert (result.kind, result.stop) == (AnswerClass.NEVER, True)
        with pytest.raises(Interrupted):
            client.listings()


@pytest.mark.parametrize("number", ["1", "2"])
def test_null_is_no_page_and_ends_no_list(number: str) -> None:
    script = in_turn(answer(None)) if number == "1" else in_turn(page("p1"), answer(None))
    with shop(script) as (client, _), pytest.raises(MarketplaceError, match="cannot be understood"):
        client.listings()


ITEM = b'{"product_id": "p1", "title": "a"}'


@pytest.mark.parametrize(
    "text",
    [
        b'{"results": [%b], "results": [], "count": 0}' % ITEM,
        b'{"count": 5, "results": [%b], "count": 1}' % ITEM,
        b'{"results": [{"product_id": "p1", "product_id": "p2"}]}',
        b'{"results": [{"product_id": "p1", "\\u0070roduct_id": "p2"}]}',
        # its many escaped quotes make up for those of the twin
        b'{"results": [%b], "x": "\\u0022\\u0022", "results": []}' % ITEM.replace(b'"a"', b'"\\u0022\\u0022"'),
        b'{"results": [%b], "x": %b}' % (ITEM, b"[" * 300 + b"]" * 300),
    ],
)
def test_of_a_key_that_stands_twice_neither_is_believed(text: bytes) -> None:
    with shop(in_turn(answer(text))) as (client, _), pytest.raises(MarketplaceError, match="a key stands twice"):
        client.listings()


def test_quotes_in_texts_are_no_twins() -> None:
    text = b'{"results": [{"product_id": "p1", "title": "\\u0022a\\" \\\\u0022 {\\"b\\": 1}"}], "count": 1}'
    with shop(in_turn(answer(text))) as (client, _):
        assert list(client.listings().by_id) == ["p1"]
