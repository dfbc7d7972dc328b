"""The connections below every call: HTTP/1.1 by httpcore, with time limits that hold for a whole call.

httpcore's own timeouts hold for one read each, so an answer that drips a byte a second never meets them. Here the
`connect`, `read` and `write` timeouts of a request are points in time on the Clock instead of durations, and each
step on the socket gets what is left until then. What a looked-up name costs is the resolver's affair: that step
alone cannot be cut short.

httpcore is used as it is, without a client such as httpx around it: so there is nothing that would follow a
redirect, keep a cookie, log an address, or take a password from a netrc file.
"""

import os
import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import suppress

import certifi
import httpcore

from catalogsync.marketplaces.address import Address, is_loopback, proxy_for
from catalogsync.model.errors import MarketplaceError
from catalogsync.ports.clock import Clock

_PIECE = 64 * 1024
"""Bytes that are written before the clock is looked at again."""


class Wire:
    """A pool of connections to one marketplace. May be used from several threads.

    Failures are httpcore's exceptions. Certificates are always checked; HTTPS_PROXY, ALL_PROXY and NO_PROXY count. A
    loopback address is never proxied: the key would leave the machine in clear text.

    Args:
        address: the marketplace's address, which decides about the proxy.
        tls: how it is told from others; None: by plain http it is not.
        clock: what the points in time are measured by.
        kept: how many connections there may be, each serving one request after another; 0: any number, each for
            a single request.

    Raises:
        MarketplaceError: the proxy or the authorities that the environment names cannot be used.
    """

    def __init__(self, address: Address, tls: ssl.SSLContext | None, clock: Clock, *, kept: int) -> None:
        self._network = _Network(clock)
        proxy = proxy_for(address)
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=tls,
                max_connections=kept or None,
                max_keepalive_connections=kept,
                network_backend=self._network,
            )
        else:
            self._pool = httpcore.HTTPProxy(
                proxy_url=proxy.url,
                proxy_auth=proxy.auth,
                proxy_ssl_context=trusting() if proxy.url.scheme == b"https" else None,
                ssl_context=tls,
                max_connections=kept or None,
                max_keepalive_connections=kept,
                network_backend=self._network,
            )

    def send(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request; the body of the answer is not read yet, and whoever takes it closes the answer."""
        return self._pool.handle_request(request)

    def close(self, *, break_off: bool = False) -> None:
        """Close every connection.

        Args:
            break_off: a thread that waits for an answer waits no longer.
        """
        if break_off:
            self._network.break_off()
        self._pool.close()


def trusting() -> ssl.SSLContext:
    """Whom we trust: the authorities that come with certifi, or those that SSL_CERT_FILE or SSL_CERT_DIR names instead.

    Raises:
        MarketplaceError: the environment names what cannot be read.
    """
    # As with the proxies these are not our own settings, but those of every tool on the machine.
    file, folder = (os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))  # noqa: TID251
    try:
        if not file and folder:
            return ssl.create_default_context(capath=folder)
        return ssl.create_default_context(cafile=file or certifi.where())
    except OSError as error:
        raise MarketplaceError(
            f"the authorities that are trusted cannot be read: {error.strerror or 'no certificates'}",
            "SSL_CERT_FILE must name a file of certificates in PEM form, or be left unset",
        ) from None


class NotTrusted(httpcore.ConnectError):
    """The other side is not who it should be, or does not speak TLS. Another try would only fail again."""


class _Network(httpcore.NetworkBackend):
    """Opens connections; timeouts are points in time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._sockets = httpcore.SyncBackend()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._broken_off = False

    def break_off(self) -> None:
        """End every connection from both sides, and open none any more."""
        with self._lock:
            self._broken_off = True
            for one in self._open:
                _shut(one)

    def note(self, stream: httpcore.NetworkStream) -> "_Stream":
        """Remember a connection as long as it is open."""
        one = stream.get_extra_info("socket")
        with self._lock:
            self._open = {other for other in self._open if other.fileno() >= 0} | {one}
            if self._broken_off:
                _shut(one)
        return _Stream(stream, self)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Try one address of the host after another, all within the same time."""
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(getattr(error, "strerror", None) or "no such host") from error
        if host == "localhost":
            # It may be spoken to without TLS, and a resolver that asks around would name another machine.
            addresses = [entry for entry in addresses if is_loopback(str(entry[4][0]))]
        failure: Exception = httpcore.ConnectError("no such host")
        for *_, address in addresses:
            left = _left(self.clock, timeout, httpcore.ConnectTimeout)
            try:
                stream = self._sockets.connect_tcp(str(address[0]), port, left, local_address, socket_options)
            except httpcore.ConnectTimeout as error:
                failure = error
            except httpcore.ConnectError as error:
                cause = error.__cause__
                failure = httpcore.ConnectError(getattr(cause, "strerror", None) or "it cannot be reached")
            else:
                return self.note(stream)
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection; timeouts are points in time."""

    def __init__(self, stream: httpcore.NetworkStream, network: _Network) -> None:
        self._stream = stream
        self._network = network
        self._clock = network.clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._clock, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            left = _left(self._clock, timeout, httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + _PIECE], left)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._clock, timeout, httpcore.ConnectTimeout)
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, left)
        except httpcore.ConnectError as error:
            cause = error.__cause__
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise NotTrusted(f"its certificate is not good: {cause.verify_message}") from None
            # a handshake that breaks off is the network's fault and may be tried again
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                raise NotTrusted(f"TLS cannot be agreed on: {cause.reason or 'for no given reason'}") from None
            raise httpcore.ConnectError("it broke off while TLS was being set up") from None
        return self._network.note(stream)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def _shut(one: socket.socket) -> None:
    with suppress(OSError):  # it ended by itself
        # as a plain socket: ssl's own way would have a thread that is about to write go on without TLS
        socket.socket.shutdown(one, socket.SHUT_RDWR)


def _left(clock: Clock, until: float | None, late: type[Exception]) -> float | None:
    """Seconds until a point in time; raises `late` when it has passed, since 0 would mean "do not wait at all"."""
    if until is None:
        return None
    left = until - clock.monotonic()
    if left <= 0:
        raise late("no time left")
    return left
