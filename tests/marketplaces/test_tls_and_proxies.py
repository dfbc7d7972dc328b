"""Certificates are always checked, and a proxy of the environment sees nothing but where a tunnel leads."""

import base64
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalogsync.marketplaces import AccPlanet
from catalogsync.model.answer import AnswerClass
from catalogsync.model.errors import Interrupted, MarketplaceError
from catalogsync.model.secret import Secret
from tests.harness.certificates import server_context
from tests.marketplaces.stub import ACCOUNTS, KEY, Doing, QuickClock, Stub, Tunnel, answer, config, in_turn

CREATED = answer({"success": True, "product_id": "p1"})
LISTED = answer({"results": [{"product_id": "p1"}], "count": 1})


@pytest.fixture
def start(certificates: Path) -> Iterator[Callable[..., Stub]]:
    started: list[Stub] = []

    def start(certificate: str | None, script: Callable[..., Doing]) -> Stub:
        tls = None if certificate is None else server_context(certificates, certificate.replace("1.1", "good"))
        if tls is not None and certificate == "1.1":
            with pytest.warns(DeprecationWarning, match="TLSv1"):
                tls.minimum_version, tls.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            tls.set_ciphers("ALL:@SECLEVEL=0")
        started.append(Stub(script, tls=tls))
        return started[-1]

    yield start
    for stub in started:
        stub.stop()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextmanager
def client_of(url: str) -> Iterator[tuple[AccPlanet, QuickClock]]:
    clock = QuickClock()
    with AccPlanet(config(url, call_timeout=60.0, connect_timeout=60.0), Secret(KEY), clock) as client:
        yield client, clock


def test_a_certificate_of_a_trusted_authority_is_good(
    start: Callable[..., Stub], certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    stub = start("good", lambda request: CREATED if request.method == "POST" else LISTED)
    with client_of(f"https://localhost:{stub.port}") as (client, _):
        assert client.create({}).kind is AnswerClass.CONFIRMED
        assert list(client.listings().by_id) == ["p1"]


def test_closing_ends_what_another_thread_waits_for_through_tls_too(
    start: Callable[..., Stub], certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    stub = start("good", in_turn("hang"))
    with client_of(f"https://localhost:{stub.port}") as (client, _), ThreadPoolExecutor(1) as other:
        reading = other.submit(client.listings)
        while not stub.requests:
            time.sleep(0.002)
        client.close()
        with pytest.raises(Interrupted):
            reading.result(10)


@pytest.mark.parametrize("what", ["missing", "folder", "empty"])
def test_authorities_that_cannot_be_read_are_said(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / what))
    with pytest.raises(MarketplaceError, match="authorities that are trusted cannot be read"):
        AccPlanet(config("https://shop.test"), Secret(KEY), QuickClock())


@pytest.mark.parametrize(
    ("certificate", "host", "trusted", "why"),
    [
        ("good", "localhost", False, "unable to get local issuer certificate"),
        ("good", "127.0.0.1", True, "IP address mismatch"),
        ("old", "localhost", True, "certificate has expired"),
        ("self", "localhost", False, "self-signed certificate"),
        ("1.1", "localhost", True, "TLS cannot be agreed on"),
        (None, "localhost", True, "TLS cannot be agreed on"),
    ],
)
def test_a_bad_certificate_ends_it_at_once(
    start: Callable[..., Stub],
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
    certificate: str | None,
    host: str,
    trusted: bool,
    why: str,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    stub = start(certificate, in_turn(CREATED))
    stub.greeting = b"" if certificate else answer(b"", 400)
    with client_of(f"https://{host}:{stub.port}") as (client, clock):
        result = client.append("p1", ACCOUNTS)
        assert (result.kind, result.stop, client.calls) == (AnswerClass.NEVER, True, 0)
        assert why in result.reason
        with pytest.raises(MarketplaceError, match=why) as caught:
            client.listings()
        assert "SSL_CERT_FILE" in (caught.value.hint or "")
        assert clock.naps == []
        assert stub.accepted == 2
        assert all(KEY not in str(request) for request in stub.requests)


def test_a_handshake_that_breaks_off_is_tried_again(start: Callable[..., Stub]) -> None:
    stub = start(None, in_turn(CREATED))
    stub.refuse = 100
    with client_of(f"https://localhost:{stub.port}") as (client, clock):
        result = client.create({})
        assert (result.kind, result.stop, len(clock.naps)) == (AnswerClass.NEVER, False, 3)


def test_a_tunnel_through_a_proxy(
    start: Callable[..., Stub], certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = start("good", lambda request: CREATED if request.method == "POST" else LISTED)
    proxy = start(None, in_turn(Tunnel(shop.port)))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:word@127.0.0.1:{proxy.port}")
    with client_of("https://shop.test") as (client, _):
        assert client.append("p1", ACCOUNTS).kind is AnswerClass.UNKNOWN  # the answer lacks accounts_imported
        assert client.create({}).kind is AnswerClass.CONFIRMED
        assert list(client.listings().by_id) == ["p1"]
        assert len(shop.requests) == 4
        assert [request.target for request in proxy.requests] == ["shop.test:443"] * 3
        for request in proxy.requests:
            assert request.method == "CONNECT"
            assert base64.b64decode(request.headers["proxy-authorization"].split()[1]) == b"someone:word"
            assert KEY not in str(request)


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses_is_proof(
    start: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    refusal = b"HTTP/1.1 %d No\x1b[31m way\r\nContent-Length: 0\r\n\r\n" % status
    proxy = start(None, in_turn(refusal.replace(b"\x1b[31m", b"")))
    monkeypatch.setenv("ALL_PROXY", f"127.0.0.1:{proxy.port}")
    with client_of("https://shop.test") as (client, clock):
        result = client.append("p1", ACCOUNTS)
        assert (result.kind, result.stop, client.calls) == (AnswerClass.NEVER, True, 0)
        assert f"the proxy refused: {status} No way" in result.reason
        with pytest.raises(MarketplaceError, match="the proxy refused") as caught:
            client.listings()
        assert "NO_PROXY" in (caught.value.hint or "")
        assert clock.naps == []


def test_this_machine_is_never_reached_by_a_proxy(start: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch) -> None:
    shop, proxy = start(None, in_turn(CREATED)), start(None, in_turn("close"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    with client_of(shop.url) as (client, _):
        assert client.create({}).kind is AnswerClass.CONFIRMED
    assert proxy.accepted == 0


def test_no_proxy_counts(start: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = start(None, in_turn("close"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "shop.invalid")
    with client_of("https://shop.invalid") as (client, _):
        assert client.create({}).kind is AnswerClass.NEVER
    assert proxy.accepted == 0


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:1", "gopher://x", "http://user:canarypass@[", "http://"])
def test_a_proxy_that_cannot_be_used_is_said_and_not_shown(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(MarketplaceError, match="proxy that the environment names") as caught:
        AccPlanet(config("https://shop.test"), Secret(KEY), QuickClock())
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_password_for_the_host_in_netrc_is_not_sent(
    start: Callable[..., Stub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password word\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    shop = start(None, in_turn(CREATED))
    with client_of(shop.url) as (client, _):
        client.create({})
    assert "authorization" not in shop.requests[0].headers


def test_the_name_of_this_machine_leads_to_this_machine_alone(
    start: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no file says what `localhost` is, a resolver asks around; and there it may be spoken to without TLS."""
    asked = socket.getaddrinfo
    there = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **more: there + asked("127.0.0.1", *words[1:], **more))
    stub = start(None, in_turn(CREATED))
    with client_of(f"http://localhost:{stub.port}") as (client, _):
        assert client.create({}).kind is AnswerClass.CONFIRMED
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: there)
    with client_of("http://localhost:9") as (client, _):
        result = client.create({})
        assert (result.kind, result.reason) == (AnswerClass.NEVER, "no connection: no such host")
    monkeypatch.undo()
