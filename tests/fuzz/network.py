"""A network that is made up: what comes over it was written down beforehand; the client is the real one."""

import gzip
import io
from collections.abc import Iterable, Iterator
from random import Random

import httpcore

from catalogsync.marketplaces.client import Client


class MadeUpNetwork(httpcore.NetworkBackend):
    """Answers requests with one text after another, the last one for ever.

    Args:
        answers: what is sent, heads and all.
        piece: how many bytes arrive at a time.
    """

    def __init__(self, answers: Iterable[bytes], piece: int) -> None:
        self._answers = iter(answers)
        self._last = b""
        self.piece = piece

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection, at once."""
        return _Connection(self)

    def next(self) -> bytes:
        """The next answer."""
        self._last = next(self._answers, self._last)
        return self._last


class _Connection(httpcore.NetworkStream):
    def __init__(self, network: MadeUpNetwork) -> None:
        self._network = network
        self._coming = io.BytesIO()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._coming.read(min(max_bytes, self._network.piece))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer.startswith((b"GET ", b"POST ")):
            self._coming = io.BytesIO(self._network.next())

    def close(self) -> None:
        self._coming = io.BytesIO()

    def get_extra_info(self, info: str) -> object:
        return self._coming.tell() < self._coming.getbuffer().nbytes if info == "is_readable" else None


def connect(client: Client, answers: Iterable[bytes], piece: int) -> None:
    """Put a client on a network that is made up, in the place of the sockets."""
    network = MadeUpNetwork(answers, piece)
    exchange = client._transport._exchange
    for wire, kept in ((exchange._reading, 8), (exchange._changing, 0)):
        wire._pool = httpcore.ConnectionPool(max_keepalive_connections=kept, network_backend=network)


def framed(body: bytes, status: int, dice: Random) -> bytes:
    """A body as a whole answer, in one of the ways in which HTTP can carry it; some of them broken."""
    kind = dice.choice(
        ("application/json", "application/json", "application/json", "text/html", "", "text/plain; charset=x")
    )
    head = [f"HTTP/1.1 {status} Whatever".encode(), f"Content-Type: {kind}".encode()]
    if dice.random() < 0.15:
        head.append(b"Retry-After: " + dice.choice((b"1", b"-1", b"9" * 30, b"soon", b"Wed, 21 Oct 2026 07:28:00 GMT")))
    if dice.random() < 0.1:
        head.append(
            b"Date: " + dice.choice((b"Wed, 21 Oct 2026 07:28:00 GMT", b"never", b"Wed, 99 Foo 99999 99:99:99 GMT"))
        )
    if dice.random() < 0.2:
        head.append(b"Content-Encoding: gzip")
        body = gzip.compress(body, 1, mtime=0)
        if dice.random() < 0.3:
            body = body[: dice.randrange(len(body) + 1)] if dice.random() < 0.5 else body + b"x"
    match dice.randrange(8):
        case 0:
            head.append(b"Transfer-Encoding: chunked")
            body = b"".join(_chunks(body, dice))
        case 1:
            head.append(b"Connection: close")
        case 2:
            head.append(b"Content-Length: %d" % (len(body) + dice.choice((-1, 1, 1000, 10**12))))
        case _:
            head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def _chunks(body: bytes, dice: Random) -> Iterator[bytes]:
    size = dice.choice((1, 7, 100)) if len(body) < 400 else 1 << dice.randrange(10, 20)
    for start in range(0, len(body), size):
        chunk = body[start : start + size]
        yield b"%x\r\n" % len(chunk) + chunk + b"\r\n"
    yield dice.choice((b"0\r\n\r\n", b"0\r\n\r\n", b"0\r\n\r\n", b"", b"zz\r\n", b"-1\r\n"))
