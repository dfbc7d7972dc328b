"""A server on a real socket that answers what a test tells it, down to the bytes, and a clock that never waits."""

import json
import socket
import ssl
import struct
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from urllib.parse import parse_qsl

from catalogsync.marketplaces import AccPlanet
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.harness.canary import API_KEY, leaks, password, username

KEY: Final = API_KEY
KEY_ENV: Final = "SHOP_KEY"
HTML: Final = "text/html; charset=utf-8"
ACCOUNTS: Final = [Account(Secret(username(number)), Secret(password(number))) for number in range(5)]


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> dict[str, object]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.target.partition("?")[2]))


@dataclass(frozen=True)
class Tunnel:
    """Say yes, and carry what comes to a port of this machine, as a proxy does."""

    port: int


Deed = Literal["reset", "close", "hang"]
Doing = bytes | Deed | Iterable[bytes] | Tunnel
"""What to do about a request: send bytes, send them one after another, break off, or lead it on."""
Script = Callable[[Request], Doing]


def answer(body: object = b"", status: int = 200, media_type: str = "application/json", **headers: str) -> bytes:
    """A well-formed HTTP answer; a body that is no bytes is written as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {media_type}", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


class Stub:
    """The server. Its `script` may be changed at any time.

    Attributes:
        requests: what came, in order.
        accepted: how many connections there were.
        refuse: how many of the next connections are reset before anything is read.
        greeting: sent on each connection before anything is read.
        cuts: told the first bytes of a request while nobody has read them; True resets the connection instead.
    """

    def __init__(
        self, script: Script, listener: socket.socket | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.script = script
        self._tls = tls
        self.requests: list[Request] = []
        self.accepted = 0
        self.refuse = 0
        self.greeting = b""
        self.cuts: Callable[[bytes], bool] | None = None
        self._over = threading.Event()
        self._listener = listener or socket.create_server(("127.0.0.1", 0), backlog=64)
        self._address = self._listener.getsockname()[:2]
        self.port = int(self._address[1])
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: set[socket.socket] = set()
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._over.set()
        # a connection of our own ends the accept
        with socket.create_connection(self._address, timeout=5):
            self._threads[0].join(5)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            self.accepted += 1
            connection.settimeout(10)
            if self.refuse:
                self.refuse -= 1
                _reset(connection)
                continue
            self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection, self.accepted), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            connection.sendall(self.greeting)
            if self.cuts is not None and self.cuts(connection.recv(4096, socket.MSG_PEEK)):
                _reset(connection)
                return
            with connection.makefile("rb") as incoming:
                while (request := _read(incoming, number)) is not None:
                    self.requests.append(request)
                    if not self._do(self.script(request), connection):
                        return
                    if request.headers.get("connection") == "close":
                        return
        except OSError:
            pass
        finally:
            self._open.discard(connection)
            connection.close()

    def _do(self, doing: Doing, connection: socket.socket) -> bool:
        if isinstance(doing, bytes):
            connection.sendall(doing)
            return True
        if doing == "reset":
            _reset(connection)
        elif doing == "hang":
            self._over.wait(10)
        elif isinstance(doing, Tunnel):
            self._lead_on(connection, doing.port)
        elif doing != "close":
            for piece in doing:
                assert isinstance(piece, bytes)
                connection.sendall(piece)
        return False

    def _lead_on(self, near: socket.socket, port: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as far:
            near.sendall(b"HTTP/1.1 200 Go ahead\r\n\r\n")
            back = threading.Thread(target=_carry, args=(far, near), daemon=True)
            back.start()
            _carry(near, far)
            back.join(10)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _read(incoming: Iterable[bytes], number: int) -> Request | None:
    lines = iter(incoming)
    first = next(lines, b"").decode("latin-1").split(" ")
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    for line in lines:
        if line == b"\r\n":
            break
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    body = incoming.read(length) if length else b""  # type: ignore[attr-defined]  # a buffered reader
    return Request(first[0], first[1], headers, body, number)


class QuickClock:
    """Real time, but for sleeping: that takes none, and the clock is moved on instead."""

    def __init__(self) -> None:
        self.naps: list[float] = []
        self.interrupt: BaseException | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC) + timedelta(seconds=sum(self.naps))

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.naps)

    def sleep(self, seconds: float) -> None:
        if self.interrupt is not None:
            raise self.interrupt
        with self._lock:
            self.naps.append(seconds)


def config(url: str, *, call_timeout: float = 20.0, connect_timeout: float = 5.0) -> MarketplaceConfig:
    return MarketplaceConfig(
        name="shop",
        type="accplanet",
        base_url=url,
        api_key_env=KEY_ENV,
        call_timeout=call_timeout,
        connect_timeout=connect_timeout,
    )


def manual_config(base: str) -> MarketplaceConfig:
    """Where HstockPlus is, below a server's address."""
    return replace(config(f"{base}/hstockplus/api/admin/v2/"), type="hstockplus")


@contextmanager
def stubbed(script: Script) -> Iterator[Stub]:
    """A server, as long as it is needed."""
    stub = Stub(script)
    try:
        yield stub
    finally:
        stub.stop()


@contextmanager
def shop(
    script: Script, *, clock: QuickClock | None = None, call_timeout: float = 20.0, page_size: int = 100
) -> Iterator[tuple[AccPlanet, Stub]]:
    """A client, and the server that it talks to."""
    with stubbed(script) as stub:
        client = AccPlanet(
            config(stub.url, call_timeout=call_timeout),
            Secret(KEY),
            clock or QuickClock(),
            seed=1,
            page_size=page_size,
        )
        with client:
            yield client, stub


def in_turn(*doings: Doing) -> Script:
    """Does one thing after another, the last one for ever."""
    left = list(doings)
    lock = threading.Lock()

    def script(request: Request) -> Doing:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return script


def in_no_words(error: MarketplaceError) -> bool:
    """Whether an error tells nothing that an order held, however it is shown."""
    told = [*traceback.format_exception(error), error.message, error.hint or "", repr(error), repr(error.__dict__)]
    return leaks("\n".join(told)) is None
