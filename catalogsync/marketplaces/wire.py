"""The httpx transport below every call: HTTP/1.1 with time limits that hold for a whole call.

httpx's own timeouts hold for one read each, so an answer that drips a byte a second never meets them. Here the
`connect`, `read` and `write` timeouts of a request are points in time on the Clock instead of durations, and each
step on the socket gets what is left until then. What a looked-up name costs is the resolver's affair: that step
alone cannot be cut short.

This transport is used as it is, without an httpx.Client around it: so there is nothing that would follow a
redirect, keep a cookie, log an address, or take a password from a netrc file.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Iterable, Iterator
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from catalogsync.model.errors import MarketplaceError
from catalogsync.ports.clock import Clock

_HOST = re.compile(rb"[A-Za-z0-9._:-]+")
_PIECE = 64 * 1024
"""Bytes that are written before the clock is looked at again."""


class Wire(httpx.BaseTransport):
    """A pool of connections to one marketplace.

    Failures are httpcore's exceptions. Certificates are always checked; SSL_CERT_FILE and SSL_CERT_DIR may name a
    company's own authority, and HTTPS_PROXY, ALL_PROXY and NO_PROXY count. A loopback address is never proxied: the
    key would leave the machine in clear text.

    Args:
        url: the marketplace's address, which decides about the proxy.
        clock: what the points in time are measured by.
        kept: how many connections there may be, each serving one request after another; 0: any number, each for
            a single request.
    """

    def __init__(self, url: httpx.URL, clock: Clock, *, kept: int) -> None:
        tls = httpx.create_ssl_context() if url.scheme == "https" else None
        network = _Network(clock)
        proxy = _proxy_for(url)
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=tls,
                max_connections=kept or None,
                max_keepalive_connections=kept,
                network_backend=network,
            )
        else:
            self._pool = httpcore.HTTPProxy(
                proxy_url=httpcore.URL(
                    scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"
                ),
                proxy_auth=proxy.raw_auth,
                proxy_ssl_context=httpx.create_ssl_context() if proxy.url.scheme == "https" else None,
                ssl_context=tls,
                max_connections=kept or None,
                max_keepalive_connections=kept,
                network_backend=network,
            )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of the answer is not read yet."""
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class NotTrusted(httpcore.ConnectError):
    """The other side is not who it should be, or does not speak TLS. Another try would only fail again."""


class _Body(httpx.SyncByteStream):
    """The body of an answer while it arrives."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def _proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address:
        return None
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL):
        proxy = None
    if proxy is None or proxy.url.scheme not in ("http", "https") or not names_host(proxy.url):
        # the address is not shown, nor the error chained: either may hold a password
        raise MarketplaceError(
            "the proxy that the environment names cannot be used",
            "HTTPS_PROXY or ALL_PROXY must be an http:// or https:// address; NO_PROXY names hosts to reach directly",
        )
    return proxy


def names_host(url: httpx.URL) -> bool:
    """Whether an address names a host; httpx lets some pass that no resolver would."""
    return _HOST.fullmatch(url.raw_host) is not None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Network(httpcore.NetworkBackend):
    """Opens connections; timeouts are points in time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sockets = httpcore.SyncBackend()

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
            left = _left(self._clock, timeout, httpcore.ConnectTimeout)
            try:
                stream = self._sockets.connect_tcp(str(address[0]), port, left, local_address, socket_options)
            except httpcore.ConnectTimeout as error:
                failure = error
            except httpcore.ConnectError as error:
                cause = error.__cause__
                failure = httpcore.ConnectError(getattr(cause, "strerror", None) or "it cannot be reached")
            else:
                return _Stream(stream, self._clock)
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection; timeouts are points in time."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

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
        return _Stream(stream, self._clock)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def _left(clock: Clock, until: float | None, late: type[Exception]) -> float | None:
    """Seconds until a point in time; raises `late` when it has passed, since 0 would mean "do not wait at all"."""
    if until is None:
        return None
    left = until - clock.monotonic()
    if left <= 0:
        raise late("no time left")
    return left
