"""One request and its answer, within one time limit and one size limit; nothing is sent a second time here."""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

import httpcore

from catalogsync import __version__
from catalogsync.marketplaces.address import Address, address_of
from catalogsync.marketplaces.wire import NotTrusted, Wire, trusting
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.secret import Secret
from catalogsync.ports.clock import Clock

IN_FLIGHT: Final = 8
"""How many reading calls may be under way at a time."""

_READ_CAP = 64 * 1024 * 1024
_CHANGE_CAP = 1024 * 1024
_PICTURE_CAP = 10 * 1024 * 1024
_CLIENT: Final = {"User-Agent": f"catalogsync/{__version__}"}
_KEY = re.compile(r"[!-~]+", re.ASCII)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})", re.ASCII)

_NEVER_SENT = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.LocalProtocolError,
)
"""Raised before the first byte of a request is written, on a fresh connection: the request has never been sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer.

    Attributes:
        status: the HTTP status.
        media_type: what its Content-Type says, without parameters; may be empty.
        body: its body, unpacked.
        retry_after: its Retry-After header, or None.
        date: its Date header, or None.
    """

    status: int
    media_type: str
    body: bytes = field(repr=False)
    retry_after: str | None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class NoReply:
    """A call without a whole answer.

    Attributes:
        reason: why; made of our own and the operating system's words, a proxy's apart.
        never: whether that proves that no byte of the request was sent.
        final: whether another try would only fail in the same way.
        hint: what to do about it, or None.
    """

    reason: str
    never: bool
    final: bool = False
    hint: str | None = None


class Exchange:
    """Speaks to one marketplace.

    Reading calls share connections. Each changing call has a connection of its own, so that a connection that the
    marketplace closed meanwhile is found out before anything is sent, and not by losing an answer.

    Raises:
        MarketplaceError: the address or the key cannot be used.
    """

    def __init__(self, config: MarketplaceConfig, key: Secret, clock: Clock) -> None:
        self._config = config
        self._address = _address(config)
        if not _KEY.fullmatch(key.reveal()):
            raise MarketplaceError(
                f"the key in {config.api_key_env} cannot be sent: it is empty, or holds a blank or a sign beyond ASCII",
                f"check the value of {config.api_key_env}; a stray line end is the usual cause",
            )
        self._key = key
        self._clock = clock
        tls = trusting() if self._address.scheme == "https" else None
        self._reading = Wire(self._address, tls, clock, kept=IN_FLIGHT)
        self._changing = Wire(self._address, tls, clock, kept=0)

    def get(self, path: str, query: Mapping[str, str | int]) -> Reply | NoReply:
        """A reading call."""
        # packed answers are asked for only here: a list is large, and reading it again is harmless
        headers = self._headers({"Accept-Encoding": "gzip", "Connection": "keep-alive"})
        target = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        return self._send(self._reading, self._request("GET", target, headers), _READ_CAP)

    def fetch(self, path: str) -> Reply | NoReply:
        """What anybody may see, so that no key is sent: a picture."""
        headers = {"Accept": "image/*", "Accept-Encoding": "identity", "Connection": "keep-alive", **_CLIENT}
        return self._send(self._reading, self._request("GET", _LONE_PERCENT.sub("%25", path), headers), _PICTURE_CAP)

    def post(self, path: str, content: bytes = b"", media_type: str | None = None) -> Reply | NoReply:
        """A changing call."""
        headers = self._headers({"Accept-Encoding": "identity", "Connection": "close"})
        headers["Content-Length"] = str(len(content))
        if media_type is not None:
            headers["Content-Type"] = media_type
        return self._send(self._changing, self._request("POST", path, headers, content), _CHANGE_CAP)

    def close(self) -> None:
        """Close every connection. Reading calls that wait for an answer wait no longer."""
        self._reading.close(break_off=True)
        self._changing.close()

    def _request(
        self, method: str, target: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> httpcore.Request:
        lines = [(b"Host", self._address.named)]
        lines += [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        return httpcore.Request(method, self._address.url(target), headers=lines, content=content)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {
            "Accept": "application/json",
            "X-API-Key": self._key.reveal(),
            **_CLIENT,
            **more,
        }

    def _send(self, wire: Wire, request: httpcore.Request, cap: int) -> Reply | NoReply:
        now = self._clock.monotonic()
        limit = self._config.call_timeout
        request.extensions["timeout"] = {
            "pool": limit,
            "connect": now + min(self._config.connect_timeout, limit),
            "read": now + limit,
            "write": now + limit,
        }
        try:
            response = wire.send(request)
            try:
                body = _body(response, cap)
            finally:
                response.close()
        except _NEVER_SENT as error:
            return _not_sent(error)
        except _TooLarge:
            return NoReply(f"an answer larger than {cap // (1024 * 1024)} MiB", never=False, final=True)
        except _Crumbs:
            return NoReply("an answer in more pieces than can be read", never=False, final=True)
        except _BadPacking:
            return NoReply("an answer in an encoding that was not asked for, or a damaged one", never=False)
        except httpcore.TimeoutException:
            return NoReply(f"no whole answer within {limit:g} s", never=False)
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return NoReply("the connection broke before the whole answer was there", never=False)
        headers = response.headers
        media_type = (_header(headers, b"content-type") or "").partition(";")[0].strip().lower()
        retry_after, date = _header(headers, b"retry-after"), _header(headers, b"date")
        return Reply(response.status, media_type, body, retry_after, date)


def _header(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str | None:
    """What the headers of a name say, joined if there are several; None if there is none."""
    said = [value for name, value in headers if name.lower() == wanted]
    return b", ".join(said).decode("utf-8", "replace") if said else None


def _address(config: MarketplaceConfig) -> Address:
    address = address_of(config.base_url)
    if address is None:
        raise MarketplaceError(
            f"the base_url of {config.name} cannot be used",
            "it must be https://host, or http:// for this machine only, without a user, a query or a fragment",
        )
    return address


_PROXY: Final = "HTTPS_PROXY or ALL_PROXY names the proxy, and its password; NO_PROXY names hosts to reach directly"
_TRUST: Final = (
    "check the address (base_url), also its http or https; SSL_CERT_FILE names a file of authorities that are trusted"
)


_PIECES: Final = 20_000
"""In so many pieces a body may come, however small they are."""
_PIECE: Final = 64
"""Bytes that pieces have at the least, on average, where there are more."""


class _TooLarge(Exception):
    """The body outgrew its cap."""


class _Crumbs(Exception):
    """The body comes in pieces so small that to put them together is what takes the time."""


class _BadPacking(Exception):
    """The body cannot be unpacked."""


def _body(response: httpcore.Response, cap: int) -> bytes:
    encoding = (_header(response.headers, b"content-encoding") or "identity").strip().lower()
    if encoding in ("identity", ""):
        unpacker = None
    elif encoding in ("gzip", "x-gzip"):
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    else:
        raise _BadPacking
    body, came = bytearray(), 0
    for number, chunk in enumerate(response.iter_stream()):
        came += len(chunk)
        if number > _PIECES + came // _PIECE:
            raise _Crumbs
        if unpacker is not None and unpacker.eof:
            break  # What follows says nothing, and zlib would keep all of it, and copy it each time.
        # max_length keeps a small bomb from becoming a large block of memory
        body += chunk if unpacker is None else _unpacked(unpacker, chunk, cap + 1 - len(body))
        if len(body) > cap:
            raise _TooLarge
    if unpacker is not None and not unpacker.eof:
        raise _BadPacking
    return bytes(body)


def _unpacked(unpacker: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return unpacker.decompress(chunk, room)
    except zlib.error:
        raise _BadPacking from None


def _not_sent(error: Exception) -> NoReply:
    if isinstance(error, httpcore.ProxyError):
        return NoReply(f"the proxy refused: {error}", never=True, final=True, hint=_PROXY)
    if isinstance(error, httpcore.ConnectTimeout | httpcore.PoolTimeout):
        return NoReply("no connection in time", never=True)
    if isinstance(error, httpcore.ConnectError):
        not_trusted = isinstance(error, NotTrusted)
        return NoReply(f"no connection: {error}", never=True, final=not_trusted, hint=_TRUST if not_trusted else None)
    return NoReply("the request cannot be sent as HTTP/1.1", never=True, final=True)
