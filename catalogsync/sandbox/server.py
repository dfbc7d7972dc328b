"""The sandbox as a process: uvicorn on a loopback port, with a protocol that lets faults reach the connection."""

import asyncio
import ipaddress
import itertools
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from catalogsync.model.errors import UsageError
from catalogsync.sandbox.app import create_app
from catalogsync.sandbox.hstockplus import BASE_PATH
from catalogsync.sandbox.wire.exchange import SCOPE_KEY, Connection

Ready = Callable[[str, str], None]

_numbers = itertools.count(1)


class _Protocol(H11Protocol):
    """HTTP/1.1 whose scopes know the connection they came over."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self.app = _with_connection(self.app, Connection(transport, next(_numbers)))


def _with_connection(app: ASGIApp, connection: Connection) -> ASGIApp:
    async def connected(scope: Scope, receive: Receive, send: Send) -> None:
        connection.calls += 1
        scope[SCOPE_KEY] = connection
        await app(scope, receive, send)

    return connected


class _Server(uvicorn.Server):
    """A server that says when it listens, and for which a signal is a clean end."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport = connection.transport
            transport.abort()  # a held call would never end by itself
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises a signal again once it is done, which would end a clean stop with a traceback
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        stopping = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in stopping}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(port: int, db: str, *, ready: Ready | None = None, host: str = "127.0.0.1") -> None:
    """Runs the sandbox until SIGINT or SIGTERM.

    Args:
        port: the port to listen on; 0 takes any that is free.
        db: a file for SQLite, or `:memory:`.
        ready: called with the base URLs of AccPlanet and HstockPlus once the sandbox really listens.
        host: a loopback address.

    Raises:
        UsageError: the port, the file or the address cannot be used.
    """
    listener = _listen(host, port)
    try:
        app = create_app(db)
    except UsageError:
        listener.close()
        raise
    shown_host = f"[{host}]" if ":" in host else host
    base = f"http://{shown_host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        app,
        http=_Protocol,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=0,
    )
    announce = ready or (lambda _accplanet, _hstockplus: None)
    _Server(config, lambda: announce(base, base + BASE_PATH)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise UsageError(f"{host}: the sandbox listens on loopback addresses only", "use 127.0.0.1")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((str(address), port))
        listener.listen(2048)
    except (OSError, OverflowError):
        listener.close()
        raise UsageError(f"port {port} cannot be used; another program may have it", "choose another --port") from None
    return listener
